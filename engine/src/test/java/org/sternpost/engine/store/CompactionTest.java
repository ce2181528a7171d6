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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.store.journal.Finals;
import org.sternpost.engine.store.journal.Preamble;
import org.sternpost.engine.store.journal.RecordFrame;
import org.sternpost.engine.store.journal.SegmentReader;
import org.sternpost.engine.store.Disk.DiskTroubleException;

/// A message that waits long keeps its own octets on the disk, and not those of its neighbours.
class CompactionTest {

    private static final List<String> DDL = List.of("CREATE TABLE IF NOT EXISTS letter (body BIGINT)");
    private static final int BODY_OCTETS = 1 << 20;
    private static final int BODIES = 12;
    private static final int AROUND_OCTETS = Preamble.OCTETS + RecordFrame.PREFIX_OCTETS + RecordFrame.TRAILER_OCTETS;

    @TempDir
    Path directory;

    @Test
    void whatIsLeftOfALargeSegmentMovesAndTheSegmentGoes() throws IOException {
        var octets = random();
        long stays;
        try (var database = SqliteDatabase.open(directory, DDL)) {
            stays = fill(database, octets);
            assertTrue(onDisk() >= BODIES * (long) BODY_OCTETS);
            try (var reading = database.openBody(stays)) {
                database.compact();
                assertArrayEquals(octets, reading.readAllBytes(), "a reader of the old place is not disturbed");
            }
            assertEquals(BODY_OCTETS + AROUND_OCTETS, onDisk());
            assertArrayEquals(octets, read(database, stays));
            database.compact();
            assertEquals(BODY_OCTETS + AROUND_OCTETS, onDisk(), "nothing moves twice");
        }
        try (var database = SqliteDatabase.open(directory, DDL)) {
            assertFalse(database.condition().doubt());
            assertArrayEquals(octets, read(database, stays));
            database.write(connection -> {
                database.forgetBody(connection, stays);
                return true;
            });
            assertEquals(Preamble.OCTETS, onDisk());
        }
    }

    @Test
    void aSegmentOfWhichAQuarterIsLeftStays() throws IOException {
        try (var database = SqliteDatabase.open(directory, DDL)) {
            var ids = new ArrayList<Long>();
            int around = 4 * AROUND_OCTETS; // the first is longer by it, and so a quarter of all
            ids.add(keep(database, new byte[BODY_OCTETS + around]));
            for (int i = 1; i < 4; i++)
                ids.add(keep(database, random()));
            long before = onDisk();
            forget(database, ids.subList(1, 4));
            database.compact();
            assertEquals(before, onDisk());
        }
    }

    @Test
    void aBodyThatCannotBeReadStaysWhereItIs() throws IOException {
        try (var database = SqliteDatabase.open(directory, DDL)) {
            long stays = fill(database, random());
            try (var file = new RandomAccessFile(segment().toFile(), "rw")) {
                file.seek(77);
                int octet = file.read();
                file.seek(77);
                file.write(octet ^ 1);
            }
            database.compact();
            assertTrue(Files.exists(segment()), "its segment is kept");
            assertThrows(IOException.class, () -> read(database, stays));
        }
    }

    @Test
    void whatTheDiskDidNotSyncHasNotMoved() throws IOException {
        var failing = new AtomicBoolean();
        var disk = new Disk() {
            @Override
            public void sync(RandomAccessFile file) throws IOException {
                if (failing.get()) throw new IOException("Input/output error");
                super.sync(file);
            }
        };
        var octets = random();
        try (var database = SqliteDatabase.open(directory, DDL, disk)) {
            long stays = fill(database, octets);
            failing.set(true);
            assertThrows(DiskTroubleException.class, database::compact);
            assertArrayEquals(octets, read(database, stays));
            failing.set(false);
            database.compact();
            assertArrayEquals(octets, read(database, stays));
            assertFalse(Files.exists(segment()));
        }
    }

