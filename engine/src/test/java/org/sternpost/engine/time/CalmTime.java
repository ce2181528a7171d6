package org.sternpost.engine.time;

import java.time.Instant;
import java.util.random.RandomGenerator;

/// The machine's clock for a test that runs into limits by design: that the machine is busy meanwhile is not told, or
/// the engine would rightly blame nobody for it.
public final class CalmTime implements Time {

    private final SystemTime machine = new SystemTime();

    @Override
    public Instant instant() { return machine.instant(); }

    @Override
    public Instant steady() { return machine.steady(); }

    @Override
    public AgeClock ages() { return machine.ages(); }

    @Override
    public void sleepUntil(Instant due) throws InterruptedException { machine.sleepUntil(due); }

    @Override
    public void awaitUntil(Object monitor, Instant due) throws InterruptedException {
        machine.awaitUntil(monitor, due);
    }

    @Override
    public Alarm alarm(Instant due, Runnable then) { return machine.alarm(due, then); }

    @Override
    public RandomGenerator random() { return machine.random(); }
}
