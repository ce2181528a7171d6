package org.sternpost.shell.render;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Item;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.shell.item.ItemJson;

/// Comma-separated lines (RFC 4180 §2), all properties, machine forms as in JSON; lists joined by `;`.
final class Csv {

    private static final String FORMULA = "=+-@\t\r\n＝＋－＠";
    private static final Pattern NUMBER = Pattern.compile("[-+]?\\d{1,30}(\\.\\d{1,30})?");

    private Csv() {}

    /// @param formulas text that a spreadsheet would run stays as it is
    static String row(Item item, List<String> names, boolean formulas) {
        return line(names.stream().map(name -> item.has(name) ? text(item.get(name)) : "")
                .map(cell -> formulas ? cell : guarded(cell)).toList());
    }

    /// What names the columns: a script may name a property by what a stranger wrote.
    static String head(List<String> names) { return line(names.stream().map(VisibleText::of).toList()); }

    /// A subject or an address that a stranger chose must be text to a spreadsheet, whatever sign it begins with.
    private static String guarded(String cell) {
        boolean formula = !cell.isEmpty() && FORMULA.indexOf(cell.charAt(0)) >= 0 && !NUMBER.matcher(cell).matches();
        return formula ? "'" + cell : cell;
    }

    static String line(List<String> fields) {
        return fields.stream().map(Csv::quoted).collect(Collectors.joining(","));
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case List<?> list -> list.stream().map(Csv::text).collect(Collectors.joining(";"));
            case Item item -> ItemJson.of(item, true);
            default -> VisibleText.ofLines(ItemJson.scalar(value));
        };
    }

    private static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
