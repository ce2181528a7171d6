package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.sqlite.JDBC;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;

/// All that is said to SQLite in words of its own. Every other statement of the engine runs on PostgreSQL as well.
final class SqliteDialect {

    /// Begins a transaction that will write: with plain BEGIN another process could come between its first read and
    /// its first write.
    static final String BEGIN_WRITING = "BEGIN IMMEDIATE";

    private static final int BUSY_MILLIS = 10_000;
    private static final int CHECKPOINT_PAGES = 4_000; // 16 MB of log; longer pauses beyond, more syncs below
    private static final long LOG_OCTETS_KEPT = 32L << 20; // a log that a long search let grow is cut back to it
    private static final int INCREMENTAL = 2; // of PRAGMA auto_vacuum: free pages leave the file when that is asked for
    private static final String AUTO_VACUUM = "PRAGMA auto_vacuum = " + INCREMENTAL;
    private static final long CONVERTED_OCTETS_MAX = 64L << 20; // rewritten in about a second, before anybody listens
    private static final int WATCH_STEPS = 10_000; // of SQLite's machine between two looks, less than a millisecond

    private static final Pattern ADD = Pattern.compile("ALTER TABLE (\\w+) ADD COLUMN IF NOT EXISTS (\\w+) (.+)");

    private static final Pattern INDEX = Pattern
            .compile("CREATE (?:UNIQUE )?INDEX IF NOT EXISTS (\\w+) ON (\\w+)");
    private static final Pattern TAKEN_OVER = Pattern.compile("(?s)INSERT INTO (\\w+) .*?\\bFROM (\\w+)\\b.*");
    private static final int MANY_ROWS = 20_000; // below it takes no time that anybody notices

    private static final System.Logger LOG = System.getLogger(SqliteDialect.class.getName());

    private SqliteDialect() {}

    /// @param reading refuses every change
    static Connection connect(Path file, boolean reading) throws SQLException {
        Connection connection = open("jdbc:sqlite:" + file, file);
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = " + BUSY_MILLIS);
            // Of a new file, before its first page is written; to another one it would be a change, in its log too.
            if (!reading && isNew(file)) statement.execute(AUTO_VACUUM);
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
            statement.execute("PRAGMA journal_size_limit = " + LOG_OCTETS_KEPT);
            if (reading) statement.execute("PRAGMA query_only = ON");
            return connection;
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }

    /// The driver unpacks its library for each process and leaves it behind when killed: we hold the lock, so we sweep.
    static void useOwnTemporaryDirectory(Path directory) throws IOException {
        if (System.getProperty("org.sqlite.tmpdir") != null) return;
        Path own = OwnerOnly.directory(directory.resolve("native")).toAbsolutePath();
        try (var leftovers = Files.newDirectoryStream(own)) {
            for (Path file : leftovers)
                Files.deleteIfExists(file);
        }
        System.setProperty("org.sqlite.tmpdir", own.toString());
    }

    private static boolean isNew(Path file) { return file.toFile().length() == 0; }

    /// Where another driver has taken the place of SQLite's, statements are its own affair.
    private static Connection open(String url, Path file) throws SQLException {
        return DriverManager.getDriver(url) instanceof JDBC
                ? new StatementCache(url, file.toString())
                : DriverManager.getConnection(url);
    }

    /// From now on a connection is told of its transactions in words.
    static void leaveTransactions(Connection connection) {
        if (connection instanceof StatementCache cached) cached.leaveTransactions();
    }

    /// Ends whatever the connection is asked from now on once `goesOn` says no.
    static void watch(Connection connection, BooleanSupplier goesOn) throws SQLException {
        ProgressHandler.setHandler(connection.unwrap(SQLiteConnection.class), WATCH_STEPS, new ProgressHandler() {
            @Override
            protected int progress() { return goesOn.getAsBoolean() ? 0 : 1; }
        });
    }

    static boolean hasTable(Statement statement, String table) throws SQLException {
        return number(statement, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '" + table
                + "'") == 1;
    }

    /// How long the file has to be, the part in the log included.
    static long octets(Statement statement) throws SQLException {
        return number(statement, "PRAGMA page_count") * number(statement, "PRAGMA page_size");
    }

    /// Octets of the file that hold nothing.
    static long freeOctets(Statement statement) throws SQLException {
        return number(statement, "PRAGMA freelist_count") * number(statement, "PRAGMA page_size");
    }