    /// Others' sync fails after a body was copied: the copy is in a file that nobody believes any more.
    @Test
    void whatSomebodyElsesSyncLostHasNotMoved() throws IOException {
        var store = new AtomicReference<SqliteDatabase>();
        var moving = new AtomicBoolean();
        var disk = new Disk() {
            private boolean failed;

            @Override
            public void write(RandomAccessFile file, long offset, byte[] octets, int length) throws IOException {
                super.write(file, offset, octets, length);
                // The second body that moves: the first is in the file, and not yet in the tables.
                if (!moving.get() || octets[0] != 2 || failed) return;
                failed = true;
                assertThrows(IOException.class, () -> keep(store.get(), new byte[1]));
            }

            @Override
            public void sync(RandomAccessFile file) throws IOException {
                if (failed && moving.getAndSet(false)) throw new IOException("Input/output error");
                super.sync(file);
            }
        };
        try (var database = SqliteDatabase.open(directory, DDL, disk)) {
            store.set(database);
            var ids = new ArrayList<Long>();
            for (int i = 0; i < BODIES; i++)
                ids.add(keep(database, i < 2 ? filled(i + 1) : new byte[BODY_OCTETS]));
            forget(database, ids.subList(2, BODIES));
            moving.set(true);
            assertThrows(IOException.class, database::compact);
            assertTrue(Files.exists(segment()), "the old place is kept");
            for (int i = 0; i < 2; i++)
                assertArrayEquals(filled(i + 1), read(database, ids.get(i)));
            database.compact();
            assertFalse(Files.exists(segment()));
            for (int i = 0; i < 2; i++)
                assertArrayEquals(filled(i + 1), read(database, ids.get(i)));
        }
    }

    /// What is settled while it is being copied is not there again, and its copy goes.
    @Test
    void whatIsSettledMeanwhileStaysSettled() throws IOException {
        var store = new AtomicReference<SqliteDatabase>();
        var moving = new AtomicReference<Long>();
        var disk = new Disk() {
            @Override
            public void write(RandomAccessFile file, long offset, byte[] octets, int length) throws IOException {
                super.write(file, offset, octets, length);
                Long settled = moving.getAndSet(null);
                if (settled != null) forget(store.get(), List.of(settled));
            }
        };
        try (var database = SqliteDatabase.open(directory, DDL, disk)) {
            store.set(database);
            long first = fill(database, random());
            moving.set(first);
            database.compact();
            assertThrows(IOException.class, () -> read(database, first));
            assertFalse(Files.exists(segment()));
        }
        try (var database = SqliteDatabase.open(directory, DDL)) {
            assertFalse(database.condition().doubt(), database.condition().words() + "");
            assertEquals(Preamble.OCTETS, onDisk());
        }
    }

    /// Nobody is left who would say so of the copy, should the tables be lost one day.
    @Test
    void theCopyOfWhatIsSettledMeanwhileIsSettledToo() throws IOException {
        var store = new AtomicReference<SqliteDatabase>();
        var moving = new AtomicReference<Long>();
        var disk = new Disk() {
            @Override
            public void write(RandomAccessFile file, long offset, byte[] octets, int length) throws IOException {
                super.write(file, offset, octets, length);
                Long settled = moving.getAndSet(null);
                if (settled != null) forget(store.get(), List.of(settled));
            }
        };
        long waits;
        try (var database = SqliteDatabase.open(directory, DDL, disk)) {
            store.set(database);
            long first = fill(database, random());
            moving.set(first);
            database.compact();
            waits = keep(database, new byte[10]);
        }
        var owed = new ArrayList<Long>();
        new SegmentScan(directory, _ -> {}).read(record -> owed.add(record.body().id()));
        assertEquals(List.of(waits), owed);
    }

