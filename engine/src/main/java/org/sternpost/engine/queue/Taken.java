package org.sternpost.engine.queue;

import java.util.List;

/// One message and those of its recipients in one lane that are due; nobody else gets them until they are settled.
public record Taken(LaneKey lane, QueuedMessage message, Body body, List<QueuedRecipient> recipients,
        boolean delayTold) {
    public Taken { recipients = List.copyOf(recipients); }

    /// The same message for some of its recipients.
    public Taken only(List<QueuedRecipient> some) { return new Taken(lane, message, body, some, delayTold); }
}
