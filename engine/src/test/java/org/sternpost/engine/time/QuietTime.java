package org.sternpost.engine.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// A simulated clock that tells when the one thread that waits by it for what is due has nothing to do before the clock
/// moves on.
public final class QuietTime implements Time {

    private final SimTime time;
    private final AtomicInteger questions = new AtomicInteger();
    private volatile BooleanSupplier idle = () -> false;
    private volatile int answered;

    public QuietTime(SimTime time) { this.time = time; }

    /// Returns once the thread waits for a time that is to come, having seen all that was there before this call.
    ///
    /// @param wanted must hold too at that moment, and is asked under the monitor that the thread waits by
    public void await(BooleanSupplier wanted) throws InterruptedException {
        idle = wanted;
        int question = questions.incrementAndGet();
        Patience.until("all that is due is done", () -> answered == question);
    }

    @Override
    public void awaitUntil(Object monitor, Instant due) throws InterruptedException {
        int asked = questions.get(); // before the looks: what came before the question was seen
        if (due.isAfter(time.instant()) && idle.getAsBoolean()) answered = asked;
        time.awaitUntil(monitor, due);
    }

    @Override
    public Instant instant() { return time.instant(); }

    @Override
    public Instant steady() { return time.steady(); }

    @Override
    public AgeClock ages() { return time.ages(); }

    @Override
    public Duration stalled() { return time.stalled(); }

    @Override
    public void sleepUntil(Instant due) throws InterruptedException { time.sleepUntil(due); }

    @Override
    public Alarm alarm(Instant due, Runnable then) { return time.alarm(due, then); }

    @Override
    public RandomGenerator random() { return time.random(); }
}
