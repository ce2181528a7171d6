package org.sternpost.engine.control;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.rollout.Rollout;
import org.sternpost.engine.rollout.RolloutStep;

/// A step of a rollout as the audit has it, whether an operator or the engine took it.
public final class RolloutAudit {

    private RolloutAudit() {}

    public static void write(Connection connection, RolloutStep step) throws SQLException {
        Audit.entry(step.at(), step.by(), step.operation(), target(step), changes(step.before(), step.after()))
                .on(connection);
    }

    private static String target(RolloutStep step) {
        String note = step.after().plan().manner().changeNote();
        return "TlsRollout " + step.after().id()
                + step.connector().map(connector -> " of OutboundConnector " + connector.name()).orElse("")
                + (note.isEmpty() ? "" : " (" + note + ")");
    }

    /// @param before empty when the rollout starts
    static List<Plan.Change> changes(Optional<Rollout> before, Rollout after) {
        var changes = new ArrayList<Plan.Change>();
        changed(changes, "status", before.map(one -> one.progress().status().name()).orElse(""),
                after.progress().status().name());
        changed(changes, "share", before.map(RolloutAudit::share).orElse("0 %"), share(after));
        changed(changes, "tlsValidation", before.map(RolloutAudit::mode).orElse(after.plan().from()).name(),
                mode(after).name());
        changed(changes, "why", before.map(one -> one.progress().why()).orElse(""), after.progress().why());
        return changes;
    }

    /// Of the domains that are judged by the new mode because of it.
    private static String share(Rollout r) {
        TlsValidation to = r.plan().to();
        return r.isOpen() ? Rollout.percent(r.share()) + " " + to : mode(r) == to ? "100 % " + to : "0 %";
    }

    /// The connector's own.
    private static TlsValidation mode(Rollout r) {
        return r.progress().status() == Rollout.Status.Finished ? r.plan().to() : r.plan().from();
    }

    private static void changed(List<Plan.Change> changes, String path, String before, String after) {
        if (!before.equals(after)) changes.add(new Plan.Change(path, before, after));
    }
}
