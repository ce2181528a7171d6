package org.sternpost.engine.time;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// The machine's clock.
public final class SystemTime implements Time {

    private static final Duration ALARM_MAX = Duration.ofDays(36_500); // what is later does not come
    private static final Duration ALARMS_IDLE = Duration.ofSeconds(10); // then their thread ends until it is needed

    private final SecureRandom random = new SecureRandom();
    private final ScheduledThreadPoolExecutor alarms = alarms();

    @Override
    public Instant instant() { return Instant.now(); }

    @Override
    public void sleepUntil(Instant due) throws InterruptedException {
        Duration left = Duration.between(instant(), due);
        if (left.isPositive()) Thread.sleep(left);
    }

    @Override
    public void awaitUntil(Object monitor, Instant due) throws InterruptedException {
        long millis = Duration.between(instant(), due).toMillis();
        if (millis > 0) monitor.wait(millis);
    }

    @Override
    public Alarm alarm(Instant due, Runnable then) {
        Duration left = Duration.between(instant(), due);
        var set = alarms.schedule(then, (left.compareTo(ALARM_MAX) < 0 ? left : ALARM_MAX).toNanos(),
                TimeUnit.NANOSECONDS);
        return () -> set.cancel(false);
    }

    private static ScheduledThreadPoolExecutor alarms() {
        var alarms = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("alarms").factory());
        alarms.setRemoveOnCancelPolicy(true); // nearly all are cancelled, minutes before they are due
        alarms.setKeepAliveTime(ALARMS_IDLE.toMillis(), TimeUnit.MILLISECONDS);
        alarms.allowCoreThreadTimeOut(true);
        return alarms;
    }

    @Override
    public RandomGenerator random() { return random; }
}
