package org.sternpost.engine.time;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The machine's clock.
public final class SystemTime implements Time {

    private static final Duration ALARM_MAX = Duration.ofDays(36_500); // what is later does not come
    private static final Duration ALARMS_SPAN = Duration.ofSeconds(4); // sooner is no deadline of a peer that answers
    private static final Duration LOOK = Duration.ofMinutes(1); // again at a clock that may have been set meanwhile

    private final SecureRandom random = new SecureRandom();
    private final Instant began = Instant.now();
    private final long beganNanos = System.nanoTime();
    private final Alarms alarms = new Alarms(() -> System.nanoTime() - beganNanos, ALARMS_SPAN);
    private final AgeClock ages = new AgeClock(this);
    private volatile @Nullable StallWatch stalls;

    @Override
    public Instant instant() { return Instant.now(); }

    @Override
    public Instant steady() { return began.plusNanos(System.nanoTime() - beganNanos); }

    @Override
    public AgeClock ages() { return ages; }

    @Override
    public AutoCloseable watchStalls() {
        var watch = StallWatch.start(System::nanoTime);
        stalls = watch;
        return watch;
    }

    @Override
    public Duration stalled() {
        StallWatch watch = stalls;
        return watch == null ? Duration.ZERO : watch.stalled();
    }

    @Override
    public void sleepUntil(Instant due) throws InterruptedException {
        for (Duration left = left(due); left.isPositive(); left = left(due))
            Thread.sleep(left);
    }

    @Override
    public void awaitUntil(Object monitor, Instant due) throws InterruptedException {
        long millis = left(due).toMillis();
        if (millis > 0) monitor.wait(millis);
    }

    /// Until a moment, or until it is time to look again.
    private Duration left(Instant due) {
        Duration left = Duration.between(instant(), due);
        return left.compareTo(LOOK) < 0 ? left : LOOK;
    }

    @Override
    public void sleep(Duration span) throws InterruptedException { Thread.sleep(span); }

    @Override
    public Alarm alarm(Instant due, Runnable then) {
        Duration left = Duration.between(began, due);
        return alarms.set((left.compareTo(ALARM_MAX) < 0 ? left : ALARM_MAX).toNanos(), then);
    }

    @Override
    public RandomGenerator random() { return random; }
}
