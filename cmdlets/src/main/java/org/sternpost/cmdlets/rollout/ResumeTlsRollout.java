package org.sternpost.cmdlets.rollout;

import org.jspecify.annotations.Nullable;
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

/// Lets a suspended rollout go on at the share where it was held, also one that its guard suspended.
///
/// The stage begins anew: its mail is counted from nothing, and the share must stand for its -Hold again.
@Name(verb = Verb.Resume, noun = "TlsRollout", summary = "Lets a suspended rollout go on.", impact = Impact.Medium)
@Example(shows = "Go on once the partner has mended its record", run = "Resume-TlsRollout R-2 -Reason 'ticket 4711 is "
        + "closed'", prints = """
            …
            …R-2…Running…
            …
            """)
public record ResumeTlsRollout(
        @Param(value = "Rollout, R-3.", position = 0, pipeline = true, names = "rollouts") String identity,
        @Param("Why; stands in the rollout's history.") @Nullable String reason)
        implements
            Cmdlet.Change<TlsRolloutView> {

    @Override
    public Plan<TlsRolloutView> plan(Management engine) throws ManagementException {
        return engine.rollouts().resume(identity, reason == null ? "" : reason);
    }
}
