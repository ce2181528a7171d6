package org.sternpost.engine.queue;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.sternpost.engine.filter.FilterSql.Condition;
import org.sternpost.engine.filter.FilterSql.Known;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;

/// Which messages are meant of those that wait.
///
/// @param destination of one of its recipients
/// @param aside       only what this gateway has set aside for one of its recipients
/// @param condition   on the table `message`, called m, and what is owed of it
/// @param also        asked where the condition is not exact
public record MessageSelection(Optional<QueueId> id, Optional<DestinationKey> destination, boolean aside,
        Condition condition, Predicate<MessageRow> also) {

    private static final String OWED = "SELECT 1 FROM recipient r WHERE r.message = m.id AND "
            + "r.state IN ('Waiting', 'Suspended')";
    private static final String ASIDE = "NOT EXISTS (" + OWED + " AND r.state = 'Waiting')";
    private static final String TRIED = "EXISTS (" + OWED + " AND r.attempts > 0)";

    /// What the tables have of a filter's properties, by the name of each. Who has a message in hand they do not know.
    public static final Map<String, Known> KNOWN = Map.ofEntries(column("Identity", "m.id"),
            column("FromAddress", "m.sender"), column("Subject", "m.subject"), column("Size", "m.size"),
            column("DateReceived", "m.received"), column("ExpirationTime", "m.expires"),
            column("InternetMessageId", "m.message_id"), column("SourceIP", "m.client"),
            Map.entry("Recipients", new Known.Elements(OWED, "r.local_part || '@' || r.domain")),
            Map.entry("Status", new Known.Words(Map.of("suspended", ASIDE, "pendingsuspend", ASIDE, "retry", TRIED,
                    "ready", "NOT " + TRIED, "damaged", "1 = 0"))),
            Map.entry("LastError", new Known.Filled("EXISTS (" + OWED + " AND (r.code <> '' OR r.detail <> ''"
                    + " OR r.remedy <> '' OR r.last_code IS NOT NULL))")));

    private static Map.Entry<String, Known> column(String property, String sql) {
        return Map.entry(property, new Known.Column(sql));
    }

    /// All of them.
    public static final MessageSelection ALL = new MessageSelection(Optional.empty(), Optional.empty(),
            false, Condition.all(), _ -> true);

    /// True if the condition says all that is asked.
    public boolean isExact() { return condition.exact() || condition.equals(ALL.condition); }

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
