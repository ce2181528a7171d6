package org.sternpost.shell.render;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Item;
import org.sternpost.engine.mail.VisibleText;

/// One record as lines of `Name : value`; records inside it as tables below their name.
record ListLayout(ValueFormat values, AnsiStyle style, int width) {

    List<String> lines(Item item, List<String> properties) {
        // A name that the first record lacks was refused; that a later one lacks it is no mistake.
        var names = properties.isEmpty() ? item.names() : properties.stream().filter(item::has).toList();
        int widest = names.stream().map(VisibleText::of).mapToInt(TextWidth::of).max().orElse(0);
        var lines = new ArrayList<String>();
        for (String name : names) {
            String shown = VisibleText.of(name);
            String head = style.strong(shown) + " ".repeat(widest - TextWidth.of(shown)) + " :";
            Object value = item.get(name);
            if (records(value) instanceof List<Item> rows && !rows.isEmpty()) {
                lines.add(head);
                nested(rows).forEach(line -> lines.add("    " + line));
            } else {
                lines.add((head + " " + values.line(name, value)).stripTrailing());
            }
        }
        return lines;
    }

    private List<String> nested(List<Item> rows) {
        int room = width == 0 ? 0 : Math.max(20, width - 4);
        return RecordLayout.table(rows, List.of(), room, values, new AnsiStyle(false));
    }

    private static @Nullable List<Item> records(@Nullable Object value) {
        if (!(value instanceof List<?> list)) return null;
        var rows = new ArrayList<Item>();
        for (Object element : list) {
            if (!(element instanceof Item item)) return null;
            rows.add(item);
        }
        return rows;
    }
}
