package org.sternpost.engine.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;

/// What was accepted lately, as it was written: most mail is claimed at once, and then nobody asks the tables for it.
///
/// Each recipient leaves here when it is first claimed; what is due again is read from its row. Whoever else changes
/// the rows of a message forgets it here first, so that nobody is sent what was removed.
final class RecentMessages {

    private static final int RECIPIENTS_MAX = 10_000; // some kilobytes each

    private final SequencedMap<QueueId, Entry> entries = new LinkedHashMap<>();
    private int recipients;

    /// A message with the number of its body.
    ///
    /// @param untaken by position
    private record Entry(QueuedMessage message, long body, Map<Integer, QueuedRecipient> untaken) {}

    /// A message for some of its recipients.
    record Taken(QueuedMessage message, long body, List<QueuedRecipient> recipients) {}

    /// Forgets the oldest for it; one with more recipients than there is room for is not remembered.
    synchronized void add(MessageRow row, long body) {
        int more = row.recipients().size();
        if (more > RECIPIENTS_MAX / 2) return;
        while (recipients + more > RECIPIENTS_MAX)
            recipients -= entries.pollFirstEntry().getValue().untaken().size();
        var untaken = new HashMap<Integer, QueuedRecipient>();
        for (QueuedRecipient recipient : row.recipients())
            untaken.put(recipient.index(), recipient);
        entries.put(row.message().id(), new Entry(row.message(), body, untaken));
        recipients += more;
    }

    /// Empty if one of them is not known here. The others are read from their rows too then, and what changes there is
    /// not seen here: they are known no more.
    synchronized Optional<Taken> take(QueueId message, List<Integer> positions) {
        Entry entry = entries.get(message);
        if (entry == null) return Optional.empty();
        var taken = new ArrayList<QueuedRecipient>();
        for (int position : positions.stream().sorted().toList()) {
            QueuedRecipient known = entry.untaken().remove(position);
            if (known != null) taken.add(known);
        }
        recipients -= taken.size();
        if (entry.untaken().isEmpty()) entries.remove(message);
        return taken.size() == positions.size()
                ? Optional.of(new Taken(entry.message(), entry.body(), taken))
                : Optional.empty();
    }

    synchronized void forget(QueueId message) {
        Entry entry = entries.remove(message);
        if (entry != null) recipients -= entry.untaken().size();
    }
}
