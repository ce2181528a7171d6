package org.sternpost.shell.render;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Item;
import org.sternpost.engine.mail.CsvLine;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.shell.item.ItemJson;

/// Comma-separated lines (RFC 4180 §2), all properties, machine forms as in JSON; lists joined by `;`.
final class Csv {

    private Csv() {}

    /// @param formulas text that a spreadsheet would run stays as it is
    static String row(Item item, List<String> names, boolean formulas) {
        return CsvLine.of(names.stream().map(name -> item.has(name) ? text(item.get(name)) : "")
                .map(cell -> formulas ? cell : CsvLine.guarded(cell)).toList());
    }

    /// What names the columns: a script may name a property by what a stranger wrote.
    static String head(List<String> names, boolean formulas) {
        return CsvLine
                .of(names.stream().map(VisibleText::of).map(name -> formulas ? name : CsvLine.guarded(name)).toList());
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case List<?> list -> list.stream().map(Csv::text).collect(Collectors.joining(";"));
            case Item item -> ItemJson.of(item, true);
            default -> VisibleText.ofLines(ItemJson.scalar(value));
        };
    }
}
