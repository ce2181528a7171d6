package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.Optional;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;

/// A destination as an operator sees it.
///
/// @param messages  recipients that wait, are being attempted, or are suspended
/// @param suspended of those, one by one, by an operator or because they made the engine fail
/// @param failures attempts in a row at which the next hop as a whole did not take mail
public record DestinationQueueView(DestinationKey destination, Status status, long messages, long suspended,
        int failures,
        Optional<Instant> nextRetry,
        Optional<Instant> lastRetry, DeliveryStatus lastError,
        QueueRates.Rate rate) {
    public enum Status { Ready, Active, Retry, Suspended }

    /// One of which nobody has said how fast it is.
    DestinationQueueView(DestinationKey destination, Status status, long messages, long suspended, int failures,
            Optional<Instant> nextRetry, Optional<Instant> lastRetry, DeliveryStatus lastError) {
        this(destination, status, messages, suspended, failures, nextRetry, lastRetry, lastError,
                QueueRates.Rate.NONE);
    }

    /// One of which nothing but suspended mail is known.
    static DestinationQueueView of(DestinationKey destination) {
        return new DestinationQueueView(destination, Status.Ready, 0, 0, 0, Optional.empty(), Optional.empty(),
                DeliveryStatus.NONE);
    }

    DestinationQueueView withSuspended(long more) {
        return new DestinationQueueView(destination, status, messages + more, more, failures, nextRetry, lastRetry,
                lastError, rate);
    }

    /// With what its mail says, where the queue as a whole says nothing.
    public DestinationQueueView withError(int attempts, DeliveryStatus error) {
        return new DestinationQueueView(destination, status, messages, suspended, attempts, nextRetry, lastRetry,
                error, rate);
    }

    DestinationQueueView withRate(QueueRates.Rate now) {
        return new DestinationQueueView(destination, status, messages, suspended, failures, nextRetry, lastRetry,
                lastError, now);
    }
}
