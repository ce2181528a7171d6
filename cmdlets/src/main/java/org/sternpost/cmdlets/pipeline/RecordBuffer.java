package org.sternpost.cmdlets.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.sternpost.cmdlets.Item;

/// Records that a stage must keep until the last has come.
final class RecordBuffer {

    private static final int RECORDS_MAX = 1_000_000; // the shell has one process's memory

    private final List<Item> items = new ArrayList<>();

    void add(Item item) {
        if (items.size() >= RECORDS_MAX)
            throw new IllegalArgumentException("more than 1,000,000 records; restrict the query first");
        items.add(item);
    }

    List<Item> items() { return items; }
}
