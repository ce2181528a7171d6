package org.sternpost.engine.smtp.server;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.ReturnWish;
import org.sternpost.engine.mail.ReversePath;
import org.sternpost.engine.message.Header;

/// The envelope of a message that a client has sent completely.
///
/// @param id         the name it has in its `Received` field
/// @param client     address the client connected from
/// @param envelopeId `ENVID` as sent (RFC 3461 §4.4); empty text when none
/// @param returnWish `RET` (RFC 3461 §4.3)
/// @param requireTls `REQUIRETLS` (RFC 8689 §2)
public record Letter(QueueId id, Instant received, String client, ReversePath sender, List<Recipient> recipients,
        boolean smtpUtf8, boolean eightBit, String envelopeId, ReturnWish returnWish, boolean requireTls,
        Header header) {

    /// When the sender wants to hear (RFC 3461 §4.1).
    public enum Notify { Never, Success, Failure, Delay }

    /// @param notifyOn empty when not said
    /// @param original `ORCPT` as sent; empty text when none
    public record Recipient(Address address, Set<Notify> notifyOn, String original) {
        public Recipient { notifyOn = Set.copyOf(notifyOn); }
    }

    public Letter { recipients = List.copyOf(recipients); }
}
