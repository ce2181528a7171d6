package org.sternpost.cmdlets.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.Wildcard;

/// A stage that needs all records at once: keeps them, and writes them at the end.
final class CollectingStage implements Cmdlet.RecordProcessor {

    private final RecordBuffer kept = new RecordBuffer();
    private final RecordWriter writer;

    /// What is done with all records.
    interface RecordWriter {
        void write(List<Item> items, Cmdlet.Sink out);
    }

    CollectingStage(RecordWriter writer) { this.writer = writer; }

    @Override
    public boolean accept(Item item, Cmdlet.Sink out) {
        kept.add(item);
        return true;
    }

    @Override
    public void end(Cmdlet.Sink out) { writer.write(kept.items(), out); }

    /// Properties as typed, wildcards spelt out by the first record; none asked for is none.
    static List<String> properties(List<Item> items, @Nullable List<String> wanted) {
        return wanted == null || items.isEmpty() ? List.of() : names(items.getFirst(), wanted);
    }

    /// Names that a record really has, in the order asked for, wildcards spelt out.
    ///
    /// @throws IllegalArgumentException if a name without wildcard is unknown; the text suggests one
    static List<String> names(Item item, List<String> wanted) {
        var names = new LinkedHashSet<String>();
        for (String name : wanted) {
            if (Wildcard.isIn(name)) {
                item.names().stream().filter(new Wildcard(name)).forEach(names::add);
            } else {
                item.get(name); // refuses what is unknown
                names.add(item.names().stream().filter(name::equalsIgnoreCase).findFirst().orElse(name));
            }
        }
        return List.copyOf(names);
    }

    /// Records that a stage must keep until the last has come.
    static final class RecordBuffer {

        private static final int RECORDS_MAX = 1_000_000; // the shell has one process's memory

        private final List<Item> items = new ArrayList<>();

        void add(Item item) {
            if (items.size() >= RECORDS_MAX)
                throw new IllegalArgumentException("more than 1,000,000 records; restrict the query first");
            items.add(item);
        }

        List<Item> items() { return items; }
    }
}
