package org.sternpost.engine.rollout;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.sternpost.engine.trust.Failure;

/// Says what becomes of a running rollout now.
sealed interface Guard {

    /// Nothing yet.
    record Stay() implements Guard {}

    /// Nothing while our own trouble hides how the share's mail would fare.
    record Wait(String why) implements Guard {}

    /// The share held; go to the next.
    record Advance(int stage) implements Guard {}

    /// All of it held; the new mode becomes the connector's own.
    record Finish() implements Guard {}

    /// The share's own mail failed too often.
    record Breach(String why) implements Guard {}

    /// @param ours our own trouble, if the share's latest mail met it
    static Guard judge(Rollout rollout, Instant now, Optional<Failure> ours) {
        boolean enough = rollout.messages() >= rollout.minMessages();
        if (enough && rollout.failurePercent() > rollout.maxFailurePercent())
            return new Breach(String.format(Locale.ROOT,
                    "%d of %d messages of the share failed validation (%.1f %%; the limit is %.1f %%)",
                    rollout.failures(), rollout.messages(), rollout.failurePercent(), rollout.maxFailurePercent()));
        if (ours.isPresent())
            return new Wait("waits for this gateway's own trouble to end, which says nothing of the share: "
                    + ours.get().sentence() + " (" + ours.get().remedy() + ")");
        if (!enough || now.isBefore(rollout.stageStartedAt().plus(rollout.hold()))) return new Stay();
        int next = rollout.stage() + 1;
        return next == rollout.shares().size() ? new Finish() : new Advance(next);
    }
}
