package org.sternpost.engine.queue;

import java.util.List;
import java.util.Set;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Notify;
import org.sternpost.engine.mail.Ret;
import org.sternpost.engine.mail.ReversePath;
import org.sternpost.engine.smtp.MailParameters;
import org.sternpost.engine.smtp.RecipientParameters;

/// A message on its way in: its envelope and octets, before it has an identity.
///
/// @param content complete message with CRLF line ends, without our `Received` field when `trace` is to be prepended
/// @param requireTls `REQUIRETLS` in the envelope (RFC 8689 §2); `TLS-Required` of the header is read from the content
public record Submission(ReversePath sender, List<Recipient> recipients, String client, boolean smtpUtf8,
        boolean eightBit, String envelopeId, Ret ret, boolean requireTls, byte[] content) {

    /// Through whichever door a message comes, its parameters are those of SMTP, or the client could not say them.
    ///
    /// @throws IllegalArgumentException if the grammar has no such parameter
    public Submission { MailParameters.requireEnvelopeId(envelopeId); }

    /// A message without `REQUIRETLS`.
    public Submission(ReversePath sender, List<Recipient> recipients, String client, boolean smtpUtf8,
            boolean eightBit, String envelopeId, Ret ret, byte[] content) {
        this(sender, recipients, client, smtpUtf8, eightBit, envelopeId, ret, false, content);
    }

    /// @param notifyOn and `original` as in [QueuedRecipient]
    public record Recipient(Address address, Set<Notify> notifyOn, String original) {
        public Recipient { notifyOn = new RecipientParameters(notifyOn, original).notifyOn(); }
    }
}
