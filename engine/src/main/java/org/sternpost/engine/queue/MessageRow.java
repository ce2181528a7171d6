package org.sternpost.engine.queue;

import java.util.List;

/// A message in the queue with recipients of it: those it begins with, or those it still has.
public record MessageRow(QueuedMessage message, List<QueuedRecipient> recipients) {
    public MessageRow { recipients = List.copyOf(recipients); }
}
