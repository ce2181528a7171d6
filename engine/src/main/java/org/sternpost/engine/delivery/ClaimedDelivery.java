package org.sternpost.engine.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.DeliveryPlan.Terms;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.QueuedMessage;

/// One message for the recipients of one domain, due now, with the settings in force now.
///
/// @param mode of this domain at this moment; a rollout may have moved it off the connector's own, a message with
///             `TLS-Required: No` is carried in `Disabled`
/// @param plaintextFallback true if the message is old enough to go in clear when nothing requires TLS and the
///             handshake fails (older than the first retry interval)
public record ClaimedDelivery(QueuedMessage message, MessageContent body, OutboundConnector connector,
        TlsValidation mode,
        Domain domain, List<QueuedRecipient> recipients, boolean plaintextFallback) {
    public ClaimedDelivery {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) throw new IllegalArgumentException("nobody to deliver to");
    }

    /// When the message is given up; the connector's own span goes before the engine's.
    public Instant expires() {
        Duration own = connector.limits().messageExpiration();
        return own == null ? message.expires() : message.received().plus(own);
    }

    /// The mode in force for a message in a connector's mode.
    public static TlsValidation mode(QueuedMessage message, TlsValidation configured) {
        return switch (message.tls()) {
            // RFC 8689 §3: the recipient's policy is ignored, so it is not looked up; the floor of the connector stays.
            case NotRequired -> TlsValidation.Disabled;
            // RFC 5321 §6.1: nobody is told of a lost notification, so none may be lost to a policy.
            case Notice -> configured == TlsValidation.Enabled ? TlsValidation.Opportunistic : configured;
            case None, Required -> configured;
        };
    }

    /// All that says, beside the route, which hosts may have it.
    Terms terms() {
        return new Terms(connector, DeliveryMode.of(mode), domain, message.tls() == RequireTlsTag.Required,
                plaintextFallback);
    }

    /// The same mail for some of its recipients.
    public ClaimedDelivery only(List<QueuedRecipient> some) {
        return new ClaimedDelivery(message, body, connector, mode, domain, some, plaintextFallback);
    }

    /// The same mail under another wish of its sender.
    ClaimedDelivery asking(RequireTlsTag wish) {
        return new ClaimedDelivery(message.tagged(wish), body, connector, mode, domain, recipients, plaintextFallback);
    }
}
