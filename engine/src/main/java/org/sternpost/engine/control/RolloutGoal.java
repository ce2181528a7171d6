package org.sternpost.engine.control;

import java.util.Optional;
import org.sternpost.engine.rollout.Rollout;

/// What of a rollout is waited for; its end always is.
///
/// @param until empty for its next step, whichever it is
/// @param stage from 1; empty for none
public record RolloutGoal(Optional<Until> until, Optional<Integer> stage) {

    public enum Until {
        /// All of it is done.
        Finished,
        /// Its share stays where it is.
        Suspended
    }

    boolean isReached(Rollout before, Rollout now) {
        if (!now.isOpen()) return true;
        if (stage.isPresent()) return now.progress().stage() + 1 >= stage.get();
        if (until.isEmpty()) return !now.progress().equals(before.progress());
        return switch (until.get()) {
            case Finished -> false;
            case Suspended -> now.progress().status() == Rollout.Status.Suspended;
        };
    }
}
