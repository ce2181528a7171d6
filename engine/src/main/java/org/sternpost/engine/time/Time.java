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

    /// Randomness fit for identities and jitter; safe for many threads.
    RandomGenerator random();

    /// Waits for a span.
    default void sleep(Duration span) throws InterruptedException { sleepUntil(instant().plus(span)); }
}
