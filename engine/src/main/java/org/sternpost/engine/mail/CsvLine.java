package org.sternpost.engine.mail;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A line of comma-separated values, with nothing in it that a spreadsheet would run.
public final class CsvLine {

    private static final String BLANK = "\t\r\n";
    private static final Pattern CELL = Pattern.compile("(?<![^;\t\n])[=+\\-@＝＋－＠][^;\t\n]*");
    private static final Pattern NUMBER = Pattern.compile("[-+]?\\d{1,30}(\\.\\d{1,30})?");

    private CsvLine() {}

    /// Fields as they are.
    public static String of(List<String> fields) {
        return fields.stream().map(CsvLine::quoted).collect(Collectors.joining(","));
    }

    /// A subject or an address that a stranger chose must be text to a spreadsheet, whatever sign it begins with. Where
    /// a comma stands in numbers, spreadsheets part cells by `;` instead, also within what we quote.
    public static String guarded(String cell) {
        String parts = CELL.matcher(cell).replaceAll(part -> Matcher.quoteReplacement(
                NUMBER.matcher(part.group()).matches() ? part.group() : "'" + part.group()));
        return !cell.isEmpty() && BLANK.indexOf(cell.charAt(0)) >= 0 ? "'" + parts : parts;
    }

    private static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
