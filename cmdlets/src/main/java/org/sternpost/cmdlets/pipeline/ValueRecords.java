package org.sternpost.cmdlets.pipeline;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.CustomItem;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.RecordItem;

/// Turns plain values into records.
final class ValueRecords {

    private static final String NAME = "Value";

    private ValueRecords() {}

    /// Puts a value into the pipeline: records as they are, lists one by one, nothing not at all.
    static void put(@Nullable Object value, Cmdlet.Sink out) {
        switch (value) {
            case null -> {
            }
            case Item item -> out.put(item);
            case Record view -> out.put(new RecordItem(view));
            case Collection<?> list -> list.forEach(element -> put(element, out));
            case Map<?, ?> map -> {
                var values = new LinkedHashMap<String, @Nullable Object>();
                map.forEach((name, element) -> values.put(String.valueOf(name), element));
                out.put(new CustomItem("Selected", values));
            }
            case Integer number -> out.put(new CustomItem(NAME, Map.of(NAME, (long) number)));
            default -> out.put(new CustomItem(NAME, Map.of(NAME, value)));
        }
    }
}
