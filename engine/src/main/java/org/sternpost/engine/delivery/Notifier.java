package org.sternpost.engine.delivery;

import java.util.List;
import java.util.Optional;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.QueuedMessage;

/// Makes the messages that tell a sender what became of mail (RFC 3464).
public interface Notifier {

    /// One recipient and the outcome to tell of.
    record Told(QueuedRecipient recipient, Outcome outcome) {}

    /// The notification of failure; empty if the sender is the null path or asked for none (RFC 3461 §5).
    Optional<NewMessage> failed(QueuedMessage message, MessageContent body, List<Told> recipients);

    /// The notice that mail went on to hosts that tell nobody what becomes of it; empty unless the sender wants to hear
    /// of success (RFC 3461 §5.2.2).
    Optional<NewMessage> relayed(QueuedMessage message, MessageContent body, List<Told> recipients);

    /// The notice that mail is late and still being tried.
    Optional<NewMessage> delayed(QueuedMessage message, MessageContent body, List<Told> recipients);
}
