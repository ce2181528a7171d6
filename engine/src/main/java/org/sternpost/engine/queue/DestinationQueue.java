package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.Optional;
import org.sternpost.engine.queue.DestinationQueues.Piece;
import org.sternpost.engine.queue.DestinationQueues.Submitter;

/// What is known of one destination, under the monitor of all of them ([DestinationQueues]).
final class DestinationQueue {
    final WaitingMail waiting = new WaitingMail();
    final SessionGrowth growth = new SessionGrowth();
    int sessionsMax = Integer.MAX_VALUE; // as the settings were when it was last looked at
    int sessions;
    int taken;
    long unread; // recipients that wait and are still to be loaded, as counted at the start
    final UnderWay underWay = new UnderWay();
    final Turns.Turn turn = new Turns.Turn();
    boolean suspended;
    int failures;
    Instant blockedUntil = Instant.MIN;
    Instant lastTry = Instant.MIN;
    DeliveryStatus lastError = DeliveryStatus.NONE;

    boolean isForgettable() {
        return waiting.isEmpty() && taken <= 0 && unread == 0 && sessions == 0 && !suspended
                && growth.isForgettable();
    }

    boolean isDue(Instant now) {
        return !suspended && !waiting.isEmpty() && !blockedUntil.isAfter(now) && !waiting.firstDue().isAfter(now);
    }

    /// Takes the recipients of one message that are due. Whom a session has is taken by no other: it waits again once
    /// it is given back.
    Optional<Piece> take(Instant now, int recipientsMax) {
        while (isDue(now)) {
            Instant due = waiting.firstDue();
            Submitter submitter = waiting.firstSubmitter();
            Piece first = waiting.take(now, recipientsMax);
            var free = first.recipients().stream().filter(one -> !underWay.resume(first.message(), one)).toList();
            if (free.isEmpty()) continue;
            if (taken <= 0) turn.begins();
            taken += free.size();
            underWay.taken(first.message(), due, free, submitter);
            return Optional.of(new Piece(first.message(), free));
        }
        return Optional.empty();
    }

    /// One session finds out whether a next hop that failed is back; the others follow once it is.
    int wanted() { return failures > 0 ? 1 : Math.min(sessionsMax, growth.wanted(waiting.size())); }
}
