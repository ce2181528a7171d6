package org.sternpost.engine.store;

import java.sql.SQLException;

/// A row holds a value that nobody can have written: which row, which column, and what is there.
public final class DamagedRowException extends SQLException {

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
