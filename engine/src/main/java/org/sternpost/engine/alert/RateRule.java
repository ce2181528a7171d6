package org.sternpost.engine.alert;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.sternpost.engine.alert.Alert.Subject;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.evidence.RecentMail;
import org.sternpost.engine.evidence.RecentMail.Outcomes;
import org.sternpost.engine.trust.Reason.Owner;

/// A connector that was changed within a day and puts off, or returns, more of its mail than the limit says, and more
/// than twice what it did in the hour before (docs/alerts.md#rates).
final class RateRule implements AlertRule {

    static final Duration WINDOW = Duration.ofMinutes(30);
    static final int RECIPIENTS_MIN = 20; // fewer tell nothing of a share
    private static final Duration CHANGE = Duration.ofDays(1);
    private static final Duration BEFORE = Duration.ofHours(1);
    private static final int WORSE = 2; // times what it was

    private final Alert.Kind kind;
    private final double percentMax;
    private final RecentMail mail;
    private final Connectors connectors;
    private final Map<Change, Double> before = new HashMap<>();

    /// A connector and when it was changed last.
    private record Change(String connector, Instant at) {}

    /// @param kind of delays or of notices
    RateRule(Alert.Kind kind, double percentMax, RecentMail mail, Connectors connectors) {
        this.kind = kind;
        this.percentMax = percentMax;
        this.mail = mail;
        this.connectors = connectors;
    }

    @Override
    public Alert.Kind kind() { return kind; }

    @Override
    public Look look(Instant now, List<Alert> open) throws IOException {
        Set<Subject> known = open.stream().map(Alert::subject).collect(Collectors.toSet());
        var found = new ArrayList<Finding>();
        var over = new HashSet<>(known); // of connectors that are gone
        var changes = new HashSet<Change>();
        for (OutboundConnector connector : connectors.all()) {
            var subject = Subject.ofConnector(connector.id());
            Instant changed = connector.stored().whenChanged();
            boolean isOpen = known.contains(subject);
            over.remove(subject);
            // That it was made is no change of what was.
            boolean fresh = changed.isAfter(now.minus(CHANGE)) && changed.isAfter(connector.stored().whenCreated());
            if (!fresh && !isOpen) continue;
            var change = new Change(connector.id(), changed);
            changes.add(change);
            Instant from = changed.isAfter(now.minus(WINDOW)) ? changed.plus(Duration.ofMinutes(1)) : now.minus(WINDOW);
            Outcomes outcomes = mail.outcomes(connector.id(), from, now.plus(Duration.ofMinutes(1)));
            if (outcomes.all() < RECIPIENTS_MIN) {
                if (isOpen && !fresh && outcomes.all() == 0) over.add(subject); // nothing of it is left to be seen
                continue;
            }
            double limit = Math.max(percentMax, WORSE * before(change));
            if (percent(outcomes) > limit) found.add(new Finding(subject, now, words(connector, outcomes, limit)));
            else if (isOpen) over.add(subject);
        }
        before.keySet().retainAll(changes);
        return new Look(found, over);
    }

    private double before(Change change) throws IOException {
        Double known = before.get(change);
        if (known != null) return known;
        Outcomes outcomes = mail.outcomes(change.connector(), change.at().minus(BEFORE), change.at());
        double percent = outcomes.all() < RECIPIENTS_MIN ? 0 : percent(outcomes);
        before.put(change, percent);
        return percent;
    }

    private double percent(Outcomes outcomes) {
        return kind == Alert.Kind.DelayRate ? outcomes.deferredPercent() : outcomes.failedPercent();
    }

    private Alert.Words words(OutboundConnector connector, Outcomes outcomes, double limit) {
        boolean delays = kind == Alert.Kind.DelayRate;
        return new Alert.Words(connector.name() + " was changed at " + connector.stored().whenChanged() + ", and since "
                + "then " + percent(percent(outcomes)) + " of what it tries " + (delays ? "is put off" : "is returned")
                + ": " + (delays ? outcomes.deferred() : outcomes.failed()) + " of " + outcomes.all() + " within "
                + WINDOW.toMinutes() + " minutes, where " + percent(limit) + " may be",
                "Get-DeliveryReport -Connector '" + connector.name().replace("'", "''")
                        + "' -GroupBy Reason says why; take the change "
                        + "back if it is not wanted: Get-TlsRollout, Set-OutboundConnector",
                Owner.OURS);
    }

    private static String percent(double value) { return String.format(Locale.ROOT, "%.1f %%", value); }
}
