package org.sternpost.engine.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Function;

/// Reads columns as values, so that one that is none is named with its place and no reader trips over it.
///
/// @param place the table and the row in it, in words; made only where a column is damaged
public record Columns(ResultSet row, Reading<String> place) {

    /// Reads of a row what takes several columns.
    public interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    /// A row as one value, for tables of which nothing can be left out.
    ///
    /// @throws DamagedRowException if its values make none
    public static <T> T whole(ResultSet row, String place, Reading<T> reading) throws SQLException {
        try {
            return reading.of(row);
        } catch (RuntimeException bad) {
            throw new DamagedRowException(place, bad);
        }
    }

    /// The row as one value that names its columns as it reads them.
    ///
    /// @throws DamagedRowException also if each column has a value of its kind, and together they make none
    public <T> T whole(Reading<T> reading) throws SQLException {
        try {
            return reading.of(row);
        } catch (RuntimeException bad) {
            throw new DamagedRowException(place.of(row), bad);
        }
    }

    /// @throws DamagedRowException if the column is empty or `parse` does not take its text
    public <T> T value(String column, Function<String, T> parse) throws SQLException {
        String text = row.getString(column);
        try {
            if (text == null) throw new IllegalArgumentException("there is no value");
            return parse.apply(text);
        } catch (RuntimeException bad) {
            throw new DamagedRowException(place.of(row), column, String.valueOf(text), bad);
        }
    }

    public String text(String column) throws SQLException { return value(column, text -> text); }

    /// SQLite keeps any text in a column of numbers, and would give it back as 0.
    public long number(String column) throws SQLException { return value(column, Long::parseLong); }

    public int integer(String column) throws SQLException { return value(column, Integer::parseInt); }

    /// A row holds a value that nobody can have written: which row, which column, and what is there.
    public static final class DamagedRowException extends SQLException {

        private static final long serialVersionUID = 1L;

        private static final int SHOWN_MAX = 60;

        /// @param place the table and the row in it, in words
        public DamagedRowException(String place, String column, String value, RuntimeException why) {
            super(place + ": column " + column + " has '" + shown(value) + "': " + why.getMessage(), why);
        }

        /// Of which nobody says which column it is.
        DamagedRowException(String place, RuntimeException why) { super(place + ": " + why.getMessage(), why); }

        private static String shown(String value) {
            String printable = value.replaceAll("\\p{C}", "?");
            return printable.length() <= SHOWN_MAX ? printable : printable.substring(0, SHOWN_MAX) + "…";
        }
    }
}
