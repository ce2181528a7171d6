package org.sternpost.shell.render;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.sternpost.cmdlets.Item;

/// A table whose widths are fixed: header, dashes, rows; two blanks between columns and none at the end.
///
/// @param hidden names of the columns that the width has no room for
final class Table {

    private static final int GAP = 2;
    private static final int TEXT_CELLS_MIN = 16;
    private static final int TEXT_CELLS_MAX = 60; // Beyond it a column of free text pushes the others away.

    private final List<Look> columns;
    private final List<Integer> widths;
    private final List<String> hidden;
    private final Show show;
    private final Ink ink;

    private Table(List<Look> columns, List<Integer> widths, List<String> hidden, Show show, Ink ink) {
        this.columns = columns;
        this.widths = widths;
        this.hidden = hidden;
        this.show = show;
        this.ink = ink;
    }

    /// Chooses columns and widths for these rows.
    ///
    /// @param width cells of the terminal; 0 cuts nothing
    /// @return empty if not even the most important columns fit
    static Optional<Table> fit(List<Item> rows, List<String> properties, int width, Show show, Ink ink) {
        var columns = new ArrayList<>(Look.of(rows.getFirst(), properties));
        var hidden = new ArrayList<String>();
        while (width > 0 && needed(columns, rows, show) > width) {
            var least = columns.stream().filter(c -> !c.identity() || c.priority() > 1)
                    .max(Comparator.comparingInt(Look::priority).thenComparingInt(columns::indexOf));
            if (least.isEmpty() || least.get().priority() <= 1) return Optional.empty();
            columns.remove(least.get());
            hidden.add(least.get().name());
        }
        var widths = new ArrayList<Integer>();
        for (Look column : columns)
            widths.add(width > 0 ? least(column, rows, show) : natural(column, rows, show));
        if (width > 0) widen(columns, widths, rows, width, show);
        return Optional.of(new Table(columns, widths, hidden.reversed(), show, ink));
    }

    List<String> head() {
        var names = columns.stream().map(Look::name).toList();
        var dashes = widths.stream().map("-"::repeat).toList();
        return List.of(ink.strong(joined(names)), ink.strong(joined(dashes)));
    }

    String row(Item item) {
        return joined(columns.stream().map(column -> show.cell(column.name(), item.get(column.name()))).toList());
    }

    /// The dim line that names what was dropped.
    List<String> foot() {
        return hidden.isEmpty()
                ? List.of()
                : List.of(ink.dim("hidden: " + String.join(", ", hidden) + " (Format-List, or a wider window)"));
    }

    private String joined(List<String> cells) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            if (columns.get(i).text() && TextWidth.of(cell) > widths.get(i))
                cell = TextWidth.cut(cell, widths.get(i) - 1) + "…";
            line.append(cell).append(" ".repeat(Math.max(0, widths.get(i) - TextWidth.of(cell)) + GAP));
        }
        return line.toString().stripTrailing();
    }

    private static void widen(List<Look> columns, List<Integer> widths, List<Item> rows, int width, Show show) {
        int left = width - GAP * (columns.size() - 1) - widths.stream().mapToInt(Integer::intValue).sum();
        for (int i = 0; i < columns.size() && left > 0; i++) {
            int more = Math.min(left, natural(columns.get(i), rows, show) - widths.get(i));
            if (more <= 0) continue;
            widths.set(i, widths.get(i) + more);
            left -= more;
        }
    }

    private static int needed(List<Look> columns, List<Item> rows, Show show) {
        return columns.stream().mapToInt(c -> least(c, rows, show)).sum() + GAP * (columns.size() - 1);
    }

    private static int least(Look column, List<Item> rows, Show show) {
        int natural = natural(column, rows, show);
        return column.text() ? Math.min(natural, Math.max(TEXT_CELLS_MIN, TextWidth.of(column.name()))) : natural;
    }

    private static int natural(Look column, List<Item> rows, Show show) {
        int widest = rows.stream().mapToInt(row -> TextWidth.of(show.cell(column.name(), row.get(column.name())))).max()
                .orElse(0);
        int most = Math.max(widest, TextWidth.of(column.name()));
        return column.text() && rows.size() > 1 ? Math.min(most, Math.max(TEXT_CELLS_MAX, 0)) : most;
    }
}
