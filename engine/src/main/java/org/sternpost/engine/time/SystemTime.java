package org.sternpost.engine.time;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// The machine's clock.
public final class SystemTime implements Time {

    private final SecureRandom random = new SecureRandom();

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
    public RandomGenerator random() { return random; }
}
