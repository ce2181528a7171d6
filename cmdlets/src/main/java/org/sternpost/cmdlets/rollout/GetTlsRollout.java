package org.sternpost.cmdlets.rollout;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.TlsRolloutView;

/// Shows rollouts, running and past.
@Name(verb = Verb.Get, noun = "TlsRollout", summary = "Shows gradual changes of mode and how they fare.")
@Example(shows = "See how far it is", run = "Get-TlsRollout", prints = """
    Identity  Connector  …Status     Stage  SharePercent  …
    --------  …
    R-1       schools    …Running    1      50%           …
    R-2       clubs      …Suspended  1      100%          …
    """)
public record GetTlsRollout(
        @Param(value = "Rollout, R-3; all when not "
                + "given.", position = 0, pipeline = true, names = "rollouts") @Nullable String identity)
        implements
            Cmdlet.Query<TlsRolloutView> {

    @Override
    public Stream<TlsRolloutView> run(Management engine) throws ManagementException {
        return identity == null ? engine.rollouts().all().stream() : Stream.of(engine.rollouts().named(identity));
    }
}
