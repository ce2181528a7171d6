package org.sternpost.shell.render;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.RecordItem;

/// Draws what a `Watch-` cmdlet sees into a window, one look at a time.
///
/// No line is longer than the window is wide, whatever a stranger's host has answered, and none has characters that a
/// terminal obeys.
public abstract sealed class LookScreen<V extends Record> permits QueueScreen, RolloutScreen {

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    /// Where it draws.
    public interface Window {
        int width();

        int height();

        /// Puts lines in place of what was there; no more than [#height].
        void draw(List<String> lines);
    }

    final ValueFormat values;
    final AnsiStyle style;
    private final Window window;
    private final Class<V> type;
    private final List<List<String>> columns;
    private List<V> look = List.of();
    private List<String> drawn = List.of();
    private final List<V> coming = new ArrayList<>();

    /// @param columns of its table, the widest first
    LookScreen(Window window, Class<V> type, List<List<String>> columns, ZoneId zone, AnsiStyle style) {
        this.window = window;
        this.type = type;
        this.columns = columns;
        this.values = new ValueFormat(zone);
        this.style = style;
    }

    /// How many records a look has, told by the first of them; 0 of the others.
    abstract int shown(V row);

    /// Adds the lines of a look, the most important first: what is beyond the height is not shown.
    abstract void draw(List<V> rows, List<String> lines, int width, int height);

    /// Draws once the look is whole.
    public synchronized void put(Item item) {
        if (!(item instanceof RecordItem record) || !type.isInstance(record.view())) return;
        V row = type.cast(record.view());
        if (shown(row) > 0) coming.clear();
        coming.add(row);
        int shown = shown(coming.getFirst());
        if (shown == 0 || coming.size() < shown) return;
        look = List.copyOf(coming);
        coming.clear();
        draw();
    }

    /// The same look again: the window has another size.
    public synchronized void draw() {
        int width = window.width();
        int height = window.height();
        if (look.isEmpty() || width < 1 || height < 1) return;
        var lines = new ArrayList<String>();
        draw(look, lines, width, height);
        drawn = List.copyOf(lines.size() > height ? lines.subList(0, height) : lines);
        window.draw(drawn);
    }

    /// What was drawn last, for when the window is gone.
    public synchronized List<String> last() { return drawn; }

    final void table(List<String> lines, List<V> rows, int width, Function<V, UnaryOperator<String>> paint) {
        List<Item> items = rows.stream().map(one -> (Item) new RecordItem(one)).toList();
        TableLayout table = fitting(items, width);
        table.head().forEach(head -> lines.add(line(head, width, style::strong)));
        for (int i = 0; i < rows.size(); i++)
            lines.add(line(table.row(items.get(i)), width, paint.apply(rows.get(i))));
    }

    private TableLayout fitting(List<Item> items, int width) {
        for (List<String> some : columns) {
            Optional<TableLayout> table = TableLayout.fit(items, some, width, values, new AnsiStyle(false));
            if (table.isPresent()) return table.get();
        }
        return TableLayout.fit(items, columns.getLast(), 0, values, new AnsiStyle(false)).orElseThrow();
    }

    /// Cut first and painted then, so that no colour is left on.
    static String line(String text, int width, UnaryOperator<String> paint) {
        String fits = TextWidth.of(text) <= width ? text : TextWidth.cut(text, width - 1) + "…";
        return paint.apply(fits);
    }

    final String moment(Instant at) { return MOMENT.format(at.atZone(values.zone())); }

    static String count(long number, String what) {
        return String.format(Locale.ROOT, "%,d ", number) + what + (number == 1 ? "" : "s");
    }
}
