package org.sternpost.engine.time;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing grows old at once because somebody sets the machine's clock.
class AgeClockTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SimTime time = new SimTime();
    private final Instant began = time.instant();
    private final AgeClock ages = time.ages();

    private void step(Duration by) { time.set(time.instant().plus(by)); }

    private void assertPassed(Duration passed) { assertEquals(began.plus(passed), ages.now()); }

    @Test
    void aStepForwardsCountsOnceItHasStoodForADay() {
        step(YEAR);
        assertPassed(Duration.ZERO);
        assertEquals(YEAR, ages.lead());
        assertEquals(Optional.of(time.instant().plus(DAY)), ages.believed());
        time.advance(DAY.minus(SECOND));
        assertPassed(DAY.minus(SECOND));
        time.advance(SECOND);
        assertPassed(YEAR.plus(DAY));
        assertEquals(Duration.ZERO, ages.lead());
        assertEquals(Optional.empty(), ages.believed());
    }

    @Test
    void setRightBeforeThatItHasNeverCounted() {
        step(YEAR);
        assertPassed(Duration.ZERO);
        time.advance(HOUR);
        step(YEAR.negated());
        assertPassed(HOUR);
        assertEquals(Duration.ZERO, ages.lead());
        time.advance(DAY);
        assertPassed(HOUR.plus(DAY));
    }

    @Test
    void setBackItIsFollowedAtOnce() {
        step(YEAR.negated());
        assertPassed(YEAR.negated());
        time.advance(HOUR);
        assertPassed(YEAR.negated().plus(HOUR));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 599})
    void whatKeepsAClockRightCountsAtOnce(long seconds) {
        step(Duration.ofSeconds(seconds));
        assertPassed(Duration.ofSeconds(seconds));
        assertEquals(Duration.ZERO, ages.lead());
    }

    /// Or a second error would count as soon as the first is believed.
    @Test
    void aFurtherStepOfADayBeginsAnotherDayAndASmallerOneDoesNot() {
        step(YEAR);
        assertPassed(Duration.ZERO);
        time.advance(DAY.minus(HOUR));
        step(YEAR);
        assertPassed(DAY.minus(HOUR));
        time.advance(HOUR.multipliedBy(2));
        assertPassed(DAY.plus(HOUR));
        step(DAY.minus(HOUR));
        assertPassed(DAY.plus(HOUR));
        time.advance(DAY.minus(HOUR.multipliedBy(2)));
        assertEquals(time.instant(), ages.now());
    }

    /// Also of a machine that is started with a wrong clock, or never runs for a day.
    @Test
    void aLaterProcessGoesOnFromWhatWasKept() {
        step(YEAR);
        time.advance(HOUR.multipliedBy(0));
        assertPassed(Duration.ZERO);
        time.advance(HOUR.multipliedBy(20));
        AgeClock.Kept kept = ages.kept();
        assertEquals(new AgeClock.Kept(began.plus(HOUR.multipliedBy(20)), YEAR, HOUR.multipliedBy(20)), kept);
        var later = new SimTime(time.instant().plus(HOUR.multipliedBy(4)), 1);
        later.ages().resume(kept);
        assertEquals(kept.at(), later.ages().now());
        assertEquals(YEAR.plus(HOUR.multipliedBy(4)), later.ages().lead());
        later.advance(HOUR.multipliedBy(4).minus(SECOND));
        assertEquals(kept.at().plus(HOUR.multipliedBy(4)).minus(SECOND), later.ages().now());
        later.advance(SECOND);
        assertEquals(later.instant(), later.ages().now());
    }
}
