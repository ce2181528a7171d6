package org.sternpost.engine.time;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/// A clock that stands still until a test moves it; whoever waits is woken when its time has come.
public final class SimTime implements Time {

    private final Random random;
    private final List<SetAlarm> alarms = new ArrayList<>();
    private Instant now;
    private Instant steady;
    private Duration stalled = Duration.ZERO;
    private final AgeClock ages;

    private record SetAlarm(Instant due, Runnable then) {}

    public SimTime() { this(Instant.parse("2026-11-23T10:00:00Z"), 1); }

    public SimTime(Instant start, long seed) {
        this.now = start;
        this.steady = start;
        this.random = new Random(seed);
        this.ages = new AgeClock(this);
    }

    @Override
    public synchronized Instant instant() { return now; }

    @Override
    public synchronized Instant steady() { return steady; }

    @Override
    public AgeClock ages() { return ages; }

    /// Somebody sets the machine's clock, forwards or back, while no time passes.
    public synchronized void set(Instant other) {
        now = other;
        notifyAll();
    }

    @Override
    public synchronized Duration stalled() { return stalled; }

    /// The clock moves while this process does not run.
    public void stall(Duration span) {
        synchronized (this) {
            stalled = stalled.plus(span);
        }
        advance(span);
    }

    /// Moves the clock and wakes all who waited for a time up to then.
    public void advance(Duration span) {
        List<SetAlarm> due;
        synchronized (this) {
            now = now.plus(span);
            steady = steady.plus(span);
            notifyAll();
            due = alarms.stream().filter(one -> !steady.isBefore(one.due())).toList();
            alarms.removeAll(due);
        }
        due.forEach(one -> one.then().run());
    }

    /// Alarms that were set, and neither came nor were cancelled.
    public synchronized int alarms() { return alarms.size(); }

    @Override
    public Alarm alarm(Instant due, Runnable then) {
        var set = new SetAlarm(due, then);
        synchronized (this) {
            if (steady.isBefore(due)) {
                alarms.add(set);
                return () -> cancel(set);
            }
        }
        then.run();
        return () -> {};
    }

    private synchronized void cancel(SetAlarm set) { alarms.removeIf(one -> one == set); }

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
