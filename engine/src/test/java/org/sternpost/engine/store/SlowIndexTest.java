package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.Warnings;

/// A start that makes an index over what an older version has kept says so before it begins; any other is silent.
class SlowIndexTest {

    private static final String TABLE = "CREATE TABLE IF NOT EXISTS word (text TEXT)";
    private static final String INDEX = "CREATE INDEX IF NOT EXISTS word_by_text ON word (text)";

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"20000, 2", "19999, 0", "0, 0"})
    void aLongStartSaysWhatItDoes(int rows, int lines) throws Exception {
        try (var store = SqliteDatabase.open(directory, List.of(TABLE))) {
            fill(store, rows);
        }
        try (var said = new Warnings(SqliteDialect.class, Level.INFO)) {
            SqliteDatabase.open(directory, List.of(TABLE, INDEX)).close();
            assertEquals(lines, said.lines().size(), said.lines() + "");
            if (lines > 0) assertTrue(said.lines().getFirst().contains("index-begun index=word_by_text table=word"));
            SqliteDatabase.open(directory, List.of(TABLE, INDEX)).close();
            assertEquals(lines, said.lines().size(), "an index is made once");
        }
    }

    @ParameterizedTest
    @CsvSource({"20000, 2", "19999, 0", "0, 0"})
    void aLongStartSaysThatItTakesOverRows(int rows, int lines) throws Exception {
        var taken = List.of("CREATE TABLE IF NOT EXISTS term (text TEXT)", TABLE,
                "INSERT INTO term (text) SELECT text FROM word w", "DROP TABLE word");
        try (var store = SqliteDatabase.open(directory, List.of(TABLE))) {
            fill(store, rows);
        }
        try (var said = new Warnings(SqliteDialect.class, Level.INFO)) {
            for (int start = 1; start <= 2; start++) {
                SqliteDatabase.open(directory, taken).close();
                assertEquals(lines, said.lines().size(), said.lines() + "");
            }
            if (lines > 0) assertTrue(said.lines().getFirst().contains("rows-taken-over table=term"));
        }
    }

    private static void fill(SqliteDatabase store, int rows) throws IOException {
        store.<Integer>write(connection -> {
            try (var insert = connection.createStatement()) {
                return insert.executeUpdate("INSERT INTO word (text) WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL "
                        + "SELECT x + 1 FROM n WHERE x < " + rows + ") SELECT 'w' || x FROM n WHERE " + rows + " > 0");
            }
        });
    }
}
