package org.sternpost.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.sternpost.engine.dns.OutageLookup;
import org.sternpost.engine.time.Time;

/// Notices that an outage of our own DNS servers is over, also when nobody asks them, and has what it held back tried
/// again soon (docs/transport-security.md#own-outage).
final class OutageEnd {

    static final Duration SPREAD = Duration.ofMinutes(1); // not all at once: servers that are back have much to learn

    private final OutageLookup lookup;
    private final BooleanSupplier isOfBefore;
    private final Held held;
    private final Time time;

    /// @param isOfBefore true if some of what is held waits for an outage that this engine may know nothing of
    OutageEnd(OutageLookup lookup, BooleanSupplier isOfBefore, Held held, Time time) {
        this.lookup = lookup;
        this.isOfBefore = isOfBefore;
        this.held = held;
        this.time = time;
    }

    /// Done now and then. An attempt that began in the outage may be written down after it, so what is held is looked
    /// at whenever there is none.
    void look() {
        lookup.look();
        if (lookup.downSince().isPresent()) return;
        // Of an outage before the start nobody knows whether it is over, until a server answers.
        if (isOfBefore.getAsBoolean() && !lookup.answers()) return;
        held.over(time.instant(), SPREAD, time.random());
    }

    /// What waits for the end of an outage.
    interface Held {
        void over(Instant now, Duration spread, RandomGenerator random);
    }
}
