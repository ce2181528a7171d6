package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.store.journal.RecordFrame.Kind;

/// Nobody asks the disk for what was kept just now; what is kept in memory of it is bounded.
class RecentBodiesTest {

    private static final int LARGE = 48 << 10; // still in memory

    @TempDir
    Path directory;
    private final AtomicInteger opened = new AtomicInteger();
    private final Disk disk = new Disk() {
        @Override
        public RandomAccessFile open(Path file) throws IOException {
            opened.incrementAndGet();
            return super.open(file);
        }
    };

    @Test
    void whatWasKeptJustNowIsReadFromMemory() throws IOException {
        try (var store = SqliteDatabase.open(directory, List.of(), disk)) {
            byte[] octets = "Subject: x\r\n\r\nhello\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            long body = accept(store, "one", octets);
            for (int i = 0; i < 2; i++)
                assertArrayEquals(octets, read(store, body));
            assertEquals(0, opened.get());
        }
    }

    @Test
    void ofMuchTheLastIsInMemoryAndTheFirstOnTheDisk() throws IOException {
        try (var store = SqliteDatabase.open(directory, List.of(), disk)) {
            long first = accept(store, "first", octets(0));
            long last = first;
            for (int i = 1; i < 800; i++)
                last = accept(store, "letter " + i, octets(i));
            assertArrayEquals(octets(799), read(store, last));
            assertEquals(0, opened.get());
            assertArrayEquals(octets(0), read(store, first));
            assertTrue(opened.get() > 0, "read from the disk");
        }
    }

    @Test
    void whatIsForgottenIsNoLongerThere() {
        var recent = new RecentBodies();
        var body = new Segments.Reference(7, 1, 0, 1, 0);
        recent.put(new Segments.Written(body, new byte[100]));
        assertTrue(recent.open(7).isPresent());
        recent.forget(7);
        assertFalse(recent.open(7).isPresent());
        assertFalse(recent.find(7).isPresent());
    }

    private static byte[] octets(int filling) {
        var octets = new byte[LARGE];
        java.util.Arrays.fill(octets, (byte) filling);
        return octets;
    }

    private static long accept(Store store, String key, byte[] octets) throws IOException {
        return store.accept(key, new NewBody(Kind.Accepted, new byte[0], Content.of(octets)), (_, _) -> {});
    }

    private static byte[] read(Store store, long body) throws IOException {
        try (var in = store.openBody(body)) {
            return in.readAllBytes();
        }
    }
}
