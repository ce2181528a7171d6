package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.control.Management.MailDraft;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// Hosts with habits seen in the field: no message waits, and no attempt is counted, because of a session that ended.
class OddHostsTest {

    @TempDir
    static Path directory;
    private static Lab lab;
    private static LabEngine engine;
    private static LabEngine impatient;

    @BeforeAll
    static void start() throws Exception {
        lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
        // An hour: what is deferred shows.
        engine = LabEngine.on(lab, directory.resolve("engine"),
                text -> text.replaceAll("retryIntervals: .*", "retryIntervals: [1h]"));
        impatient = LabEngine.impatient(lab, directory.resolve("impatient"));
    }

    @AfterAll
    static void stop() throws Exception {
        impatient.close();
        engine.close();
        lab.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"answers-twice.test", "closes-at-mail.test", "closes-at-rcpt.test",
            "closes-silently.test"})
    void aSessionThatEndsCostsNoMessageAnAttempt(String domain) throws Exception {
        var ids = IntStream.range(0, 12).mapToObj(_ -> send(domain)).toList();
        for (String id : ids)
            assertEquals(List.of("SEND"), events(id));
        assertEquals(12, lab.count(domain));
        assertTrue(lab.visits("mx." + domain).size() > 1);
    }

    /// RFC 5321 §3.8: 421 to one session is no verdict on the next hop while others deliver.
    @Test
    void aNextHopThatTakesTwoSessionsGetsAllItsMailOverTwo() throws Exception {
        var ids = IntStream.range(0, 120).mapToObj(_ -> send("two-sessions.test")).toList();
        for (String id : ids)
            assertEquals(List.of("SEND"), events(id));
        assertEquals(120, lab.count("two-sessions.test"));
    }

    /// RFC 5321 §4.5.3.1.10: who was one too many comes in another transaction.
    @ParameterizedTest
    @ValueSource(strings = {"ten-recipients-552.test", "ten-recipients-452.test"})
    void recipientsBeyondWhatAHostTakesAtOnceComeInFurtherTransactions(String domain) throws Exception {
        var to = IntStream.range(0, 25).mapToObj(i -> Address.of("user" + i + "@" + domain)).toList();
        String id = engine.management().mail().send(new MailDraft(Address.of("admin@lab.test"), to, "many", "Hello.",
                Map.of(), false)).commit().apply("test").getFirst().messageTraceId();
        assertEquals(Collections.nCopies(25, "SEND"), engine.awaitEvents(id, 25));
        assertEquals(25, lab.count(domain));
        // How many sessions share the recipients is for the scheduler; ten in a transaction are the host's limit.
        var commands = lab.visits("mx." + domain).stream().flatMap(visit -> visit.commands().stream()).toList();
        long transactions = commands.stream().filter("tls:BDAT"::equals).count();
        assertTrue(transactions >= 3 && transactions <= 6, commands + "");
        // Whoever was told how many are taken asks for no more in the same session.
        long asked = commands.stream().filter("tls:RCPT"::equals).count();
        assertTrue(asked <= 25 + 15, commands + "");
    }

    @Test
    void aHostThatLosesPipelinedCommandsIsAskedOneByOneFromThenOn() throws Exception {
        String domain = "loses-pipelined.test";
        for (int i = 1; i <= 3; i++) {
            impatient.send(List.of(domain));
            impatient.awaitAttempt(domain, 1, Patience.AMPLE);
            assertEquals(i, lab.count(domain));
        }
        // One session was lost; what came after it lost nothing.
        long lost = lab.visits("mx." + domain).stream().filter(visit -> visit.commands().contains("tls:MAIL"))
                .filter(visit -> !visit.commands().contains("tls:RCPT")).count();
        assertEquals(1, lost);
    }

    /// RFC 3030 §2: who announces CHUNKING and does not know BDAT gets the same message with DATA, in the same attempt.
    @Test
    void aHostThatDoesNotKnowBdatIsGivenDataFromThenOn() throws Exception {
        String domain = "refuses-bdat.test";
        for (int i = 1; i <= 3; i++) {
            assertEquals(List.of("SEND"), events(send(domain)));
            assertEquals(i, lab.count(domain));
        }
        var commands = lab.visits("mx." + domain).stream().flatMap(visit -> visit.commands().stream()).toList();
        assertEquals(1, commands.stream().filter("tls:BDAT"::equals).count(), commands + "");
        assertEquals(3, commands.stream().filter("tls:DATA"::equals).count(), commands + "");
    }

    private static String send(String domain) {
        try {
            return engine.send(domain, Map.of(), false);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    private static List<String> events(String id) throws Exception { return engine.awaitEvents(id, 1); }
}
