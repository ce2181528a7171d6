package org.sternpost.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;

/// A text is prepared once, and no use sees anything of the one before it.
class StatementCacheTest {

    private static final String INSERT = "INSERT INTO word (text, length) VALUES (?, ?)";
    private static final String SELECT = "SELECT text FROM word ORDER BY text";

    @TempDir
    Path directory;
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        connection = SqliteDialect.connect(directory.resolve("words.db"), false);
        try (var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE word (text TEXT PRIMARY KEY, length INTEGER)");
        }
    }

    @AfterEach
    void close() throws SQLException { connection.close(); }

    @Test
    void theSameTextIsPreparedOnce() throws SQLException {
        PreparedStatement first = connection.prepareStatement(SELECT);
        first.close();
        first.close(); // as often as one likes
        PreparedStatement second = connection.prepareStatement(SELECT);
        assertSame(first, second);
        assertNotSame(second, connection.prepareStatement(SELECT), "in use");
    }

    @Test
    void eachOfTwoUsesAtOnceHasARowOfItsOwn() throws SQLException {
        insert("a");
        insert("b");
        try (var one = connection.prepareStatement(SELECT); var ones = one.executeQuery()) {
            assertTrue(ones.next());
            try (var other = connection.prepareStatement(SELECT); var others = other.executeQuery()) {
                assertTrue(others.next());
                assertEquals("a", others.getString(1));
            }
            assertTrue(ones.next());
            assertEquals("b", ones.getString(1));
            assertFalse(ones.next());
        }
    }

    @Test
    void aValueOfTheUseBeforeIsNotThere() throws SQLException {
        insert("a");
        try (var half = connection.prepareStatement(INSERT)) {
            half.setString(1, "b");
            half.executeUpdate();
        }
        try (var query = connection.prepareStatement("SELECT length FROM word WHERE text = 'b'");
                var row = query.executeQuery()) {
            assertTrue(row.next());
            row.getInt(1);
            assertTrue(row.wasNull());
        }
    }

    /// The driver would prepare a question for its key after each.
    @Test
    void noInsertIsAskedForAKey() throws SQLException {
        assertFalse(connection.unwrap(SQLiteConnection.class).getConnectionConfig().isGetGeneratedKeys());
    }

    @Test
    void transactionsThatAreLeftToUsBeginAndEndAsWeSay() throws SQLException {
        SqliteDialect.leaveTransactions(connection);
        for (String end : new String[]{"ROLLBACK", "COMMIT"}) {
            execute(SqliteDialect.BEGIN_WRITING);
            insert(end);
            execute(end);
        }
        try (var other = SqliteDialect.connect(directory.resolve("words.db"), true);
                var query = other.prepareStatement(SELECT);
                var row = query.executeQuery()) {
            assertTrue(row.next());
            assertEquals("COMMIT", row.getString(1));
            assertFalse(row.next());
        }
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }

    @Test
    void oneThatWasRefusedServesOnAndHoldsNoTransaction() throws SQLException {
        insert("a");
        assertThrows(SQLException.class, () -> insert("a"));
        insert("b");
        try (var query = connection.prepareStatement(SELECT); var row = query.executeQuery()) {
            assertTrue(row.next(), "left in the midst");
        }
        // A statement that is not reset would keep this from being all there is.
        try (var other = SqliteDialect.connect(directory.resolve("words.db"), false);
                var begin = other.prepareStatement("PRAGMA wal_checkpoint(TRUNCATE)");
                var row = begin.executeQuery()) {
            assertTrue(row.next());
            assertEquals(0, row.getInt(1), "somebody reads or writes");
        }
    }

    @Test
    void textsThatComeOnceDoNotGather() throws SQLException {
        for (int i = 0; i < 1_000; i++)
            try (var query = connection.prepareStatement("SELECT " + i); var row = query.executeQuery()) {
                assertTrue(row.next());
                assertEquals(i, row.getInt(1));
            }
        PreparedStatement kept = connection.prepareStatement("SELECT 999");
        PreparedStatement gone = connection.prepareStatement("SELECT 1");
        assertTrue(((StatementCache) connection).idle() <= 128,
                "so many are kept: " + ((StatementCache) connection).idle());
        kept.close();
        gone.close();
    }

    private void insert(String word) throws SQLException {
        try (var insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, word);
            insert.setInt(2, word.length());
            insert.executeUpdate();
        }
    }
}
