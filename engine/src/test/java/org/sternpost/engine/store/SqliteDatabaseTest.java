package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.store.DirectoryLock.DirectoryInUseException;
import org.sternpost.engine.time.Patience;

/// What was acknowledged is on the disk, and nothing else counts.
class SqliteDatabaseTest {

    private static final List<String> DDL = List.of("CREATE TABLE IF NOT EXISTS word (text TEXT PRIMARY KEY)",
            "CREATE TABLE IF NOT EXISTS letter (body BIGINT)");

    @TempDir
    Path directory;

    @Test
    void secondEngineIsTurnedAwayInWords() throws IOException {
        try (var _ = SqliteDatabase.open(directory, DDL)) {
            var refused = assertThrows(DirectoryInUseException.class, () -> SqliteDatabase.open(directory, DDL));
            assertTrue(refused.getMessage().contains("process id " + ProcessHandle.current().pid()));
        }
        SqliteDatabase.open(directory, DDL).close();
    }

    @Test
    void workThatFailsIsUndoneAloneWithinItsBatch() throws Exception {
        try (var database = SqliteDatabase.open(directory, DDL)) {
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 100; i++) {
                int n = i;
                threads.add(Thread.startVirtualThread(() -> {
                    try {
                        database.write(connection -> {
                            add(connection, "word" + n);
                            if (n % 3 == 0) throw new SQLException("no");
                            return true;
                        });
                    } catch (IOException _) {
                        assertEquals(0, n % 3);
                    }
                }));
            }
            for (Thread thread : threads)
                thread.join();
            assertEquals(66, words(database));
        }
    }

    @Test
    void bodyComesBackAsItWasAlsoAfterReopening() throws IOException {
        var octets = new byte[300_000];
        new Random(7).nextBytes(octets);
        long id;
        try (var database = SqliteDatabase.open(directory, DDL)) {
            id = keep(database, octets);
        }
        try (var database = SqliteDatabase.open(directory, DDL); var in = database.openBody(id)) {
            assertArrayEquals(octets, in.readAllBytes());
        }
    }

    @Test
    void alteredBodyDoesNotEndWell() throws IOException {
        long id;
        try (var database = SqliteDatabase.open(directory, DDL)) {
            id = keep(database, new byte[1_000]);
        }
        try (var file = new RandomAccessFile(segments().getFirst().toFile(), "rw")) {
            file.seek(500);
            file.write(1);
        }
        try (var database = SqliteDatabase.open(directory, DDL)) {
            try (var in = database.openBody(id)) {
                assertThrows(IOException.class, in::readAllBytes);
            }
        }
    }

    @Test
    void segmentGoesWithItsLastBody() throws IOException {
        long first;
        long second;
        try (var database = SqliteDatabase.open(directory, DDL)) {
            first = keep(database, new byte[10]);
            second = keep(database, new byte[10]);
        }
        try (var database = SqliteDatabase.open(directory, DDL)) {
            forget(database, first);
            assertEquals(2, segments().size());
            forget(database, second);
            assertEquals(1, segments().size(), "only the active one is left");
        }
    }

    @Test
    void tornTailAndStraySegmentAreHarmless() throws IOException {
        long id;
        try (var database = SqliteDatabase.open(directory, DDL)) {
            id = keep(database, new byte[100]);
        }
        Files.write(segments().getFirst(), new byte[77], java.nio.file.StandardOpenOption.APPEND);
        Files.write(directory.resolve("bodies/00000000000000ff.seg"), new byte[5]);
        try (var database = SqliteDatabase.open(directory, DDL); var in = database.openBody(id)) {
            assertEquals(100, in.readAllBytes().length);
            assertFalse(Files.exists(directory.resolve("bodies/00000000000000ff.seg")));
        }
    }

    @Test
    void nothingIsAcknowledgedBeforeTheBodyIsSynced() throws Exception {
        var mayGo = new CountDownLatch(1);
        var disk = new Disk() {
            @Override
            public void sync(RandomAccessFile file) throws IOException {
                try {
                    mayGo.await();
                } catch (InterruptedException stopped) {
                    throw new IOException(stopped);
                }
                super.sync(file);
            }
        };
        try (var database = SqliteDatabase.open(directory, DDL, disk)) {
            var acknowledged = new CountDownLatch(1);
            Thread.startVirtualThread(() -> {
                try {
                    keep(database, new byte[10]);
                    acknowledged.countDown();
                } catch (IOException _) {
                    // Not acknowledged.
                }
            });
            assertFalse(acknowledged.await(100, TimeUnit.MILLISECONDS));
            mayGo.countDown();
            assertTrue(acknowledged.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @Test
    void diskThatFailsToSyncKeepsNothingAndRecovers() throws IOException {
        var broken = new AtomicBoolean(true);
        var disk = new Disk() {
            @Override
            public void sync(RandomAccessFile file) throws IOException {
                if (broken.get()) throw new IOException("No space left on device");
                super.sync(file);
            }
        };
        try (var database = SqliteDatabase.open(directory, DDL, disk)) {
            var full = assertThrows(IOException.class, () -> keep(database, new byte[10]));
            assertTrue(full.getMessage().contains("No space left"), full.getMessage());
            broken.set(false);
            long id = keep(database, new byte[]{1, 2, 3});
            try (var in = database.openBody(id)) {
                assertArrayEquals(new byte[]{1, 2, 3}, in.readAllBytes());
            }
            assertEquals(1, database.<Long>read(c -> count(c, "letter")));
        }
    }

    /// After a sync that failed the system may drop the pages it could not write, and says "done" the next time.
    @Test
    void bodyAppendedDuringASyncThatFailsIsNotAcknowledgedByALaterOne() throws Exception {
        var disk = new FailingFirstSync(1);
        try (var database = SqliteDatabase.open(directory, DDL, disk)) {
            var acknowledged = new AtomicInteger();
            Thread covered = keeping(database, acknowledged);
            disk.awaitSync();
            Thread behind = keeping(database, acknowledged);
            disk.awaitWrites(2);
            disk.fail();
            covered.join();
            behind.join();
            assertEquals(0, acknowledged.get(), "acknowledged behind a sync that failed");
            assertEquals(1, disk.syncs(), "what failed to sync is not asked a second time, which would say 'done'");
            assertTakesMore(database);
        }
    }

    /// More than one transaction takes: the first one's sync fails for those of the second as well.
    @Test
    void bodiesThatAFailedSyncCoveredAreNotAcknowledgedByTheNextTransaction() throws Exception {
        var disk = new FailingFirstSync(0);
        var holds = new CountDownLatch(1);
        var mayGo = new CountDownLatch(1);
        try (var database = SqliteDatabase.open(directory, DDL, disk)) {
            var holding = Thread.startVirtualThread(() -> {
                try {
                    database.write(_ -> {
                        holds.countDown();
                        return awaited(mayGo);
                    });
                } catch (IOException _) {
                    // Its own transaction is the one whose sync fails.
                }
            });
            assertTrue(holds.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
            var acknowledged = new AtomicInteger();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 300; i++)
                threads.add(keeping(database, acknowledged));
            disk.awaitWrites(300);
            mayGo.countDown();
            holding.join();
            for (Thread thread : threads)
                thread.join();
            assertEquals(0, acknowledged.get(), "acknowledged without a sync");
            assertTakesMore(database);
        }
    }

    @Test
    void fullDatabaseRefusesAndRecovers() throws IOException {
        try (var database = SqliteDatabase.open(directory, DDL)) {
            long pages = database.<Long>write(c -> number(c, "PRAGMA page_count"));
            database.<Long>write(c -> number(c, "PRAGMA max_page_count = " + (pages + 2)));
            assertThrows(IOException.class, () -> database.write(c -> {
                for (int i = 0; i < 10_000; i++)
                    add(c, "a rather long word number " + i);
                return true;
            }));
            assertEquals(0, words(database));
            database.<Long>write(c -> number(c, "PRAGMA max_page_count = 1000000"));
            database.write(c -> add(c, "fits"));
            assertEquals(1, words(database));
        }
    }

    /// A disk whose first sync that has something to do fails.
    private static final class FailingFirstSync extends Disk {

        private final AtomicInteger syncs = new AtomicInteger();
        private final Semaphore writes = new Semaphore(0);
        private final CountDownLatch inSync = new CountDownLatch(1);
        private final CountDownLatch mayFail;

        /// @param held how often [#fail] is called before the sync ends
        FailingFirstSync(int held) { this.mayFail = new CountDownLatch(held); }

        @Override
        public void write(RandomAccessFile file, long offset, byte[] octets, int length) throws IOException {
            super.write(file, offset, octets, length);
            writes.release();
        }

        @Override
        public void sync(RandomAccessFile file) throws IOException {
            int earlier = syncs.getAndIncrement();
            if (earlier == 0) {
                inSync.countDown();
                try {
                    mayFail.await();
                } catch (InterruptedException stopped) {
                    throw new IOException(stopped);
                }
                throw new IOException("Input/output error");
            }
            super.sync(file);
        }

        void awaitSync() throws InterruptedException {
            assertTrue(inSync.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        }

        void awaitWrites(int count) throws InterruptedException {
            assertTrue(writes.tryAcquire(count, Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        }

        void fail() { mayFail.countDown(); }

        int syncs() { return syncs.get(); }
    }

    private static Thread keeping(Store store, AtomicInteger acknowledged) {
        return Thread.startVirtualThread(() -> {
            try {
                keep(store, new byte[]{1, 2});
                acknowledged.incrementAndGet();
            } catch (IOException _) {
                // Not acknowledged.
            }
        });
    }

    private static boolean awaited(CountDownLatch latch) throws SQLException {
        try {
            return latch.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            throw new SQLException(stopped);
        }
    }

    private static void assertTakesMore(Store store) throws IOException {
        try (var in = store.openBody(keep(store, new byte[]{3}))) {
            assertArrayEquals(new byte[]{3}, in.readAllBytes());
        }
    }

    private static long keep(Store store, byte[] octets) throws IOException {
        return store.writeWithBodies(List.of(NewBody.bare(Content.of(octets))), (connection, bodies) -> {
            try (var insert = connection.prepareStatement("INSERT INTO letter VALUES (?)")) {
                insert.setLong(1, bodies.getFirst().id());
                insert.executeUpdate();
            }
            return bodies.getFirst().id();
        });
    }

    private static void forget(Store store, long id) throws IOException {
        store.write(connection -> {
            store.forgetBody(connection, id);
            return true;
        });
    }

    private List<Path> segments() throws IOException {
        try (var files = Files.list(directory.resolve("bodies"))) {
            return files.filter(file -> file.toString().endsWith(".seg")).sorted().toList();
        }
    }

    private static boolean add(Connection connection, String word) throws SQLException {
        try (var insert = connection.prepareStatement("INSERT INTO word VALUES (?)")) {
            insert.setString(1, word);
            return insert.executeUpdate() == 1;
        }
    }

    private static long words(Database database) throws IOException {
        return database.<Long>read(connection -> count(connection, "word"));
    }

    private static long count(Connection connection, String table) throws SQLException {
        return number(connection, "SELECT count(*) FROM " + table);
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement(); var row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
