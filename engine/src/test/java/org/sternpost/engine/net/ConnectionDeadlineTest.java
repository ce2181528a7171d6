package org.sternpost.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.SystemTime;

class ConnectionDeadlineTest {

    private static final Duration SPAN = Duration.ofMinutes(5);

    private final SimTime time = new SimTime();
    private final CountDownLatch closed = new CountDownLatch(1);

    @Test
    void atTheMomentTheConnectionIsClosed() throws InterruptedException {
        var limit = ConnectionDeadline.over(closed::countDown, time, time.steady().plus(SPAN));
        time.advance(SPAN.minusMillis(1));
        assertFalse(limit.expired());
        assertEquals(1, closed.getCount());
        time.advance(Duration.ofMillis(1));
        assertTrue(limit.expired());
        assertTrue(closed.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void whatHasPassedClosesAtOnce() throws InterruptedException {
        assertTrue(ConnectionDeadline.over(closed::countDown, time, time.steady()).expired());
        assertTrue(closed.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void whatEndsBeforeLeavesNothingBehind() {
        var limit = ConnectionDeadline.over(closed::countDown, time, time.steady().plus(SPAN));
        limit.close();
        assertEquals(0, time.alarms());
        time.advance(SPAN);
        assertFalse(limit.expired());
        assertEquals(1, closed.getCount());
    }

    @Test
    void aConnectionThatDoesNotCloseHoldsUpNoOther() throws InterruptedException {
        var release = new CountDownLatch(1);
        Closeable stuck = () -> {
            try {
                release.await();
            } catch (InterruptedException stop) {
                throw new IOException(stop);
            }
        };
        var real = new SystemTime();
        try (var _ = ConnectionDeadline.over(stuck, real, real.steady());
                var _ = ConnectionDeadline.over(closed::countDown, real, real.steady())) {
            assertTrue(closed.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        } finally {
            release.countDown();
        }
    }

    @Test
    void onTheMachinesClockTheEarlierComesFirst() throws InterruptedException {
        var real = new SystemTime();
        var early = new CountDownLatch(1);
        try (var never = ConnectionDeadline.over(() -> {}, real, Instant.MAX);
                var late = ConnectionDeadline.over(closed::countDown, real, real.steady().plus(Patience.AMPLE));
                var first = ConnectionDeadline.over(early::countDown, real, real.steady().plusMillis(1))) {
            assertTrue(early.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
            assertTrue(first.expired());
            assertFalse(late.expired() || never.expired());
        }
    }
}