    /// The file that it was moved to is gone, and nothing says that it was settled there.
    @Test
    void whatWasMovedToAFileThatIsMissingIsFoundInItsOldPlace() throws IOException {
        Path old = directory.resolve("old");
        long stays;
        try (var database = SqliteDatabase.open(directory, DDL)) {
            stays = fill(database, random());
            Files.copy(segment(), old);
            database.compact();
        }
        var files = new SegmentFiles(directory.resolve(Segments.DIRECTORY));
        for (long number : files.numbers())
            files.delete(number);
        Files.move(old, segment());
        long nonce = SegmentReader.nonce(segment()).orElseThrow();
        Files.write(files.done(1), Finals.octets(nonce, LongStream.rangeClosed(1, 2L * BODIES)
                .mapToObj(id -> new Finals.Entry(id, Finals.ALL, id == stays ? Finals.MOVED : 0)).toList()));
        var owed = new ArrayList<Long>();
        new SegmentScan(directory, _ -> {}).read(record -> owed.add(record.body().id()));
        assertEquals(List.of(stays), owed);
    }

    /// Whoever has read where a body is, and comes after it has moved, looks again.
    @Test
    void aReaderThatComesToTheOldPlaceFindsTheNewOne() throws IOException {
        var store = new AtomicReference<SqliteDatabase>();
        var reading = new AtomicBoolean();
        var disk = new Disk() {
            @Override
            public RandomAccessFile open(Path file) throws IOException {
                if (reading.getAndSet(false)) store.get().compact();
                return super.open(file);
            }
        };
        byte[] octets = random();
        try (var database = SqliteDatabase.open(directory, DDL, disk)) {
            store.set(database);
            long stays = fill(database, octets);
            reading.set(true);
            assertArrayEquals(octets, read(database, stays));
            assertFalse(Files.exists(segment()), "it had not moved");
        }
    }

    @Test
    void aSmallSegmentIsNotWorthMoving() throws IOException {
        try (var database = SqliteDatabase.open(directory, DDL)) {
            long stays = keep(database, new byte[10]);
            forget(database, List.of(keep(database, new byte[1_000])));
            database.compact();
            assertTrue(Files.exists(segment()));
            assertArrayEquals(new byte[10], read(database, stays));
            assertEquals(1, segments(), "nothing was copied elsewhere");
        }
    }

    private long segments() throws IOException {
        try (var files = Files.list(directory.resolve("bodies"))) {
            return files.filter(file -> file.toString().endsWith(".seg")).count();
        }
    }

    private static byte[] filled(int with) {
        var octets = new byte[BODY_OCTETS];
        Arrays.fill(octets, (byte) with);
        return octets;
    }

    /// Keeps the first of many.
    private static long fill(Store store, byte[] first) throws IOException {
        var ids = new ArrayList<Long>();
        for (int i = 0; i < BODIES; i++)
            ids.add(keep(store, i == 0 ? first : new byte[BODY_OCTETS]));
        forget(store, ids.subList(1, BODIES));
        return ids.getFirst();
    }

    static long keep(Store store, byte[] octets) throws IOException {
        return store.writeWithBodies(List.of(NewBody.bare(Content.of(octets))), (_, bodies) -> bodies.getFirst().id());
    }

    private static void forget(Store store, List<Long> ids) throws IOException {
        store.write(connection -> {
            for (long id : ids)
                store.forgetBody(connection, id);
            return true;
        });
    }

    private static byte[] read(Store store, long id) throws IOException {
        try (var in = store.openBody(id)) {
            return in.readAllBytes();
        }
    }

    private Path segment() { return directory.resolve("bodies/0000000000000001.seg"); }

    private long onDisk() throws IOException {
        long octets = 0;
        try (var files = Files.list(directory.resolve("bodies"))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".seg")).toList())
                octets += Files.size(file);
        }
        return octets;
    }

    private static byte[] random() {
        var octets = new byte[BODY_OCTETS];
        new Random(8).nextBytes(octets);
        return octets;
    }
}
