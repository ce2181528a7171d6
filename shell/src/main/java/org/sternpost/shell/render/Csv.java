package org.sternpost.shell.render;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.item.ItemJson;

/// Comma-separated lines (RFC 4180 §2), all properties, machine forms as in JSON; lists joined by `;`.
final class Csv {

    private Csv() {}

    static String row(Item item, List<String> names) {
        return line(names.stream().map(name -> item.has(name) ? text(item.get(name)) : "").toList());
    }

    static String line(List<String> fields) {
        return fields.stream().map(Csv::quoted).collect(Collectors.joining(","));
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case List<?> list -> list.stream().map(Csv::text).collect(Collectors.joining(";"));
            case Item item -> ItemJson.of(item, true);
            default -> ItemJson.scalar(value);
        };
    }

    private static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
