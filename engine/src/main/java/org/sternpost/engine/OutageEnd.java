package org.sternpost.engine;

import java.time.Duration;
import org.sternpost.engine.dns.OutageLookup;
import org.sternpost.engine.queue.OutageHold;
import org.sternpost.engine.time.Time;

/// Notices that an outage of our own DNS servers is over, also when nobody asks them, and has what it held back tried
/// again soon (docs/transport-security.md#own-outage).
final class OutageEnd {

    static final Duration SPREAD = Duration.ofMinutes(1); // not all at once: servers that are back have much to learn

    private final OutageLookup lookup;
    private final OutageHold held;
    private final Time time;
    private int seen;

    OutageEnd(OutageLookup lookup, OutageHold held, Time time) {
        this.lookup = lookup;
        this.held = held;
        this.time = time;
    }

    /// Done now and then.
    void look() {
        lookup.look();
        // Of an outage before the start nobody knows whether it is over, until a server answers.
        boolean over = held.isOfBefore() && lookup.answers();
        int ended = lookup.outagesEnded();
        if (!over && ended == seen) return;
        seen = ended;
        held.over(time.instant(), SPREAD, time.random());
    }
}
