package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.store.Disk.DiskTroubleException;
import org.sternpost.engine.store.journal.RecordFrame.Kind;
import org.sternpost.engine.time.Patience;

/// What is accepted is on the disk by one sync of its record; rows follow, also after the end of the process.
class JournalTest {

    private static final List<String> DDL = List.of("CREATE TABLE IF NOT EXISTS letter (body BIGINT, text TEXT)");

    @TempDir
    Path directory;

    @Test
    void whoReadsOrWritesAfterwardsFindsTheRows() throws IOException {
        try (var store = SqliteDatabase.open(directory, DDL)) {
            for (int i = 0; i < 100; i++) {
                long body = accept(store, "letter " + i);
                assertEquals(i + 1, store.<Integer>read(JournalTest::letters));
                assertEquals("letter " + i, text(store, body));
            }
            assertEquals(100, store.<Integer>search(JournalTest::letters));
            assertEquals(100, store.<Integer>write(JournalTest::letters));
        }
    }

    @Test
    void acceptingDoesNotWaitForTables() throws Exception {
        var mayGo = new CountDownLatch(1);
        try (var store = SqliteDatabase.open(directory, DDL)) {
            Thread slow = hold(store, mayGo);
            long body = accept(store, "quick");
            assertTrue(slow.isAlive());
            mayGo.countDown();
            slow.join();
            assertEquals(1, store.<Integer>read(JournalTest::letters));
            assertEquals("quick", text(store, body));
        }
    }

    /// As a crash leaves it: the records are there and the rows of the last ones are not.
    @Test
    void whatHasNoRowsYetIsAppliedAtTheStart() throws Exception {
        var mayGo = new CountDownLatch(1);
        Path copy = directory.resolve("copy");
        try (var store = SqliteDatabase.open(directory.resolve("live"), DDL)) {
            accept(store, "first");
            assertEquals(1, store.<Integer>read(JournalTest::letters));
            Thread slow = hold(store, mayGo);
            accept(store, "second");
            accept(store, "third");
            copy(directory.resolve("live"), copy);
            mayGo.countDown();
            slow.join();
        }
        var replayed = new ArrayList<String>();
        try (var store = SqliteDatabase.open(copy, DDL)) {
            assertThrows(IllegalStateException.class, () -> accept(store, "before what is owed"));
            replay(store, replayed);
            assertEquals(List.of("second", "third"), replayed);
            assertEquals(3, store.<Integer>read(JournalTest::letters));
            assertEquals("fourth", text(store, accept(store, "fourth")));
        }
        replayed.clear();
        try (var store = SqliteDatabase.open(copy, DDL)) {
            replay(store, replayed);
            assertEquals(List.of(), replayed, "applied once");
            assertEquals(4, store.<Integer>read(JournalTest::letters));
        }
    }

