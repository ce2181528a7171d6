package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;

/// What is under way in a lane, and how many sessions a next hop is offered.
class DestinationQueuesTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final DestinationKey LANE = new DestinationKey("banks", Domain.of("a.example"));

    private final DestinationQueues lanes = new DestinationQueues();
    private final QueueId message = QueueId.fresh(NOW, new Random(1));

    @Test
    void mailIsUnderWayFromWhenItIsDueUntilAllOfItIsSettled() {
        lanes.add(LANE, NOW, message, 0);
        lanes.add(LANE, NOW, message, 1);
        assertEquals(Optional.empty(), underWay(NOW.minusMillis(1)));
        assertEquals(Optional.of(NOW), underWay(NOW), "no session has it yet");
        lanes.take(LANE, NOW);
        assertEquals(Optional.of(NOW), underWay(NOW.plusSeconds(60)));
        lanes.giveBack(LANE, message, 1);
        assertEquals(Optional.of(NOW), underWay(NOW.plusSeconds(60)), "one recipient is left");
        lanes.giveBack(LANE, message, 1);
        assertEquals(Optional.empty(), underWay(NOW.plusSeconds(60)));
    }

    @Test
    void deferredMailIsNotUnderWayNorIsMailOfALaneThatRestsOrIsSuspended() {
        lanes.add(LANE, NOW.plusSeconds(900), message, 0);
        assertEquals(Optional.empty(), underWay(NOW));
        assertEquals(Optional.of(NOW.plusSeconds(900)), underWay(NOW.plusSeconds(900)));
        lanes.failed(LANE, NOW, NOW.plus(Duration.ofHours(1)),
                DeliveryStatus.of("4.4.1", "the host is down"));
        assertEquals(Optional.empty(), underWay(NOW.plusSeconds(900)));
        lanes.recovered(LANE, NOW);
        lanes.suspend(LANE, true);
        assertEquals(Optional.empty(), underWay(NOW.plusSeconds(900)));
    }

    @Test
    void theOldestOfTheLanesAskedForCounts() {
        lanes.add(LANE, NOW.minusSeconds(9), message, 0);
        lanes.add(new DestinationKey("other", Domain.of("b.example")), NOW.minusSeconds(99), message, 1);
        assertEquals(Optional.of(NOW.minusSeconds(9)), underWay(NOW));
        assertEquals(Optional.of(NOW.minusSeconds(99)), lanes.underWaySince(_ -> true, NOW));
    }

    private Optional<Instant> underWay(Instant now) {
        return lanes.underWaySince(lane -> lane.connector().equals("banks"), now);
    }

    @Test
    void aNextHopThatWantedFewerSessionsIsOfferedOneMoreNowAndThen() {
        lanes.add(LANE, NOW, message, 0);
        for (int i = 0; i < 3; i++)
            lanes.sessionStarted(LANE);
        assertEquals(Integer.MAX_VALUE, max(NOW));
        assertTrue(lanes.yielded(LANE, NOW));
        assertEquals(2, max(NOW));
        assertEquals(2, max(NOW.plus(Duration.ofMinutes(10)).minusMillis(1)));
        assertEquals(3, max(NOW.plus(Duration.ofMinutes(10))));
        assertEquals(5, max(NOW.plus(Duration.ofMinutes(30))));
        assertEquals(Integer.MAX_VALUE, max(NOW.plus(Duration.ofHours(4))));
    }

    @Test
    void theOnlySessionYieldsToNobody() {
        lanes.sessionStarted(LANE);
        assertFalse(lanes.yielded(LANE, NOW));
        lanes.sessionStarted(LANE);
        assertTrue(lanes.yielded(LANE, NOW));
        assertFalse(lanes.yielded(LANE, NOW));
    }

    @Test
    void whatWasLearnedOutlivesAnEmptyLane() {
        lanes.sessionStarted(LANE);
        lanes.sessionStarted(LANE);
        assertTrue(lanes.yielded(LANE, NOW));
        lanes.sessionEnded(LANE);
        lanes.add(LANE, NOW, message, 0);
        assertEquals(1, max(NOW));
    }

    private int max(Instant at) { return lanes.ready(LANE, at).orElseThrow().sessionsMax(); }
}
