package org.sternpost.shell.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sternpost.cmdlets.BagItem;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.bind.Nothing;

/// Makes records of plain values, so that `'a','b' | Get-Something` works.
final class Given {

    private Given() {}

    static List<Item> items(Object value) {
        var items = new ArrayList<Item>();
        add(value, items);
        return items;
    }

    private static void add(Object value, List<Item> items) {
        switch (value) {
            case Nothing _ -> {
            }
            case Item item -> items.add(item);
            case List<?> list -> list.forEach(element -> add(element, items));
            case Map<?, ?> map -> {
                var values = new java.util.LinkedHashMap<String, Object>();
                map.forEach((key, element) -> values.put(String.valueOf(key), element));
                items.add(new BagItem("Table", values));
            }
            default -> items.add(new BagItem("Text", Map.of("Text", value)));
        }
    }
}
