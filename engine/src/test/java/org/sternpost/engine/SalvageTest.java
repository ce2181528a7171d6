package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.QueueUpdate;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.Salvage;
import org.sternpost.engine.queue.TraceEvent;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.store.StoreCheck;
import org.sternpost.engine.store.StoreSalvage;
import org.sternpost.engine.time.SimTime;

/// Accepted mail is in its segments, whatever becomes of the database.
class SalvageTest {

    private static final int MESSAGES = 30;

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final List<QueueId> ids = new ArrayList<>();

    @Test
    void allMailIsOwedAgainAndSuspendedWhenTheDatabaseIsGone() throws Exception {
        try (var store = open(directory)) {
            fill(store);
        }
        Files.delete(database());
        var before = check(directory);
        assertFalse(before.well());
        assertFalse(before.database());
        assertEquals(MESSAGES, before.records());
        StoreSalvage.Done done = salvage(false);
        assertEquals(MESSAGES, done.owed());
        assertEquals(List.of(), done.refused());
        try (var store = open(directory)) {
            assertEquals(List.of(), store.condition().words());
            var queue = Queue.recover(store, time);
            assertEquals(MESSAGES, queue.size());
            assertEquals(List.of(), queue.damaged());
            for (int i = 0; i < MESSAGES; i++)
                assertArrayEquals(content(i), queue.body(ids.get(i)).orElseThrow().open().readAllBytes());
            assertEquals(2L * MESSAGES, count(store, "recipient WHERE state = 'Suspended' AND detail <> ''"));
            assertEquals(Optional.empty(), queue.destinations().nextDue(), "nothing goes by itself");
            fill(store);
            assertEquals(2L * MESSAGES, count(store, "body"), "no number is given twice");
        }
        assertTrue(check(directory).well(), check(directory).words() + "");
    }

    @Test
    void whatWasRemovedIsNotOwedAgain() throws Exception {
        try (var store = open(directory)) {
            Queue queue = fill(store);
            var admin = new QueueAdmin(store, queue, time);
            for (int i = 0; i < 10; i++)
                admin.remove(admin.messages(Optional.of(ids.get(i)), Optional.empty(), 1).getFirst(), "test",
                        List.of(), _ -> null);
        }
        Files.delete(database());
        StoreSalvage.Done done = salvage(false);
        assertEquals(MESSAGES - 10, done.owed());
        assertEquals(10, done.numbers().finished());
    }

    @Test
    void whoHasGotAMessageIsNotOwedItAgainWhileOthersAre() throws Exception {
        try (var store = open(directory)) {
            Queue queue = fill(store);
            queue.settle(new DestinationKey("Default", new Domain("example.org")), new QueueUpdate(ids.getFirst(),
                    List.of(new QueueUpdate.Change(0, QueuedRecipient.State.Delivered, 1, time.instant(),
                            TraceEvent.plain(0, time.instant(), TraceEvent.Kind.SEND, "Default", "", "sent"))),
                    List.of(), List.of(), false));
        }
        Files.delete(database());
        salvage(false);
        try (var store = open(directory)) {
            assertEquals(1, count(store, "recipient WHERE state = 'Delivered'"));
            assertEquals(2L * MESSAGES - 1, count(store, "recipient WHERE state = 'Suspended'"));
            assertEquals(List.of(), Queue.recover(store, time).damaged());
        }
    }

