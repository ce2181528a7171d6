package org.sternpost.cmdlets.rollout;

import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.WatchedRolloutView;

/// Looks at rollouts again and again: at the prompt a picture that the shell draws, else rows.
///
/// Shown are those that are open; where none is, the last there was.
@Name(verb = Verb.Watch, noun = "TlsRollout", summary = "Shows rollouts as they go on, until Ctrl-C.")
@Example(shows = "Watch them at the prompt; q or Ctrl-C ends it", run = "Watch-TlsRollout -Count 1 | Select-Object "
        + "Identity, Connector, Stage", prints = """
            Identity  Connector  Stage
            --------  ---------  -----
            R-1       schools    1
            R-2       clubs      1
            """)
public record WatchTlsRollout(
        @Param(value = "Rollout, R-3; all that are open when not "
                + "given.", position = 0, pipeline = true, names = "rollouts") @Nullable String identity,
        @Param(value = "Time between two looks.", defaultValue = "2s") Duration interval,
        @Param("Ends after so many looks; without it Ctrl-C does.") @Nullable Integer count)
        implements
            Cmdlet.Query<WatchedRolloutView> {

    public WatchTlsRollout { Cmdlet.checkWatch(interval, count); }

    @Override
    public Stream<WatchedRolloutView> run(Management engine) throws ManagementException {
        return engine.rollouts().watch(identity, interval, count == null ? 0 : count);
    }
}
