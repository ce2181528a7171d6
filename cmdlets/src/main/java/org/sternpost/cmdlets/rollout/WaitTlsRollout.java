package org.sternpost.cmdlets.rollout;

import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.Name;
import org.sternpost.cmdlets.Param;
import org.sternpost.cmdlets.Name.Verb;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.RolloutGoal;
import org.sternpost.engine.control.view.TlsRolloutView;

/// Waits for the next step of a rollout, or for what is asked for; its end always ends the wait.
///
/// It shows the rollout as it is then. One that has ended in its old mode is an error, and a job ends with 9; with 6
/// where the time of -Timeout was over before.
@Name(verb = Verb.Wait, noun = "TlsRollout", summary = "Waits until a rollout moves or ends.")
@Example(shows = "Wait until it is done, two hours at most", run = "Wait-TlsRollout R-2 -Until Suspended -Timeout 2h "
        + "| Select-Object Identity, Status", prints = """
            Identity  Status
            --------  ---------
            R-2       Suspended
            """)
@Example(shows = "Wait for a stage, and go on at once where it is reached", run = "Wait-TlsRollout R-1 -Stage 1 "
        + "| Select-Object Identity, Stage", prints = """
            Identity  Stage
            --------  -----
            R-1       1
            """)
public record WaitTlsRollout(
        @Param(value = "Rollout, R-3.", position = 0, pipeline = true, names = "rollouts") String identity,
        @Param(value = "Waits until it is Finished or Suspended; for its next step when not "
                + "given.", oneOf = "goal") RolloutGoal.@Nullable Until until,
        @Param(value = "Waits until it has come to this stage, from 1.", oneOf = "goal") @Nullable Integer stage)
        implements
            Cmdlet.Query<TlsRolloutView> {

    public WaitTlsRollout { if (stage != null && stage < 1) throw new IllegalArgumentException("-Stage is 1 or more"); }

    @Override
    public Stream<TlsRolloutView> run(Management engine) throws ManagementException {
        try {
            return Stream.of(engine.rollouts().await(identity,
                    new RolloutGoal(Optional.ofNullable(until), Optional.ofNullable(stage))));
        } catch (InterruptedException left) {
            Thread.currentThread().interrupt();
            return Stream.empty();
        }
    }
}
