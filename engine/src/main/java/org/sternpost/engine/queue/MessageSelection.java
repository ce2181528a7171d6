package org.sternpost.engine.queue;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.sternpost.engine.filter.FilterSql.Condition;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;

/// Which messages are meant of those that wait.
///
/// @param destination of one of its recipients
/// @param aside       only what this gateway has set aside for one of its recipients
/// @param condition   on the table `message`, called m
/// @param also        asked where the condition is not exact
public record MessageSelection(Optional<QueueId> id, Optional<DestinationKey> destination, boolean aside,
        Condition condition, Predicate<MessageRow> also) {

    /// What the table `message` has of a filter's properties, by the name of each.
    public static final Map<String, String> COLUMNS = Map.of("Identity", "m.id", "FromAddress", "m.sender", "Subject",
            "m.subject", "Size", "m.size", "DateReceived", "m.received", "ExpirationTime", "m.expires",
            "InternetMessageId", "m.message_id", "SourceIP", "m.client");

    /// All of them.
    public static final MessageSelection ALL = new MessageSelection(Optional.empty(), Optional.empty(),
            false, Condition.all(), _ -> true);

    public MessageSelection of(QueueId one) {
        return new MessageSelection(Optional.of(one), destination, aside, condition, also);
    }

    public MessageSelection in(DestinationKey one) {
        return new MessageSelection(id, Optional.of(one), aside, condition, also);
    }

    public MessageSelection setAside() { return new MessageSelection(id, destination, true, condition, also); }

    public MessageSelection where(Condition sql, Predicate<MessageRow> judge) {
        return new MessageSelection(id, destination, aside, sql, judge);
    }
}
