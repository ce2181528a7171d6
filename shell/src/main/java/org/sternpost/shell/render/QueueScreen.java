package org.sternpost.shell.render;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.sternpost.engine.control.view.QueueTotalsView;
import org.sternpost.engine.control.view.WatchedQueueView;
import org.sternpost.engine.mail.VisibleText;

/// Draws what `Watch-Queue` sees into a window: one look at a time, a headline and as many queues as there is room for.
///
/// No line is longer than the window is wide, whatever a stranger's host has answered, and none has characters that a
/// terminal obeys.
public final class QueueScreen extends LookScreen<WatchedQueueView> {

    private static final List<List<String>> COLUMNS = List.of(
            List.of("Identity", "Status", "MessageCount", "IncomingRate", "OutgoingRate", "Velocity", "NextRetryTime",
                    "LastError"),
            List.of("Identity", "Status", "MessageCount", "IncomingRate", "OutgoingRate", "Velocity", "LastError"),
            List.of("Identity", "Status", "MessageCount", "Velocity", "LastError"),
            List.of("Identity", "Status", "MessageCount", "Velocity"), List.of("Identity", "MessageCount", "Velocity"));

    public QueueScreen(Window window, ZoneId zone, AnsiStyle style) {
        super(window, WatchedQueueView.class, COLUMNS, zone, style);
    }

    @Override
    int shown(WatchedQueueView row) {
        return row.totals() instanceof QueueTotalsView totals ? Math.max(1, totals.shown()) : 0;
    }

    @Override
    void draw(List<WatchedQueueView> look, List<String> lines, int width, int height) {
        if (look.getFirst().totals() instanceof QueueTotalsView totals)
            headline(lines, look.getFirst().seen(), totals, width);
        queues(look, lines, width, height);
    }

    private void headline(List<String> lines, Instant seen, QueueTotalsView totals, int width) {
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

    private void queues(List<WatchedQueueView> look, List<String> lines, int width, int height) {
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
        table(lines, shown, width, this::paint);
        int left = found - shown.size();
        if (left > 0) lines.add(line("… and " + left + " more of " + count(found, "queue"), width, style::dim));
    }

    private UnaryOperator<String> paint(WatchedQueueView one) {
        if (one.velocity() < 0) return style::warning;
        return one.status().equals("Suspended") ? style::dim : UnaryOperator.identity();
    }
}
