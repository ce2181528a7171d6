package org.sternpost.shell.render;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Item;

/// Records as bars below one another, the longest as wide as there is room; behind each its numbers.
///
/// Without a terminal, or where ASCII is asked for, bars are of letters, and without colours the letters tell the
/// numbers apart.
final class ChartLayout {

    private static final List<String> BLOCKS = List.of("█", "▓", "▒", "░");
    private static final List<String> LETTERS = List.of("#", "=", "-", ".");
    private static final int CELLS_ELSEWHERE = 50;
    private static final int CELLS_MIN = 10;
    private static final int CELLS_MAX = 100;
    private static final String GAP = "  ";

    private final ValueFormat values;
    private final AnsiStyle style;
    private final List<String> signs;

    ChartLayout(ValueFormat values, AnsiStyle style, boolean ascii) {
        this.values = values;
        this.style = style;
        this.signs = ascii ? LETTERS : BLOCKS;
    }

    /// @param width cells of the terminal; 0 where there is none
    List<String> lines(List<Item> items, String label, List<String> series, int width) {
        if (series.size() > signs.size())
            throw new IllegalArgumentException("a bar shows " + signs.size() + " numbers at most, not "
                    + series.size());
        var labels = items.stream().map(item -> values.cell(label, item.get(label))).toList();
        var numbers = items.stream().map(item -> series.stream().map(name -> values.cell(name, item.get(name)))
                .collect(Collectors.joining(" + "))).toList();
        var amounts = items.stream().map(item -> series.stream().mapToDouble(name -> amount(name, item.get(name)))
                .toArray()).toList();
        int named = labels.stream().mapToInt(TextWidth::of).max().orElse(0);
        int behind = numbers.stream().mapToInt(TextWidth::of).max().orElse(0);
        int room = width == 0
                ? CELLS_ELSEWHERE
                : Math.clamp((long) width - named - behind - 2L * GAP.length(),
                        CELLS_MIN, CELLS_MAX);
        double most = amounts.stream().mapToDouble(ChartLayout::sum).max().orElse(0);
        var lines = new ArrayList<String>();
        if (series.size() > 1) lines.add(legend(series));
        for (int i = 0; i < items.size(); i++)
            lines.add((labels.get(i) + " ".repeat(named - TextWidth.of(labels.get(i))) + GAP
                    + bar(amounts.get(i), most, room) + GAP + numbers.get(i)).stripTrailing());
        return lines;
    }

    private String legend(List<String> series) {
        var words = new ArrayList<String>();
        for (int i = 0; i < series.size(); i++)
            words.add(painted(i, signs.get(i)) + " " + series.get(i));
        return String.join(GAP, words);
    }

    /// What is there is seen, however little it is.
    private String bar(double[] amounts, double most, int room) {
        var bar = new StringBuilder();
        double before = 0;
        int drawn = 0;
        for (int i = 0; i < amounts.length; i++) {
            before += amounts[i];
            int end = most == 0 ? 0 : (int) Math.round(before / most * room);
            int cells = amounts[i] > 0 ? Math.max(1, end - drawn) : 0;
            cells = Math.min(cells, room - drawn);
            bar.append(painted(i, signs.get(i).repeat(cells)));
            drawn += cells;
        }
        return bar.append(" ".repeat(room - drawn)).toString();
    }

    private String painted(int place, String text) {
        return switch (place) {
            case 0 -> style.good(text);
            case 1 -> style.warning(text);
            case 2 -> style.error(text);
            default -> style.dim(text);
        };
    }

    private static double sum(double[] amounts) {
        double sum = 0;
        for (double amount : amounts)
            sum += amount;
        return sum;
    }

    /// Less than nothing has no length.
    private static double amount(String name, @Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case Number number -> Math.max(0, number.doubleValue());
            case Duration span -> Math.max(0, span.toMillis());
            default -> throw new IllegalArgumentException(name + " is no number, so it has no length");
        };
    }
}
