package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sternpost.engine.store.LetterStore.DDL;
import static org.sternpost.engine.store.LetterStore.accept;
import static org.sternpost.engine.store.LetterStore.copy;
import static org.sternpost.engine.store.LetterStore.hold;
import static org.sternpost.engine.store.LetterStore.insert;
import static org.sternpost.engine.store.LetterStore.replay;
import static org.sternpost.engine.store.LetterStore.text;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.store.Disk.DiskTroubleException;
import org.sternpost.engine.store.journal.RecordFrame.Kind;
import org.sternpost.engine.time.Patience;

/// What is accepted is on the disk by one sync of its record; rows follow, also after the end of the process.
class JournalTest {

    @TempDir
    Path directory;

    @Test
    void whoReadsOrWritesAfterwardsFindsTheRows() throws IOException {
        try (var store = SqliteDatabase.open(directory, DDL)) {
            for (int i = 0; i < 100; i++) {
                long body = accept(store, "letter " + i);
                assertEquals(i + 1, store.<Integer>read(LetterStore::letters));
                assertEquals("letter " + i, text(store, body));
            }
            assertEquals(100, store.<Integer>search(LetterStore::letters));
            assertEquals(100, store.<Integer>write(LetterStore::letters));
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
            assertEquals(1, store.<Integer>read(LetterStore::letters));
            assertEquals("quick", text(store, body));
        }
    }

    /// Who asks for what has its rows does not wait for the tables.
    @Test
    void whatIsWrittenIsReadWithoutWaitingForMore() throws Exception {
        var mayGo = new CountDownLatch(1);
        try (var store = SqliteDatabase.open(directory, DDL)) {
            accept(store, "written");
            assertEquals(1, store.<Integer>read(LetterStore::letters));
            Thread slow = hold(store, mayGo);
            accept(store, "held");
            assertEquals(1, store.<Integer>readWritten(LetterStore::letters));
            mayGo.countDown();
            slow.join();
            assertEquals(2, store.<Integer>read(LetterStore::letters));
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
            assertEquals(3, store.<Integer>read(LetterStore::letters));
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
            assertEquals(2, store.<Integer>read(LetterStore::letters));
            assertEquals(2, store.<Integer>read(LetterStore::bodies));
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
            assertEquals(1, store.<Integer>read(LetterStore::letters));
            var full = new AtomicBoolean(true);
            var tries = new AtomicInteger();
            store.accept("late", new NewBody(Kind.Accepted, new byte[0], Content.of(new byte[1])),
                    (connection, body) -> {
                        tries.incrementAndGet();
                        if (full.get()) throw SqliteTrouble.ofDisk("database or disk is full");
                        insert(connection, body, "late");
                    });
            assertThrows(DiskTroubleException.class, () -> store.read(LetterStore::letters));
            assertThrows(DiskTroubleException.class, () -> accept(store, "too early"));
            assertEquals(1, store.<Integer>search(LetterStore::letters));
            full.set(false);
            long end = System.nanoTime() + Patience.AMPLE.toNanos();
            while (lettersOrNone(store) != 2) {
                assertTrue(System.nanoTime() < end, "the rows were not written");
                Thread.onSpinWait();
            }
            assertTrue(tries.get() > 1);
            accept(store, "after");
            assertEquals(3, store.<Integer>read(LetterStore::letters));
        }
    }

    private static int lettersOrNone(Store store) throws IOException {
        try {
            return store.<Integer>read(LetterStore::letters);
        } catch (DiskTroubleException _) {
            return -1;
        }
    }
}
