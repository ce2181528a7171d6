package org.sternpost.engine.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.sternpost.engine.time.Time;

/// Tells when somebody has set the machine's clock back. Belongs to one thread.
final class ClockWatch {

    private static final Duration STEP = Duration.ofSeconds(10); // less is how a clock is kept right
    private static final Duration ABREAST = Duration.ofSeconds(1); // between two looks, while both are looked at

    private final Time time;
    private Duration ahead; // of the steady clock

    ClockWatch(Time time) {
        this.time = time;
        this.ahead = ahead();
    }

    /// By how much since it was last asked, if it was.
    Optional<Duration> setBack() {
        Duration before = ahead;
        ahead = ahead();
        Duration by = before.minus(ahead);
        return by.compareTo(STEP) < 0 ? Optional.empty() : Optional.of(by);
    }

    /// Where this thread was kept from running between two looks, it looks again: no clock was set by that.
    private Duration ahead() {
        while (true) {
            Instant before = time.steady();
            Instant now = time.instant();
            if (Duration.between(before, time.steady()).compareTo(ABREAST) < 0) return Duration.between(before, now);
        }
    }
}
