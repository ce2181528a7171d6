package org.sternpost.shell.item;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.cmdlets.CustomItem;
import org.sternpost.cmdlets.Plain;
import org.sternpost.cmdlets.RecordItem;
import org.sternpost.cmdlets.pipeline.SelectObjectDescriptor;
import org.sternpost.cmdlets.report.GetEngineStatusDescriptor;
import org.sternpost.engine.control.view.Column;

/// What a filter and a table may ask of a record, and of its type before there is one.
class ItemFieldsTest {

    /// Stands for a view of the engine.
    public record HostView(@Column(value = 1, identity = true) String name, @Column(value = 3, text = true) String said,
            int port, @Nullable HostView next, List<HostView> others) {}

    private static final HostView LAST = Plain.of(HostView.class, "name", "mx2", "said", "bye", "port", 26);
    private static final ItemFields FIELDS = new ItemFields(
            new RecordItem(new HostView("mx1", "hi", 25, LAST, List.of(LAST))));

    @Test
    void aRecordInsideARecordOrInItsListHasFieldsToo() {
        var next = assertInstanceOf(ItemFields.class, FIELDS.get("Next").orElseThrow());
        assertEquals(Optional.of("mx2"), next.get("NAME"));
        var others = assertInstanceOf(List.class, FIELDS.get("Others").orElseThrow());
        assertEquals(next, others.getFirst());
        assertEquals(List.of("a"), new ItemFields(new CustomItem("T", Map.of("L", List.of("a")))).get("l")
                .orElseThrow());
    }

    /// Not there and there without a value are two things.
    @Test
    void whatIsNotSetIsEmptyAndWhatIsUnknownIsAnError() {
        var last = new ItemFields(new RecordItem(LAST));
        assertEquals(Optional.empty(), last.get("Next"));
        assertTrue(last.has("next"));
        assertFalse(last.has("nxt"));
        var unknown = assertThrows(IllegalArgumentException.class, () -> last.get("nxt"));
        assertTrue(String.valueOf(unknown.getMessage()).startsWith("Host has no property nxt; did you mean"),
                unknown.getMessage());
        assertEquals("Host", last.typeName());
        assertEquals(List.of("Name", "Said", "Port", "Next", "Others"), last.names());
    }

    @ParameterizedTest
    @CsvSource({"name, true, false, 1", "said, false, true, 3", "port, false, false, 2147483647"})
    void aTypeKnowsWhatItsColumnsAreFor(String name, boolean identity, boolean text, int priority) {
        var property = ViewType.of(HostView.class).property(name).orElseThrow();
        assertEquals(identity, property.identity());
        assertEquals(text, property.text());
        assertEquals(priority, property.priority());
    }

    @Test
    void theIdentityIsTheColumnThatIsMarkedAndNoOther() {
        record Bare(@Column(1) String name) {}
        assertEquals("Name", ViewType.of(HostView.class).identity().orElseThrow().name());
        assertEquals(Optional.empty(), ViewType.of(Bare.class).identity());
        assertEquals((Type) int.class, ViewType.of(HostView.class).property("Port").orElseThrow().type());
    }

    @Test
    void onlyWhatTheEngineAnswersHasAType() {
        assertEquals("EngineStatus", ViewType.answeredBy(GetEngineStatusDescriptor.FACTS).orElseThrow().name());
        assertEquals(Optional.empty(), ViewType.answeredBy(SelectObjectDescriptor.FACTS));
        assertEquals("Host", ViewType.of(new RecordItem(LAST)).orElseThrow().name());
    }

    /// The record's own words where it has them, since they suggest; a record that has the property still gets some.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Nme  | Row has no property Nme; did you mean Name?
            Name | Row has no property Name
            """)
    void aPropertyThatIsLackingIsSaidInTheRecordsWords(String asked, String said) {
        assertEquals(said, ViewType.unknown(new CustomItem("Row", Map.of("Name", "x")), asked).getMessage());
    }
}
