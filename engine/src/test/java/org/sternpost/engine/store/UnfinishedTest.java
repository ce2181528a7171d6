package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sternpost.engine.store.LetterStore.DDL;
import static org.sternpost.engine.store.LetterStore.accept;
import static org.sternpost.engine.store.LetterStore.alter;
import static org.sternpost.engine.store.LetterStore.copy;
import static org.sternpost.engine.store.LetterStore.hold;
import static org.sternpost.engine.store.LetterStore.replay;
import static org.sternpost.engine.store.LetterStore.segment;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.store.journal.Preamble;

/// What a start passes over as it was being written when the power went.
class UnfinishedTest {

    @TempDir
    Path directory;

    /// Another crash leaves it among earlier batches, which were answered.
    @Test
    void whatWasPassedOverOnceIsPassedOverAtTheNextStartToo() throws Exception {
        crashed(directory.resolve("first"), "last");
        alter(directory.resolve("first"), "last");
        var replayed = new ArrayList<String>();
        Path second = directory.resolve("second");
        var mayGo = new CountDownLatch(1);
        try (var store = SqliteDatabase.open(directory.resolve("first"), DDL)) {
            replay(store, replayed);
            assertEquals(List.of(), replayed);
            Thread slow = hold(store, mayGo);
            accept(store, "next");
            copy(directory.resolve("first"), second);
            mayGo.countDown();
            slow.join();
        }
        try (var store = SqliteDatabase.open(second, DDL)) {
            replay(store, replayed);
            assertEquals(List.of("next"), replayed);
            assertEquals(2, store.<Integer>read(LetterStore::letters));
        }
    }

    /// The disk may have altered it after it was synced, and answered: there is a copy, which is told and no damage.
    @Test
    void whatIsPassedOverIsKeptAndTold() throws Exception {
        Path data = directory.resolve("first");
        crashed(data, "last");
        alter(data, "last");
        start(data, List.of());
        assertKept(data, "last", 1);
        assertTrue(check(data).contains("unfinished: record "), check(data));
    }

    /// The only one that a segment had, and its beginning: nothing else says that it was there.
    @Test
    void theEndOfASegmentIsKeptBeforeItIsTakenOff() throws Exception {
        Path data = directory.resolve("first");
        crashed(data, "last");
        Path segment = segment(data);
        byte[] octets = Files.readAllBytes(segment);
        int header = new String(octets, StandardCharsets.ISO_8859_1).indexOf("last");
        try (var file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(header);
            file.write('L');
        }
        start(data, List.of());
        assertKept(data, "Last", 1);
    }

    /// Nothing refers to the segment any more, and no table says that there was another record in it.
    @Test
    void aSegmentOfWhichNothingCanBeReadIsKeptBeforeItGoes() throws Exception {
        for (boolean zero : List.of(false, true)) {
            Path data = directory.resolve("zero-" + zero);
            var mayGo = new CountDownLatch(1);
            Path live = directory.resolve("live-" + zero);
            try (var store = SqliteDatabase.open(live, DDL)) {
                long first = accept(store, "before");
                store.<Boolean>write(connection -> {
                    store.forgetBody(connection, first);
                    return true;
                });
                Thread slow = hold(store, mayGo);
                accept(store, "last");
                copy(live, data);
                mayGo.countDown();
                slow.join();
            }
            byte[] altered = "nothing of it is what was written".getBytes(StandardCharsets.US_ASCII);
            Files.write(segment(data), zero ? new byte[altered.length] : altered);
            start(data, List.of());
            if (zero) assertEquals(List.of(), Unfinished.files(data));
            else
                assertKept(data, "nothing of it", 1);
        }
    }

    /// It is no segment of this store: all of it is kept, and that is told as trouble already.
    @Test
    void ofASegmentThatNobodyKnowsThereIsNoSecondCopy() throws Exception {
        Path data = directory.resolve("first");
        crashed(data);
        Files.writeString(data.resolve(Segments.DIRECTORY).resolve("00000000000000aa.seg"), "somebody else's");
        try (var store = SqliteDatabase.open(data, DDL)) {
            assertTrue(store.condition().kept().isPresent());
        }
        assertEquals(List.of(), Unfinished.files(data));
    }

    /// A start that is killed and begun again keeps no second copy, and old ones give way in the end.
    @Test
    void copiesDoNotGrowWithoutBound() throws Exception {
        Path data = directory.resolve("data");
        var files = new SegmentFiles(data.resolve(Segments.DIRECTORY));
        for (long number = 1; number <= Unfinished.FILES_MAX + 2; number++) {
            try (var file = files.create(number, new Preamble(number), new Disk())) {
                file.write("torn".getBytes(StandardCharsets.US_ASCII));
            }
            for (int time = 0; time < 2; time++) {
                var unfinished = new Unfinished(data, files, new Disk());
                unfinished.add(number, Preamble.OCTETS, 4);
                Path kept = unfinished.keep().get(number);
                assertEquals("torn", Files.readString(kept, StandardCharsets.ISO_8859_1).substring(Preamble.OCTETS));
            }
        }
        List<Path> left = Unfinished.files(data);
        assertEquals(Unfinished.FILES_MAX, left.size());
        assertEquals("0000000000000003-1.seg", left.getFirst().getFileName().toString());
    }

    private static void start(Path data, List<String> replayed) throws IOException {
        var found = new ArrayList<String>();
        try (var store = SqliteDatabase.open(data, DDL)) {
            replay(store, found);
            assertEquals(replayed, found);
            assertEquals(List.of(), store.condition().words());
        }
    }

    private static void assertKept(Path data, String text, int count) throws IOException {
        List<Path> kept = Unfinished.files(data);
        assertEquals(count, kept.size());
        String octets = Files.readString(kept.getFirst(), StandardCharsets.ISO_8859_1);
        assertTrue(octets.contains(text), octets);
        assertTrue(check(data).contains(kept.getFirst().toString()), check(data));
    }

    /// What a check says, to which the store is well.
    private static String check(Path data) throws IOException {
        var report = StoreCheck.of(data, header -> new String(header, StandardCharsets.UTF_8), _ -> {});
        assertTrue(report.well(), report.words() + "");
        return report.words() + "";
    }

    /// As a crash leaves a store: one letter has rows, those behind it have none.
    private void crashed(Path to, String... texts) throws Exception {
        var mayGo = new CountDownLatch(1);
        try (var store = SqliteDatabase.open(directory.resolve("live"), DDL)) {
            accept(store, "before");
            assertEquals(1, store.<Integer>read(LetterStore::letters));
            Thread slow = hold(store, mayGo);
            for (String text : texts)
                accept(store, text);
            copy(directory.resolve("live"), to);
            mayGo.countDown();
            slow.join();
        }
    }
}
