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
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.store.journal.Finals.Entry;
import org.sternpost.engine.store.journal.Finals;
import org.sternpost.engine.store.journal.Preamble;

/// Beside each segment stands who needs its records no more, at the cost of one write for each transaction.
class DoneFilesTest {

    private static final int BODY_OCTETS = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void whatIsForgottenIsDoneOnceTheTransactionIsKept() throws IOException {
        try (var store = SqliteDatabase.open(directory, List.of())) {
            long first = CompactionTest.keep(store, new byte[10]);
            long second = CompactionTest.keep(store, new byte[10]);
            assertThrows(IOException.class, () -> store.write(connection -> {
                store.forgetBody(connection, first);
                throw new java.sql.SQLException("refused");
            }));
            assertEquals(List.of(), done(1));
            forget(store, List.of(second));
            assertEquals(List.of(new Entry(second, Finals.ALL, 0)), done(1));
        }
    }

    @Test
    void oneOfSeveralRecipientsIsDoneWhileOthersAreNot() throws IOException {
        try (var store = SqliteDatabase.open(directory, List.of())) {
            long body = CompactionTest.keep(store, new byte[10]);
            store.write(connection -> {
                store.endRecipient(connection, body, 3, 1);
                store.endRecipient(connection, 999, 0, 1); // nobody's
                return true;
            });
            assertEquals(List.of(new Entry(body, 3, 1)), done(1));
        }
    }

    @Test
    void aBatchCostsOneWriteAndNoSync() throws IOException {
        var writes = new AtomicInteger();
        var syncs = new AtomicInteger();
        var disk = new Disk() {
            @Override
            public void write(RandomAccessFile file, long offset, byte[] octets, int length) throws IOException {
                writes.incrementAndGet();
                super.write(file, offset, octets, length);
            }

            @Override
            public void sync(RandomAccessFile file) throws IOException {
                syncs.incrementAndGet();
                super.sync(file);
            }
        };
        try (var store = SqliteDatabase.open(directory, List.of(), disk)) {
            var bodies = new ArrayList<Long>();
            for (int i = 0; i < 20; i++)
                bodies.add(CompactionTest.keep(store, new byte[10]));
            int written = writes.get();
            int synced = syncs.get();
            forget(store, bodies);
            assertEquals(written + 1, writes.get());
            assertEquals(synced, syncs.get());
            assertEquals(20, done(1).size());
        }
    }

    @Test
    void whatWasNeverAcknowledgedIsNobodys() throws IOException {
        try (var store = SqliteDatabase.open(directory, List.of())) {
            long kept = CompactionTest.keep(store, new byte[10]);
            assertThrows(IOException.class, () -> store.writeWithBodies(List.of(NewBody.bare(Content.of(new byte[10]))),
                    (_, _) -> {
                        throw new java.sql.SQLException("refused");
                    }));
            long refused = done(1).getFirst().record();
            assertTrue(refused > kept);
            assertEquals(List.of(new Entry(refused, Finals.ALL, 0)), done(1));
        }
    }

    @Test
    void whatWasSaidMovesWithTheBodyAndTheOldFileGoesWithItsSegment() throws IOException {
        try (var store = SqliteDatabase.open(directory, List.of())) {
            var bodies = new ArrayList<Long>();
            for (int i = 0; i < 12; i++)
                bodies.add(CompactionTest.keep(store, new byte[BODY_OCTETS]));
            long stays = bodies.removeFirst();
            store.write(connection -> {
                store.endRecipient(connection, stays, 1, 2);
                return true;
            });
            forget(store, bodies);
            assertEquals(12, done(1).size());
            store.compact();
            assertFalse(Files.exists(segments().path(1)));
            assertFalse(Files.exists(segments().done(1)));
            assertEquals(List.of(new Entry(stays, 1, 2)), done(2));
        }
    }

    @Test
    void aFileWithoutItsSegmentGoesAndOfAStoreThatIsWholeNothingElse() throws IOException {
        try (var store = SqliteDatabase.open(directory, List.of())) {
            CompactionTest.keep(store, new byte[10]);
            forget(store, List.of(CompactionTest.keep(store, new byte[10])));
        }
        Files.write(segments().done(77), new byte[40]);
        try (var store = SqliteDatabase.open(directory, List.of())) {
            assertEquals(List.of(), store.condition().words());
            assertFalse(Files.exists(segments().done(77)));
            assertEquals(1, done(1).size());
        }
    }

    @Test
    void behindAnEntryThatACrashCutTheNextOneIsRead() throws IOException {
        long other;
        long gone;
        try (var store = SqliteDatabase.open(directory, List.of())) {
            CompactionTest.keep(store, new byte[10]);
            other = CompactionTest.keep(store, new byte[10]);
            gone = CompactionTest.keep(store, new byte[10]);
            forget(store, List.of(gone));
        }
        Files.write(segments().done(1), new byte[7], StandardOpenOption.APPEND);
        try (var store = SqliteDatabase.open(directory, List.of())) {
            forget(store, List.of(other));
            assertEquals(List.of(new Entry(gone, Finals.ALL, 0), new Entry(other, Finals.ALL, 0)), done(1));
            assertEquals(1, read(1).unreadable());
        }
    }

    @Test
    void aDiskThatDoesNotTakeItCostsNothingElse() throws IOException {
        var failing = new AtomicBoolean();
        var disk = new Disk() {
            @Override
            public void write(RandomAccessFile file, long offset, byte[] octets, int length) throws IOException {
                if (failing.get() && length == Finals.ENTRY_OCTETS) throw new IOException("No space left on device");
                super.write(file, offset, octets, length);
            }
        };
        try (var store = SqliteDatabase.open(directory, List.of(), disk)) {
            long first = CompactionTest.keep(store, new byte[10]);
            long second = CompactionTest.keep(store, new byte[10]);
            failing.set(true);
            forget(store, List.of(first));
            failing.set(false);
            forget(store, List.of(second));
            assertEquals(List.of(new Entry(first, Finals.ALL, 0), new Entry(second, Finals.ALL, 0)), done(1));
            failing.set(true);
            forget(store, List.of(CompactionTest.keep(store, new byte[10])));
            failing.set(false);
            CompactionTest.keep(store, new byte[10]);
            assertEquals(3, done(1).size(), "it is tried again before something new is kept");
        }
    }

    @Test
    void nothingIsSaidBesideBareContents() throws IOException {
        long bare;
        try (var store = SqliteDatabase.open(directory, List.of())) {
            bare = CompactionTest.keep(store, new byte[10]);
            CompactionTest.keep(store, new byte[10]);
        }
        byte[] all = Files.readAllBytes(segments().path(1));
        java.util.Arrays.fill(all, (byte) 'x'); // as an older version would have left it
        Files.write(segments().path(1), all);
        try (var store = SqliteDatabase.open(directory, List.of())) {
            forget(store, List.of(bare));
            assertFalse(Files.exists(segments().done(1)));
        }
        assertArrayEquals(all, Files.readAllBytes(segments().path(1)));
    }

    private SegmentFiles segments() { return new SegmentFiles(directory.resolve(Segments.DIRECTORY)); }

    private List<Entry> done(long segment) throws IOException { return read(segment).entries(); }

    private Finals read(long segment) throws IOException {
        byte[] first = Files.readAllBytes(segments().path(segment));
        return Finals.read(segments().done(segment), Preamble.read(first).orElseThrow().nonce());
    }

    private static void forget(Store store, List<Long> ids) throws IOException {
        store.write(connection -> {
            for (long id : ids)
                store.forgetBody(connection, id);
            return true;
        });
    }
}
