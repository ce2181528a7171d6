package org.sternpost.shell.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sternpost.cmdlets.CustomItem;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.bind.ValueEvaluator.NullValue;

/// Makes records of plain values, so that `'a','b' | Get-Something` works.
final class PipelineInput {

    private static final List<String> PLAIN = List.of("Text", "Value");

    private PipelineInput() {}

    static List<Item> items(Object value) {
        var items = new ArrayList<Item>();
        add(value, items);
        return items;
    }

    /// The value of a record that was made of one.
    static Optional<Object> plain(Item item) {
        return PLAIN.contains(item.typeName()) && item.names().equals(List.of(item.typeName()))
                ? Optional.ofNullable(item.get(item.typeName()))
                : Optional.empty();
    }

    private static void add(Object value, List<Item> items) {
        switch (value) {
            case NullValue _ -> {
            }
            case Item item -> items.add(item);
            case List<?> list -> list.forEach(element -> add(element, items));
            case Map<?, ?> map -> {
                var values = new java.util.LinkedHashMap<String, Object>();
                map.forEach((key, element) -> values.put(String.valueOf(key), element));
                items.add(new CustomItem("Table", values));
            }
            default -> items.add(new CustomItem("Text", Map.of("Text", value)));
        }
    }
}
