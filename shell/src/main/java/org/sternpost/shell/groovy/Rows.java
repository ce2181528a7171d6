package org.sternpost.shell.groovy;

import java.util.AbstractList;
import java.util.List;

/// What a cmdlet answers with: always a list, of none or one too.
public final class Rows extends AbstractList<Row> {

    private final String cmdlet;
    private final List<Row> rows;

    Rows(String cmdlet, List<Row> rows) {
        this.cmdlet = cmdlet;
        this.rows = List.copyOf(rows);
    }

    /// The one record; none or several are an error.
    public Row single() {
        if (rows.size() != 1)
            throw new CmdletException("VALUE_COUNT", cmdlet + " answered " + rows.size() + " records, not one", "", 1);
        return rows.getFirst();
    }

    @Override
    public Row get(int index) { return rows.get(index); }

    @Override
    public int size() { return rows.size(); }
}
