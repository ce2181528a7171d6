package org.sternpost.engine.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.time.SimTime;

/// How fast anybody may guess.
class FailurePaceTest {

    private final SimTime time = new SimTime();
    private final FailurePace pace = new FailurePace(time);

    private void fail(String client, String name, int times) {
        for (int i = 0; i < times; i++)
            pace.failed(client, name);
    }

    @Test
    void afterSomeFailuresEachAttemptWaitsTwiceAsLongUpToFiveMinutes() {
        fail("c", "a", 4);
        assertEquals(Optional.empty(), pace.pause("c", "b"));
        fail("c", "a", 1);
        assertEquals(Optional.of(Duration.ofSeconds(1)), pace.pause("c", "b"));
        time.advance(Duration.ofSeconds(1));
        assertEquals(Optional.empty(), pace.pause("c", "b"));
        fail("c", "a", 1);
        assertEquals(Optional.of(Duration.ofSeconds(2)), pace.pause("c", "b"));
        fail("c", "a", 60);
        assertEquals(Optional.of(Duration.ofMinutes(5)), pace.pause("c", "b"));
    }

    @Test
    void ofManyAttemptsAtOneMomentOneIsLookedAt() {
        fail("c", "a", 5);
        time.advance(Duration.ofSeconds(1));
        assertEquals(Optional.empty(), pace.pause("c", "a"));
        assertEquals(Optional.of(Duration.ofSeconds(1)), pace.pause("c", "a"));
    }

    @Test
    void oneNameIsGuardedAgainstManyClientsButNotFromThoseWhoHaveProvenIt() {
        pace.proven("home", "a");
        for (int i = 0; i < 10; i++)
            pace.failed("c" + i, "a");
        assertEquals(Optional.of(Duration.ofSeconds(1)), pace.pause("elsewhere", "a"));
        assertEquals(Optional.empty(), pace.pause("home", "a"));
        assertEquals(Optional.empty(), pace.pause("elsewhere", "b"));
    }

    @Test
    void aProofForgivesItsClientAndAnHourEverybody() {
        fail("c", "a", 8);
        pace.proven("c", "b");
        assertEquals(Optional.empty(), pace.pause("c", "b"));
        fail("d", "x", 20);
        assertTrue(pace.pause("d", "y").isPresent());
        time.advance(Duration.ofMinutes(61));
        assertEquals(Optional.empty(), pace.pause("d", "y"));
        assertEquals(1, pace.failed("d", "y"));
    }
}
