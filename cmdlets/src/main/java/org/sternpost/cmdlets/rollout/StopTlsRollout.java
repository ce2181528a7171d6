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

/// Ends a running or suspended rollout: all domains are in the old mode again, and mail that the new one held is tried
/// at once.
@Name(verb = Verb.Stop, noun = "TlsRollout", summary = "Ends a rollout in the old mode.", impact = Impact.Medium)
@Example(shows = "Give it up for now", run = "Stop-TlsRollout R-1 -Reason 'next month'", prints = """
    …
    …R-1…Stopped…
    …
    """)
public record StopTlsRollout(
        @Param(value = "Rollout, R-3.", position = 0, pipeline = true, names = "rollouts") String identity,
        @Param("Why; stands in the rollout's history and the audit log.") String reason)
        implements
            Cmdlet.Change<TlsRolloutView> {

    public StopTlsRollout { if (reason.isBlank()) throw new IllegalArgumentException("-Reason is empty"); }

    @Override
    public Plan<TlsRolloutView> plan(Management engine) throws ManagementException {
        return engine.rollouts().stop(identity, reason);
    }
}