    @Test
    void settingsThatCanBeReadExactlyAreCarriedOverAndMailGoesItsWay() throws Exception {
        try (var store = open(directory)) {
            var connectors = new Connectors(store, time);
            connectors.change(now -> now.add(Connectors.fresh("Partner", List.of(), time.instant())));
            fill(store);
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database());
                var statement = connection.createStatement()) {
            statement.execute("DROP TABLE body"); // such that no engine would start
        }
        StoreSalvage.Done done = salvage(false);
        assertEquals(Engine.SETTINGS, done.settings().whole(), done + "");
        assertFalse(done.held());
        try (var store = open(directory)) {
            assertTrue(new Connectors(store, time).find("Partner").isPresent());
            assertEquals(2L * MESSAGES, count(store, "recipient WHERE state = 'Waiting'"));
        }
    }

    @Test
    void settingsThatMayBeOldAreCarriedOverAndMailIsHeld() throws Exception {
        Path before = directory.resolve("before");
        try (var store = open(directory.resolve("data"))) {
            fill(store);
        }
        Damage.copy(directory.resolve("data"), before);
        Path data = directory.resolve("data");
        try (var store = open(data)) {
            new Connectors(store, time);
        }
        Files.copy(before.resolve("sternpost.db"), data.resolve("sternpost.db"), StandardCopyOption.REPLACE_EXISTING);
        StoreSalvage.Done done = StoreSalvage.run(data, Engine.SCHEMA, Engine.SETTINGS, Salvage::into, _ -> {}, false);
        assertTrue(done.held());
        assertTrue(done.settings().older().orElseThrow().contains("lacks the last"), done + "");
    }

    @Test
    void aTableOfSettingsThatIsDamagedIsSaidToBeLost() throws Exception {
        try (var store = open(directory)) {
            fill(store);
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database());
                var statement = connection.createStatement()) {
            statement.execute("ALTER TABLE tls_exception RENAME TO gone");
            statement.execute("DROP TABLE body");
        }
        StoreSalvage.Done done = salvage(false);
        assertEquals(List.of("tls_exception: it is missing"), done.settings().lost());
        assertTrue(done.held(), "an exception may have asked for more TLS than its connector");
    }

    @Test
    void aDryRunTellsTheSameAndChangesNothing() throws Exception {
        try (var store = open(directory)) {
            fill(store);
        }
        Files.delete(database());
        assertEquals(MESSAGES, salvage(true).owed());
        assertFalse(Files.exists(database()));
        assertFalse(Files.exists(directory.resolve("kept")));
        assertFalse(Files.exists(directory.resolve("sternpost.db.made")));
    }

    @Test
    void whileAnEngineHasTheDirectoryNothingIsDone() throws Exception {
        try (var store = open(directory)) {
            fill(store);
            assertThrows(IOException.class, () -> salvage(false));
        }
    }

    /// Whoever adds a table says whether a salvage carries it over.
    @Test
    void eachTableIsMadeAnewCarriedOverOrHistory() throws Exception {
        var known = new TreeSet<>(List.of("message", "recipient", "body", "store_counts", "journal_applied",
                "schema_version", "trace_event", "host_proof", "host_seen", "verdict", "proof", "proof_of",
                "delivery_count", "delivery_hour", "delivery_minute", "delivery_words", "shadow_mail", "shadow_route",
                "flow_count", "flow_sender",
                "tls_seen",
                "rollout_mail", "rollout_domain", "rollout_told", "tlsrpt_session", "tlsrpt_settled",
                "tlsrpt_sending"));
        known.addAll(Engine.SETTINGS);
        open(directory).close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database());
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT name FROM sqlite_master WHERE type = 'table'")) {
            while (row.next())
                assertTrue(known.contains(row.getString(1)), row.getString(1));
        }
    }

    @Test
    void whatTheDatabaseHasLostIsAddedWhenItOpens() throws Exception {
        Path killed = directory.resolve("killed");
        try (var store = open(directory.resolve("made"))) {
            fill(store);
            store.<Boolean>read(_ -> true); // all rows are written
            Damage.copy(directory.resolve("made"), killed);
        }
        Files.delete(killed.resolve("engine.lock"));
        try (var log = new RandomAccessFile(killed.resolve("sternpost.db-wal").toFile(), "rw")) {
            log.setLength(log.length() - 1); // its last transaction
        }
        assertFalse(check(killed).well());
        try (var store = SqliteDatabase.open(killed, Engine.SCHEMA, Salvage.waiting())) {
            var queue = Queue.recover(store, time);
            assertEquals(MESSAGES, queue.size());
            assertEquals(List.of(), queue.damaged());
            assertEquals(2L * MESSAGES, count(store, "recipient WHERE state = 'Waiting'"));
            assertTrue(store.condition().words().stream().anyMatch(one -> one.contains("wait again")),
                    store.condition().words() + "");
        }
        try (var store = SqliteDatabase.open(killed, Engine.SCHEMA, Salvage.waiting())) {
            assertFalse(store.condition().doubt(), store.condition().words() + "");
            assertEquals(MESSAGES, Queue.recover(store, time).size());
        }
    }

    /// SQLite does not say so where the last of a log finds no room in its database.
    @Test
    void aNewDatabaseOfWhichAPartIsInItsLogTakesNoPlace() throws Exception {
        try (var store = open(directory)) {
            fill(store);
        }
        Files.delete(database());
        var readers = new ArrayList<Connection>(); // while one is there, the log stays
        try {
            var failed = assertThrows(IOException.class, () -> StoreSalvage.run(directory, Engine.SCHEMA,
                    Engine.SETTINGS, Salvage::into, _ -> readers.add(readerOfTheNewDatabase()), false));
            assertTrue(failed.getMessage().contains("in its log"), failed.getMessage());
        } finally {
            for (Connection one : readers)
                one.close();
        }
        assertFalse(Files.exists(database()));
        assertEquals(MESSAGES, salvage(false).owed());
    }

    private Connection readerOfTheNewDatabase() {
        try {
            Connection reader = DriverManager.getConnection("jdbc:sqlite:" + database() + ".made");
            try (var statement = reader.createStatement(); var row = statement.executeQuery("SELECT 1 FROM body")) {
                row.next();
            }
            return reader;
        } catch (SQLException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    @Test
    void damageOfASegmentIsToldInNumbersAndKept() throws Exception {
        try (var store = open(directory)) {
            fill(store);
        }
        Files.delete(database());
        Path segment = segment();
        Damage.flip(segment, Damage.find(segment, "content of 3"));
        long header = Damage.find(segment, "s7@lab.test");
        Damage.flip(segment, header);
        StoreSalvage.Done done = salvage(false);
        assertEquals(MESSAGES - 1, done.owed(), "one whose content is hurt is owed and named");
        assertEquals(List.of("message " + ids.get(3) + ": its content is cut or altered"), done.hurt());
        assertEquals(1, done.numbers().unreadable());
        assertTrue(done.numbers().unreadableOctets() > 0);
        assertTrue(Files.exists(done.kept().orElseThrow().resolve(segment.getFileName())));
    }

    @Test
    void aDatabaseThatCanBeReadIsCheckedAndNothingIsChanged() throws Exception {
        try (var store = open(directory)) {
            fill(store);
        }
        var before = Files.getLastModifiedTime(database());
        var report = check(directory);
        assertTrue(report.well(), report.words() + "");
        assertTrue(report.words().getFirst().contains(MESSAGES + " messages are owed"), report.words() + "");
        assertEquals(before, Files.getLastModifiedTime(database()));
        assertFalse(Files.exists(directory.resolve("sternpost.db-wal")));
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database());
                var statement = connection.createStatement()) {
            statement.execute("DELETE FROM body WHERE id = 5");
        }
        assertFalse(check(directory).well());
    }

    private StoreSalvage.Done salvage(boolean dryRun) throws IOException {
        return StoreSalvage.run(directory, Engine.SCHEMA, Engine.SETTINGS, Salvage::into, _ -> {}, dryRun);
    }

    private static StoreCheck.Report check(Path data) throws IOException {
        return StoreCheck.of(data, Salvage.into(true)::name, _ -> {});
    }

    private SqliteDatabase open(Path data) throws IOException { return SqliteDatabase.open(data, Engine.SCHEMA); }

    private Queue fill(SqliteDatabase store) throws IOException {
        var queue = Queue.recover(store, time);
        var doors = Doors.of(queue, Duration.ofDays(2), time);
        for (int i = 0; i < MESSAGES; i++)
            ids.add(doors.put("127.0.0.1", new Envelope(ReversePath.of("s" + i + "@lab.test"),
                    List.of(Recipient.of(Address.of("u" + i + "@example.org")),
                            Recipient.of(Address.of("v" + i + "@example.net"))),
                    MailParameters.NONE), content(i)));
        return queue;
    }

    private static byte[] content(int i) {
        return ("Subject: " + i + "\r\n\r\n[content of " + i + "]\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private Path database() { return directory.resolve("sternpost.db"); }

    private Path segment() throws IOException {
        try (var files = Files.list(directory.resolve("bodies"))) {
            return files.filter(file -> file.toString().endsWith(".seg")).findFirst().orElseThrow();
        }
    }

    private static long count(SqliteDatabase store, String what) throws IOException {
        return store.<Long>read(connection -> {
            try (var query = connection.prepareStatement("SELECT count(*) FROM " + what);
                    var row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }
}
