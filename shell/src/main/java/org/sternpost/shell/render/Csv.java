package org.sternpost.shell.render;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Item;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.shell.item.ItemJson;

/// Comma-separated lines (RFC 4180 §2), all properties, machine forms as in JSON; lists joined by `;`.
final class Csv {

    private static final String BLANK = "\t\r\n";
    private static final Pattern CELL = Pattern.compile("(?<![^;\t\n])[=+\\-@＝＋－＠][^;\t\n]*");
    private static final Pattern NUMBER = Pattern.compile("[-+]?\\d{1,30}(\\.\\d{1,30})?");

    private Csv() {}

    /// @param formulas text that a spreadsheet would run stays as it is
    static String row(Item item, List<String> names, boolean formulas) {
        return line(names.stream().map(name -> item.has(name) ? text(item.get(name)) : "")
                .map(cell -> formulas ? cell : guarded(cell)).toList());
    }

    /// What names the columns: a script may name a property by what a stranger wrote.
    static String head(List<String> names, boolean formulas) {
        return line(names.stream().map(VisibleText::of).map(name -> formulas ? name : guarded(name)).toList());
    }

    /// A subject or an address that a stranger chose must be text to a spreadsheet, whatever sign it begins with. Where
    /// a comma stands in numbers, spreadsheets part cells by `;` instead, also within what we quote.
    private static String guarded(String cell) {
        String parts = CELL.matcher(cell).replaceAll(part -> Matcher.quoteReplacement(
                NUMBER.matcher(part.group()).matches() ? part.group() : "'" + part.group()));
        return !cell.isEmpty() && BLANK.indexOf(cell.charAt(0)) >= 0 ? "'" + parts : parts;
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
