package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sternpost.engine.store.LetterStore.DDL;
import static org.sternpost.engine.store.LetterStore.accept;
import static org.sternpost.engine.store.LetterStore.copy;
import static org.sternpost.engine.store.LetterStore.hold;
import static org.sternpost.engine.store.LetterStore.insert;
import static org.sternpost.engine.store.LetterStore.replay;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.store.Disk.DiskTroubleException;
import org.sternpost.engine.store.journal.RecordFrame.Kind;

/// One step of the disk fails, then it is well again: what was answered is there, what was refused is not, and the
/// store goes on by itself.
class FaultyDiskTest {

    private static final int RUNS = Integer.getInteger("sternpost.faults", 40);
    private static final long SEED = Long.getLong("sternpost.seed", 20_261_128);
    private static final int LONG = 150_000; // written in three pieces

    @TempDir
    Path directory;

    /// How a step fails.
    private enum How { BEFORE, HALF, BEHIND }

    /// Fails some steps in a row, counted from when it is armed.
    private static final class Faulty extends Disk {

        private final How how;
        private long first = Long.MAX_VALUE;
        private long behind = Long.MAX_VALUE;
        private long steps;

        Faulty(How how) { this.how = how; }

        synchronized void arm(long at, int width) {
            first = steps + at;
            behind = first + width;
        }

        synchronized void well() { first = behind = Long.MAX_VALUE; }

        private synchronized boolean fails() {
            long step = steps++;
            return step >= first && step < behind;
        }

        @Override
        public void write(RandomAccessFile file, long offset, byte[] octets, int length) throws IOException {
            boolean fails = fails();
            if (!fails || how != How.BEFORE)
                super.write(file, offset, octets, fails && how == How.HALF
                        ? length / 2
                        : length);
            if (fails) throw new IOException("No space left on device");
        }

        @Override
        public void begin(RandomAccessFile file, byte[] octets) throws IOException {
            boolean fails = fails();
            if (!fails || how != How.BEFORE) super.begin(file, octets);
            if (fails) throw new IOException("No space left on device");
        }

        @Override
        public void sync(RandomAccessFile file) throws IOException {
            boolean fails = fails();
            if (!fails || how == How.BEHIND) super.sync(file);
            if (fails) throw new IOException("Input/output error");
        }

        @Override
        public void syncNames(Path of) throws IOException {
            boolean fails = fails();
            if (!fails || how == How.BEHIND) super.syncNames(of);
            if (fails) throw new IOException("Input/output error");
        }
    }

    /// Letters by what became of them.
    private static final class Letters {
        private final Set<String> answered = new TreeSet<>();
        private final Set<String> refused = new TreeSet<>();
        private final Set<String> settled = new TreeSet<>();
    }

    @Test
    void atWhateverStepTheDiskFailsNothingAnsweredIsLostAndNothingRefusedIsOwed() throws Exception {
        var random = new Random(SEED);
        for (int run = 0; run < RUNS; run++) {
            How how = How.values()[random.nextInt(How.values().length)];
            int at = random.nextInt(45);
            int width = 1 + random.nextInt(4);
            String told = "seed " + SEED + ", run " + run + ": " + how + " at " + at + ", " + width + " wide";
            Path live = directory.resolve("live" + run);
            Path killed = directory.resolve("killed" + run);
            var letters = new Letters();
            var disk = new Faulty(how);
            try (var store = SqliteDatabase.open(live, DDL, disk)) {
                disk.arm(at, width);
                work(store, letters);
                disk.well();
                assertTrue(accepted(store, "last", 1, letters), told + ": it did not go on");
                kill(store, live, killed);
                assertEquals(letters.answered, new TreeSet<>(store.<List<String>>read(FaultyDiskTest::letters)), told);
                assertEquals(letters.answered.size(), store.<Integer>read(LetterStore::bodies), told);
            }
            try (var store = SqliteDatabase.open(killed, DDL)) {
                assertTrue(!store.condition().doubt(), told + ": " + store.condition().words());
                replay(store, new ArrayList<>());
                assertEquals(letters.answered, new TreeSet<>(store.<List<String>>read(FaultyDiskTest::letters)), told);
                for (long body : store.<List<Long>>read(FaultyDiskTest::bodies))
                    LetterStore.text(store, body);
                assertTrue(accepted(store, "after", 1, letters), told);
            }
        }
    }

