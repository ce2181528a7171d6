package org.sternpost.cmdlets.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.transport.GetOutboundConnector;
import org.sternpost.cmdlets.transport.SetOutboundConnector;
import org.sternpost.cmdlets.transport.ResolveMailRoute;
import org.sternpost.cmdlets.wire.EngineClient.PlanView;

class RecordJsonTest {

    static Stream<Class<?>> recordsOnTheWire() {
        List<Descriptor> engine = new AllCmdlets().all().stream().filter(each -> !each.runsInShell()).toList();
        return Stream.concat(Stream.concat(engine.stream().map(Descriptor::type),
                engine.stream().map(each -> each.view().orElseThrow()).distinct()), Stream.of(PlanView.class));
    }

    @ParameterizedTest
    @MethodSource("recordsOnTheWire")
    void whatIsWrittenIsReadAsTheSame(Class<? extends Record> type) {
        long seed = Long.getLong("sternpost.seed", new Random().nextLong());
        var random = new RandomRecords(new Random(seed));
        for (int i = 0; i < 50; i++) {
            Record record = type == ResolveMailRoute.class ? new ResolveMailRoute("a.example") : random.make(type);
            String line = Json.write(RecordJson.write(record));
            assertFalse(line.contains("\n"));
            assertEquals(record, RecordJson.read(type, Json.readObject(line)), () -> "seed " + seed);
        }
    }

    @Test
    void unitsStandInTheNames() {
        var plain = Json
                .readObject("{\"identity\":\"gov\",\"messageExpirationSeconds\":90.5,\"maxMessageSizeBytes\":null}");
        var set = RecordJson.read(SetOutboundConnector.class, plain);
        assertEquals("{\"identity\":\"gov\",\"allDomains\":false,\"maxMessageSizeBytes\":null,"
                + "\"messageExpirationSeconds\":90.5}", Json.write(RecordJson.write(set)));
    }

    @Test
    void anUnknownArgumentIsNamed() {
        var no = assertThrows(IllegalArgumentException.class,
                () -> RecordJson.read(GetOutboundConnector.class, Map.of("identty", "gov")));
        assertEquals("GetOutboundConnector has no identty; did you mean identity?", no.getMessage());
    }

    @Test
    void aMissingArgumentIsNamed() {
        var no = assertThrows(IllegalArgumentException.class,
                () -> RecordJson.read(SetOutboundConnector.class, Map.of()));
        assertEquals("SetOutboundConnector needs identity", no.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"identity\":5}", "{\"identity\":\"x\",\"enabled\":\"yes\"}",
            "{\"identity\":\"x\",\"tlsValidation\":\"enabled\"}", "{\"identity\":\"x\",\"port\":99999999999}",
            "{\"identity\":\"x\",\"recipientDomains\":[null]}", "{\"identity\":\"x\",\"recipientDomains\":{\"ad\":[]}}",
            "{\"identity\":\"x\",\"recipientDomains\":[\"*\"]}", "{\"identity\":\"x\",\"enabled\":[true]}"})
    void valuesOfTheWrongKindAreRefused(String arguments) {
        assertThrows(IllegalArgumentException.class,
                () -> RecordJson.read(SetOutboundConnector.class, Json.readObject(arguments)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1,]", "{\"a\":1}x", "{\"a\":1,\"a\":2}", "nul", "{'a':1}", "1e999999",
            "123456789012345678901234567890"})
    void textThatIsNoJsonIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Json.readObject(text));
    }

    @Test
    void nestingHasALimit() {
        assertThrows(IllegalArgumentException.class, () -> Json.read("[".repeat(60) + "]".repeat(60)));
        assertTrue(Json.read("[".repeat(40) + "]".repeat(40)) instanceof List<?>);
    }
}
