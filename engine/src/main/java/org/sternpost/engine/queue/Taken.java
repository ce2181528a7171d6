package org.sternpost.engine.queue;

import java.util.List;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;

/// One message and those of its recipients at one destination that are due; nobody else gets them until then.
public record Taken(DestinationKey destination, QueuedMessage message, MessageContent body,
        List<QueuedRecipient> recipients,
        boolean delayTold) {
    public Taken { recipients = List.copyOf(recipients); }

    /// The same message for some of its recipients.
    public Taken only(List<QueuedRecipient> some) { return new Taken(destination, message, body, some, delayTold); }
}
