package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How many sessions help a destination.
class SessionGrowthTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final int MUCH = 1_000_000;
    private static final int MAX = 100;

    private final SessionGrowth growth = new SessionGrowth();

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "19, 1", "20, 2", "79, 4", "80, 5", "1000000, 5"})
    void thereAreSeveralAtFirstForAsMuchAsWaits(int waiting, int sessions) {
        assertEquals(sessions, growth.wanted(waiting));
    }

    @Test
    void eachRoundDoublesThemUpToTheLimit() {
        for (int sessions = 5; sessions < MAX; sessions *= 2) {
            assertEquals(sessions, growth.wanted(MUCH));
            carried(sessions, 100);
        }
        assertEquals(MAX, growth.wanted(MUCH));
        carried(MAX, 100);
        assertEquals(MAX, growth.wanted(MUCH));
    }

    /// Ten times as slow with more sessions: they only stand in each other's way, so a round brings one more.
    @Test
    void sessionsThatMakeEachOtherSlowGrowByOneARound() {
        carried(5, 10);
        assertEquals(10, growth.wanted(MUCH));
        carried(10, 200);
        int after = growth.wanted(MUCH);
        assertTrue(after <= 12, after + " sessions");
        carried(after, 200);
        assertTrue(growth.wanted(MUCH) <= after + 1, growth.wanted(MUCH) + " sessions after " + after);
    }

    @ParameterizedTest
    @CsvSource({"1, 1000, 1", "1, 5000, 5", "100, 10, 1", "100, 45, 5", "100, 1000, 100"})
    void thereAreNoMoreThanEmptyTheQueueInASecond(int millis, int waiting, int sessions) {
        carried(200, millis);
        assertEquals(sessions, growth.wanted(waiting));
    }

    @Test
    void aNextHopThatWantedFewerIsOfferedOneMoreNowAndThen() {
        carried(200, 100);
        growth.crowded(2, NOW);
        carried(200, 100);
        assertEquals(2, growth.wanted(MUCH));
        growth.grow(NOW.plus(Duration.ofMinutes(10)).minusMillis(1));
        assertEquals(2, growth.wanted(MUCH));
        growth.grow(NOW.plus(Duration.ofMinutes(10)));
        assertEquals(3, growth.wanted(MUCH));
        growth.grow(NOW.plus(Duration.ofMinutes(30)));
        assertEquals(5, growth.wanted(MUCH));
        growth.grow(NOW.plus(Duration.ofHours(4)));
        assertEquals(MAX, growth.wanted(MUCH));
        assertEquals(Instant.MAX, growth.grows());
    }

    private void carried(int messages, int millis) {
        for (int i = 0; i < messages; i++)
            growth.carried(Duration.ofMillis(millis), MAX);
    }
}
