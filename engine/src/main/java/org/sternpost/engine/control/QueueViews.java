package org.sternpost.engine.control;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.view.QueueView;
import org.sternpost.engine.queue.DeliveryStatus;
import org.sternpost.engine.queue.DestinationQueueView;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;

/// Queues as an operator sees them.
///
/// @param names what the connector of an identity is called
record QueueViews(QueueAdmin admin, Connectors names) {

    static String identity(Connectors names, DestinationKey destination) {
        return names.nameOf(destination.connector()) + "/" + destination.domain();
    }

    /// With what its mail says of its last error, where the queue as a whole says nothing: a question to the tables for
    /// each queue.
    QueueView whole(DestinationQueueView waiting) { return of(told(waiting)); }

    /// With what memory knows.
    QueueView of(DestinationQueueView waiting) {
        @Nullable
        Instant next = waiting.nextRetry().orElse(null);
        @Nullable
        Instant last = waiting.lastRetry().orElse(null);
        String connector = waiting.destination().connector();
        return new QueueView(identity(names, waiting.destination()), names.nameOf(connector),
                waiting.destination().domain().ascii(), waiting.status().name(), waiting.messages(),
                waiting.failures(), next, last, waiting.lastError().text(), waiting.suspended(),
                deliveryType(connector), waiting.rate().incoming(), waiting.rate().outgoing(),
                waiting.rate().velocity());
    }

    DestinationQueueView told(DestinationQueueView waiting) {
        if (!waiting.lastError().text().isEmpty()) return waiting;
        DeliveryStatus error = waiting.lastError();
        int retries = waiting.failures();
        try {
            for (MessageRow row : admin.messages(Optional.empty(), Optional.of(waiting.destination()), 1))
                for (QueuedRecipient recipient : row.recipients()) {
                    // A message may be owed to other queues as well; their troubles are not this one's.
                    if (!recipient.destination().equals(waiting.destination())) continue;
                    error = recipient.lastError();
                    retries = Math.max(retries, recipient.attempts());
                }
        } catch (IOException unreadable) {
            error = DeliveryStatus.of("", "the store cannot be read: " + unreadable.getMessage());
        }
        return waiting.withError(retries, error);
    }

    private String deliveryType(String connector) {
        return names.withId(connector).map(one -> one.route().useMXRecord()
                ? "DnsConnectorDelivery"
                : "SmartHostConnectorDelivery").orElse("Undefined");
    }
}
