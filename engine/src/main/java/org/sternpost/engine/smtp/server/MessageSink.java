package org.sternpost.engine.smtp.server;

import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.store.Content;

/// Whoever keeps what sessions accept.
@FunctionalInterface
public interface MessageSink {

    /// What became of a message.
    sealed interface Answer {
        /// On the disk; the client may forget it.
        record Accepted(QueueId id) implements Answer {}

        /// Not kept; the client hears this reply.
        record Refused(Reply reply) implements Answer {}
    }

    /// Takes responsibility for a message, or does not. Trouble of any kind is a refusal.
    ///
    /// @param id     the name it has in its `Received` field
    /// @param client address the client connected from
    Answer take(QueueId id, String client, Envelope envelope, Header header, Content content);
}
