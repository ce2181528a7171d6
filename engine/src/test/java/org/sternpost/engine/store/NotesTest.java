package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.time.Patience;

/// What is noted is in the file at once, and read again for what it was, or not at all.
class NotesTest {

    @TempDir
    Path directory;

    @Test
    void whatIsNotedIsFoundByWhoComesNextWithoutAnybodyClosing() throws Exception {
        try (var notes = Notes.open(directory, new Disk())) {
            assertEquals(List.of(), notes.found());
            for (long i = 0; i < 100; i++)
                notes.add(note(i));
            awaitPlaces(100);
            assertEquals(numbers(0, 100), found());
            notes.forget();
            assertEquals(List.of(), found());
            notes.add(note(7));
            awaitPlaces(1);
            assertEquals(List.of(7L), found());
        }
        assertEquals(List.of(7L), found());
    }

    /// As many as there are places, the oldest first to go.
    @Test
    void theFileDoesNotGrow() throws Exception {
        try (var notes = Notes.open(directory, new Disk())) {
            for (long i = 0; i < Notes.PLACES; i++) {
                notes.add(note(i));
                if (i % 1_000 == 999) awaitPlaces((int) i + 1);
            }
            awaitPlaces(Notes.PLACES);
            notes.add(note(Notes.PLACES));
            awaitFirst(Notes.PLACES);
            assertEquals((long) Notes.PLACES * Notes.PLACE_OCTETS, Files.size(file()));
            assertEquals(numbers(1, Notes.PLACES + 1), found().stream().sorted().toList());
        }
    }

    @Test
    void whatIsNotWhatWasWrittenIsLeftOut() throws Exception {
        try (var notes = Notes.open(directory, new Disk())) {
            for (long i = 0; i < 3; i++)
                notes.add(note(i));
            awaitPlaces(3);
        }
        byte[] whole = Files.readAllBytes(file());
        for (int bit = 0; bit < Notes.PLACE_OCTETS * 8; bit++) {
            byte[] altered = whole.clone();
            altered[Notes.PLACE_OCTETS + bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file(), altered);
            assertEquals(List.of(0L, 2L), found(), "bit " + bit);
        }
        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), java.util.Arrays.copyOf(whole, length));
            assertEquals(numbers(0, length / Notes.PLACE_OCTETS), found(), "cut at " + length);
        }
    }

    @Test
    void aDiskThatDoesNotTakeItHoldsNobodyUp() throws Exception {
        var failing = new AtomicBoolean(true);
        var failed = new AtomicBoolean();
        var disk = new Disk() {
            @Override
            public void write(RandomAccessFile file, long offset, byte[] octets, int length) throws IOException {
                if (failing.get()) {
                    failed.set(true);
                    throw new IOException("No space left on device");
                }
                super.write(file, offset, octets, length);
            }
        };
        try (var notes = Notes.open(directory, disk)) {
            notes.add(note(1));
            await(failed::get);
            failing.set(false);
            notes.add(note(2));
            await(() -> found().contains(2L));
            assertThrows(IllegalArgumentException.class, () -> notes.add(new byte[Store.NOTE_OCTETS_MAX + 1]));
        }
    }

    @Test
    void aNoteOfAnyLengthIsWhatItWas() throws Exception {
        var longest = new byte[Store.NOTE_OCTETS_MAX];
        java.util.Arrays.fill(longest, (byte) -1);
        try (var notes = Notes.open(directory, new Disk())) {
            notes.add(longest);
            notes.add(new byte[1]);
            awaitPlaces(2);
        }
        try (var notes = Notes.open(directory, new Disk())) {
            assertArrayEquals(longest, notes.found().getFirst());
            assertArrayEquals(new byte[1], notes.found().getLast());
        }
    }

    private static byte[] note(long number) { return ByteBuffer.allocate(Long.BYTES).putLong(number).array(); }

    private static List<Long> numbers(long from, long to) { return LongStream.range(from, to).boxed().toList(); }

    private Path file() { return directory.resolve(Notes.NAME); }

    private List<Long> found() throws IOException {
        try (var notes = Notes.open(directory, new Disk())) {
            return notes.found().stream().map(note -> ByteBuffer.wrap(note).getLong()).toList();
        }
    }

    private void awaitPlaces(int count) throws Exception {
        await(() -> Files.size(file()) >= (long) count * Notes.PLACE_OCTETS);
    }

    private void awaitFirst(long number) throws Exception { await(() -> found().getFirst() == number); }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + Patience.AMPLE.toNanos();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < end, "it was not written");
            Thread.onSpinWait();
        }
    }
}
