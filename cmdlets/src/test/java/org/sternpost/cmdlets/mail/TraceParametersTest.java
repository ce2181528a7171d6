package org.sternpost.cmdlets.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Plain;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.cmdlets.mail.GetMessageTrace.TraceStatus;
import org.sternpost.engine.mail.TraceQuery.Hosts;
import org.sternpost.engine.mail.TraceQuery.Status;
import org.sternpost.engine.mail.TraceQuery.SubjectMatch;

/// The table of `docs/trace.md` says what becomes of each parameter of Exchange's trace cmdlets, and is right; and what
/// a search is asked for is what the engine hears.
class TraceParametersTest {

    /// Of the reference of both versions.
    private static final Map<String, List<String>> EXCHANGE = Map.of("Get-MessageTrace", List.of("StartDate", "EndDate",
            "SenderAddress", "RecipientAddress", "MessageId", "MessageTraceId", "Status", "Subject",
            "SubjectFilterType", "FromIP", "ToIP", "ResultSize", "StartingRecipientAddress", "Page", "PageSize",
            "ProbeTag"), "Get-MessageTraceDetail",
            List.of("MessageTraceId", "RecipientAddress", "Action", "Event",
                    "MessageId", "SenderAddress", "StartDate", "EndDate", "Page", "PageSize"));

    /// A row of the table.
    record Row(String cmdlet, String parameter, String here, String why) {}

    static Stream<Row> rows() throws IOException {
        Path page = Path.of(System.getProperty("sternpost.root", ".."), "docs/trace.md");
        return Files.readAllLines(page).stream().map(line -> line.split("\\|"))
                .filter(cells -> cells.length >= 5 && EXCHANGE.containsKey(cells[1].strip()))
                .map(cells -> new Row(cells[1].strip(), cells[2].strip(), cells[3].strip(),
                        cells[4].strip()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aParameterIsWhatTheTableSays(Row row) {
        Descriptor cmdlet = new AllCmdlets().find(row.cmdlet()).orElseThrow();
        assertEquals(row.here().equals("works"),
                cmdlet.parameters().stream().anyMatch(one -> one.name().equals(row.parameter())));
        var refusal = ExchangeHabits.refusal(row.cmdlet(), row.parameter());
        assertEquals(row.here().equals("refused"), refusal.isPresent());
        refusal.ifPresent(why -> assertFalse(why.reason().isEmpty() || why.remedy().isEmpty()));
        assertTrue(List.of("works", "refused").contains(row.here()) && !row.why().isEmpty(), row.toString());
    }

    @Test
    void eachParameterOfExchangeIsToldOnce() throws IOException {
        var seen = new HashSet<String>();
        rows().forEach(row -> assertTrue(seen.add(row.cmdlet() + " " + row.parameter()), row.toString()));
        EXCHANGE.forEach((cmdlet, parameters) -> parameters
                .forEach(one -> assertTrue(seen.contains(cmdlet + " " + one), cmdlet + " -" + one)));
        assertEquals(EXCHANGE.values().stream().mapToInt(List::size).sum(), seen.size());
    }

    @Test
    void theNamesOfTheSecondVersionAreTheSameCmdlets() {
        for (String cmdlet : EXCHANGE.keySet())
            assertEquals(cmdlet, new AllCmdlets().find(cmdlet + "V2").orElseThrow().name());
    }

    @Test
    void whatIsAskedIsWhatTheEngineHears() {
        var query = trace("senderAddress", List.of("<>", "*@X.Example", "a*@x.example", "*@*.X.example", "b*"),
                "status", List.of(TraceStatus.Failed, TraceStatus.GettingStatus), "fromIP", "2001:db8::1", "toIP",
                "192.0.2.7").query();
        assertEquals(List.of("<>", "@x.example", "a*@x.example", "@*.x.example", "b*"), query.senders());
        assertEquals(List.of(Status.Failed, Status.GettingStatus), query.statuses());
        assertEquals(new Hosts("2001:db8:0:0:0:0:0:1", "192.0.2.7"), query.hosts());
        assertEquals(1001, query.limit());
        assertEquals(Integer.MAX_VALUE, trace("resultSize", Cmdlet.Limited.UNLIMITED).query().limit());
    }

    @Test
    void whatCannotBeFoundIsRefusedWithTheReason() {
        refused("no group is expanded here", "status", List.of(TraceStatus.Failed, TraceStatus.Expanded));
        refused("takes an address", "senderAddress", List.of("anna"));
        refused("takes an IPv4 or IPv6 address", "fromIP", "mx.example");
        refused("is no place in the trace", "cursor", "yesterday");
        refused("-SubjectFilterType says where", "subjectFilterType",
                SubjectMatch.EndsWith);
        refused("goes on from now", "follow", true, "endDate", Instant.EPOCH);
        refused("1 or more", "resultSize", 0);
    }

    private static void refused(String why, Object... given) {
        var refused = assertThrows(AssertionError.class, () -> Plain.of(GetMessageTrace.class,
                List.of(given).contains("resultSize") ? given : with(given)));
        assertTrue(refused.getCause() instanceof InvocationTargetException thrown
                && String.valueOf(thrown.getCause().getMessage()).contains(why), refused.toString());
    }

    private static GetMessageTrace trace(Object... given) {
        return Plain.of(GetMessageTrace.class, List.of(given).contains("resultSize") ? given : with(given));
    }

    private static Object[] with(Object... given) {
        return Stream.concat(Stream.of(given), Stream.of("resultSize", 1000)).toArray();
    }
}
