package org.sternpost.engine.schedule;

import java.time.Duration;
import java.util.List;

/// How much at once and how often again.
///
/// @param sessions          at once in all
/// @param sessionsPerDomain at once to one next hop
/// @param retryIntervals    between attempts; the last one repeats
/// @param delayNotice       age at which a sender is told that mail is late
public record Limits(int sessions, int sessionsPerDomain, List<Duration> retryIntervals, Duration delayNotice) {

    public Limits {
        retryIntervals = List.copyOf(retryIntervals);
        if (retryIntervals.isEmpty()) throw new IllegalArgumentException("there is no retry interval");
    }

    /// The span before the next attempt.
    ///
    /// @param attempts made so far, at least 1
    public Duration after(int attempts) { return retryIntervals.get(Math.min(attempts, retryIntervals.size()) - 1); }
}
