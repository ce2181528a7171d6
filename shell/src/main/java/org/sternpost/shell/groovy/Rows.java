package org.sternpost.shell.groovy;

import java.util.ArrayList;
import java.util.List;

/// What a cmdlet answers with: always a list, of none or one too. It is the script's own: it may sort and shorten it.
///
/// @param <V> as of [Row]
public final class Rows<V> extends ArrayList<Row<V>> {

    private static final long serialVersionUID = 1L;

    private final String cmdlet;

    Rows(String cmdlet, List<Row<V>> rows) {
        super(rows);
        this.cmdlet = cmdlet;
    }

    /// The one record; none or several are an error.
    public Row<V> single() {
        if (size() != 1)
            throw new CmdletException("VALUE_COUNT", cmdlet + " answered " + size() + " records, not one", "", 1);
        return getFirst();
    }
}
