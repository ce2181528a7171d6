package org.sternpost.engine.store;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;

/// Adds columns to tables of an older version: SQLite lacks PostgreSQL's `ADD COLUMN IF NOT EXISTS`.
final class SqliteColumns {

    private static final Pattern ADD = Pattern.compile("ALTER TABLE (\\w+) ADD COLUMN IF NOT EXISTS (\\w+) (.+)");

    private SqliteColumns() {}

    static void execute(Statement statement, String ddl) throws SQLException {
        var add = ADD.matcher(ddl);
        if (!add.matches()) statement.execute(ddl);
        else if (!has(statement, add.group(1), add.group(2)))
            statement.execute("ALTER TABLE " + add.group(1) + " ADD COLUMN " + add.group(2) + " " + add.group(3));
    }

    private static boolean has(Statement statement, String table, String column) throws SQLException {
        try (var row = statement.executeQuery("SELECT name FROM pragma_table_info('" + table + "')")) {
            while (row.next())
                if (row.getString(1).equalsIgnoreCase(column)) return true;
            return false;
        }
    }
}
