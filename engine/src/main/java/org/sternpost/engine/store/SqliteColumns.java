package org.sternpost.engine.store;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;

/// Adds columns to tables of an older version: SQLite lacks PostgreSQL's `ADD COLUMN IF NOT EXISTS`.
final class SqliteColumns {

    private static final Pattern ADD = Pattern.compile("ALTER TABLE (\\w+) ADD COLUMN IF NOT EXISTS (\\w+) (.+)");

    private static final Pattern INDEX = Pattern
            .compile("CREATE (?:UNIQUE )?INDEX IF NOT EXISTS (\\w+) ON (\\w+)");
    private static final int MANY_ROWS = 20_000; // below it takes no time that anybody notices

    private static final System.Logger LOG = System.getLogger(SqliteColumns.class.getName());

    private SqliteColumns() {}

    static void execute(Statement statement, String ddl) throws SQLException {
        var add = ADD.matcher(ddl);
        var index = INDEX.matcher(ddl);
        if (index.lookingAt() && isLong(statement, index.group(1), index.group(2))) {
            // Minutes at an old data directory, in which nothing answers yet.
            LOG.log(System.Logger.Level.INFO, "event=index-begun index={0} table={1} what=\"mail of an older version "
                    + "gets an index, once; the start goes on after it\"", index.group(1), index.group(2));
            statement.execute(ddl);
            LOG.log(System.Logger.Level.INFO, "event=index-made index={0}", index.group(1));
        } else if (!add.matches()) statement.execute(ddl);
        else if (!has(statement, add.group(1), add.group(2)))
            statement.execute("ALTER TABLE " + add.group(1) + " ADD COLUMN " + add.group(2) + " " + add.group(3));
    }

    /// True of an index that is missing on a table with many rows.
    private static boolean isLong(Statement statement, String index, String table) throws SQLException {
        try (var row = statement.executeQuery("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = '" + index
                + "'")) {
            if (row.next()) return false;
        }
        try (var row = statement.executeQuery("SELECT max(rowid) FROM " + table)) {
            return row.next() && row.getLong(1) >= MANY_ROWS;
        }
    }

    private static boolean has(Statement statement, String table, String column) throws SQLException {
        try (var row = statement.executeQuery("SELECT name FROM pragma_table_info('" + table + "')")) {
            while (row.next())
                if (row.getString(1).equalsIgnoreCase(column)) return true;
            return false;
        }
    }
}
