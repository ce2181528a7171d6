package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.view.MessageView;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.smtp.server.IncomingBuffer;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.mx.Received;

/// Whatever a disk does to a data directory: the engine starts and names what is hurt, or refuses in words and changes
/// nothing. No content goes that is not known to be settled, and no message goes where nobody sent it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamagedStoreTest {

    private static final int MESSAGES = 120;
    private static final int HIT = 60; // the message whose rows are altered
    private static final Duration LOOK = Duration.ofMillis(50); // while less than all may arrive
    private static final String HELD = "nothing is sent since";
    private static final String DOMAIN = "plain-no-tls.test";

    /// What a disk, or a hand, does to a data directory.
    private interface Blow {
        void on(Path data) throws Exception;
    }

    /// How the engine that took the mail ended: it was killed, so that the mail is in the log of the database; it was
    /// stopped; or it was stopped after half of it, started again, and killed.
    private enum Base { Killed, Stopped, Half }

    /// @param delivered how many arrive all the same; less than 0 where that is not known beforehand
    record Kind(String name, Base base, int delivered, Blow blow) {
        Kind(String name, Base base, Blow blow) { this(name, base, -1, blow); }

        boolean refused() { // nothing is left in which mail could be found
            return name.startsWith("database missing") || name.startsWith("database empty")
                    || name.equals("database is another program's") || name.startsWith("counts missing and");
        }

        @Override
        public String toString() { return name; }
    }

    /// What became of the 120.
    private record Came(boolean started, boolean held, int delivered, int waiting, int named, int unknown,
            String words) {}

    @TempDir
    static Path directory;
    private Lab lab;
    private Path killed;
    private Path stopped;
    private Path half;
    private final TreeMap<String, Came> summary = new TreeMap<>();

    @BeforeAll
    void fill() throws Exception {
        lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
        Path made = directory.resolve("made");
        killed = directory.resolve("killed");
        stopped = directory.resolve("stopped");
        half = directory.resolve("half");
        var time = new SystemTime();
        try (var store = SqliteDatabase.open(made,
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList())) {
            var queue = Queue.recover(store, time);
            for (int i = 0; i < MESSAGES; i++)
                put(queue, time, i);
            Damage.copy(made, killed);
        }
        Damage.copy(made, stopped);
        Path again = directory.resolve("again");
        for (int part = 0; part < 2; part++)
            try (var store = SqliteDatabase.open(again,
                    Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList())) {
                var queue = Queue.recover(store, time);
                for (int i = 0; i < MESSAGES / 2; i++)
                    put(queue, time, part * MESSAGES / 2 + i);
                if (part == 1) Damage.copy(again, half);
            }
    }

    @AfterAll
    void summarize() throws IOException {
        lab.close();
        System.out.printf("%-52s %-8s %9s %7s %5s %7s%n", "damage to a store with " + MESSAGES + " messages", "engine",
                "delivered", "waiting", "named", "unknown");
        summary.forEach((kind, came) -> System.out.printf("%-52s %-8s %9d %7d %5d %7d%n", kind,
                came.started() ? "started" : "refused", came.delivered(), came.waiting(), came.named(),
                came.unknown()));
    }

    static List<Kind> kinds() {
        var kinds = new ArrayList<Kind>();
        for (Base base : Base.values()) {
            kinds.add(new Kind("nothing, " + base, base, MESSAGES, _ -> {}));
            kinds.add(new Kind("database missing, " + base, base, 0, data -> Files.delete(database(data))));
            kinds.add(new Kind("database empty, " + base, base, 0,
                    data -> Files.write(database(data), new byte[0])));
        }
        kinds.add(new Kind("log missing, Half", Base.Half, MESSAGES / 2, data -> Files.delete(log(data))));
        kinds.add(new Kind("log cut by half, Half", Base.Half, data -> Damage.cut(log(data))));
        kinds.add(new Kind("nothing, of a version without counts", Base.Stopped, MESSAGES, data -> {
            run(data, "UPDATE message SET envelope_crc = -1");
            run(data, "DROP TABLE store_counts");
            Files.delete(data.resolve("store.counts"));
        }));
        kinds.addAll(files());
        kinds.addAll(rows());
        kinds.addAll(strays());
        return kinds;
    }

    private static List<Kind> files() {
        return List.of(new Kind("database cut by half", Base.Stopped, data -> Damage.cut(database(data))),
                new Kind("database zeroed", Base.Stopped,
                        data -> Damage.zero(database(data), 0, Files.size(database(data)))),
                new Kind("database, first page zeroed", Base.Stopped, data -> Damage.zero(database(data), 0, 4096)),
                new Kind("database, a page in the middle zeroed", Base.Stopped,
                        data -> Damage.zero(database(data), Files.size(database(data)) / 2 / 4096 * 4096, 4096)),
                new Kind("database, one bit of the header flipped", Base.Stopped,
                        data -> Damage.flip(database(data), 5)),
                new Kind("database, a letter of a sender altered", Base.Stopped,
                        data -> Damage.flip(database(data), Damage.find(database(data), "s" + HIT + "@lab.test"))),
                new Kind("database is another program's", Base.Stopped, DamagedStoreTest::foreignDatabase),
                new Kind("log missing", Base.Killed, data -> Files.delete(log(data))),
                new Kind("log empty", Base.Killed, data -> Files.write(log(data), new byte[0])),
                new Kind("log cut by half", Base.Killed, data -> Damage.cut(log(data))),
                new Kind("log zeroed", Base.Killed, data -> Damage.zero(log(data), 0, Files.size(log(data)))),
                new Kind("log, one bit in the middle flipped", Base.Killed,
                        data -> Damage.flip(log(data), Files.size(log(data)) / 2)),
                new Kind("log, one bit of the header flipped", Base.Killed, data -> Damage.flip(log(data), 17)),
                new Kind("log's index is nonsense", Base.Killed, data -> Damage.zero(index(data), 0, 200)),
                new Kind("segment missing", Base.Stopped, data -> Files.delete(segment(data))),
                new Kind("segment empty", Base.Stopped, data -> Files.write(segment(data), new byte[0])),
                new Kind("segment cut by half", Base.Stopped, data -> Damage.cut(segment(data))),
                new Kind("segment zeroed", Base.Stopped,
                        data -> Damage.zero(segment(data), 0, Files.size(segment(data)))),
                new Kind("segment, one bit flipped", Base.Stopped,
                        data -> Damage.flip(segment(data), Damage.find(segment(data), marker(HIT)))),
                new Kind("counts missing", Base.Stopped, data -> Files.delete(data.resolve("store.counts"))),
                new Kind("counts missing and a page zeroed", Base.Stopped, data -> {
                    Files.delete(data.resolve("store.counts"));
                    Damage.zero(database(data), Files.size(database(data)) / 2 / 4096 * 4096, 4096);
                }), new Kind("counts cut", Base.Stopped, data -> Damage.cut(data.resolve("store.counts"))),
                new Kind("counts, one bit flipped", Base.Stopped,
                        data -> Damage.flip(data.resolve("store.counts"), 20)));
    }

    /// Each alters one column of one row, each of another message.
    private static List<Kind> rows() {
        var kinds = new ArrayList<Kind>();
        kinds.add(rows("message", "sender = 's%d@lab.test'", List.of("id = 'x'", "body = 1", "body = 'x'",
                "received = 'soon'", "expires = 0", "sender = '<'", "sender = 'thief@lab.test'", "size = 1",
                "smtp_utf8 = 'x'", "return_full = 'x'", "tls_wish = 'Nones'", "tls_wish = 'Required'")));
        kinds.add(rows("recipient", "local_part = 'u%d'", List.of("message = '0000000000000000'", "position = 5",
                "local_part = 'thief'", "domain = 'plain.test'", "domain = ''", "state = 'Wait'", "state = 'Failed'",
                "attempts = 'x'", "due = 'x'", "notify_on = 'Sometimes'", "reason = 'x'")));
        kinds.add(rows("body", "id = %d", List.of("id = 999", "segment = 77", "start = 0", "start = 99999999",
                "length = 3", "crc = 0", "crc = 'x'")));
        kinds.add(new Kind("what is harmless in rows of recipient", Base.Stopped, MESSAGES, data -> {
            run(data, "UPDATE recipient SET due = 99999999999999 WHERE local_part = 'u" + HIT + "'");
            run(data, "UPDATE recipient SET connector = 'nobody' WHERE local_part = 'u7'");
        }));
        kinds.add(row("message", "one deleted", 1, "DELETE FROM message WHERE sender = 's" + HIT + "@lab.test'"));
        kinds.add(row("recipient", "one deleted", 1, "DELETE FROM recipient WHERE local_part = 'u" + HIT + "'"));
        kinds.add(row("body", "one deleted", 1, "DELETE FROM body WHERE id = " + HIT));
        kinds.add(row("message", "all deleted", MESSAGES, "DELETE FROM message"));
        kinds.add(row("recipient", "all deleted", MESSAGES, "DELETE FROM recipient"));
        kinds.add(row("body", "all deleted", MESSAGES, "DELETE FROM body"));
        kinds.add(row("store_counts", "altered", 0, "UPDATE store_counts SET transactions = 0"));
        kinds.add(row("store_counts", "deleted", 0, "DELETE FROM store_counts"));
        return kinds;
    }

    private static Kind rows(String table, String which, List<String> changes) {
        return new Kind("single columns of " + changes.size() + " rows of " + table, Base.Stopped,
                MESSAGES - changes.size(),
                data -> {
                    for (int i = 0; i < changes.size(); i++)
                        run(data, "UPDATE " + table + " SET " + changes.get(i) + " WHERE "
                                + which.formatted(HIT + i));
                });
    }

    private static Kind row(String table, String what, int hurt, String sql) {
        return new Kind("rows of " + table + ": " + what, Base.Stopped, MESSAGES - hurt, data -> run(data, sql));
    }

    private static List<Kind> strays() {
        return List.of(new Kind("stray text among the bodies", Base.Stopped, data -> stray(data, "notes.txt")),
                new Kind("stray file named like a segment", Base.Stopped, data -> stray(data, "x.seg")),
                new Kind("stray segment with a number of its own", Base.Stopped,
                        data -> stray(data, "00000000000000ff.seg")),
                new Kind("stray segment with a negative number", Base.Stopped,
                        data -> stray(data, "ffffffffffffffff.seg")),
                new Kind("stray directory with a segment's name", Base.Stopped,
                        data -> Files.createDirectory(data.resolve("bodies/0000000000000002.seg"))),
                new Kind("stray file in the spool", Base.Stopped, data -> Files.writeString(
                        Files.createDirectories(data.resolve("spool")).resolve("notes.txt"), "mine")));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void startsAndNamesWhatIsHurtOrRefusesInWords(Kind kind) throws Exception {
        lab.reset();
        Path home = directory.resolve("home");
        Path data = home.resolve("data");
        Damage.remove(home);
        Path intact = switch (kind.base()) {
            case Killed -> killed;
            case Stopped -> stopped;
            case Half -> half;
        };
        Damage.copy(intact, data);
        kind.blow().on(data);
        Set<Integer> before = contents(data);
        byte[] logBefore = Files.exists(log(data)) ? Files.readAllBytes(log(data)) : new byte[0];
        Came came = start(home);
        if (kind.refused()) {
            assertFalse(came.started(), "started with an empty queue");
            assertArrayEquals(logBefore, Files.exists(log(data)) ? Files.readAllBytes(log(data)) : new byte[0],
                    "SQLite made a database and ended the log of the one that is gone");
        }
        if (kind.name().startsWith("log") && logBefore.length > 0 && came.words().contains("kept in"))
            assertTrue(Damage.keptLogs(data).anyMatch(log -> Arrays.equals(log, logBefore)), came.words());
        if (kind.name().startsWith("rows of store_counts")) assertFalse(came.words().isEmpty(), "nothing is said");
        summary.put(kind.name(), came);
        Set<Integer> delivered = delivered();
        var kept = contents(data);
        kept.addAll(delivered);
        before.removeAll(kept);
        assertEquals(Set.of(), before, "content that is gone and was not delivered; " + came.words());
        if (kind.name().startsWith("nothing")) assertEquals("", came.words());
        if (kind.name().startsWith("stray"))
            assertTrue(came.words().contains("left as it is")
                    || came.words().contains("kept"), "not named: " + came.words());
        if (kind.delivered() >= 0) assertEquals(kind.delivered(), came.delivered(), came.words());
        if (came.held()) {
            // What was met while it ran, the next start looks for.
            came = start(home);
            assertFalse(came.started(), came.words());
        }
        if (!came.started()) {
            // Nothing was changed: with the intact files of the database back, all is there.
            for (Path file : List.of(database(data), log(data), index(data)))
                Files.deleteIfExists(file);
            Damage.copy(intact, data);
            Came again = start(home);
            assertTrue(again.started(), again.words());
            assertEquals(MESSAGES, again.delivered() + again.named() + again.waiting(), again.words());
        }
    }

    private Came start(Path home) throws Exception {
        try (var store = new Warnings(SqliteDatabase.class);
                var queue = new Warnings(Queue.class);
                var spool = new Warnings(IncomingBuffer.class);
                var engine = LabEngine.on(lab, home)) {
            long end = System.nanoTime() + Patience.AMPLE.toNanos();
            while (isUnderWay(engine)) {
                assertTrue(System.nanoTime() < end, "still under way");
                lab.awaitCount(DOMAIN, MESSAGES, LOOK);
            }
            var words = new ArrayList<>(store.lines());
            words.addAll(queue.lines());
            words.addAll(spool.lines());
            var delivered = delivered();
            var left = engine.management().queues().messages(1_000);
            int named = 0;
            int waiting = 0;
            String trouble = engine.management().engine().status().trouble();
            for (MessageView one : left) {
                assertFalse(one.lastError().isEmpty() && !trouble.contains(HELD),
                        one.identity() + " waits and nothing says why");
                if (one.status().equals("Damaged")) {
                    named++;
                    assertTrue(queue.lines().stream().anyMatch(line -> line.contains(one.identity())), one.identity());
                } else
                    waiting++;
            }
            int unknown = Math.max(0, MESSAGES - delivered.size() - named - waiting);
            if (unknown > 0) {
                String said = MESSAGES + " messages waited, " + (MESSAGES - unknown) + " are found";
                assertTrue(words.stream().anyMatch(line -> line.contains(said)), said + " is not said: " + words);
            }
            return new Came(true, trouble.contains(HELD), delivered.size(), waiting, named, unknown,
                    String.join("\n", words));
        } catch (EngineStartException refused) {
            assertTrue(refused.getMessage().contains(home.toString()), refused.getMessage());
            assertFalse(refused.hint().isEmpty(), refused.getMessage());
            return new Came(false, false, 0, 0, 0, MESSAGES, refused.getMessage() + "; " + refused.hint());
        }
    }

    /// Mail that is whole is under way until it arrives or was tried and failed on our own copy.
    private static boolean isUnderWay(LabEngine engine) throws Exception {
        if (engine.management().engine().status().trouble().contains(HELD)) return false;
        return engine.management().queues().messages(1_000).stream()
                .anyMatch(one -> !one.status().equals("Damaged") && one.lastError().isEmpty());
    }

    /// Which of the messages arrived, each with its own sender, recipient and content.
    private Set<Integer> delivered() throws IOException {
        var numbers = new TreeSet<Integer>();
        for (Received one : lab.received(DOMAIN)) {
            int number = Integer.parseInt(one.recipient().substring(1, one.recipient().indexOf('@')));
            assertEquals("s" + number + "@lab.test", one.sender());
            numbers.add(number);
        }
        assertEquals(0, lab.count("plain.test"), "mail went where nobody sent it");
        return numbers;
    }

    /// Which messages have their content anywhere in a data directory.
    private static Set<Integer> contents(Path data) throws IOException {
        var found = new HashSet<Integer>();
        try (var files = Files.walk(data)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".seg") && Files.isRegularFile(path))
                    .toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                for (int i = 0; i < MESSAGES; i++)
                    if (text.contains(marker(i))) found.add(i);
            }
        }
        return found;
    }

    private static void put(Queue queue, Time time, int i) throws IOException {
        String content = "Subject: " + i + "\r\nMessage-ID: <" + i + "@lab.test>\r\n\r\n" + marker(i)
                + "\r\n" + "Lorem ipsum. ".repeat(50) + "\r\n";
        Doors.of(queue, Duration.ofDays(2), time).put("127.0.0.1", new Envelope(ReversePath.of("s" + i + "@lab.test"),
                List.of(Recipient.of(Address.of("u" + i + "@" + DOMAIN))), MailParameters.NONE),
                content.getBytes(StandardCharsets.US_ASCII));
    }

    private static String marker(int i) { return "[content of " + i + "]"; }

    private static Path database(Path data) { return data.resolve("sternpost.db"); }

    private static Path log(Path data) { return data.resolve("sternpost.db-wal"); }

    private static Path index(Path data) { return data.resolve("sternpost.db-shm"); }

    private static Path segment(Path data) { return data.resolve("bodies/0000000000000001.seg"); }

    private static void stray(Path data, String name) throws IOException {
        Files.writeString(data.resolve("bodies").resolve(name), marker(HIT) + " in a file of its own");
    }

    private static void run(Path data, String sql) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database(data));
                var statement = connection.createStatement()) {
            assertTrue(statement.executeUpdate(sql) > 0 || !sql.startsWith("UPDATE"), sql);
        }
    }

    private static void foreignDatabase(Path data) throws Exception {
        Files.delete(database(data));
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database(data));
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE song (title TEXT)");
        }
    }
}
