package org.sternpost.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.time.AgeClock;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;

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
        assertTrue(closed.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertTrue(limit.expired());
    }

    /// The alarm may ring first of all when a process that was stopped runs again, and what the peer said lies there.
    @Test
    void whatWeWereStalledIsGivenBack() throws InterruptedException {
        var limit = ConnectionDeadline.over(closed::countDown, time, time.steady().plus(SPAN));
        time.stall(SPAN.minusSeconds(1));
        time.advance(SPAN.minusMillis(1));
        assertEquals(1, closed.getCount());
        time.advance(Duration.ofMillis(1));
        assertTrue(closed.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertTrue(limit.expired());
        assertEquals(SocketTimeoutException.class, limit.late("it said nothing", SPAN).getClass());
    }

    /// Nobody is waited for without end, and nobody is blamed for what he had no time for.
    @Test
    void whatEndsAfterAStallAsLongAsItselfIsOurs() throws InterruptedException {
        var limit = ConnectionDeadline.over(closed::countDown, time, time.steady().plus(SPAN));
        time.stall(SPAN.multipliedBy(3));
        assertTrue(closed.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertTrue(limit.expired());
        var late = limit.late("it said nothing", SPAN);
        assertTrue(StalledException.isCause(late));
        assertEquals("it said nothing within 300 s", late.getMessage());
    }

    @Test
    void whatHasPassedClosesAtOnce() throws InterruptedException {
        var limit = ConnectionDeadline.over(closed::countDown, time, time.steady());
        assertTrue(closed.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertTrue(limit.expired());
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

    /// On a busy machine the moment may come, and who closes then has no turn before the end.
    @Test
    void whoeverHasEndedItKeepsTheConnectionHoweverLateTheAlarmIs() throws InterruptedException {
        var late = new LateAlarms();
        var limit = ConnectionDeadline.over(closed::countDown, late, time.steady());
        var other = new CountDownLatch(1);
        var never = ConnectionDeadline.over(other::countDown, late, time.steady());
        limit.close();
        late.rung.forEach(Runnable::run);
        assertTrue(other.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
        assertTrue(never.expired());
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
            boolean other = closed.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
            release.countDown();
            assertTrue(other);
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

    /// Alarms that ring when the test says so, cancelled or not.
    private final class LateAlarms implements Time {

        private final List<Runnable> rung = new ArrayList<>();

        @Override
        public Alarm alarm(Instant due, Runnable then) {
            rung.add(then);
            return () -> {};
        }

        @Override
        public Instant instant() { return time.instant(); }

        @Override
        public Instant steady() { return time.steady(); }

        @Override
        public AgeClock ages() { return time.ages(); }

        @Override
        public void sleepUntil(Instant due) throws InterruptedException { time.sleepUntil(due); }

        @Override
        public void awaitUntil(Object monitor, Instant due) throws InterruptedException {
            time.awaitUntil(monitor, due);
        }

        @Override
        public RandomGenerator random() { return time.random(); }
    }
}
