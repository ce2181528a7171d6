package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

    /// Who defers it adds it before giving it back: in between no session may have it, and afterwards one must.
    @Test
    void whatIsAddedWhileASessionHasItIsTakenOnceItIsGivenBack() {
        destinations.add(DESTINATION, NOW, message, 0);
        assertEquals(true, destinations.take(DESTINATION, NOW).isPresent());
        destinations.add(DESTINATION, NOW, message, 0);
        assertEquals(Optional.empty(), destinations.take(DESTINATION, NOW));
        destinations.giveBack(DESTINATION, message, List.of(0));
        assertEquals(List.of(0), destinations.take(DESTINATION, NOW).orElseThrow().recipients());
        assertEquals(Optional.empty(), destinations.take(DESTINATION, NOW));
    }

    @Test
    void mailIsUnderWayFromWhenItIsDueUntilAllOfItIsSettled() {
        destinations.add(DESTINATION, NOW, message, 0);
        destinations.add(DESTINATION, NOW, message, 1);
        assertEquals(Optional.empty(), underWay(NOW.minusMillis(1)));
        assertEquals(Optional.of(NOW), underWay(NOW), "no session has it yet");
        destinations.take(DESTINATION, NOW);
        assertEquals(Optional.of(NOW), underWay(NOW.plusSeconds(60)));
        destinations.giveBack(DESTINATION, message, List.of(0));
        assertEquals(Optional.of(NOW), underWay(NOW.plusSeconds(60)), "one recipient is left");
        destinations.giveBack(DESTINATION, message, List.of(1));
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
    void aNextHopThatWantedFewerSessionsStirsWhenItIsOfferedOneMore() {
        fill(100);
        for (int i = 0; i < 3; i++)
            destinations.sessionStarted(DESTINATION);
        assertEquals(5, wanted(NOW));
        assertTrue(destinations.yielded(DESTINATION, NOW));
        assertEquals(2, wanted(NOW));
        for (int i = 0; i < 100; i++)
            destinations.carried(DESTINATION, Duration.ofMillis(100));
        destinations.stirred(NOW);
        assertEquals(Optional.of(NOW.plus(Duration.ofMinutes(10))), destinations.nextDue());
        assertEquals(List.of(), destinations.stirred(NOW.plus(Duration.ofMinutes(10)).minusMillis(1)));
        assertEquals(List.of(DESTINATION), destinations.stirred(NOW.plus(Duration.ofMinutes(10))));
        assertEquals(3, wanted(NOW.plus(Duration.ofMinutes(10))));
    }

    @Test
    void aClockThatIsSetBackPutsTheOfferOfOneMoreNotOff() {
        fill(100);
        destinations.sessionStarted(DESTINATION);
        destinations.sessionStarted(DESTINATION);
        assertTrue(destinations.yielded(DESTINATION, NOW));
        for (int i = 0; i < 100; i++)
            destinations.carried(DESTINATION, Duration.ofMillis(100));
        assertEquals(1, wanted(NOW));
        Duration by = Duration.ofDays(1);
        destinations.setBack(by);
        assertEquals(1, wanted(NOW.minus(by)));
        assertEquals(2, wanted(NOW.minus(by).plus(Duration.ofMinutes(10))));
    }

    /// The scheduler is not woken for each message: where sessions are enough, where others came before it.
    @Test
    void aMessageThatCallsForNoSessionStirsNothing() {
        fill(1);
        assertEquals(List.of(DESTINATION), destinations.stirred(NOW));
        fill(18);
        assertFalse(destinations.isStirred(), "the scheduler knows that it has mail");
        destinations.sessionStarted(DESTINATION);
        destinations.carried(DESTINATION, Duration.ofMillis(1));
        fill(10);
        assertFalse(destinations.isStirred(), "one session is enough");
        fill(2000);
        assertTrue(destinations.isStirred(), "it is not");
    }

    @Test
    void aDestinationThatRestsStirsForItsFirstMessageAndWhenItsTimeHasCome() {
        destinations.failed(DESTINATION, NOW, NOW.plusSeconds(60), DeliveryStatus.of("4.4.1", "the host is down"));
        destinations.stirred(NOW);
        fill(1);
        assertEquals(List.of(DESTINATION), destinations.stirred(NOW));
        assertEquals(Optional.empty(), destinations.ready(DESTINATION, NOW, 20));
        fill(5);
        assertFalse(destinations.isStirred());
        assertEquals(List.of(DESTINATION), destinations.stirred(NOW.plusSeconds(60)));
        assertEquals(1, wanted(NOW.plusSeconds(60)));
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
        fill(100);
        assertEquals(1, wanted(NOW));
    }

    private void fill(int recipients) {
        for (int i = 0; i < recipients; i++)
            destinations.add(DESTINATION, NOW, message, i);
    }

    private int wanted(Instant at) { return destinations.ready(DESTINATION, at, 20).orElseThrow().wanted(); }
}
