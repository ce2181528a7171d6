package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.DestinationQueues.Submitter;
import org.sternpost.engine.time.SimTime;

/// A destination that waits for its turn is paused until it comes, and no longer
/// (docs/transport-security.md#host-hangs).
class TurnsTest {

    private static final DestinationKey KEY = new DestinationKey("Default", Domain.of("example.org"));
    private static final DeliveryStatus WHY = DeliveryStatus.of("4.4.1", "others wait for its first answer");

    private final SimTime time = new SimTime();
    private final Instant now = time.instant();
    private final DestinationQueues destinations = new DestinationQueues();
    private final Turns turns = new Turns(destinations);

    TurnsTest() {
        destinations.add(KEY, now, QueueId.fresh(now, time.random()), 0, Submitter.UNKNOWN);
        attempts();
    }

    private QueueId attempts() {
        QueueId message = destinations.take(KEY, now).orElseThrow().message();
        destinations.add(KEY, now, message, 0);
        destinations.giveBack(KEY, message, List.of(0));
        return message;
    }

    private boolean isReady() { return destinations.ready(KEY, now, 1).isPresent(); }

    private void awaits() { turns.awaits(KEY, now.plusSeconds(30), WHY); }

    @Test
    void itGoesOnOnceItsTurnComes() {
        awaits();
        assertEquals(false, isReady());
        destinations.stirred(now);
        turns.comes(KEY);
        assertEquals(List.of(KEY), destinations.stirred(now));
        assertEquals(true, isReady());
    }

    /// The answer came while the attempt was being written down.
    @Test
    void aTurnThatCameBeforeItWasAwaitedIsNotLost() {
        turns.comes(KEY);
        awaits();
        assertEquals(true, isReady());
        awaits();
        assertEquals(false, isReady(), "it came once");
    }

    @Test
    void aTurnThatCameBeforeTheAttemptIsOver() {
        turns.comes(KEY);
        attempts();
        awaits();
        assertEquals(false, isReady());
    }

    /// Each session looks once more for mail before it ends.
    @Test
    void aLookThatFindsNothingDueIsNoAttempt() {
        awaits();
        assertEquals(Optional.empty(), destinations.take(KEY, now));
        turns.comes(KEY);
        assertEquals(true, isReady());
    }

    /// As when an operator removes its mail: nobody would ever begin with it again.
    @Test
    void nothingIsKeptOfADestinationWhoseMailIsGone() {
        QueueId message = attempts();
        awaits();
        destinations.drop(KEY, message);
        assertEquals(Optional.empty(), destinations.turn(KEY));
        awaits();
        turns.comes(KEY);
        assertEquals(Optional.empty(), destinations.turn(KEY));
    }

    @Test
    void aDestinationThatFailedMeanwhileRestsOn() {
        awaits();
        destinations.failed(KEY, now, now.plus(Duration.ofMinutes(15)), DeliveryStatus.of("4.4.2", "it hangs"));
        turns.comes(KEY);
        assertEquals(false, isReady());
    }
}
