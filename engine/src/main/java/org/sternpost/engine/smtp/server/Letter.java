package org.sternpost.engine.smtp.server;

import java.time.Instant;
import java.util.List;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.ReversePath;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.MailParameters;
import org.sternpost.engine.smtp.RecipientParameters;

/// The envelope of a message that a client has sent completely.
///
/// @param id     the name it has in its `Received` field
/// @param client address the client connected from
public record Letter(QueueId id, Instant received, String client, ReversePath sender, List<Recipient> recipients,
        MailParameters asked, Header header) {

    /// One mailbox, and what RCPT asked for it.
    public record Recipient(Address address, RecipientParameters asked) {}

    public Letter { recipients = List.copyOf(recipients); }
}
