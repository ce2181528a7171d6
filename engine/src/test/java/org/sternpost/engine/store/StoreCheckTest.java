package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.store.Counts.CountsFile;
import org.sternpost.engine.store.journal.Preamble;
import org.sternpost.engine.store.journal.RecordFrame.Kind;
import org.sternpost.engine.store.journal.RecordFrame;

/// A check finds what is hurt, tells it in numbers, and changes nothing.
class StoreCheckTest {

    private static final int BODIES = 5;

    @TempDir
    Path directory;
    private final TreeMap<String, byte[]> before = new TreeMap<>();

    @BeforeEach
    void fill() throws IOException {
        try (var store = SqliteDatabase.open(directory, List.of())) {
            for (int i = 0; i < BODIES; i++)
                CompactionTest.keep(store, ("content of " + i).getBytes());
            for (String name : List.of(SqliteDatabase.FILE, SqliteDatabase.FILE + "-wal", CountsFile.NAME))
                Files.copy(directory.resolve(name), directory.resolve(name + ".bak"));
        }
    }

    @AfterEach
    void nothingWasChanged() throws IOException {
        for (var each : before.entrySet())
            assertArrayEquals(each.getValue(), Files.readAllBytes(directory.resolve(each.getKey())), each.getKey());
        assertEquals(before.keySet(), contents().keySet());
    }

    @Test
    void aWholeStoreIsWell() throws IOException {
        StoreCheck.Report found = check();
        assertTrue(found.well(), found.words() + "");
        assertTrue(found.words().getFirst().contains(BODIES + " messages are owed"), found.words() + "");
    }

    @Test
    void theLogOfAKilledEngineIsReadAndStaysAsItIs() throws IOException {
        Files.move(directory.resolve(SqliteDatabase.FILE + "-wal.bak"),
                directory.resolve(SqliteDatabase.FILE + "-wal"));
        for (String name : List.of(SqliteDatabase.FILE, CountsFile.NAME))
            Files.move(directory.resolve(name + ".bak"), directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        StoreCheck.Report found = check();
        assertTrue(found.well(), found.words() + "");
        assertTrue(found.words().getFirst().contains(BODIES + " messages are owed"), found.words() + "");
    }

    @Test
    void anOldDatabaseLacksTransactions() throws IOException {
        Files.delete(directory.resolve(SqliteDatabase.FILE));
        Files.move(directory.resolve(SqliteDatabase.FILE + ".bak"), directory.resolve(SqliteDatabase.FILE));
        StoreCheck.Report found = check();
        assertTrue(!found.well() && (found.words() + "").contains("lacks the last")
                || (found.words() + "").contains("no tables"), found.words() + "");
    }

    @Test
    void aContentThatWasAlteredIsNamed() throws IOException {
        Path segment;
        try (Stream<Path> files = Files.list(directory.resolve(Segments.DIRECTORY))) {
            segment = files.filter(file -> file.toString().endsWith(".seg")).findFirst().orElseThrow();
        }
        byte[] octets = Files.readAllBytes(segment);
        int at = new String(octets, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("content of 3");
        try (var file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(at);
            file.write('C');
        }
        StoreCheck.Report found = check();
        assertTrue(!found.well() && found.words().contains("contents: 1 of " + BODIES + " cannot be read whole"),
                found.words() + "");
    }

    @Test
    void aRowThatIsGoneIsCounted() throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(SqliteDatabase.FILE));
                var statement = connection.createStatement()) {
            statement.execute("DELETE FROM body WHERE id = (SELECT id FROM body ORDER BY id LIMIT 1 OFFSET 1)");
        }
        Files.deleteIfExists(directory.resolve(SqliteDatabase.FILE + "-wal"));
        Files.deleteIfExists(directory.resolve(SqliteDatabase.FILE + "-shm"));
        StoreCheck.Report found = check();
        assertTrue(!found.well() && (found.words() + "").contains(BODIES + " messages were owed, " + (BODIES - 1)),
                found.words() + "");
    }

    @Test
    void octetsBetweenRecordsAreCounted() throws IOException {
        byte[] header = {1, 2, 3};
        var frame = new RecordFrame(Kind.Accepted, 77, header.length, 0);
        try (var out = Files.newOutputStream(directory.resolve(Segments.DIRECTORY).resolve("00000000000000aa.seg"))) {
            out.write(new Preamble(9).octets());
            out.write("noise".getBytes());
            out.write(RecordFrame.before(Kind.Accepted, 77, 9, header, 0));
            out.write(frame.behind(0));
        }
        StoreCheck.Report found = check();
        assertTrue(!found.well() && (found.words() + "").contains("1 stretches (5 octets) are no record"),
                found.words() + "");
        assertTrue((found.words() + "").contains("1 records have no rows yet"), found.words() + "");
    }

    private StoreCheck.Report check() throws IOException {
        before.putAll(contents());
        return StoreCheck.of(directory, _ -> "named", _ -> {});
    }

    private TreeMap<String, byte[]> contents() throws IOException {
        var found = new TreeMap<String, byte[]>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                found.put(directory.relativize(file).toString(), Files.readAllBytes(file));
        }
        return found;
    }
}