    /// What a kill would leave now.
    private static void kill(Store store, Path live, Path killed) throws Exception {
        var mayGo = new CountDownLatch(1);
        Thread slow = hold(store, mayGo); // a transaction is under way and comes to no end meanwhile
        copy(live, killed);
        mayGo.countDown();
        slow.join();
    }

    /// Accepts, keeps with rows, settles before there are rows and behind, and moves.
    private static void work(SqliteDatabase store, Letters letters) throws IOException {
        for (int i = 0; i < 12; i++) {
            String letter = "letter " + i;
            int octets = i % 3 == 0 ? LONG : 10;
            if (i % 4 == 3) {
                kept(store, letter, octets, letters);
                continue;
            }
            boolean there = accepted(store, letter, octets, letters);
            if (there && i % 2 == 0) settled(store, letter, letters);
            if (there && i == 5) store.search(LetterStore::letters); // which has the rows written, if it can
        }
        try {
            store.compact();
        } catch (IOException trouble) {
            assertTrue(trouble instanceof DiskTroubleException, trouble.toString());
        }
    }

    private static boolean accepted(Store store, String text, int octets, Letters letters) {
        try {
            store.accept(text, new NewBody(Kind.Accepted, text.getBytes(StandardCharsets.UTF_8),
                    Content.of(new byte[octets])), (connection, body) -> insert(connection, body, text));
            return letters.answered.add(text);
        } catch (IOException refused) {
            letters.refused.add(text);
            return false;
        }
    }

    private static void kept(Store store, String text, int octets, Letters letters) {
        try {
            var body = new NewBody(Kind.Notice, text.getBytes(StandardCharsets.UTF_8),
                    Content.of(new byte[octets]));
            store.<@Nullable Void>writeWithBodies(List.of(body), (connection, bodies) -> {
                insert(connection, bodies.getFirst().id(), text);
                return null;
            });
            letters.answered.add(text);
        } catch (IOException refused) {
            letters.refused.add(text);
        }
    }

    private static void settled(Store store, String text, Letters letters) {
        try {
            store.<@Nullable Void>settle(text, List.of(), (connection, _, unwritten) -> {
                if (unwritten.isPresent()) unwritten.get().leave();
                else
                    delete(store, connection, text);
                return null;
            });
            letters.answered.remove(text);
            letters.settled.add(text);
        } catch (IOException later) {
            // It is owed as before.
        }
    }

    private static void delete(Store store, Connection connection, String text) throws SQLException {
        try (var delete = connection.prepareStatement("DELETE FROM letter WHERE text = ? RETURNING body")) {
            delete.setString(1, text);
            try (var row = delete.executeQuery()) {
                if (row.next()) store.forgetBody(connection, row.getLong(1));
            }
        }
    }

    private static List<String> letters(Connection connection) throws SQLException {
        return column(connection, "SELECT text FROM letter");
    }

    private static List<Long> bodies(Connection connection) throws SQLException {
        return column(connection, "SELECT id FROM body").stream().map(Long::valueOf).toList();
    }

    private static List<String> column(Connection connection, String sql) throws SQLException {
        var found = new ArrayList<String>();
        try (var query = connection.prepareStatement(sql); var row = query.executeQuery()) {
            while (row.next())
                found.add(row.getString(1));
        }
        return found;
    }

    /// The header of a record is in the file, its end is not, and others came behind it.
    @Test
    void aRecordThatWasBegunAndRefusedIsNotOwedAfterAKill() throws Exception {
        Path killed = directory.resolve("killed");
        try (var live = SqliteDatabase.open(directory.resolve("live"), DDL)) {
            var header = "refused".getBytes(StandardCharsets.UTF_8);
            assertThrows(IOException.class, () -> live.accept("refused", new NewBody(Kind.Accepted, header,
                    cut(live)), (connection, body) -> insert(connection, body, "refused")));
            assertTrue(accepted(live, "behind", 10, new Letters()));
            kill(live, directory.resolve("live"), killed);
        }
        var replayed = new ArrayList<String>();
        try (var opened = SqliteDatabase.open(killed, DDL)) {
            replay(opened, replayed);
            assertEquals(List.of("behind"), opened.<List<String>>read(FaultyDiskTest::letters));
        }
    }

