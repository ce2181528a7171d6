package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// A clock that only the test turns.
@Timeout(600)
class IntakePaceTest {

    private final SimTime time = new SimTime();
    private final IntakePace pace = new IntakePace(time);

    @Test
    void whereNothingIsAcceptedNobodyWaits() throws InterruptedException {
        assertFalse(pace.isLate());
        pace.awaitTurn();
    }

    /// One that is under way counts as soon as it is late; one that was late counts by its part of the mean.
    @ParameterizedTest
    @CsvSource({"0, false, false", "25, false, false", "26, true, false", "200, true, false", "201, true, true"})
    void anAcceptanceIsLateWhenItTakesLong(int millis, boolean meanwhile, boolean afterwards) {
        try (var _ = pace.begin()) {
            time.advance(Duration.ofMillis(millis));
            assertEquals(meanwhile, pace.isLate());
        }
        assertEquals(afterwards, pace.isLate());
    }

    @Test
    void theOldestDecidesAndThoseThatCameLaterDoNot() {
        var first = pace.begin();
        time.advance(IntakePace.IN_TIME);
        var second = pace.begin();
        time.advance(Duration.ofMillis(1));
        assertTrue(pace.isLate());
        first.close();
        assertFalse(pace.isLate());
        second.close();
    }

    @Test
    void whatWasLateIsForgottenWhenMailIsTakenInTimeOrNoneComes() {
        late();
        assertTrue(pace.isLate());
        for (int i = 0; i < 20; i++)
            pace.begin().close();
        assertFalse(pace.isLate());
        late();
        time.advance(IntakePace.PAUSE.minusMillis(1));
        assertTrue(pace.isLate());
        time.advance(Duration.ofMillis(1));
        assertFalse(pace.isLate());
    }

    /// Somebody sets the machine's clock: nothing is late by that.
    @ParameterizedTest
    @CsvSource({"86400", "-86400"})
    void aClockThatIsSetIsNoTimeThatPasses(long seconds) throws InterruptedException {
        try (var _ = pace.begin()) {
            time.set(time.instant().plusSeconds(seconds));
            assertFalse(pace.isLate());
            pace.awaitTurn();
        }
        assertFalse(pace.isLate());
    }

    @Test
    void whoBeginsWaitsUntilAcceptanceIsInTimeAgain() throws InterruptedException {
        var stuck = pace.begin();
        time.advance(IntakePace.IN_TIME.plusMillis(1));
        var turn = waiting();
        assertFalse(turn.await(20, TimeUnit.MILLISECONDS));
        stuck.close();
        assertTrue(turn.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void whoBeginsWaitsForAMomentAtMost() throws InterruptedException {
        try (var _ = pace.begin()) {
            time.advance(IntakePace.IN_TIME.plusMillis(1));
            var turn = waiting();
            assertFalse(turn.await(20, TimeUnit.MILLISECONDS));
            while (turn.getCount() > 0) {
                time.advance(IntakePace.PAUSE); // again, in case the other thread has begun to wait only now
                if (turn.await(20, TimeUnit.MILLISECONDS)) break;
            }
            assertTrue(pace.isLate(), "it is late as ever");
        }
    }

    private CountDownLatch waiting() {
        var turn = new CountDownLatch(1);
        Thread.ofPlatform().daemon().start(() -> {
            try {
                pace.awaitTurn();
                turn.countDown();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
        return turn;
    }

    private void late() {
        try (var _ = pace.begin()) {
            time.advance(Duration.ofSeconds(1));
        }
    }
}
