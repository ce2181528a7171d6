package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.store.Content;

/// The row of an accepted message: its envelope without the recipients, which have rows of their own.
///
/// @param about what people recognise it by
public record QueuedMessage(QueueId id, Instant received, Instant expires, ReversePath sender,
        MailParameters parameters, About about) {

    /// What is not of the envelope.
    ///
    /// @param client            who handed it in: `127.0.0.1` or `Send-MailMessage by name`
    /// @param internetMessageId of the `Message-ID` field, with angle brackets; empty text when it has none
    /// @param subject           decoded for display, at most 250 characters; never trusted
    /// @param size              octets of the content
    public record About(String client, String internetMessageId, String subject, long size) {}

    public String client() { return about.client(); }

    public String internetMessageId() { return about.internetMessageId(); }

    public String subject() { return about.subject(); }

    public long size() { return about.size(); }

    /// What the sender asks of TLS, as tagged when it was accepted.
    public RequireTlsTag tls() { return parameters.requireTls(); }

    /// The envelope for some of its recipients.
    public Envelope envelope(List<QueuedRecipient> recipients) {
        return new Envelope(sender, recipients.stream().map(QueuedRecipient::recipient).toList(), parameters);
    }

    /// The same message under another tag.
    public QueuedMessage tagged(RequireTlsTag tag) {
        return new QueuedMessage(id, received, expires, sender, parameters.tagged(tag), about);
    }

    /// One recipient of a message and what became of it so far.
    ///
    /// @param index     position in the message, from 0
    /// @param route     chosen at acceptance
    /// @param attempts  made so far
    /// @param due       of the next attempt; meaningless in a final state
    /// @param last      what the last attempt came to
    /// @param defects   attempts at which it made this gateway fail
    public record QueuedRecipient(int index, Recipient recipient, Route route, State state, int attempts, Instant due,
            Last last, int defects) {

        /// The last attempt, and what its sender has heard of it.
        ///
        /// @param at        empty before the first
        /// @param host      that it is about; empty text where it is about none
        /// @param delayTold its sender knows that it is late
        public record Last(DeliveryStatus error, Optional<Instant> at, String host, boolean delayTold) {

            public static final Last NONE = new Last(DeliveryStatus.NONE, Optional.empty(), "", false);
        }

        /// The states of a recipient; the last three are final.
        public enum State {
            Waiting, Active, Suspended, Delivered, Failed, Removed;

            boolean isFinal() { return compareTo(Suspended) > 0; }
        }

        /// The connector that its mail takes.
        ///
        /// @param connector its identity
        /// @param rule      that chose it, by name, and whose choice no later attempt changes; empty text: it was found
        ///                  by the address, and is found anew when connectors change
        public record Route(String connector, String rule) {

            /// By address.
            public static Route of(String connector) { return new Route(connector, ""); }

            public boolean isByRule() { return !rule.isEmpty(); }
        }

        /// Of which nothing went wrong so far.
        public QueuedRecipient(int index, Recipient recipient, Route route, State state, int attempts, Instant due) {
            this(index, recipient, route, state, attempts, due, Last.NONE, 0);
        }

        public DeliveryStatus lastError() { return last.error(); }

        /// The same over another connector.
        QueuedRecipient over(Route other) {
            return new QueuedRecipient(index, recipient, other, state, attempts, due, last, defects);
        }

        public Address address() { return recipient.address(); }

        public String connector() { return route.connector(); }

        /// Where it waits.
        public DestinationKey destination() { return new DestinationKey(route.connector(), address().domain()); }

        /// Of the DSN extension (RFC 3461 §4.1); empty: failure and delay as by default.
        public Set<Notify> notifyOn() { return recipient.notifyOn(); }
    }

    /// A message about to enter the queue, with the route of each recipient. Only `intake.Acceptance` makes one.
    public record NewMessage(MessageRow row, Content content) {}

    /// The octets of a stored message: header and text with CRLF line ends, not dot-stuffed, as SMTP gave them to us
    /// with our `Received` field in front.
    public interface MessageContent extends Content {

        /// Why it is not what was accepted, once somebody who read it has found out.
        default Optional<String> damage() { return Optional.empty(); }
    }

    /// A message in the queue with recipients of it: those it begins with, or those it still has.
    public record MessageRow(QueuedMessage message, List<QueuedRecipient> recipients) {
        public MessageRow { recipients = List.copyOf(recipients); }
    }
}
