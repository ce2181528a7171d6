package org.sternpost.engine.intake;

import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.Reply;

/// A transport rule: asked of each recipient of each message before a route is chosen.
public interface Rule {

    /// Stored with whatever it chooses, for those who wonder later.
    String name();

    /// What this rule says of a message for one of its recipients.
    Decision decide(Message message, Recipient recipient);

    /// A message as rules see it.
    ///
    /// @param client who hands it in: an address, or `Send-MailMessage by name`
    /// @param size   octets of its content
    record Message(Header header, ReversePath sender, String client, long size) {}

    /// What may come of it.
    sealed interface Decision {

        /// Nothing: the next rule is asked, and after the last one the address decides.
        record Pass() implements Decision {}

        /// This connector, by its identity; later rules are not asked.
        record Route(String connector) implements Decision {}

        /// The whole message is refused with this reply, since DATA has one reply for all recipients
        /// (RFC 5321 §4.1.1.4). A notification of ours goes on without the rule: nobody would be told of its loss
        /// (RFC 5321 §6.1).
        record Refuse(Reply reply) implements Decision {}
    }
}
