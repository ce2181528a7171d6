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

/// What is under way in a destination, and how many sessions a next hop is offered.
class DestinationQueuesTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final DestinationKey DESTINATION = new DestinationKey("banks", Domain.of("a.example"));

    private final DestinationQueues destinations = new DestinationQueues();
    private final QueueId message = QueueId.fresh(NOW, new Random(1));

    @Test
    void mailIsUnderWayFromWhenItIsDueUntilAllOfItIsSettled() {
        destinations.add(DESTINATION, NOW, message, 0);
        destinations.add(DESTINATION, NOW, message, 1);
        assertEquals(Optional.empty(), underWay(NOW.minusMillis(1)));
        assertEquals(Optional.of(NOW), underWay(NOW), "no session has it yet");
        destinations.take(DESTINATION, NOW);
        assertEquals(Optional.of(NOW), underWay(NOW.plusSeconds(60)));
        destinations.giveBack(DESTINATION, message, 1);
        assertEquals(Optional.of(NOW), underWay(NOW.plusSeconds(60)), "one recipient is left");
        destinations.giveBack(DESTINATION, message, 1);
        assertEquals(Optional.empty(), underWay(NOW.plusSeconds(60)));
    }

    @Test
    void deferredMailIsNotUnderWayNorIsMailOfALaneThatRestsOrIsSuspended() {
        destinations.add(DESTINATION, NOW.plusSeconds(900), message, 0);
        assertEquals(Optional.empty(), underWay(NOW));
        assertEquals(Optional.of(NOW.plusSeconds(900)), underWay(NOW.plusSeconds(900)));
        destinations.failed(DESTINATION, NOW, NOW.plus(Duration.ofHours(1)),
                DeliveryStatus.of("4.4.1", "the host is down"));
        assertEquals(Optional.empty(), underWay(NOW.plusSeconds(900)));
        destinations.recovered(DESTINATION, NOW);
        destinations.suspend(DESTINATION, true);
        assertEquals(Optional.empty(), underWay(NOW.plusSeconds(900)));
    }

    @Test
    void theOldestOfTheDestinationsAskedForCounts() {
        destinations.add(DESTINATION, NOW.minusSeconds(9), message, 0);
        destinations.add(new DestinationKey("other", Domain.of("b.example")), NOW.minusSeconds(99), message, 1);
        assertEquals(Optional.of(NOW.minusSeconds(9)), underWay(NOW));
        assertEquals(Optional.of(NOW.minusSeconds(99)), destinations.underWaySince(_ -> true, NOW));
    }

    private Optional<Instant> underWay(Instant now) {
        return destinations.underWaySince(destination -> destination.connector().equals("banks"), now);
    }

    @Test
    void aNextHopThatWantedFewerSessionsIsOfferedOneMoreNowAndThen() {
        destinations.add(DESTINATION, NOW, message, 0);
        for (int i = 0; i < 3; i++)
            destinations.sessionStarted(DESTINATION);
        assertEquals(Integer.MAX_VALUE, max(NOW));
        assertTrue(destinations.yielded(DESTINATION, NOW));
        assertEquals(2, max(NOW));
        assertEquals(2, max(NOW.plus(Duration.ofMinutes(10)).minusMillis(1)));
        assertEquals(3, max(NOW.plus(Duration.ofMinutes(10))));
        assertEquals(5, max(NOW.plus(Duration.ofMinutes(30))));
        assertEquals(Integer.MAX_VALUE, max(NOW.plus(Duration.ofHours(4))));
    }

    @Test
    void theOnlySessionYieldsToNobody() {
        destinations.sessionStarted(DESTINATION);
        assertFalse(destinations.yielded(DESTINATION, NOW));
        destinations.sessionStarted(DESTINATION);
        assertTrue(destinations.yielded(DESTINATION, NOW));
        assertFalse(destinations.yielded(DESTINATION, NOW));
    }

    @Test
    void whatWasLearnedOutlivesAnEmptyDestination() {
        destinations.sessionStarted(DESTINATION);
        destinations.sessionStarted(DESTINATION);
        assertTrue(destinations.yielded(DESTINATION, NOW));
        destinations.sessionEnded(DESTINATION);
        destinations.add(DESTINATION, NOW, message, 0);
        assertEquals(1, max(NOW));
    }

    private int max(Instant at) { return destinations.ready(DESTINATION, at).orElseThrow().sessionsMax(); }
}
