package org.sternpost.engine;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.sternpost.engine.alert.Alerts;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.Resolvers;
import org.sternpost.engine.control.RolloutAudit;
import org.sternpost.engine.evidence.Faults;
import org.sternpost.engine.evidence.RecentMail;
import org.sternpost.engine.mtasts.HeldPolicies;
import org.sternpost.engine.rollout.RolloutStep;
import org.sternpost.engine.rollout.Rollouts;
import org.sternpost.engine.smtp.server.SmtpServer;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;

/// Puts the alerts together with what they look at.
final class AlertWatch {

    private AlertWatch() {}

    /// What is looked at.
    record Parts(Database database, Connectors connectors, Faults faults, HeldPolicies policies, Rollouts rollouts,
            Resolvers resolvers) {}

    static Alerts of(Parts parts, Alerts.Ways ways, Supplier<List<SmtpServer>> listeners, Supplier<String> trouble,
            Time time) {
        var own = new Alerts.Own(trouble, parts.resolvers()::checks,
                () -> listeners.get().stream().flatMap(AlertWatch::certificate).toList());
        return Alerts.of(new Alerts.Sources(parts.database(), parts.connectors(),
                new RecentMail(parts.database()), parts.faults(), parts.policies(), parts.rollouts(), own), ways, time);
    }

    private static Stream<Alerts.Certificate> certificate(SmtpServer listener) {
        Optional<Alerts.Certificate> shown = listener.certificateEnd().map(end -> new Alerts.Certificate(
                listener.address().getAddress().getHostAddress() + ":" + listener.address().getPort(), end));
        return shown.stream();
    }

    /// What is written down of each step of a rollout, in its transaction: who took it, and what operators are told.
    static void stepped(Connection writing, RolloutStep step) throws SQLException {
        RolloutAudit.write(writing, step);
        Alerts.stepped(writing, step);
    }
}
