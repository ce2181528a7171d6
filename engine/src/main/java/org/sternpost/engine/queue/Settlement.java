package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.List;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.Database;

/// All that one attempt changes, written at once or not at all.
///
/// @param notices   notifications that enter the queue with it
/// @param alongside further work of the same transaction: evidence, counters
/// @param delayTold the sender has now been told that the mail is late
public record Settlement(QueueId message, List<Change> changes, List<Submission> notices,
        List<Database.Work<?>> alongside, boolean delayTold) {

    /// @param state `Waiting` or a final one
    /// @param due   of the next attempt; meaningless in a final state
    public record Change(int recipient, QueuedRecipient.State state, int attempts, Instant due, TraceEvent event) {}

    public Settlement {
        changes = List.copyOf(changes);
        notices = List.copyOf(notices);
        alongside = List.copyOf(alongside);
    }
}
