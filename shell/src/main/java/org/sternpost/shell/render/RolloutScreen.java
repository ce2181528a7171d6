package org.sternpost.shell.render;

import java.time.ZoneId;
import java.util.List;
import java.util.function.UnaryOperator;
import org.sternpost.engine.control.view.WatchedRolloutView;
import org.sternpost.engine.mail.VisibleText;

/// Draws what `Watch-TlsRollout` sees: a row for each rollout, and below them what each waits for, in full.
public final class RolloutScreen extends LookScreen<WatchedRolloutView> {

    private static final List<List<String>> COLUMNS = List.of(
            List.of("Identity", "Connector", "To", "Status", "Stage", "SharePercent", "Messages", "Failures",
                    "DelayedPercent", "OldModeDelayedPercent", "NextStageAt"),
            List.of("Identity", "Connector", "To", "Status", "Stage", "SharePercent", "Messages", "Failures",
                    "NextStageAt"),
            List.of("Identity", "Connector", "Status", "Stage", "SharePercent", "Messages", "Failures"),
            List.of("Identity", "Status", "SharePercent", "Messages", "Failures"),
            List.of("Identity", "Status", "SharePercent"));

    public RolloutScreen(Window window, ZoneId zone, AnsiStyle style) {
        super(window, WatchedRolloutView.class, COLUMNS, zone, style);
    }

    @Override
    int shown(WatchedRolloutView row) { return row.shown(); }

    @Override
    void draw(List<WatchedRolloutView> look, List<String> lines, int width, int height) {
        var rows = look.stream().filter(one -> !one.identity().isEmpty()).toList();
        lines.add(line(moment(look.getFirst().seen()) + "  " + count(rows.size(), "rollout")
                + "    q or Ctrl-C ends", width, style::strong));
        lines.add("");
        if (rows.isEmpty()) {
            lines.add(line("no rollout to show", width, style::dim));
            return;
        }
        table(lines, rows, width, this::paint);
        lines.add("");
        for (WatchedRolloutView one : rows)
            if (!one.why().isEmpty())
                lines.add(line(one.identity() + ": " + VisibleText.of(one.why()), width, UnaryOperator.identity()));
    }

    private UnaryOperator<String> paint(WatchedRolloutView one) {
        return switch (one.status()) {
            case "RolledBack" -> style::error;
            case "Suspended" -> style::dim;
            default -> one.failures() > 0 ? style::warning : UnaryOperator.identity();
        };
    }
}
