package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.List;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.store.Database;

/// All that one attempt changes, written at once or not at all.
///
/// @param notices   notifications that enter the queue with it
/// @param alongside further work of the same transaction: evidence, counters
/// @param delayTold the sender has now heard that it is late for those who still wait, or asked not to
public record QueueUpdate(QueueId message, List<Change> changes, List<NewMessage> notices,
        List<Database.Work<?>> alongside, boolean delayTold) {

    /// @param state `Waiting`, `Suspended` or a final one
    /// @param due    of the next attempt; meaningless in a final state
    /// @param defect it made this gateway fail, and is counted
    public record Change(int recipient, QueuedRecipient.State state, int attempts, Instant due, TraceEvent event,
            boolean defect) {

        /// An attempt that was ours to the end.
        public Change(int recipient, QueuedRecipient.State state, int attempts, Instant due, TraceEvent event) {
            this(recipient, state, attempts, due, event, false);
        }
    }

    /// True if nobody is owed any more what was owed to all of its recipients before.
    boolean ends(MessageRow row) {
        return changes.size() == row.recipients().size() && changes.stream().allMatch(one -> one.state().isFinal());
    }

    public QueueUpdate {
        changes = List.copyOf(changes);
        notices = List.copyOf(notices);
        alongside = List.copyOf(alongside);
    }
}
