package org.sternpost.engine.alert;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.alert.Alert.Kind;
import org.sternpost.engine.alert.Alert.Subject;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.ShareOf;
import org.sternpost.engine.rollout.Rollout;
import org.sternpost.engine.rollout.RolloutOutlook;
import org.sternpost.engine.rollout.RolloutStep;
import org.sternpost.engine.rollout.Rollouts;
import org.sternpost.engine.trust.Reason.Owner;

/// A rollout that stands: suspended, or an hour past its time as it waits for mail or for the end of trouble
/// (docs/alerts.md#rollout). Its steps are told by what writes them down ([#stepped]).
final class RolloutRule implements AlertRule {

    private static final Duration LATE = Duration.ofHours(1);
    private static final Duration BACK = Duration.ofDays(1); // that it went back is told on for so long

    private final Kind kind;
    private final Rollouts rollouts;
    private final Connectors connectors;

    /// @param kind that it waits, or that it went back, which is found by its step alone
    RolloutRule(Kind kind, Rollouts rollouts, Connectors connectors) {
        this.kind = kind;
        this.rollouts = rollouts;
        this.connectors = connectors;
    }

    @Override
    public Kind kind() { return kind; }

    @Override
    public boolean wavers() { return false; }

    @Override
    public Look look(Instant now, List<Alert> open) throws IOException {
        var found = new ArrayList<Finding>();
        if (kind == Kind.RolloutRolledBack)
            open.stream().filter(one -> one.since().isAfter(now.minus(BACK)))
                    .forEach(one -> found.add(new Finding(one.subject(), one.since(), one.words())));
        else
            for (Rollout one : rollouts.running())
                waits(one, now).ifPresent(found::add);
        return Look.all(found, open);
    }

    private Optional<Finding> waits(Rollout one, Instant now) throws IOException {
        Rollout.Progress progress = one.progress();
        boolean suspended = progress.status() == Rollout.Status.Suspended;
        if (!suspended && now.isBefore(progress.stageStartedAt().plus(one.plan().hold()).plus(LATE)))
            return Optional.empty();
        RolloutOutlook outlook = rollouts.guardOutlook(one);
        if (outlook.nextStep().isPresent() || outlook.why().isEmpty() && !suspended) return Optional.empty();
        return Optional.of(new Finding(subject(one), now, new Alert.Words("rollout " + one.id() + " of "
                + connectors.nameOf(one.connector()) + " to " + one.plan().to() + (suspended
                        ? " is suspended at "
                        : " waits at ")
                + Rollout.percent(one.share()) + ": " + outlook.why(),
                suspended
                        ? "Get-TlsRollout " + one.id() + " shows why; Resume-TlsRollout or Stop-TlsRollout it"
                        : "Get-TlsRollout " + one.id() + " shows what it waits for",
                Owner.OURS)));
    }

    private static Subject subject(Rollout one) { return new Subject(one.connector(), "", one.id()); }

    /// What a step tells, in the transaction of the step.
    static void stepped(Connection connection, RolloutStep step) throws SQLException {
        Rollout after = step.after();
        String of = "rollout " + after.id() + " of " + step.connector().map(OutboundConnector::name)
                .orElse(after.connector()) + " to " + after.plan().to();
        switch (after.progress().status()) {
            case Running -> {
                if (step.before().isEmpty())
                    AlertTable.clear(connection, Kind.RolloutRolledBack, after.connector(),
                            step.at());
                event(connection, step, of + (step.before().isEmpty() ? " began: " : " goes on: ")
                        + Rollout.percent(after.share()) + " of its "
                        + (after.plan().manner().by() == ShareOf.Message
                                ? "messages"
                                : "domains")
                        + " are judged so now");
            }
            case Finished -> event(connection, step, of + " is done: all its mail is judged so now");
            case RolledBack -> AlertTable.begin(connection, Kind.RolloutRolledBack, new AlertRule.Finding(
                    subject(after), step.at(), new Alert.Words(of + " went back to " + after.plan().from() + ": "
                            + after.progress().why(),
                            "Get-TlsReadiness '" + step.connector().map(OutboundConnector::name)
                                    .orElse(after.connector()).replace("'", "''")
                                    + "' names the domains; begin anew once they are mended or excepted",
                            Owner.OURS)));
            case Suspended, Stopped, Undone -> {
                // The one is found by the rule; the others an operator did, who knows.
            }
        }
    }

    private static void event(Connection connection, RolloutStep step, String why) throws SQLException {
        AlertTable.event(connection, Kind.RolloutStep, new AlertRule.Finding(subject(step.after()), step.at(),
                new Alert.Words(why, "nothing is to be done; Get-TlsRollout " + step.after().id() + " shows it",
                        Owner.OURS)));
    }
}
