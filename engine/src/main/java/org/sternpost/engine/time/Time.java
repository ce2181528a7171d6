package org.sternpost.engine.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// The only door to the clock, to waiting and to chance. Tests pass `SimTime`, which jumps instead of sleeping.
public interface Time extends InstantSource {

    /// Waits until `due`; returns at once if it has passed.
    void sleepUntil(Instant due) throws InterruptedException;

    /// Waits on `monitor`, whose lock the caller holds, until it is notified or `due` has come.
    ///
    /// May return early; the caller checks its condition again.
    void awaitUntil(Object monitor, Instant due) throws InterruptedException;

    /// Does something once `due` has come, unless it is cancelled before. As many may be set as there are connections,
    /// and again for each of their reads and writes: one costs no thread.
    ///
    /// @param then must not block, as the others wait for it
    Alarm alarm(Instant due, Runnable then);

    /// What was set to happen at a moment.
    interface Alarm {
        /// It happens no more, if it has not begun.
        void cancel();
    }

    /// Randomness fit for identities and jitter; safe for many threads.
    RandomGenerator random();

    /// Waits for a span.
    default void sleep(Duration span) throws InterruptedException { sleepUntil(instant().plus(span)); }
}
