package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sternpost.engine.store.LetterStore.DDL;
import static org.sternpost.engine.store.LetterStore.accept;
import static org.sternpost.engine.store.LetterStore.alter;
import static org.sternpost.engine.store.LetterStore.copy;
import static org.sternpost.engine.store.LetterStore.hold;
import static org.sternpost.engine.store.LetterStore.insert;
import static org.sternpost.engine.store.LetterStore.replay;
import static org.sternpost.engine.store.LetterStore.segment;
import static org.sternpost.engine.store.LetterStore.text;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.store.journal.RecordFrame.Kind;
import org.sternpost.engine.time.Patience;

/// What a start finds in the segments behind what has rows.
class JournalTailTest {

    @TempDir
    Path directory;

    /// As a crash leaves it: the records are there and the rows of the last ones are not.
    @Test
    void whatHasNoRowsYetIsAppliedAtTheStart() throws Exception {
        var mayGo = new CountDownLatch(1);
        Path copy = directory.resolve("copy");
        try (var store = SqliteDatabase.open(directory.resolve("live"), DDL)) {
            accept(store, "first");
            assertEquals(1, store.<Integer>read(LetterStore::letters));
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
            assertEquals(3, store.<Integer>read(LetterStore::letters));
            assertEquals("fourth", text(store, accept(store, "fourth")));
        }
        replayed.clear();
        try (var store = SqliteDatabase.open(copy, DDL)) {
            replay(store, replayed);
            assertEquals(List.of(), replayed, "applied once");
            assertEquals(4, store.<Integer>read(LetterStore::letters));
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
            statement.execute("UPDATE schema_version SET version = 5");
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
                assertEquals(1, store.<Integer>read(LetterStore::bodies));
            }
    }

    /// A number that is gone says nothing of what has rows: all segments are looked at, as after other damage.
    @Test
    void whatTheLostNumberWouldHaveToldIsFoundInTheSegments() throws Exception {
        var mayGo = new CountDownLatch(1);
        Path copy = directory.resolve("copy");
        try (var store = SqliteDatabase.open(directory.resolve("live"), DDL)) {
            accept(store, "has rows");
            assertEquals(1, store.<Integer>read(LetterStore::letters));
            Thread slow = hold(store, mayGo);
            accept(store, "has none");
            copy(directory.resolve("live"), copy);
            mayGo.countDown();
            slow.join();
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + copy.resolve(SqliteDatabase.FILE));
                var statement = connection.createStatement()) {
            statement.execute("DELETE FROM journal_applied");
        }
        try (var store = SqliteDatabase.open(copy, DDL, new Letters())) {
            assertTrue(store.condition().doubt());
            replay(store, new ArrayList<>());
            assertEquals(2, store.<Integer>read(LetterStore::letters));
            assertEquals(2, store.<Integer>read(LetterStore::bodies));
            assertEquals("third", text(store, accept(store, "third")));
        }
        try (var store = SqliteDatabase.open(copy, DDL, new Letters())) {
            assertFalse(store.condition().doubt());
            assertEquals(3, store.<Integer>read(LetterStore::letters));
        }
    }

    /// Makes the rows of letters that have none.
    private static final class Letters implements Rebuild.Rows {

        @Override
        public Rebuild.Row write(Connection connection, SegmentScan.Found record, SegmentScan scan)
                throws SQLException {
            insert(connection, record.body().id(), new String(record.header(), StandardCharsets.UTF_8));
            return new Rebuild.Row.Owed();
        }

        @Override
        public String name(byte[] header) { return new String(header, StandardCharsets.UTF_8); }
    }

    /// A start looks at no more than the last moments, also where what was kept since comes with its rows.
    @Test
    void whatComesWithItsRowsIsBehindTheNumberToo() throws Exception {
        try (var store = SqliteDatabase.open(directory, DDL)) {
            accept(store, "small");
            var last = new AtomicLong();
            for (int i = 0; i < 2; i++)
                store.<@Nullable Void>writeWithBodies(
                        List.of(new NewBody(Kind.Notice, new byte[0], Content.of(new byte[100_000]))),
                        (_, bodies) -> {
                            last.set(bodies.getFirst().id());
                            return null;
                        });
            assertEquals(last.get(), store.<Long>read(JournalTailTest::applied));
            accept(store, "small again");
            store.<Integer>read(LetterStore::letters);
            assertEquals(last.get() + 1, store.<Long>read(JournalTailTest::applied));
        }
    }

    private static long applied(Connection connection) throws SQLException {
        try (var query = connection.prepareStatement("SELECT record FROM journal_applied");
                var row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
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

    /// The power may go while several are written, and leave any part of each: none of them was answered. What was
    /// synced before and is not whole was answered, and is told as damage.
    @Test
    void whatWasBeingWrittenIsPassedOverAndWhatWasSyncedIsNamed() throws Exception {
        var mayGo = new CountDownLatch(1);
        var syncing = new CountDownLatch(1);
        var maySync = new CountDownLatch(1);
        var slowly = new AtomicBoolean();
        var live = directory.resolve("live");
        var disk = new Disk() {
            @Override
            public void sync(RandomAccessFile file) throws IOException {
                if (slowly.get()) {
                    syncing.countDown();
                    awaited(maySync);
                }
                super.sync(file);
            }
        };
        try (var store = SqliteDatabase.open(live, DDL, disk)) {
            accept(store, "before");
            assertEquals(1, store.<Integer>read(LetterStore::letters));
            slowly.set(true);
            Thread slow = hold(store, mayGo);
            try {
                var first = Thread.startVirtualThread(() -> accepted(store, "alone"));
                awaited(syncing);
                var others = List.of(Thread.startVirtualThread(() -> accepted(store, "left")),
                        Thread.startVirtualThread(() -> accepted(store, "right")));
                for (Thread other : others)
                    Patience.untilItWaits(other, Thread.State.WAITING);
                maySync.countDown();
                first.join();
                for (Thread other : others)
                    other.join();
                for (String text : List.of("alone", "left", "right")) {
                    Path copy = directory.resolve(text);
                    copy(live, copy);
                    alter(copy, text);
                    var replayed = new ArrayList<String>();
                    try (var hurt = SqliteDatabase.open(copy, DDL)) {
                        replay(hurt, replayed);
                        assertEquals(text.equals("alone")
                                ? Set.of("alone", "left", "right")
                                : text.equals("left") ? Set.of("alone", "right") : Set.of("alone", "left"),
                                Set.copyOf(replayed));
                        assertEquals(1 + replayed.size(), hurt.<Integer>read(LetterStore::bodies));
                        assertEquals("again", text(hurt, accept(hurt, "again")));
                    }
                    replayed.clear();
                    try (var again = SqliteDatabase.open(copy, DDL)) {
                        replay(again, replayed);
                        assertEquals(List.of(), replayed, "it is not found a second time");
                    }
                }
                // The same where all segments are read, since the counts are gone with the power.
                Path doubtful = directory.resolve("doubtful");
                copy(live, doubtful);
                alter(doubtful, "right");
                Files.delete(doubtful.resolve(Counts.CountsFile.NAME));
                try (var hurt = SqliteDatabase.open(doubtful, DDL, new Letters())) {
                    assertTrue(hurt.condition().doubt());
                    replay(hurt, new ArrayList<>());
                    assertEquals(3, hurt.<Integer>read(LetterStore::letters));
                    assertEquals(3, hurt.<Integer>read(LetterStore::bodies));
                }
            } finally {
                mayGo.countDown();
                slow.join();
            }
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertTrue(latch.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    private static void accepted(Store store, String text) {
        try {
            accept(store, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
