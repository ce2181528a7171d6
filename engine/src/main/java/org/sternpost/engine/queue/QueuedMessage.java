package org.sternpost.engine.queue;

import java.time.Instant;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.Ret;
import org.sternpost.engine.mail.ReversePath;
import org.sternpost.engine.mail.RequireTlsTag;

/// An accepted message without its recipients.
///
/// @param internetMessageId of the `Message-ID` field, with angle brackets; empty text when it has none
/// @param subject    decoded for display, at most 250 characters; never trusted
/// @param size       octets of the stored body
/// @param client     who handed it in: `127.0.0.1` or `Send-MailMessage by name`
/// @param smtpUtf8   asked for by the client (RFC 6531)
/// @param eightBit   `BODY=8BITMIME` (RFC 6152)
/// @param envelopeId of the DSN extension, as sent (RFC 3461 §4.4); empty text when none
/// @param ret what a notification brings back
/// @param tls        what the sender asks of TLS, as tagged when it was accepted
public record QueuedMessage(QueueId id, Instant received, Instant expires, ReversePath sender,
        String internetMessageId, String subject, long size, String client, boolean smtpUtf8, boolean eightBit,
        String envelopeId, Ret ret, RequireTlsTag tls) {

    /// A message whose sender said nothing of TLS.
    public QueuedMessage(QueueId id, Instant received, Instant expires, ReversePath sender, String internetMessageId,
            String subject, long size, String client, boolean smtpUtf8, boolean eightBit, String envelopeId,
            Ret ret) {
        this(id, received, expires, sender, internetMessageId, subject, size, client, smtpUtf8, eightBit, envelopeId,
                ret, RequireTlsTag.None);
    }

    /// The same message under another wish.
    public QueuedMessage asking(RequireTlsTag wish) {
        return new QueuedMessage(id, received, expires, sender, internetMessageId, subject, size, client, smtpUtf8,
                eightBit, envelopeId, ret, wish);
    }
}
