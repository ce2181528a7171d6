package org.sternpost.shell.render;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.sternpost.cmdlets.Item;
import org.sternpost.cmdlets.RecordItem;
import org.sternpost.engine.control.view.QueueTotalsView;
import org.sternpost.engine.control.view.WatchedQueueView;
import org.sternpost.engine.mail.VisibleText;

/// Draws what `Watch-Queue` sees into a window: one look at a time, a headline and as many queues as there is room for.
///
/// No line is longer than the window is wide, whatever a stranger's host has answered, and none has characters that a
/// terminal obeys.
public final class QueueScreen {

    private static final List<List<String>> COLUMNS = List.of(
            List.of("Identity", "Status", "MessageCount", "IncomingRate", "OutgoingRate", "Velocity", "NextRetryTime",
                    "LastError"),
            List.of("Identity", "Status", "MessageCount", "IncomingRate", "OutgoingRate", "Velocity", "LastError"),
            List.of("Identity", "Status", "MessageCount", "Velocity", "LastError"),
            List.of("Identity", "Status", "MessageCount", "Velocity"), List.of("Identity", "MessageCount", "Velocity"));
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    /// Where it draws.
    public interface Window {
        int width();

        int height();

        /// Puts lines in place of what was there; no more than [#height].
        void draw(List<String> lines);
    }

    private final Window window;
    private final ValueFormat values;
    private final AnsiStyle style;
    private List<WatchedQueueView> look = List.of();
    private List<String> drawn = List.of();
    private final List<WatchedQueueView> coming = new ArrayList<>();

    public QueueScreen(Window window, ZoneId zone, AnsiStyle style) {
        this.window = window;
        this.values = new ValueFormat(zone);
        this.style = style;
    }

    /// Draws once the look is whole.
    public synchronized void put(Item item) {
        if (!(item instanceof RecordItem record) || !(record.view() instanceof WatchedQueueView row)) return;
        if (row.totals() != null) coming.clear();
        coming.add(row);
        if (!(coming.getFirst().totals() instanceof QueueTotalsView totals) || coming.size() < totals.shown()) return;
        look = List.copyOf(coming);
        coming.clear();
        draw();
    }

    /// The same look again: the window has another size.
    public synchronized void draw() {
        int width = window.width();
        int height = window.height();
        if (look.isEmpty() || width < 1 || height < 1) return;
        drawn = lines(width, height);
        window.draw(drawn);
    }

    /// What was drawn last, for when the window is gone.
    public synchronized List<String> last() { return drawn; }

    private List<String> lines(int width, int height) {
        var lines = new ArrayList<String>();
        if (look.getFirst().totals() instanceof QueueTotalsView totals) headline(lines, totals, width);
        queues(lines, width, height);
        return List.copyOf(lines.size() > height ? lines.subList(0, height) : lines);
    }

    private void headline(List<String> lines, QueueTotalsView totals, int width) {
        Instant seen = look.getFirst().seen();
        Optional<Instant> oldest = Optional.ofNullable(totals.oldest());
        lines.add(line(moment(seen) + "  " + count(totals.queues(), "queue") + ": " + count(totals.messages(),
                "recipient") + ", " + totals.retry() + " in retry, " + totals.suspended() + " suspended"
                + oldest.map(at -> ", oldest of " + values.text(at)).orElse(""), width, style::strong));
        lines.add(line("in " + values.text(totals.incomingRate()) + "/s, out " + values.text(totals.outgoingRate())
                + "/s, velocity " + values.text(totals.velocity()) + "/s    q or Ctrl-C ends", width,
                totals.velocity() < 0 ? style::warning : UnaryOperator.identity()));
        if (!totals.trouble().isEmpty())
            lines.add(line("trouble: " + VisibleText.of(totals.trouble()), width, style::error));
        lines.add("");
    }

    private void queues(List<String> lines, int width, int height) {
        var rows = look.stream().filter(one -> !one.identity().isEmpty()).toList();
        if (rows.isEmpty()) {
            lines.add(line("no queue to show", width, style::dim));
            return;
        }
        int found = look.getFirst().totals() instanceof QueueTotalsView totals ? totals.found() : rows.size();
        int room = Math.max(0, height - lines.size() - 2); // below the head
        if (rows.size() > room || found > rows.size()) room = Math.max(0, room - 1); // for the last line
        var shown = rows.stream().limit(room).toList();
        if (shown.isEmpty()) return;
        List<Item> items = shown.stream().map(one -> (Item) new RecordItem(one)).toList();
        TableLayout table = table(items, width);
        table.head().forEach(head -> lines.add(line(head, width, style::strong)));
        for (int i = 0; i < shown.size(); i++)
            lines.add(line(table.row(items.get(i)), width, paint(shown.get(i))));
        int left = found - shown.size();
        if (left > 0) lines.add(line("… and " + left + " more of " + count(found, "queue"), width, style::dim));
    }

    private TableLayout table(List<Item> items, int width) {
        for (List<String> columns : COLUMNS) {
            Optional<TableLayout> table = TableLayout.fit(items, columns, width, values, new AnsiStyle(false));
            if (table.isPresent()) return table.get();
        }
        return TableLayout.fit(items, COLUMNS.getLast(), 0, values, new AnsiStyle(false)).orElseThrow();
    }

    private UnaryOperator<String> paint(WatchedQueueView one) {
        if (one.velocity() < 0) return style::warning;
        return one.status().equals("Suspended") ? style::dim : UnaryOperator.identity();
    }

    /// Cut first and painted then, so that no colour is left on.
    private static String line(String text, int width, UnaryOperator<String> paint) {
        String fits = TextWidth.of(text) <= width ? text : TextWidth.cut(text, width - 1) + "…";
        return paint.apply(fits);
    }

    private String moment(Instant at) { return MOMENT.format(at.atZone(values.zone())); }

    private static String count(long number, String what) {
        return String.format(Locale.ROOT, "%,d ", number) + what + (number == 1 ? "" : "s");
    }
}
