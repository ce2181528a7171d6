package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.QueueRates.Rate;
import org.sternpost.engine.time.SimTime;

/// How fast mail comes and goes, over the last minute.
class QueueRatesTest {

    private static final DestinationKey A = new DestinationKey("c", Domain.of("a.example"));
    private static final DestinationKey B = new DestinationKey("c", Domain.of("b.example"));

    private final SimTime time = new SimTime();
    private final QueueRates rates = new QueueRates(time);

    @Test
    void whatHappenedCountsForAMinuteAndNoLonger() {
        rates.left(A, 60);
        assertEquals(new Rate(0, 1), rates.of(A));
        time.advance(Duration.ofSeconds(59));
        assertEquals(new Rate(0, 1), rates.of(A));
        time.advance(Duration.ofSeconds(6));
        assertEquals(Rate.NONE, rates.of(A));
        assertEquals(Rate.NONE, rates.all());
    }

    @Test
    void anEvenFlowHasItsRateAtEachMoment() {
        for (int second = 0; second < 300; second++) {
            rates.left(A, 10);
            time.advance(Duration.ofSeconds(1));
            if (second > 65) assertEquals(10, rates.of(A).outgoing(), 0.2, "second " + second);
        }
        assertEquals(0.0, new Rate(3, 3).velocity());
        assertEquals(10, rates.of(A).velocity(), 0.2);
    }

    @Test
    void eachDestinationHasItsOwnAndAllTheirSum() {
        rates.left(A, 6);
        rates.left(B, 60);
        assertEquals(0.1, rates.of(A).outgoing());
        assertEquals(1.0, rates.of(B).outgoing());
        assertEquals(1.1, rates.all().outgoing());
    }

    @Test
    void aDestinationOfWhichNothingHappensIsForgotten() {
        for (int i = 0; i < 1_000; i++)
            rates.left(new DestinationKey("c", Domain.of("d" + i + ".example")), 1);
        assertEquals(1_000, rates.size());
        time.advance(Duration.ofSeconds(65));
        rates.left(A, 1);
        assertEquals(1, rates.size());
    }

    @Test
    void aClockThatIsSetChangesNothing() {
        rates.left(A, 60);
        time.set(Instant.parse("2001-01-01T00:00:00Z"));
        rates.left(A, 60);
        assertEquals(2.0, rates.of(A).outgoing());
        time.set(Instant.parse("2031-01-01T00:00:00Z"));
        assertEquals(2.0, rates.of(A).outgoing());
    }
}
