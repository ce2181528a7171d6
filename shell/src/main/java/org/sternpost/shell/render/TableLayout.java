package org.sternpost.shell.render;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.sternpost.cmdlets.Item;
import org.sternpost.engine.mail.VisibleText;

/// A table whose widths are fixed: header, dashes, rows; two blanks between columns and none at the end. At a terminal
/// what is wider than its column is cut, in the last one what is wider than the rest of the line; elsewhere it moves
/// what stands behind it.
///
/// @param width  cells of the terminal; 0 cuts nothing
/// @param hidden names of the columns that the width has no room for
final class TableLayout {

    private static final int GAP = 2;
    private static final int TEXT_CELLS_MIN = 16;
    private static final int TEXT_CELLS_MAX = 60; // Beyond it a column of free text pushes the others away.

    private final int width;
    private final List<ColumnLayout> columns;
    private final List<Integer> widths;
    private final List<String> hidden;
    private final Set<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final Set<String> leftOut = new TreeSet<>(String.CASE_INSENSITIVE_ORDER); // of later records
    private final ValueFormat values;
    private final AnsiStyle style;

    private TableLayout(int width, List<ColumnLayout> columns, List<Integer> widths, List<String> known,
            List<String> hidden,
            ValueFormat values,
            AnsiStyle style) {
        this.width = width;
        this.columns = columns;
        this.widths = widths;
        this.known.addAll(known);
        this.hidden = hidden;
        this.values = values;
        this.style = style;
    }

    /// Chooses columns and widths for these rows. As in PowerShell, the first record decides which columns there are:
    /// where another has none of that name its cell is empty, and what it has besides is named below the table.
    ///
    /// @param width cells of the terminal; 0 cuts nothing
    /// @return empty if not even the most important columns fit
    static Optional<TableLayout> fit(List<Item> rows, List<String> properties, int width, ValueFormat values,
            AnsiStyle style) {
        var columns = new ArrayList<>(ColumnLayout.of(rows.getFirst(), properties));
        var hidden = new ArrayList<String>();
        while (width > 0 && needed(columns, rows, values) > width) {
            var least = columns.stream().filter(c -> !c.identity() || c.priority() > 1)
                    .max(Comparator.comparingInt(ColumnLayout::priority).thenComparingInt(columns::indexOf));
            if (least.isEmpty() || least.get().priority() <= 1) return Optional.empty();
            columns.remove(least.get());
            hidden.add(least.get().head());
        }
        var widths = new ArrayList<Integer>();
        for (ColumnLayout column : columns)
            widths.add(width > 0 ? least(column, rows, values) : natural(column, rows, values));
        if (width > 0) widen(columns, widths, rows, width, values);
        var first = rows.getFirst().names();
        boolean some = !properties.isEmpty() && !properties.containsAll(first); // who asks for some wants no others
        var known = some ? rows.stream().flatMap(row -> row.names().stream()).toList() : first;
        return Optional.of(new TableLayout(width, columns, widths, known, hidden.reversed(), values, style));
    }

    List<String> head() {
        var names = columns.stream().map(ColumnLayout::head).toList();
        var dashes = widths.stream().map("-"::repeat).toList();
        return List.of(style.strong(joined(names)), style.strong(joined(dashes)));
    }

    String row(Item item) {
        item.names().stream().filter(name -> !known.contains(name)).forEach(leftOut::add);
        return joined(columns.stream().map(column -> cell(column, item, values)).toList());
    }

    private static String cell(ColumnLayout column, Item item, ValueFormat values) {
        return item.has(column.name()) ? values.cell(column.name(), item.get(column.name())) : "";
    }

    /// The dim lines that name what was dropped.
    List<String> foot() {
        var lines = new ArrayList<String>();
        if (!hidden.isEmpty())
            lines.add(style.dim("hidden: " + String.join(", ", hidden) + " (Format-List, or a wider window)"));
        if (!leftOut.isEmpty())
            lines.add(style.dim("not in the first record, so no column: "
                    + VisibleText.of(String.join(", ", leftOut)) + " (Format-List shows all of each)"));
        return lines;
    }

    private String joined(List<String> cells) {
        var line = new StringBuilder();
        int used = 0;
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            int room = i == cells.size() - 1 ? Math.max(widths.get(i), width - used) : widths.get(i);
            if (width > 0 && columns.get(i).text() && TextWidth.of(cell) > room)
                cell = TextWidth.cut(cell, room - 1) + "…";
            int taken = Math.max(widths.get(i), TextWidth.of(cell)) + GAP;
            line.append(cell).append(" ".repeat(taken - TextWidth.of(cell)));
            used += taken;
        }
        return line.toString().stripTrailing();
    }

    private static void widen(List<ColumnLayout> columns, List<Integer> widths, List<Item> rows, int width,
            ValueFormat values) {
        int left = width - GAP * (columns.size() - 1) - widths.stream().mapToInt(Integer::intValue).sum();
        for (int i = 0; i < columns.size() && left > 0; i++) {
            int more = Math.min(left, natural(columns.get(i), rows, values) - widths.get(i));
            if (more <= 0) continue;
            widths.set(i, widths.get(i) + more);
            left -= more;
        }
    }

    private static int needed(List<ColumnLayout> columns, List<Item> rows, ValueFormat values) {
        return columns.stream().mapToInt(c -> least(c, rows, values)).sum() + GAP * (columns.size() - 1);
    }

    private static int least(ColumnLayout column, List<Item> rows, ValueFormat values) {
        int natural = natural(column, rows, values);
        return column.text() ? Math.min(natural, Math.max(TEXT_CELLS_MIN, TextWidth.of(column.head()))) : natural;
    }

    private static int natural(ColumnLayout column, List<Item> rows, ValueFormat values) {
        int widest = rows.stream().mapToInt(row -> TextWidth.of(cell(column, row, values))).max().orElse(0);
        int most = Math.max(widest, TextWidth.of(column.head()));
        return column.text() && rows.size() > 1 ? Math.min(most, Math.max(TEXT_CELLS_MAX, 0)) : most;
    }
}
