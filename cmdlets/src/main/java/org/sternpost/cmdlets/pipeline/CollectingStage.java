package org.sternpost.cmdlets.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Item;

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
        return wanted == null || items.isEmpty() ? List.of() : PropertyNames.of(items.getFirst(), wanted);
    }
}
