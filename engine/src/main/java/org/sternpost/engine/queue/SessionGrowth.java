package org.sternpost.engine.queue;

import java.time.Duration;
import java.time.Instant;

/// How many sessions a destination may have: a few at first, more while they help, fewer where its next hop says so.
///
/// Each message that a host takes allows one session more, so that their number doubles with each round, as long as a
/// message takes about as long as it did with fewer sessions. Where it takes longer, more sessions only stand in
/// each other's way - at the host, on the way to it or in our own processor -, and one more is tried once a round. Nor
/// are there more than empty the queue in [#DRAIN] at the pace each of them has: to open one costs more than a message.
final class SessionGrowth {

    static final int SEVERAL = 5; // to begin with, once the next hop has answered
    private static final int WAITING_PER_SESSION = 20; // recipients for which there is another, while no pace is known
    private static final Duration DRAIN = Duration.ofSeconds(1);
    private static final double SLOWER = 2; // times the best pace: more sessions do not help
    private static final double RECENT = 0.2; // share of the latest message in the pace
    private static final Duration GROWTH = Duration.ofMinutes(10); // between two sessions more to a crowded next hop
    private static final int ENOUGH = 20; // for a next hop that wanted fewer once

    private double allowed = SEVERAL;
    private double millis; // that a message takes; 0 while nobody knows
    private double best;
    private int ceiling = Integer.MAX_VALUE; // that the next hop wants
    private Instant grows = Instant.MAX;

    /// The next hop has taken a message, or refused it with a word.
    ///
    /// @param took  from its first command to the reply
    /// @param limit beyond which the number does not matter
    void carried(Duration took, int limit) {
        double one = Math.max(0.01, took.toNanos() / 1e6);
        millis = millis == 0 ? one : millis + RECENT * (one - millis);
        best = best == 0 ? millis : Math.min(best, millis);
        allowed = Math.min(limit, allowed + (millis <= SLOWER * best ? 1 : 1 / allowed));
    }

    /// Sessions for so many recipients.
    int wanted(int waiting) {
        double enough = millis == 0
                ? 1 + waiting / WAITING_PER_SESSION
                : Math.ceil(waiting * millis / DRAIN.toMillis());
        return (int) Math.max(1, Math.min(Math.min(allowed, ceiling), enough));
    }

    /// One session could not be had or kept: as many as stand are enough for a while.
    void crowded(int standing, Instant now) {
        ceiling = standing;
        allowed = Math.min(allowed, Math.max(standing, 1));
        grows = now.plus(GROWTH);
    }

    /// A next hop that wanted fewer sessions is offered one more now and then.
    void grow(Instant now) {
        while (!grows.isAfter(now)) {
            ceiling++;
            grows = grows.plus(GROWTH);
        }
        if (ceiling < ENOUGH) return;
        ceiling = Integer.MAX_VALUE;
        grows = Instant.MAX;
    }

    /// The clock was set back: the next one more is offered after as long as it would have been.
    void earlier(Duration by) { if (grows.isBefore(Instant.MAX)) grows = grows.minus(by); }

    /// When [#grow] is next of use; [Instant#MAX] for never.
    Instant grows() { return grows; }

    /// Nothing was learned that would be missed.
    boolean isForgettable() { return ceiling == Integer.MAX_VALUE; }
}