    /// A version without the number wrote all rows before it answered: what has none was settled long ago.
    @Test
    void whatAnOlderVersionAcceptedIsNotAppliedAgain() throws Exception {
        try (var store = SqliteDatabase.open(directory, DDL)) {
            long settled = accept(store, "settled");
            accept(store, "waits");
            store.<@Nullable Void>write(connection -> {
                store.forgetBody(connection, settled);
                return null;
            });
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(SqliteDatabase.FILE));
                var statement = connection.createStatement()) {
            statement.execute("DROP TABLE journal_applied");
        }
        try (var beside = Files.newDirectoryStream(directory.resolve(Segments.DIRECTORY), "*.done")) {
            for (Path file : beside)
                Files.delete(file);
        }
        var replayed = new ArrayList<String>();
        for (int start = 0; start < 2; start++)
            try (var store = SqliteDatabase.open(directory, DDL)) {
                replay(store, replayed);
                assertEquals(List.of(), replayed);
                assertEquals(1, store.<Integer>read(JournalTest::bodies));
            }
    }

    /// What gathers in memory is bounded: whoever would submit more waits for the tables.
    @Test
    void whoSubmitsWaitsWhileRowsAreTooFarBehind() throws Exception {
        var mayGo = new CountDownLatch(1);
        try (var store = SqliteDatabase.open(directory, DDL)) {
            Thread slow = hold(store, mayGo);
            var envelope = new byte[(int) (Behind.OCTETS_MAX / 2)];
            for (String key : List.of("one", "two"))
                store.accept(key, new NewBody(Kind.Accepted, envelope, Content.of(new byte[1])),
                        (connection, body) -> insert(connection, body, key));
            Thread third = Thread.startVirtualThread(() -> {
                try {
                    accept(store, "three");
                } catch (IOException failed) {
                    throw new IllegalStateException(failed);
                }
            });
            assertFalse(third.join(Duration.ofMillis(50)), "it did not wait");
            mayGo.countDown();
            assertTrue(third.join(Patience.AMPLE));
            slow.join();
            assertEquals(3, store.<Integer>read(JournalTest::letters));
        }
    }

    /// The last record may be cut anywhere; nobody was told that it was kept, and those before it are.
    @Test
    void aTornRecordAtTheEndHidesNothingBeforeIt() throws Exception {
        var mayGo = new CountDownLatch(1);
        try (var store = SqliteDatabase.open(directory.resolve("live"), DDL)) {
            Thread slow = hold(store, mayGo);
            accept(store, "whole");
            long before = Files.size(segment(directory.resolve("live")));
            accept(store, "torn");
            long after = Files.size(segment(directory.resolve("live")));
            for (long cut = before; cut < after; cut++) {
                Path copy = directory.resolve("cut" + cut);
                copy(directory.resolve("live"), copy);
                try (var file = new RandomAccessFile(segment(copy).toFile(), "rw")) {
                    file.setLength(cut);
                }
                var replayed = new ArrayList<String>();
                try (var torn = SqliteDatabase.open(copy, DDL)) {
                    replay(torn, replayed);
                    assertEquals(List.of("whole"), replayed, "cut at " + cut);
                    assertEquals("again", text(torn, accept(torn, "again")));
                }
            }
            mayGo.countDown();
            slow.join();
        }
    }

    @Test
    void aFailedSyncRefusesAllThatItCoveredAndNothingLater() throws Exception {
        var failing = new AtomicBoolean();
        var disk = new Disk() {
            @Override
            public void sync(RandomAccessFile file) throws IOException {
                if (failing.get()) throw new IOException("Input/output error");
                super.sync(file);
            }
        };
        Path copy = directory.resolve("copy");
        try (var store = SqliteDatabase.open(directory.resolve("live"), DDL, disk)) {
            accept(store, "before");
            failing.set(true);
            var refused = new AtomicInteger();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 20; i++)
                threads.add(Thread.startVirtualThread(() -> {
                    try {
                        accept(store, "refused " + Thread.currentThread().threadId());
                    } catch (DiskTroubleException _) {
                        refused.incrementAndGet();
                    } catch (IOException other) {
                        throw new IllegalStateException(other);
                    }
                }));
            for (Thread thread : threads)
                thread.join();
            assertEquals(20, refused.get());
            failing.set(false);
            copy(directory.resolve("live"), copy);
            accept(store, "after");
            assertEquals(2, store.<Integer>read(JournalTest::letters));
            assertEquals(2, store.<Integer>read(JournalTest::bodies));
        }
        var replayed = new ArrayList<String>();
        try (var store = SqliteDatabase.open(copy, DDL)) {
            replay(store, replayed);
        }
        assertTrue(replayed.isEmpty() || replayed.equals(List.of("before")), "refused mail came back: " + replayed);
    }

    /// Rows that the disk does not take now are taken later, in their order, and nothing more is accepted meanwhile.
    @Test
    void rowsThatTheDiskRefusesFollowOnceItTakesThem() throws Exception {
        try (var store = SqliteDatabase.open(directory, DDL)) {
            accept(store, "before");
            assertEquals(1, store.<Integer>read(JournalTest::letters));
            var full = new AtomicBoolean(true);
            var tries = new AtomicInteger();
            store.accept("late", new NewBody(Kind.Accepted, new byte[0], Content.of(new byte[1])),
                    (connection, body) -> {
                        tries.incrementAndGet();
                        if (full.get()) throw SqliteTrouble.ofDisk("database or disk is full");
                        insert(connection, body, "late");
                    });
            assertThrows(DiskTroubleException.class, () -> store.read(JournalTest::letters));
            assertThrows(DiskTroubleException.class, () -> accept(store, "too early"));
            assertEquals(1, store.<Integer>search(JournalTest::letters));
            full.set(false);
            long end = System.nanoTime() + Patience.AMPLE.toNanos();
            while (lettersOrNone(store) != 2) {
                assertTrue(System.nanoTime() < end, "the rows were not written");
                Thread.onSpinWait();
            }
            assertTrue(tries.get() > 1);
            accept(store, "after");
            assertEquals(3, store.<Integer>read(JournalTest::letters));
        }
    }

    private static int lettersOrNone(Store store) throws IOException {
        try {
            return store.<Integer>read(JournalTest::letters);
        } catch (DiskTroubleException _) {
            return -1;
        }
    }

    /// Returns once the tables wait.
    private static Thread hold(Store store, CountDownLatch mayGo) throws InterruptedException {
        var begun = new CountDownLatch(1);
        Thread slow = Thread.startVirtualThread(() -> hold(store, begun, mayGo));
        assertTrue(begun.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        return slow;
    }

    private static void hold(Store store, CountDownLatch begun, CountDownLatch mayGo) {
        try {
            store.write(_ -> {
                begun.countDown();
                try {
                    return mayGo.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
                } catch (InterruptedException stop) {
                    throw new IllegalStateException(stop);
                }
            });
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static long accept(Store store, String text) throws IOException {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return store.accept(text, new NewBody(Kind.Accepted, octets, Content.of(octets)),
                (connection, body) -> insert(connection, body, text));
    }

    private static void replay(Store store, List<String> replayed) throws IOException {
        store.replay((connection, body, header) -> {
            String text = new String(header, StandardCharsets.UTF_8);
            replayed.add(text);
            insert(connection, body, text);
            return true;
        });
    }

    private static void insert(Connection connection, long body, String text) throws SQLException {
        try (var insert = connection.prepareStatement("INSERT INTO letter (body, text) VALUES (?, ?)")) {
            insert.setLong(1, body);
            insert.setString(2, text);
            insert.executeUpdate();
        }
    }

    private static int letters(Connection connection) throws SQLException { return count(connection, "letter"); }

    private static int bodies(Connection connection) throws SQLException { return count(connection, "body"); }

    private static int count(Connection connection, String table) throws SQLException {
        try (var query = connection.prepareStatement("SELECT count(*) FROM " + table); var row = query.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    private static String text(Store store, long body) throws IOException {
        try (var in = store.openBody(body)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Path segment(Path store) throws IOException {
        try (var files = Files.newDirectoryStream(store.resolve(Segments.DIRECTORY), "*.seg")) {
            return files.iterator().next();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                if (!file.startsWith(from.resolve("native"))) {
                    Path copy = to.resolve(from.relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
        }
    }
}
