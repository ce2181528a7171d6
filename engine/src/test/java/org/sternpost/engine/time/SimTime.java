package org.sternpost.engine.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.random.RandomGenerator;

/// A clock that stands still until a test moves it; whoever waits is woken when its time has come.
public final class SimTime implements Time {

    private final Random random;
    private Instant now;

    public SimTime() { this(Instant.parse("2026-11-23T10:00:00Z"), 1); }

    public SimTime(Instant start, long seed) {
        this.now = start;
        this.random = new Random(seed);
    }

    @Override
    public synchronized Instant instant() { return now; }

    /// Moves the clock and wakes all who waited for a time up to then.
    public synchronized void advance(Duration span) {
        now = now.plus(span);
        notifyAll();
    }

    @Override
    public synchronized void sleepUntil(Instant due) throws InterruptedException {
        while (now.isBefore(due))
            wait();
    }

    /// Looks at the simulated clock every few real milliseconds, so that `advance` is noticed by other monitors too.
    @Override
    public void awaitUntil(Object monitor, Instant due) throws InterruptedException {
        if (instant().isBefore(due)) monitor.wait(5);
    }

    @Override
    public RandomGenerator random() { return random; }
}
