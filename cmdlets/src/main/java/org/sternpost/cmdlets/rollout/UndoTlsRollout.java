package org.sternpost.cmdlets.rollout;

import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name.Impact;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.Plan;
import org.sternpost.engine.control.view.TlsRolloutView;

/// Returns a connector to the mode before its rollout, for all domains at once, also after the rollout has finished.
///
/// One that has finished is undone unless its connector was changed since.
@Name(verb = Verb.Undo, noun = "TlsRollout", summary = "Takes a rollout back.", impact = Impact.Medium)
@Example(shows = "Go back at once, wherever it is", run = "Undo-TlsRollout R-1 -Reason 'ticket 4711'", prints = """
    …
    …R-1…
    …
    """)
public record UndoTlsRollout(
        @Param(value = "Rollout, R-3.", position = 0, pipeline = true, names = "rollouts") String identity,
        @Param("Why; goes to the audit log.") String reason) implements Cmdlet.Change<TlsRolloutView> {

    public UndoTlsRollout { if (reason.isBlank()) throw new IllegalArgumentException("-Reason is empty"); }

    @Override
    public Plan<TlsRolloutView> plan(Management engine) throws ManagementException {
        return engine.rollouts().undo(identity, reason);
    }
}
