package org.sternpost.shell.item;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.cmdlets.CustomItem;
import org.sternpost.cmdlets.Plain;
import org.sternpost.cmdlets.RecordItem;

/// Records as JSON: names, units, moments, and text of strangers.
class ItemJsonTest {

    /// Stands for a view of the engine.
    public record RouteView(String name, @Nullable Duration messageExpiration, Instant whenChanged, int port,
            List<String> hosts) {}

    @Test
    void aViewHasItsComponentsAndASpanSaysItsUnit() {
        var view = new RouteView("gov", Duration.ofMinutes(90), Instant.parse("2026-11-27T10:00:00.5Z"), 25,
                List.of("a", "b"));
        assertEquals("{\"name\":\"gov\",\"messageExpirationSeconds\":5400,"
                + "\"whenChanged\":\"2026-11-27T10:00:00.500Z\",\"port\":25,\"hosts\":[\"a\",\"b\"]}",
                ItemJson.of(new RecordItem(view), true));
    }

    @Test
    void aSpanThatIsNotSetKeepsItsUnitInTheName() {
        var view = Plain.of(RouteView.class, "name", "gov", "whenChanged", Instant.EPOCH);
        assertEquals("{\"name\":\"gov\",\"messageExpirationSeconds\":null,"
                + "\"whenChanged\":\"1970-01-01T00:00:00.000Z\",\"port\":0,\"hosts\":[]}",
                ItemJson.of(new RecordItem(view), true));
    }

    @Test
    void whatAStageMadeUpHasNamesInLowerCamel() {
        var values = new LinkedHashMap<String, Object>();
        values.put("Count", 2L);
        values.put("Group", List.of(new CustomItem("Text", Map.of("Text", "x"))));
        assertEquals("""
            {
              "count": 2,
              "group": [
                {
                  "text": "x"
                }
              ]
            }""", ItemJson.of(new CustomItem("Group", values), false));
    }

    /// JSON has no NaN; a whole number has no fraction.
    @ParameterizedTest
    @CsvSource({"NaN, null", "Infinity, null", "2.0, 2", "0.5, 0.5", "1e300, 1.0E300"})
    void numbersAreJson(double number, String text) { assertEquals(text, ItemJson.of(number, true)); }

    @Test
    void aValueThatIsNoRecordHasTheFormOfItsType() {
        var values = new LinkedHashMap<String, @Nullable Object>();
        values.put("Yes", true);
        values.put("none", null);
        values.put("span", Duration.ofMillis(1500));
        values.put("list", List.of());
        values.put("sum", new BigDecimal("1.50"));
        values.put("small", 7);
        assertEquals("{\"Yes\":true,\"none\":null,\"span\":1.5,\"list\":[],\"sum\":1.50,\"small\":7}",
                ItemJson.of(values, true));
        assertEquals("null", ItemJson.of(null, true));
        assertEquals("[]", ItemJson.of(List.of(), false));
        assertEquals("{}", ItemJson.of(Map.of(), false));
        assertEquals("\"a\\r\"", ItemJson.of("a\r", true));
    }

    /// A unit is said once, and only of a span.
    @ParameterizedTest
    @CsvSource({"Wait, waitSeconds", "WaitSeconds, waitSeconds", "W, wSeconds"})
    void theNameOfASpanEndsInItsUnitOnce(String name, String key) {
        assertEquals("{\"" + key + "\":2}",
                ItemJson.of(new CustomItem("T", Map.of(name, Duration.ofSeconds(2))), true));
    }

    @Test
    void aScalarHasNoQuotes() {
        assertEquals("2026-11-27T10:00:00.000Z", ItemJson.scalar(Instant.parse("2026-11-27T10:00:00Z")));
        assertEquals("90", ItemJson.scalar(Duration.ofSeconds(90)));
        assertEquals("0.25", ItemJson.scalar(Duration.ofMillis(250)));
        assertEquals("a\"b", ItemJson.scalar("a\"b"));
    }

    @Test
    void textOfStrangersMovesNoCursor() {
        assertEquals("\"a\\\"b\\\\c\\n\\t\\u001b[2J\\u202e\"", ItemJson.quoted("a\"b\\c\n\t\u001b[2J\u202e"));
    }

    @Test
    void aTypeIsKnownBeforeThereIsARecord() {
        ViewType type = ViewType.of(RouteView.class);
        assertEquals("Route", type.name());
        assertEquals(List.of("Name", "MessageExpiration", "WhenChanged", "Port", "Hosts"), type.names());
        assertEquals("whenChanged", type.property("WHENCHANGED").orElseThrow().component());
        assertEquals(true, type.property("Prt").isEmpty());
        assertEquals(true, ViewType.of(new CustomItem("Text", Map.of("Text", "x"))).isEmpty());
    }
}
