package org.sternpost.engine.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What is measured of a process that does not run, by a clock that the test turns.
class StallWatchTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // such a clock may begin anywhere
    private final StallWatch watch = new StallWatch(nanos::get);

    private void passes(Duration span) { nanos.addAndGet(span.toNanos()); }

    @Test
    void aThreadThatRunsInTimeWasNotStalled() {
        for (int i = 0; i < 100; i++) {
            passes(StallWatch.TICK.plus(StallWatch.PUNCTUAL).minusNanos(1));
            watch.tick();
        }
        assertEquals(Duration.ZERO, watch.stalled());
    }

    @Test
    void whatItComesLateByAddsUp() {
        for (int i = 1; i <= 10; i++) {
            passes(StallWatch.TICK.plus(StallWatch.PUNCTUAL));
            watch.tick();
            assertEquals(StallWatch.PUNCTUAL.multipliedBy(i), watch.stalled());
        }
    }

    /// Whoever runs first after a stop may be another: it must know what the watch does not know yet.
    @Test
    void whatIsOverdueCountsBeforeItsTurnAndOnce() {
        passes(StallWatch.TICK.plusSeconds(60));
        assertEquals(Duration.ofSeconds(60), watch.stalled());
        watch.tick();
        assertEquals(Duration.ofSeconds(60), watch.stalled());
        passes(StallWatch.TICK);
        assertEquals(Duration.ofSeconds(60), watch.stalled());
    }

    /// Nobody counts for ever what a thread that has ended is late by.
    @Test
    void oneThatHasEndedMeasuresNothing() throws Exception {
        var time = new SystemTime();
        assertEquals(Duration.ZERO, time.stalled());
        var real = StallWatch.start(nanos::get);
        passes(StallWatch.TICK.plusSeconds(1));
        real.close();
        real.join();
        Duration before = real.stalled();
        assertTrue(before.compareTo(Duration.ofSeconds(1)) >= 0, before.toString());
        passes(Duration.ofHours(1));
        assertEquals(before, real.stalled());
    }
}