    /// True if the file can give back its free pages: older versions made files that cannot.
    static boolean givesBack(Statement statement) throws SQLException {
        return number(statement, "PRAGMA auto_vacuum") == INCREMENTAL;
    }

    /// Takes some free pages out of the file, within a transaction.
    ///
    /// @return how many pages
    static int giveBack(Connection connection, int pages) throws SQLException {
        try (var statement = connection.createStatement()) {
            long before = number(statement, "PRAGMA freelist_count");
            // Each step of it frees one page: the driver steps to the end only of what it calls an update.
            statement.executeUpdate("PRAGMA incremental_vacuum(" + pages + ")");
            return (int) (before - number(statement, "PRAGMA freelist_count"));
        }
    }

    /// Lets an older file give back its free pages, if it can be rewritten so fast that nobody notices.
    ///
    /// @return false if it is too large for that now
    static boolean convert(Statement statement) throws SQLException {
        if (givesBack(statement)) return true;
        if (octets(statement) - freeOctets(statement) > CONVERTED_OCTETS_MAX) return false;
        statement.execute(AUTO_VACUUM);
        statement.execute("VACUUM");
        return true;
    }

    /// What is broken inside the file; takes time by its length.
    static Optional<String> firstFault(Statement statement) throws SQLException {
        try (var row = statement.executeQuery("PRAGMA quick_check(1)")) {
            String found = row.next() ? row.getString(1) : "nothing";
            return found.equals("ok") ? Optional.empty() : Optional.of(found);
        }
    }

    /// The same of one table and its indexes.
    static Optional<String> firstFault(Statement statement, String table) throws SQLException {
        try (var row = statement.executeQuery("PRAGMA integrity_check('" + table + "')")) {
            String found = row.next() ? row.getString(1) : "nothing";
            return found.equals("ok") ? Optional.empty() : Optional.of(found);
        }
    }

    /// Writes what a connection sees now into another file, which is empty: as of one moment, however long it takes.
    static void copyInto(Connection connection, Path file) throws SQLException {
        try (var copy = connection.prepareStatement("VACUUM INTO ?")) {
            copy.setString(1, file.toString());
            copy.executeUpdate();
        }
    }

    /// The names of a table's columns.
    static List<String> columns(Statement statement, String table) throws SQLException {
        var columns = new ArrayList<String>();
        try (var row = statement.executeQuery("SELECT name FROM pragma_table_info('" + table + "')")) {
            while (row.next())
                columns.add(row.getString(1));
        }
        return columns;
    }

    /// Makes what a statement of our schema makes. SQLite lacks PostgreSQL's `ADD COLUMN IF NOT EXISTS`.
    static void execute(Statement statement, String ddl) throws SQLException {
        var add = ADD.matcher(ddl);
        var index = INDEX.matcher(ddl);
        var taken = TAKEN_OVER.matcher(ddl);
        if (index.lookingAt() && isLong(statement, index.group(1), index.group(2))) {
            // Minutes at an old data directory, in which nothing answers yet.
            LOG.log(System.Logger.Level.INFO, "event=index-begun index={0} table={1} what=\"mail of an older version "
                    + "gets an index, once; the start goes on after it\"", index.group(1), index.group(2));
            statement.execute(ddl);
            LOG.log(System.Logger.Level.INFO, "event=index-made index={0}", index.group(1));
        } else if (taken.matches() && rows(statement, taken.group(2)) >= MANY_ROWS) {
            LOG.log(System.Logger.Level.INFO, "event=rows-taken-over table={0} what=\"rows of an older version get the "
                    + "form of this one, once; the start goes on after it\"", taken.group(1));
            statement.execute(ddl);
            LOG.log(System.Logger.Level.INFO, "event=rows-taken table={0}", taken.group(1));
        } else if (!add.matches()) statement.execute(ddl);
        else if (!has(statement, add.group(1), add.group(2)))
            statement.execute("ALTER TABLE " + add.group(1) + " ADD COLUMN " + add.group(2) + " " + add.group(3));
    }

    /// True of an index that is missing on a table with many rows.
    private static boolean isLong(Statement statement, String index, String table) throws SQLException {
        return number(statement, "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name = '" + index
                + "'") == 0 && rows(statement, table) >= MANY_ROWS;
    }

    /// About how many a table has, at once.
    private static long rows(Statement statement, String table) throws SQLException {
        return number(statement, "SELECT max(rowid) FROM " + table);
    }

    private static boolean has(Statement statement, String table, String column) throws SQLException {
        return columns(statement, table).stream().anyMatch(column::equalsIgnoreCase);
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (var row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
