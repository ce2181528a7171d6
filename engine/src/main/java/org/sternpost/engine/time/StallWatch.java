package org.sternpost.engine.time;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Measures how long this process was kept from running: a thread that wants to run ten times a second, and what it
/// comes late by.
///
/// It is a virtual thread, as those are that talk to hosts, so it waits for a processor as they do: while the machine
/// has none for us, while the process is stopped or collects garbage, and while too many of our own threads want to
/// run. What is overdue counts at once, also before the thread had its turn: whoever asks first after a stop knows of
/// it.
final class StallWatch implements AutoCloseable {

    static final Duration TICK = Duration.ofMillis(100);
    static final Duration PUNCTUAL = Duration.ofMillis(20); // no machine wakes a thread without any delay

    private static final long NEVER = Long.MAX_VALUE / 2; // from now

    private final LongSupplier nanos;
    private final Thread thread;
    private volatile Tick tick;

    /// @param due    when the thread wants to run next
    /// @param before what it came late by, in all
    private record Tick(long due, long before) {
        long stalled(long now) {
            long late = now - due;
            return late < PUNCTUAL.toNanos() ? before : before + late;
        }
    }

    /// Begins at once.
    static StallWatch start(LongSupplier nanos) {
        var watch = new StallWatch(nanos);
        watch.thread.start();
        return watch;
    }

    /// Whose ticks the caller makes.
    StallWatch(LongSupplier nanos) {
        this.nanos = nanos;
        this.tick = new Tick(nanos.getAsLong() + TICK.toNanos(), 0);
        this.thread = Thread.ofVirtual().name("stall-watch").unstarted(this::run);
    }

    /// How long in all, since it began.
    Duration stalled() { return Duration.ofNanos(tick.stalled(nanos.getAsLong())); }

    /// The thread runs.
    void tick() { due(TICK.toNanos()); }

    private void due(long nanosFromNow) {
        long now = nanos.getAsLong();
        tick = new Tick(now + nanosFromNow, tick.stalled(now));
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(TICK);
                tick();
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } finally {
            due(NEVER); // a thread that is gone comes late for nothing
        }
    }

    @Override
    public void close() { thread.interrupt(); }

    /// Waits until it has ended.
    void join() throws InterruptedException { thread.join(); }
}
