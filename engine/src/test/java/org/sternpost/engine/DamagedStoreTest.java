package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
import org.sternpost.engine.queue.Salvage;
import org.sternpost.engine.smtp.server.IncomingBuffer;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.store.StoreCheck;
import org.sternpost.engine.store.StoreSalvage;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.mx.Received;

/// Whatever a disk does to a data directory: the engine starts and names what is hurt, or refuses in words and changes
/// nothing, and then a salvage brings the mail back. All of it is delivered, waits or is named. No content goes that is
/// not known to be settled, and no message goes where nobody sent it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamagedStoreTest {

    private static final int MESSAGES = StoreDamage.MESSAGES;
    private static final Duration LOOK = Duration.ofMillis(50); // while less than all may arrive
    private static final String HELD = "nothing is sent since";
    private static final String DOMAIN = "plain-no-tls.test";

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
        try (var store = SqliteDatabase.open(made, Engine.SCHEMA)) {
            new Connectors(store, time); // with its built-in one
            var queue = Queue.recover(store, time);
            for (int i = 0; i < MESSAGES; i++)
                put(queue, time, i);
            Damage.copy(made, killed);
        }
        Damage.copy(made, stopped);
        Path again = directory.resolve("again");
        for (int part = 0; part < 2; part++)
            try (var store = SqliteDatabase.open(again, Engine.SCHEMA)) {
                new Connectors(store, time);
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

    @ParameterizedTest
    @MethodSource("org.sternpost.engine.StoreDamage#kinds")
    void startsAndNamesWhatIsHurtOrRefusesInWords(StoreDamage.Kind kind) throws Exception {
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
        byte[] logBefore = Files.exists(StoreDamage.log(data))
                ? Files.readAllBytes(StoreDamage.log(data))
                : new byte[0];
        Came came = start(home);
        if (kind.refused()) {
            assertFalse(came.started(), "started with an empty queue");
            assertArrayEquals(logBefore,
                    Files.exists(StoreDamage.log(data)) ? Files.readAllBytes(StoreDamage.log(data)) : new byte[0],
                    "SQLite made a database and ended the log of the one that is gone");
        }
        if (kind.name().startsWith("log") && logBefore.length > 0 && came.words().contains("kept in"))
            assertTrue(Damage.keptLogs(data).anyMatch(log -> Arrays.equals(log, logBefore)), came.words());
        if (kind.name().startsWith("rows of store_counts")) assertFalse(came.words().isEmpty(), "nothing is said");
        summary.put(kind.name(), came);
        assertEquals(0, came.started() ? came.unknown() : 0,
                "neither delivered nor waiting nor named; " + came.words());
        if (!came.started()) salvage(kind.name(), data);
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
            salvage(kind.name(), data);
        }
        if (!came.started()) {
            // Nothing was changed: with the intact files of the database back, all is there.
            for (Path file : List.of(StoreDamage.database(data), StoreDamage.log(data), StoreDamage.index(data)))
                Files.deleteIfExists(file);
            Damage.copy(intact, data);
            forgetTaken(data);
            Came again = start(home);
            assertTrue(again.started(), again.words());
            assertEquals(MESSAGES, again.delivered() + again.named() + again.waiting(), again.words());
        }
    }

    /// On a copy: the rest of the test goes on with what the engine refused.
    private void salvage(String kind, Path data) throws Exception {
        lab.reset();
        Path home = directory.resolve("salvaged");
        Damage.remove(home);
        Damage.copy(data, home.resolve("data"));
        forgetTaken(home.resolve("data"));
        StoreCheck.Report found = StoreCheck.of(home.resolve("data"), Salvage.into(true)::name, _ -> {});
        assertFalse(found.well(), "refused by the engine and called well by the check");
        assertFalse(found.database(), found.words() + "");
        StoreSalvage.Done done = StoreSalvage.run(home.resolve("data"), Engine.SCHEMA, Engine.SETTINGS, Salvage::into,
                _ -> {}, false);
        assertEquals(MESSAGES, done.owed(), done + "");
        Came came = start(home);
        summary.put(kind + ", salvaged", came);
        assertTrue(came.started(), came.words());
        assertEquals(MESSAGES, came.delivered() + came.waiting() + came.named(), came.words());
        assertEquals(done.held() ? 0 : MESSAGES, came.delivered(), "held " + done.held() + "; " + came.words());
        lab.reset();
    }

    /// What hosts had taken when an engine met the damage was noted and would not be sent again; the lab has forgotten
    /// it, and all is to be found.
    private static void forgetTaken(Path data) throws IOException { Files.deleteIfExists(data.resolve("store.notes")); }

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
                    if (text.contains(StoreDamage.marker(i))) found.add(i);
            }
        }
        return found;
    }

    private static void put(Queue queue, Time time, int i) throws IOException {
        String content = "Subject: " + i + "\r\nMessage-ID: <" + i + "@lab.test>\r\n\r\n" + StoreDamage.marker(i)
                + "\r\n" + "Lorem ipsum. ".repeat(50) + "\r\n";
        Doors.of(queue, Duration.ofDays(2), time).put("127.0.0.1", new Envelope(ReversePath.of("s" + i + "@lab.test"),
                List.of(Recipient.of(Address.of("u" + i + "@" + DOMAIN))), MailParameters.NONE),
                content.getBytes(StandardCharsets.US_ASCII));
    }
}
