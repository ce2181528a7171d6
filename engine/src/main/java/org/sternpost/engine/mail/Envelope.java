package org.sternpost.engine.mail;

import java.util.List;

/// Who sends a message to whom and what is asked for it: all that SMTP says of a message beside its content
/// (RFC 5321 §2.3.1).
///
/// The one form of it, from the socket that takes it in to the one it leaves by, and to the notification that tells of
/// it. What cannot be said in SMTP cannot be made, through whichever door it comes.
public record Envelope(ReversePath sender, List<Recipient> recipients, MailParameters parameters) {

    public Envelope {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) throw new IllegalArgumentException("an envelope without a recipient");
    }
}
