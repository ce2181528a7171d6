package org.sternpost.engine.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;

/// One message for those of its recipients at one destination that are due now, with the settings in force now. Nobody
/// else gets them until they are settled or put back.
///
/// @param delayTold its sender knows of all its recipients that it is late, as older versions kept it
public record ClaimedDelivery(DestinationKey destination, QueuedMessage message, MessageContent body,
        List<QueuedRecipient> recipients, boolean delayTold, Settings settings) {

    /// How it is delivered.
    ///
    /// @param mode              of this domain at this moment; a rollout may have moved it off the connector's own
    /// @param plaintextFallback true if the message is old enough to go in clear when nothing requires TLS and the
    ///                          handshake fails (older than the first retry interval)
    public record Settings(OutboundConnector connector, TlsValidation mode, boolean plaintextFallback) {}

    /// Knows the settings once message and recipients are known.
    @FunctionalInterface
    public interface InForce {
        Settings of(QueuedMessage message, List<QueuedRecipient> recipients);
    }

    public ClaimedDelivery {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) throw new IllegalArgumentException("nobody to deliver to");
    }

    public OutboundConnector connector() { return settings.connector(); }

    public TlsValidation mode() { return settings.mode(); }

    public boolean plaintextFallback() { return settings.plaintextFallback(); }

    /// Of all recipients.
    public Domain domain() { return destination.domain(); }

    /// When the message is given up; the connector's own span goes before the engine's.
    public Instant expires() {
        Duration own = connector().limits().messageExpiration();
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

    /// The same mail for some of its recipients.
    public ClaimedDelivery only(List<QueuedRecipient> some) {
        return new ClaimedDelivery(destination, message, body, some, delayTold, settings);
    }

    /// The same mail under another wish of its sender.
    public ClaimedDelivery asking(RequireTlsTag wish) {
        return new ClaimedDelivery(destination, message.tagged(wish), body, recipients, delayTold, settings);
    }
}
