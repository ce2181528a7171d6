package org.sternpost.cmdlets.format;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.object.PropertyNames;

/// Keeps all records and shows them at the end.
final class CollectingStage implements Cmdlet.RecordProcessor {

    private static final int RECORDS_MAX = 1_000_000; // the shell has one process's memory

    private final List<Item> items = new ArrayList<>();
    private final RecordWriter show;

    /// What is done with all records; not called when there is none.
    interface RecordWriter {
        void show(List<Item> items, Cmdlet.Sink out);
    }

    CollectingStage(RecordWriter show) { this.show = show; }

    @Override
    public boolean accept(Item item, Cmdlet.Sink out) {
        if (items.size() >= RECORDS_MAX)
            throw new IllegalArgumentException("more than 1,000,000 records; restrict the query first");
        items.add(item);
        return true;
    }

    @Override
    public void end(Cmdlet.Sink out) { show.show(items, out); }

    /// Properties as typed, wildcards spelt out by the first record; none asked for is none.
    static List<String> properties(List<Item> items, @Nullable List<String> wanted) {
        return wanted == null || items.isEmpty() ? List.of() : PropertyNames.of(items.getFirst(), wanted);
    }
}
