package org.sternpost.shell.terminal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.DeliveryAlertView;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.engine.time.Time;
import org.sternpost.shell.bind.BindException;
import org.sternpost.shell.bind.CallBinder;
import org.sternpost.shell.run.ReconnectingClient;
import org.sternpost.shell.run.ShellSession;

/// Alerts as they begin and end, a line each above the line that is being typed. While a command runs nothing is shown:
/// what came meanwhile is there before the next prompt.
///
/// Each shell asks the engine by itself, and tells what is new since it was started. An engine that is gone is not
/// looked for: whoever types sees that soon enough.
final class AlertNotices {

    private static final Duration PAUSE = Duration.ofSeconds(15);
    private static final int CHARACTERS_MAX = 400; // of a line; Get-DeliveryAlert has all
    private static final int SHOWN_MAX = 20; // at one look
    private static final int ASKED_MAX = 1_000;

    private final ShellSession session;
    private final Instant start;
    private final Map<String, String> known = new HashMap<>(); // status by identity
    private final List<String> waiting = new ArrayList<>();
    private Consumer<String> above = _ -> {};
    private boolean typing;
    private boolean first = true;

    AlertNotices(ShellSession session) {
        this.session = session;
        this.start = session.configuration().time().instant();
    }

    /// Looks until the shell ends.
    void start() {
        Thread.ofVirtual().name("alert-notices").start(() -> {
            Time time = session.configuration().time();
            try {
                while (true) {
                    look();
                    time.sleep(PAUSE);
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// A line is typed from now on.
    ///
    /// @param shown puts a line above it; empty where none can be put there
    synchronized void typing(Optional<Consumer<String>> shown) {
        waiting.forEach(session.configuration().console()::message);
        waiting.clear();
        above = shown.orElse(above);
        typing = shown.isPresent();
    }

    /// The line is there: what is shown now is of its command.
    synchronized void typed() { typing = false; }

    /// Asks once; what cannot be asked is asked the next time.
    void look() {
        if (session.configuration().client() instanceof ReconnectingClient client && !client.isOpen()) return;
        var found = new ArrayList<DeliveryAlertView>();
        try {
            ask(session.configuration().client(), found);
        } catch (BindException | IOException | ManagementException | RuntimeException notNow) {
            return; // an error in the midst of a line would be worse than a notice that comes late
        }
        tell(lines(found));
    }

    private void ask(EngineClient client, List<DeliveryAlertView> found)
            throws BindException, IOException, ManagementException {
        var descriptor = session.configuration().catalogue().find("Get-DeliveryAlert");
        if (descriptor.isEmpty()) return;
        var command = CallBinder.bind(descriptor.get(), Map.of("Since", start, "ResultSize", ASKED_MAX), List.of(),
                session.conversion());
        if (session.create(command) instanceof Cmdlet.Query<?> query)
            client.query(query, view -> {
                if (view instanceof DeliveryAlertView one) found.add(one);
            });
    }

    private synchronized void tell(List<String> lines) {
        if (typing) lines.forEach(above);
        else
            waiting.addAll(lines);
    }

    /// The oldest first.
    private synchronized List<String> lines(List<DeliveryAlertView> found) {
        var lines = new ArrayList<String>();
        boolean atStart = first;
        first = false;
        long open = 0;
        for (DeliveryAlertView one : found.reversed()) {
            String before = known.put(one.identity(), one.status());
            if (one.status().equals(before)) continue;
            if (atStart && one.clearedAt() == null) open++;
            else if (!atStart || !one.since().isBefore(start)) lines.add(line(one));
        }
        if (open > 0)
            lines.addFirst("! " + (open == 1 ? "1 alert is" : open + " alerts are")
                    + " open: Get-DeliveryAlert");
        if (lines.size() > SHOWN_MAX) {
            int more = lines.size() - SHOWN_MAX;
            lines.subList(SHOWN_MAX, lines.size()).clear();
            lines.add("! and " + more + " more: Get-DeliveryAlert -Since " + start);
        }
        return lines;
    }

    private static String line(DeliveryAlertView one) {
        boolean over = one.clearedAt() != null && !one.clearedAt().equals(one.since());
        String line = VisibleText
                .of("! " + one.identity() + " " + one.kind() + (over ? " is over: " : ": ") + one.why());
        return line.length() <= CHARACTERS_MAX ? line : line.substring(0, CHARACTERS_MAX) + "...";
    }
}
