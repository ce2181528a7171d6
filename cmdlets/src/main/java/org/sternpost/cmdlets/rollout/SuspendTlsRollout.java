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

/// Holds a rollout where it is: what its share covers is judged by the new mode as before, and it does not grow.
///
/// The guard goes on watching: too many failures still take the share back, unless it was started to suspend instead.
@Name(verb = Verb.Suspend, noun = "TlsRollout", summary = "Holds a share where it is.", impact = Impact.Medium)
@Example(shows = "Hold it over a weekend; mail to the domains of its share stays as strict as it is", run = "Suspend-"
        + "TlsRollout R-1 -Reason 'change freeze'", prints = """
            …
            …R-1…Suspended…
            …
            """)
public record SuspendTlsRollout(
        @Param(value = "Rollout, R-3.", position = 0, pipeline = true, names = "rollouts") String identity,
        @Param("Why; stands in the rollout's history and the audit log.") String reason)
        implements
            Cmdlet.Change<TlsRolloutView> {

    public SuspendTlsRollout { if (reason.isBlank()) throw new IllegalArgumentException("-Reason is empty"); }

    @Override
    public Plan<TlsRolloutView> plan(Management engine) throws ManagementException {
        return engine.rollouts().suspend(identity, reason);
    }
}
