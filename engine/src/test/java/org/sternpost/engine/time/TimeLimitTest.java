package org.sternpost.engine.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeLimitTest {

    private static final Duration SPAN = Duration.ofSeconds(60);

    private final SimTime time = new SimTime();

    @Test
    void whileWeRunItIsWhatTheClockSays() {
        var limit = TimeLimit.of(time, SPAN);
        time.advance(SPAN.minusMillis(1));
        assertFalse(limit.isOver());
        time.advance(Duration.ofMillis(1));
        assertTrue(limit.isOver());
        assertFalse(limit.isOurs());
    }

    /// @param stalled seconds
    /// @param ran     seconds of ours until it is over
    @ParameterizedTest
    @CsvSource({"1, 60, false", "30, 60, false", "59, 60, false", "60, 60, true", "61, 59, true", "119, 1, true"})
    void whatWeWereStalledIsGivenBackAndNoMoreThanOnceAgain(int stalled, int ran, boolean ours) {
        time.stall(Duration.ofHours(1)); // before it began
        var limit = TimeLimit.of(time, SPAN);
        time.stall(Duration.ofSeconds(stalled));
        time.advance(Duration.ofSeconds(ran).minusMillis(1));
        assertFalse(limit.isOver());
        time.advance(Duration.ofMillis(1));
        assertTrue(limit.isOver());
        assertEquals(ours, limit.isOurs());
    }

    @Test
    void whatHadNoTimeIsOverAndNotOurs() {
        var limit = TimeLimit.until(time, time.steady().minusSeconds(1));
        time.stall(SPAN);
        assertTrue(limit.isOver());
        assertFalse(limit.isOurs());
        assertFalse(TimeLimit.until(time, Instant.MAX).isOver());
    }
}
