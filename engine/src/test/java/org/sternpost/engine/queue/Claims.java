package org.sternpost.engine.queue;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;

/// Deliveries as sessions claim them, for tests that have no session.
public final class Claims {

    private Claims() {}

    /// What is due, over a connector as it is made.
    public static Optional<ClaimedDelivery> take(Queue queue, DestinationKey destination) throws IOException {
        var connector = Connectors.fresh("Default", List.of(new DomainPattern.All()), Instant.EPOCH);
        return queue.take(destination, (_, _) -> settings(connector, connector.tls().tlsValidation(), false));
    }

    /// @param plaintextFallback the message is old enough for it
    public static ClaimedDelivery of(QueuedMessage message, MessageContent body, OutboundConnector connector,
            TlsValidation mode, Domain domain, List<QueuedRecipient> recipients, boolean plaintextFallback) {
        return new ClaimedDelivery(new DestinationKey(connector.id(), domain), message, body, recipients, false,
                settings(connector, mode, plaintextFallback));
    }

    private static ClaimedDelivery.Settings settings(OutboundConnector connector, TlsValidation mode,
            boolean plaintextFallback) {
        return new ClaimedDelivery.Settings(connector, mode, plaintextFallback);
    }
}
