package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.store.Database.Addition;
import org.sternpost.engine.time.Patience;

/// What work leaves for the end of its transaction is exact, however many share one and whoever is refused.
class BatchPartsTest {

    private static final AtomicInteger WRITTEN = new AtomicInteger();
    private static final int MESSAGES = 60;

    @TempDir
    Path directory;
    private SqliteDatabase database;

    /// @param name of its row
    private record Count(String name, long number) implements Addition {

        @Override
        public Object key() { return name; }

        @Override
        public Addition plus(Addition other) { return new Count(name, number + ((Count) other).number); }

        @Override
        public void write(Connection connection) throws SQLException {
            WRITTEN.incrementAndGet();
            try (var put = connection
                    .prepareStatement("INSERT INTO sum (name, number) VALUES (?, ?) ON CONFLICT (name) "
                            + "DO UPDATE SET number = sum.number + excluded.number")) {
                put.setString(1, name);
                put.setLong(2, number);
                put.executeUpdate();
            }
        }
    }

    @BeforeEach
    void open() throws IOException {
        database = SqliteDatabase.open(directory,
                List.of("CREATE TABLE IF NOT EXISTS sum (name TEXT PRIMARY KEY, number BIGINT NOT NULL CHECK (number < "
                        + "1000))"));
        WRITTEN.set(0);
    }

    @AfterEach
    void close() throws IOException { database.close(); }

    @Test
    void whatOneTransactionAddsToOneRowIsWrittenOnce() throws Exception {
        together(MESSAGES, _ -> false);
        assertEquals(MESSAGES, sum("mail"));
        assertEquals(1, WRITTEN.get());
    }

    /// The others are done once more, and are counted once.
    @Test
    void whatIsRefusedIsNotCountedAndNotTold() throws Exception {
        List<Integer> told = together(MESSAGES, n -> n % 10 == 3);
        assertEquals(MESSAGES - MESSAGES / 10, sum("mail"));
        assertEquals(sum("mail"), told.size(), told.toString());
        assertTrue(told.stream().noneMatch(n -> n % 10 == 3), told.toString());
    }

    /// A sum that the database refuses refuses the work that adds to it, and no other.
    @Test
    void aSumThatIsRefusedIsNoFaultOfOtherWork() throws Exception {
        List<Integer> told = together(MESSAGES, _ -> false, new Count("large", 1_000));
        assertEquals(MESSAGES, sum("mail"));
        assertEquals(0, sum("large"));
        assertEquals(MESSAGES, told.size());
    }

    @Test
    void nobodyIsToldOfWorkThatWasUndone() {
        var told = new AtomicInteger();
        assertThrows(IOException.class, () -> database.<@Nullable Void>write(connection -> {
            database.add(connection, new Count("mail", 1));
            database.whenKept(connection, told::incrementAndGet);
            throw new SQLException("no");
        }));
        assertEquals(0, told.get());
        assertEquals(0, WRITTEN.get());
    }

    /// Only the writer's thread knows which transaction is under way.
    @Test
    void nothingIsAddedOutsideAWrite() {
        assertThrows(IllegalStateException.class, () -> database.<@Nullable Void>read(connection -> {
            database.add(connection, new Count("mail", 1));
            return null;
        }));
    }

    private interface Refused {
        boolean is(int message);
    }

    /// Work that shares a batch, because the writer is held until all of it has gathered.
    ///
    /// @return who was told that it is kept
    private List<Integer> together(int messages, Refused refused, Count... alone) throws Exception {
        var held = new CountDownLatch(1);
        var gathered = new CountDownLatch(1);
        var told = new ArrayList<Integer>();
        var threads = new ArrayList<Thread>();
        Thread holding = Thread.startVirtualThread(() -> write(() -> database.<Boolean>write(_ -> {
            held.countDown();
            try {
                return gathered.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException stop) {
                throw new IllegalStateException(stop);
            }
        })));
        held.await();
        for (int i = 0; i < messages; i++) {
            int n = i;
            threads.add(Thread.startVirtualThread(() -> write(() -> {
                database.<Boolean>writeWithBodies(List.of(), (connection, _) -> {
                    database.add(connection, new Count("mail", 1));
                    database.whenKept(connection, () -> told.add(n));
                    if (refused.is(n)) throw new SQLException("no");
                    return true;
                });
            })));
        }
        for (Count count : alone)
            threads.add(Thread.startVirtualThread(() -> write(() -> database.<Boolean>writeWithBodies(List.of(),
                    (connection, _) -> {
                        database.add(connection, count);
                        return true;
                    }))));
        // Not before: a thread that waits may still wait for its turn to give its work to the writer.
        for (Thread thread : threads)
            Patience.until("the writer has the work of " + thread, () -> isGiven(thread));
        gathered.countDown();
        holding.join();
        for (Thread thread : threads)
            thread.join();
        return told;
    }

    private static boolean isGiven(Thread thread) {
        return Stream.of(thread.getStackTrace()).anyMatch(frame -> frame.getMethodName().equals("awaitChange"));
    }

    private interface Change {
        void make() throws IOException;
    }

    private static void write(Change change) {
        try {
            change.make();
        } catch (IOException refused) {
            // As asked for: what is kept is looked at afterwards.
        }
    }

    private long sum(String name) throws IOException {
        return database.<Long>read(connection -> {
            try (var query = connection.prepareStatement("SELECT sum(number) FROM sum WHERE name = ?")) {
                query.setString(1, name);
                try (var row = query.executeQuery()) {
                    return row.next() ? row.getLong(1) : 0;
                }
            }
        });
    }
}
