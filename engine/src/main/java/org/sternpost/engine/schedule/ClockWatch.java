package org.sternpost.engine.schedule;

import java.time.Duration;
import java.util.Optional;
import org.sternpost.engine.time.AgeClock;
import org.sternpost.engine.time.Time;

/// Tells when somebody has set the machine's clock back. Belongs to one thread.
final class ClockWatch {

    private static final Duration STEP = Duration.ofSeconds(10); // less is how a clock is kept right

    private final Time time;
    private Duration ahead; // of the steady clock

    ClockWatch(Time time) {
        this.time = time;
        this.ahead = AgeClock.ahead(time);
    }

    /// By how much since it was last asked, if it was.
    Optional<Duration> setBack() {
        Duration before = ahead;
        ahead = AgeClock.ahead(time);
        Duration by = before.minus(ahead);
        return by.compareTo(STEP) < 0 ? Optional.empty() : Optional.of(by);
    }
}
