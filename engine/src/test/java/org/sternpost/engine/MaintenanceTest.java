package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.time.AgeClock;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.Time;

/// Old records are forgotten soon after a start, and every hour from then on.
class MaintenanceTest {

    private final SimTime clock = new SimTime();
    private final BlockingQueue<Duration> waits = new LinkedBlockingQueue<>();
    private final Semaphore done = new Semaphore(0);

    @Test
    void tasksRunAMinuteAfterTheStartAndThenEveryHour() throws Exception {
        try (var _ = Maintenance.start(List.of(), List.of(), () -> {}, () -> {}, List.of(done::release),
                new Watched())) {
            awaitWait(Duration.ofMinutes(1));
            assertEquals(0, done.availablePermits());
            clock.advance(Duration.ofMinutes(1));
            assertTrue(done.tryAcquire(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
            awaitWait(Duration.ofHours(1));
            clock.advance(Duration.ofMinutes(59));
            assertFalse(done.tryAcquire());
            clock.advance(Duration.ofMinutes(1));
            assertTrue(done.tryAcquire(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @Test
    void aClockThatIsSetBackPutsNoTaskOff() throws Exception {
        Maintenance.Task setting = () -> {
            clock.set(clock.instant().minus(Duration.ofDays(1)));
            done.release();
        };
        try (var _ = Maintenance.start(List.of(), List.of(), () -> {}, () -> {}, List.of(setting), new Watched())) {
            awaitWait(Duration.ofMinutes(1));
            clock.advance(Duration.ofMinutes(1));
            assertTrue(done.tryAcquire(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
            awaitWait(Duration.ofHours(1));
        }
    }

    @Test
    void aTaskThatFailsKeepsNoOtherFromItsTurn() throws Exception {
        Maintenance.Task failing = () -> {
            throw new IOException("broken");
        };
        try (var _ = Maintenance.start(List.of(), List.of(), () -> {}, () -> {}, List.of(failing, done::release),
                new Watched())) {
            awaitWait(Duration.ofMinutes(1));
            clock.advance(Duration.ofMinutes(1));
            assertTrue(done.tryAcquire(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        }
    }

    /// A thread that died of an Error would never run a task again, and nobody would know.
    @Test
    void anErrorInATaskIsToldAsTheDeathOfItsThread() throws Exception {
        Maintenance.Task deep = () -> {
            throw new StackOverflowError();
        };
        var died = new LinkedBlockingQueue<Throwable>();
        var before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, thrown) -> died.add(thrown));
        try (var _ = Maintenance.start(List.of(), List.of(), () -> {}, () -> {}, List.of(deep), new Watched())) {
            awaitWait(Duration.ofMinutes(1));
            clock.advance(Duration.ofMinutes(1));
            assertEquals("thread maintenance failed: java.lang.StackOverflowError", java.util.Objects
                    .requireNonNull(died.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS)).getMessage());
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void aTaskThatIsToldToStopHasNotFailed() throws Exception {
        Maintenance.Task waiting = () -> {
            done.release();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the store was asked", stop);
            }
        };
        try (var warnings = new Warnings(Maintenance.class)) {
            try (var _ = Maintenance.start(List.of(), List.of(), () -> {}, () -> {}, List.of(waiting), new Watched())) {
                awaitWait(Duration.ofMinutes(1));
                clock.advance(Duration.ofMinutes(1));
                assertTrue(done.tryAcquire(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
            }
            assertEquals(List.of(), warnings.lines());
        }
    }

    private void awaitWait(Duration span) throws InterruptedException {
        for (Duration next = Duration.ZERO; !next.equals(span);)
            next = java.util.Objects.requireNonNull(waits.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS),
                    "nobody waits for " + span);
    }

    /// Tells who waits how long.
    private final class Watched implements Time {
        @Override
        public Instant instant() { return clock.instant(); }

        @Override
        public void sleepUntil(Instant due) throws InterruptedException {
            waits.add(Duration.between(instant(), due));
            clock.sleepUntil(due);
        }

        @Override
        public void awaitUntil(Object monitor, Instant due) throws InterruptedException {
            clock.awaitUntil(monitor, due);
        }

        @Override
        public Instant steady() { return clock.steady(); }

        @Override
        public AgeClock ages() { return clock.ages(); }

        @Override
        public Alarm alarm(Instant due, Runnable then) { return clock.alarm(due, then); }

        @Override
        public RandomGenerator random() { return clock.random(); }
    }
}
