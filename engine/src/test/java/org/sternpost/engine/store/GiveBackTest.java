package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What rows leave behind goes back to the file system, in steps between which mail goes on.
class GiveBackTest {

    private static final List<String> DDL = List.of("CREATE TABLE IF NOT EXISTS line (id INTEGER, text TEXT)");
    private static final int ROWS = 40_000;
    private static final int ROW_OCTETS = 1_000;
    private static final long KEPT = 20L << 20;

    @TempDir
    Path directory;

    @Test
    void theDatabaseShrinksWhenItsRowsAreGoneAndWhatIsLeftIsRight() throws IOException {
        try (var store = SqliteDatabase.open(directory, DDL)) {
            fill(store, ROWS);
        }
        long full = octets();
        assertTrue(full > (long) ROWS * ROW_OCTETS, full + "");
        try (var store = SqliteDatabase.open(directory, DDL)) {
            store.compact();
            assertEquals(ROWS, rows(store), "nothing is free yet");
            forget(store);
            store.compact();
            assertEquals(ROWS / 100, rows(store));
        }
        assertTrue(octets() < KEPT, octets() + " of " + full);
        try (var store = SqliteDatabase.open(directory, DDL)) {
            assertEquals(ROWS / 100, rows(store));
            assertTrue(store.condition().words().isEmpty(), store.condition().words() + "");
        }
    }

    @Test
    void aFileOfAnOlderVersionIsConvertedWhenItOpens() throws Exception {
        older(ROWS / 10);
        try (var store = SqliteDatabase.open(directory, DDL)) {
            fill(store, ROWS);
            forget(store);
            store.compact();
            assertTrue(rows(store) >= ROWS / 100);
        }
        assertTrue(octets() < KEPT, octets() + "");
    }

    @Test
    void aLargeOneOpensAtOnceAndStaysAsItIsUntilLittleOfItIsUsed() throws Exception {
        older(2 * ROWS);
        long before = octets();
        try (var store = SqliteDatabase.open(directory, DDL)) {
            forget(store);
            store.compact();
        }
        assertEquals(before, octets(), 1 << 20);
        try (var store = SqliteDatabase.open(directory, DDL)) {
            assertEquals(2 * ROWS / 100, rows(store));
        }
        assertTrue(octets() < KEPT, octets() + "");
    }

    /// What reads for long keeps the log from ending; afterwards it is cut back.
    @Test
    void theLogShrinksAsWell() throws Exception {
        try (var store = SqliteDatabase.open(directory, DDL)) {
            store.search(connection -> {
                try (var query = connection.prepareStatement("SELECT 1 FROM store_counts");
                        var row = query.executeQuery()) {
                    row.next();
                    fill(store, ROWS + ROWS / 2);
                } catch (IOException broken) {
                    throw new SQLException(broken);
                }
                return true;
            });
            Path log = directory.resolve(SqliteDatabase.FILE + "-wal");
            assertTrue(Files.size(log) > 50L << 20, Files.size(log) + "");
            for (int i = 0; i < 3; i++)
                fill(store, 100);
            assertTrue(Files.size(log) <= 33L << 20, Files.size(log) + "");
        }
    }

    /// As the versions before made it: SQLite's own default never gives anything back.
    private void older(int rows) throws Exception {
        Path file = directory.resolve(SqliteDatabase.FILE);
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute(Opening.TABLES.getFirst());
            statement.execute(DDL.getFirst());
            statement.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + rows
                    + ") INSERT INTO line (id, text) SELECT i, printf('%.*c', " + ROW_OCTETS + ", 'x') FROM n");
        }
    }

    private static void fill(SqliteDatabase store, int rows) throws IOException {
        store.write(connection -> {
            try (var insert = connection.prepareStatement(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + rows
                            + ") INSERT INTO line (id, text) SELECT i, printf('%.*c', " + ROW_OCTETS
                            + ", 'x') FROM n")) {
                return insert.executeUpdate();
            }
        });
    }

    /// All but one in a hundred, as retention does it.
    private static void forget(SqliteDatabase store) throws IOException {
        store.writeInSteps(connection -> {
            try (var delete = connection
                    .prepareStatement("DELETE FROM line WHERE rowid IN (SELECT rowid FROM line WHERE "
                            + "id % 100 <> 0 LIMIT " + 10 * Database.STEP_ROWS + ")")) {
                return delete.executeUpdate();
            }
        });
    }

    private static int rows(SqliteDatabase store) throws IOException {
        return store.<Integer>read(connection -> {
            try (var query = connection.prepareStatement("SELECT count(*) FROM line"); var row = query.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        });
    }

    private long octets() throws IOException { return Files.size(directory.resolve(SqliteDatabase.FILE)); }
}
