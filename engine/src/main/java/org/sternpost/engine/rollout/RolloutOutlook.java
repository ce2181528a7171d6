package org.sternpost.engine.rollout;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/// What comes next of a rollout.
///
/// @param nextStep when its share grows, or all of it is done, if nothing fails; empty where it has ended, stands
///                 still, or waits for something that no clock brings: mail, or the end of trouble
/// @param why      it ended or stands still, or what it waits for; empty text where its next step is being taken
public record RolloutOutlook(Optional<Instant> nextStep, String why) {

    static RolloutOutlook of(Rollout rollout, Instant now, Guard.Facts facts) throws IOException {
        if (rollout.progress().status() != Rollout.Status.Running)
            return new RolloutOutlook(Optional.empty(), rollout.progress().why());
        return switch (Guard.judge(rollout, now, facts)) {
            case Guard.Stay(String why, Optional<Instant> until) when until.isPresent()
                    && rollout.isAtItsLastStage() ->
                end(why, until, facts.awaited());
            case Guard.Stay(String why, Optional<Instant> until) -> new RolloutOutlook(until, why);
            case Guard.Advance _,Guard.Finish _ -> new RolloutOutlook(Optional.of(now), "");
            case Guard.Breach(String why) -> new RolloutOutlook(Optional.empty(), why);
        };
    }

    /// All of it is done when the last share has stood for its time, unless a domain is awaited then.
    private static RolloutOutlook end(String why, Optional<Instant> held, AwaitedDomains awaited) {
        return awaited.isEmpty()
                ? new RolloutOutlook(held, why)
                : new RolloutOutlook(Optional.empty(), awaited.words() + "; " + why);
    }
}
