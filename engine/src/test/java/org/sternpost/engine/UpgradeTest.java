package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.credential.Password;
import org.sternpost.engine.credential.ScramKeys;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.Trace;
import org.sternpost.engine.queue.TraceEvent.Kind;
import org.sternpost.engine.store.SqliteDatabase.StoreNewerException;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// A data directory of an older version opens and keeps its mail; one of a newer version is refused in words.
///
/// `store/data-of-6f4bac9.zip` is what an engine of before the tables had a number left of an hour in the practice
/// internet, made through its own `Management` and one session of SMTP, with mail that expires in 2036: connectors
/// `banks` (Opportunistic, with a rollout to Enabled in its first stage) and `strict` (Enabled, one exception), 21
/// messages, of which four wait for six recipients, one with ENVID, RET, NOTIFY and ORCPT, and one with
/// `TLS-Required: No`.
class UpgradeTest {

    private static final String FIXTURE = "/store/data-of-6f4bac9.zip";

    @TempDir
    Path directory;

    @Test
    void mailConnectorsRolloutAndTraceOfAnOlderVersionAreThereAndGoOn() throws Exception {
        unpack(directory.resolve("engine"));
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            var management = engine.management();
            var waiting = management.queues().messages(100);
            assertEquals(4, waiting.size(), waiting.toString());
            assertTrue(waiting.stream().anyMatch(one -> one.subject().equals("Grüße aus 2026")
                    && one.recipients().equals(List.of("one@tempfail-always.test", "two@tempfail-always.test",
                            "three@dane-mismatch.test"))),
                    waiting.toString());
            assertEquals(Set.of("Default", "banks", "strict"), management.connectors().all().stream()
                    .map(one -> one.name()).collect(Collectors.toSet()));
            var rollout = management.rollouts().all().getFirst();
            // It goes on by itself, half a second after the start: its stage is the first one or a later one.
            assertEquals("R-1 banks Running", rollout.identity() + " " + rollout.connector() + " " + rollout.status());
            assertTrue(rollout.stage() >= 1, "stage " + rollout.stage());
            assertTrue(management.reports().readiness("banks", Instant.EPOCH, 1).getFirst().messages() >= 9);
            // What waited under Enabled goes once its connector lets it, with the content that was accepted then.
            engine.setMode("strict", TlsValidation.Opportunistic);
            engine.retryAll();
            long end = System.nanoTime() + Patience.AMPLE.toNanos();
            while (lab.count("dane-mismatch.test") < 2) {
                assertTrue(System.nanoTime() < end, "the mail did not go");
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
    }

    /// Each directory is what an engine of the last program with that version left: two messages that came by SMTP and
    /// met a DNS that was down, with mail that expires in 2036. A connector beside the built-in one, and a domain of
    /// which one message is suspended, were put into its tables.
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5})
    void mailOfEachVersionGoesOnAndItsConnectorsHaveTheLimitsOfAll(int version) throws Exception {
        unpack("/store/data-of-version-" + version + ".zip", directory.resolve("engine"));
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            var management = engine.management();
            assertEquals("", management.engine().status().trouble());
            // Version 7 came with users of submission.
            assertEquals(List.of(), management.submissionUsers().all(null));
            management.submissionUsers().create("shop", ScramKeys.of(Password.of("correct horse")), true, "").commit()
                    .apply("test");
            assertEquals("shop", management.submissionUsers().all(null).getFirst().name());
            assertEquals(Set.of("Default", "Partner"),
                    management.connectors().all().stream().map(one -> one.name()).collect(Collectors.toSet()));
            for (var one : management.connectors().all())
                assertEquals("0 0 0 []", one.maxSessions() + " " + one.maxSessionsPerDomain() + " "
                        + one.maxMessagesPerSession() + " " + one.retryIntervals(), one.name());
            var held = management.queues().all().stream().filter(one -> one.nextHopDomain().equals("plain.test"))
                    .findFirst().orElseThrow();
            assertEquals("Suspended 1", held.status() + " " + held.messageCount());
            engine.retryAll();
            assertTrue(lab.awaitCount("plain-no-tls.test", 1, Patience.AMPLE), "the mail did not go");
            assertTrue(Files.readString(lab.received("plain-no-tls.test").getFirst().message())
                    .endsWith("Subject: to plain-no-tls.test\r\n\r\nkept by an older version\r\n"));
            assertEquals(0, lab.count("plain.test"), "suspended");
            management.queues().resume(held.identity()).commit().apply("test");
            engine.retryAll();
            assertTrue(lab.awaitCount("plain.test", 1, Patience.AMPLE), "the mail did not go once it might");
        }
    }

    /// Version 3 parts what one text held before: no word of it is lost, and none is doubled.
    @Test
    void traceOfAnOlderVersionReadsAsItDid() throws Exception {
        unpack(directory);
        List<String> before = told("SELECT detail FROM trace_event WHERE kind IN ('SEND', 'DEFER', 'FAIL') ORDER BY 1");
        assertTrue(before.size() >= 9 && before.stream().anyMatch(text -> text.contains("; Enabled would have refused"))
                && before.stream().anyMatch(text -> text.contains(": ") && text.startsWith("4.7.")), before.toString());
        List<String> errors = told("SELECT detail FROM recipient WHERE state = 'Waiting' ORDER BY 1");
        var after = new TreeMap<String, Integer>();
        try (var store = SqliteDatabase.open(directory.resolve("data"), Queue.SCHEMA)) {
            var trace = new Trace(store);
            assertEquals(errors, trace.find(TraceQuery.newest(100).withStatus(TraceQuery.Status.Pending)).stream()
                    .map(row -> row.last().text()).sorted().toList());
            for (String id : told("SELECT id FROM message"))
                for (var event : trace.events(new QueueId(id)))
                    if (Set.of(Kind.SEND, Kind.DEFER, Kind.FAIL).contains(event.kind()))
                        after.merge(event.text(), 1, Integer::sum);
        }
        assertEquals(before, after.entrySet().stream().flatMap(one -> Collections.nCopies(one.getValue(), one.getKey())
                .stream()).toList());
    }

    /// Up to version 4 evidence was referred to by a checksum of all of it.
    @Test
    void evidenceOfAnOlderVersionReadsAsItDid() throws Exception {
        unpack(directory);
        String question = "SELECT o.message || ' ' || o.at || ' ' || o.result || ' ' || %1$s.host || ' ' || "
                + "%1$s.domain || ' ' || %1$s.pass || ' ' || %1$s.achieved ";
        List<String> before = told(question.formatted("p") + "FROM proof_of o JOIN proof p ON p.digest = o.digest "
                + "ORDER BY 1");
        assertTrue(before.size() >= 20, before.toString());
        List<String> verdicts = told("SELECT message || domain || at || reason || sentence FROM verdict ORDER BY 1");
        for (int start = 1; start <= 2; start++)
            SqliteDatabase.open(directory.resolve("data"), EvidenceLog.SCHEMA).close();
        assertEquals(before, told(question.formatted("p") + "FROM host_seen o JOIN host_proof p ON p.number = o.proof "
                + "ORDER BY 1"));
        assertEquals(verdicts,
                told("SELECT message || domain || at || reason || sentence FROM verdict WHERE judged = 1 "
                        + "ORDER BY 1"));
        assertEquals(List.of(), told("SELECT name FROM sqlite_master WHERE name IN ('proof', 'proof_of')"));
        try (var store = SqliteDatabase.open(directory.resolve("data"), EvidenceLog.SCHEMA)) {
            var log = new EvidenceLog(store);
            var after = new ArrayList<String>();
            for (String id : told("SELECT DISTINCT message FROM host_seen"))
                for (var one : log.of(new QueueId(id)))
                    after.add(id + " " + one.attempt().at().toEpochMilli() + " " + one.result().text() + " "
                            + one.host().name() + " " + one.attempt().recipientDomain() + " " + one.attempt().pass()
                            + " " + one.session().achieved());
            assertEquals(before, after.stream().sorted().toList());
            // No proof is forgotten while mail refers to it.
            log.prune(Instant.ofEpochMilli(Long.parseLong(told("SELECT min(at) FROM host_seen").getFirst())));
            assertEquals(told("SELECT DISTINCT proof FROM host_seen ORDER BY 1"),
                    told("SELECT number FROM host_proof ORDER BY 1"));
        }
    }

    private List<String> told(String sql) throws Exception {
        var found = new ArrayList<String>();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:"
                + directory.resolve("data/sternpost.db")); var row = connection.createStatement().executeQuery(sql)) {
            while (row.next())
                found.add(row.getString(1));
        }
        return found;
    }

    @Test
    void whatANewerVersionWroteIsRefusedAndStaysAsItIs() throws Exception {
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            assertEquals(1, store.<Integer>read(connection -> {
                try (var row = connection.createStatement().executeQuery("SELECT count(*) FROM schema_version")) {
                    return row.getInt(1);
                }
            }));
        }
        execute("UPDATE schema_version SET version = version + 1");
        execute("ALTER TABLE message RENAME COLUMN subject TO topic");
        for (int start = 1; start <= 2; start++) {
            var refused = assertThrows(StoreNewerException.class, () -> SqliteDatabase.open(directory, Queue.SCHEMA));
            assertTrue(refused.getMessage().contains("was written by a newer version"), refused.getMessage());
            assertTrue(refused.getMessage().endsWith("start the newer version, or put back a copy that this one has "
                    + "written"), refused.getMessage());
        }
        execute("UPDATE message SET topic = ''");
    }

    /// Up to schema 3 the table had another name.
    @Test
    void aDestinationThatAnOlderVersionSuspendedStaysSuspended() throws Exception {
        SqliteDatabase.open(directory, Queue.SCHEMA).close();
        execute("DROP TABLE suspended_destination");
        execute("CREATE TABLE suspended_lane (connector TEXT NOT NULL, domain TEXT NOT NULL, "
                + "PRIMARY KEY (connector, domain))");
        execute("INSERT INTO suspended_lane (connector, domain) VALUES ('Default', 'held.example')");
        execute("UPDATE schema_version SET version = 3");
        for (int start = 1; start <= 2; start++)
            try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
                var held = Queue.recover(store, new SimTime()).destinations().views(Instant.EPOCH).getFirst();
                assertEquals("Default/held.example Suspended", held.destination() + " " + held.status());
            }
    }

    private void execute(String sql) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("sternpost.db"));
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void unpack(Path into) throws IOException { unpack(FIXTURE, into); }

    private static void unpack(String fixture, Path into) throws IOException {
        try (var zip = new ZipInputStream(
                java.util.Objects.requireNonNull(UpgradeTest.class.getResourceAsStream(fixture)))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = into.resolve(entry.getName());
                if (entry.isDirectory()) Files.createDirectories(file);
                else {
                    Files.createDirectories(file.getParent());
                    Files.write(file, zip.readAllBytes());
                }
            }
        }
    }
}