    /// A content of which half can be read; somebody else's record comes behind its own meanwhile.
    private static Content cut(Store store) {
        return new Content() {
            @Override
            public long size() { return LONG; }

            @Override
            public InputStream open() {
                return new InputStream() {
                    private int given;

                    @Override
                    public int read() throws IOException {
                        if (given++ < LONG / 2) return 0;
                        CompactionTest.keep(store, new byte[10]);
                        throw new IOException("Input/output error");
                    }
                };
            }
        };
    }

    /// What a refused record left takes no room, and nothing of it is found by whoever checks the store.
    @Test
    void theNextRecordTakesThePlaceOfOneThatFailed() throws Exception {
        var disk = new Faulty(How.HALF);
        var letters = new Letters();
        try (var store = SqliteDatabase.open(directory, DDL, disk)) {
            accepted(store, "first", 10, letters);
            disk.arm(0, 1);
            assertTrue(!accepted(store, "refused", 10, letters));
            assertTrue(accepted(store, "second", 10, letters));
        }
        var numbers = new SegmentScan(directory, _ -> {}).read(_ -> {});
        assertEquals(2, numbers.whole());
        assertEquals(0, numbers.unreadable());
    }

    @Test
    void aDiskThatMakesNoFileIsNotLeftOneMoreByEachTry() throws Exception {
        var disk = new Faulty(How.BEFORE);
        var letters = new Letters();
        try (var store = SqliteDatabase.open(directory, DDL, disk)) {
            accepted(store, "before", 10, letters);
            disk.arm(1, 1); // its sync: the segment takes no more, so the next one begins another
            assertTrue(!accepted(store, "unsynced", 10, letters));
            disk.arm(0, 1_000);
            for (int i = 0; i < 5; i++)
                assertTrue(!accepted(store, "refused " + i, 10, letters));
            assertEquals(1, segments());
            disk.well();
            assertTrue(accepted(store, "after", 10, letters));
            assertEquals(2, segments());
        }
    }

    private int segments() throws IOException {
        var names = new HashSet<Path>();
        try (var files = Files.newDirectoryStream(directory.resolve(Segments.DIRECTORY), "*.seg")) {
            files.forEach(names::add);
        }
        return names.size();
    }

    /// Rows that the tables refuse and a transaction that fails for something else: then nothing is behind any more.
    @Test
    void acceptanceGoesOnWhereTheRowsAtWhichTroubleWasMetAreGone() throws Exception {
        var disk = new Faulty(How.BEFORE);
        var letters = new Letters();
        try (var store = SqliteDatabase.open(directory, DDL, disk)) {
            store.accept("bad", new NewBody(Kind.Accepted, new byte[0], Content.of(new byte[1])), (_, _) -> {
                throw new SQLException("a constraint");
            });
            disk.arm(1, 1); // the sync of the next one's content
            assertThrows(DiskTroubleException.class, () -> CompactionTest.keep(store, new byte[10]));
            assertTrue(accepted(store, "after", 10, letters));
            assertEquals(List.of("after"), store.<List<String>>read(FaultyDiskTest::letters));
        }
    }

    /// The rows of one record are refused, as those of a header that a newer version wrote.
    @Test
    void aRecordOfWhichNoRowsCanBeMadeKeepsNobodyElsesFromBeingMade() throws Exception {
        Path killed = directory.resolve("killed");
        try (var store = SqliteDatabase.open(directory.resolve("live"), DDL)) {
            var mayGo = new CountDownLatch(1);
            Thread slow = hold(store, mayGo);
            for (int i = 0; i < 9; i++)
                accept(store, "letter " + i);
            copy(directory.resolve("live"), killed);
            mayGo.countDown();
            slow.join();
        }
        for (int start = 0; start < 2; start++)
            try (var store = SqliteDatabase.open(killed, DDL)) {
                store.replay((connection, body, header) -> {
                    String text = new String(header, StandardCharsets.UTF_8);
                    if (text.equals("letter 4")) throw new SQLException("no header of ours");
                    insert(connection, body, text);
                    return true;
                });
                assertEquals(8, store.<Integer>read(LetterStore::letters));
                assertEquals(9, store.<Integer>read(LetterStore::bodies));
                assertEquals("letter 4", LetterStore.text(store,
                        store.<List<Long>>read(FaultyDiskTest::bodies).get(4)));
            }
    }
}
