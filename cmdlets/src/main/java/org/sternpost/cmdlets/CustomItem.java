package org.sternpost.cmdlets;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A record made up by a stage: ordered names and values.
///
/// Names that differ in case only count as one; the first spelling stays.
public final class CustomItem implements Item {

    private final String typeName;
    private final Map<String, @Nullable Object> values;

    /// @param values by name, in the order in which they are shown
    public CustomItem(String typeName, Map<String, ? extends @Nullable Object> values) {
        this.typeName = typeName;
        var copy = new LinkedHashMap<String, @Nullable Object>();
        values.forEach((name, value) -> {
            if (copy.keySet().stream().noneMatch(name::equalsIgnoreCase)) copy.put(name, value);
        });
        this.values = Collections.unmodifiableMap(copy);
    }

    @Override
    public String typeName() { return typeName; }

    @Override
    public List<String> names() { return new ArrayList<>(values.keySet()); }

    @Override
    public boolean has(String name) { return values.keySet().stream().anyMatch(name::equalsIgnoreCase); }

    @Override
    public @Nullable Object get(String name) {
        for (var entry : values.entrySet())
            if (entry.getKey().equalsIgnoreCase(name)) return entry.getValue();
        throw RecordItem.unknown(typeName, name, names());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CustomItem bag && bag.typeName.equals(typeName) && bag.values.equals(values);
    }

    @Override
    public int hashCode() { return values.hashCode(); }

    @Override
    public String toString() { return typeName + values; }
}
