package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.Optional;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;

/// A destination as an operator sees it.
///
/// @param failures attempts in a row at which the next hop as a whole did not take mail
public record DestinationQueueView(DestinationKey destination, Status status, long messages, int failures,
        Optional<Instant> nextRetry,
        Optional<Instant> lastRetry, DeliveryStatus lastError) {
    public enum Status { Ready, Active, Retry, Suspended }
}
