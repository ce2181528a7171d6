package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.store.Counts.CountsFile;

/// Tables of a database that is damaged: each is carried over whole and as it is, or not at all.
final class OldTables {

    private OldTables() {}

    /// What became of them.
    ///
    /// @param whole names of those that were carried over
    /// @param lost  names of the others, each with the reason
    /// @param older why what was carried over may be older than what was last acknowledged
    public record Carried(List<String> whole, List<String> lost, Optional<String> older) {

        public Carried {
            whole = List.copyOf(whole);
            lost = List.copyOf(lost);
        }

        /// All are there, as they were last.
        public boolean isAll() { return lost.isEmpty() && older.isEmpty(); }
    }

    /// @param into has these tables, empty
    static Carried carry(Path directory, Connection into, List<String> tables) throws IOException, SQLException {
        if (!ReadableCopy.isThere(directory)) return none(tables, "the old database is missing or empty");
        try (var copy = ReadableCopy.of(directory, directory);
                Connection old = DriverManager.getConnection(copy.url());
                var statement = old.createStatement()) {
            int version = SchemaVersion.read(statement);
            if (version != SchemaVersion.CURRENT)
                return none(tables, "the old tables have version " + version + ", these have " + SchemaVersion.CURRENT);
            return carry(directory, statement, into, tables);
        } catch (SQLException unreadable) {
            return none(tables, "the old database cannot be read: " + unreadable.getMessage());
        }
    }

    private static Carried none(List<String> tables, String why) {
        return new Carried(List.of(), tables.stream().map(table -> table + ": " + why).toList(), Optional.empty());
    }

    private static Carried carry(Path directory, Statement old, Connection into, List<String> tables)
            throws IOException, SQLException {
        var whole = new ArrayList<String>();
        var lost = new ArrayList<String>();
        for (String table : tables) {
            Optional<String> fault = carry(old, into, table);
            if (fault.isEmpty()) whole.add(table);
            else
                lost.add(table + ": " + fault.get());
        }
        return new Carried(whole, lost, older(directory, old));
    }

    private static Optional<String> carry(Statement old, Connection into, String table) throws SQLException {
        into.setAutoCommit(false);
        try {
            Optional<String> fault = copy(old, into, table);
            if (fault.isEmpty()) into.commit();
            else
                into.rollback();
            return fault;
        } catch (SQLException failed) {
            into.rollback();
            throw failed;
        } finally {
            into.setAutoCommit(true);
        }
    }

    /// @return why it cannot be read, if so
    private static Optional<String> copy(Statement old, Connection into, String table) throws SQLException {
        List<String> columns;
        try (var target = into.createStatement()) {
            columns = SqliteDialect.columns(target, table);
        }
        var rows = new ArrayList<List<@Nullable Object>>();
        try {
            if (!SqliteDialect.hasTable(old, table)) return Optional.of("it is missing");
            if (!Set.copyOf(SqliteDialect.columns(old, table)).equals(Set.copyOf(columns)))
                return Optional.of("it has other columns");
            Optional<String> fault = SqliteDialect.firstFault(old, table);
            if (fault.isPresent()) return fault;
            read(old, "SELECT " + String.join(", ", columns) + " FROM " + table, columns.size(), rows);
        } catch (SQLException unreadable) {
            return Optional.of(String.valueOf(unreadable.getMessage()));
        }
        String insert = "INSERT INTO " + table + " (" + String.join(", ", columns) + ") VALUES (?"
                + ", ?".repeat(columns.size() - 1) + ")";
        try (PreparedStatement statement = into.prepareStatement(insert)) {
            for (List<@Nullable Object> row : rows) {
                for (int i = 0; i < row.size(); i++)
                    statement.setObject(i + 1, row.get(i));
                statement.executeUpdate();
            }
            return Optional.empty();
        } catch (SQLException refused) {
            if (SqliteTrouble.isOfDisk(refused)) throw refused;
            return Optional.of("its rows contradict one another: " + refused.getMessage());
        }
    }

    /// Settings are few: all of a table is in memory at once.
    private static void read(Statement old, String sql, int columns, List<List<@Nullable Object>> rows)
            throws SQLException {
        try (ResultSet row = old.executeQuery(sql)) {
            while (row.next()) {
                var values = new ArrayList<@Nullable Object>(columns);
                for (int i = 1; i <= columns; i++)
                    values.add(row.getObject(i));
                rows.add(values);
            }
        }
    }

    private static Optional<String> older(Path directory, Statement old) throws IOException {
        Optional<Counts> said = CountsFile.read(directory);
        if (said.isEmpty())
            return Optional.of("nothing tells whether the old database is as new as what was acknowledged: "
                    + CountsFile.NAME + " is missing or damaged");
        try {
            long has = SqliteDialect.hasTable(old, "store_counts")
                    ? Opening.row(old).map(Counts::transactions).orElse(0L)
                    : 0;
            long lacks = said.get().transactions() - has;
            return lacks > 0
                    ? Optional.of("the old database lacks the last " + lacks + " of " + said.get().transactions()
                            + " transactions, and what they changed of the settings")
                    : Optional.empty();
        } catch (SQLException unreadable) {
            return Optional.of("nothing tells how new the old database is: " + unreadable.getMessage());
        }
    }
}
