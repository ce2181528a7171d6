package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.List;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;

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
}
