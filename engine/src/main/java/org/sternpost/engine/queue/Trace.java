package org.sternpost.engine.queue;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.TlsWish;
import org.sternpost.engine.store.Store;

/// What became of every message, final ones included, until their time is up.
public final class Trace {

    private static final int ROWS_MAX = 100_001; // one more than anybody may ask for, which tells that there are more

    private final Store store;

    public Trace(Store store) { this.store = store; }

    /// One row per recipient, newest first.
    public List<TraceRow> find(TraceFilter filter) throws IOException {
        var sql = new StringBuilder("SELECT m.id, m.received, m.sender, m.subject, m.size, m.message_id, m.client,"
                + " r.* FROM message m JOIN recipient r ON r.message = m.id WHERE 1 = 1");
        var values = new ArrayList<Object>();
        Instant since = filter.since();
        Instant until = filter.until();
        and(sql, values, " AND m.received >= ?", since == null ? null : since.toEpochMilli());
        and(sql, values, " AND m.received < ?", until == null ? null : until.toEpochMilli());
        mailbox(sql, values, "m.sender", filter.sender());
        mailbox(sql, values, "r.local_part || '@' || r.domain", filter.recipient());
        and(sql, values, " AND m.message_id = ?", filter.messageId());
        and(sql, values, " AND m.id = ?", filter.id());
        and(sql, values, " AND CASE WHEN r.state IN ('Waiting', 'Suspended') THEN 'Pending' ELSE r.state END = ?",
                filter.status());
        and(sql, values, " AND lower(r.connector) = lower(?)", filter.connector());
        String subject = filter.subject();
        and(sql, values, " AND lower(m.subject) LIKE lower(?) ESCAPE '\\'",
                subject == null ? null : "%" + literal(subject) + "%");
        sql.append(" ORDER BY m.received DESC, m.id, r.position LIMIT ")
                .append(Math.clamp(filter.limit(), 0, ROWS_MAX));
        return store.read(connection -> {
            var rows = new ArrayList<TraceRow>();
            try (var query = Tables.prepare(connection, sql.toString(), values.toArray());
                    var row = query.executeQuery()) {
                while (row.next()) {
                    var state = QueuedRecipient.State.valueOf(row.getString("state"));
                    String status = switch (state) {
                        case Waiting, Active, Suspended -> "Pending";
                        case Delivered, Failed, Removed -> state.name();
                    };
                    rows.add(new TraceRow(new QueueId(row.getString("id")), row.getInt("position"),
                            Tables.at(row, "received"), row.getString("sender"),
                            row.getString("local_part") + "@" + row.getString("domain"), row.getString("subject"),
                            status, row.getLong("size"), row.getString("message_id"), row.getString("client"),
                            Tables.event(row, "last_at", "last_kind")));
                }
            }
            return rows;
        });
    }

    /// All that happened to a message, in order; its acceptance comes first.
    public List<TraceEvent> events(QueueId id) throws IOException {
        return store.read(connection -> {
            var events = new ArrayList<TraceEvent>();
            var stored = Tables.message(connection, id);
            if (stored.isEmpty()) return events;
            QueuedMessage message = stored.get().message();
            events.add(TraceEvent.plain(0, message.received(), TraceEvent.Kind.RECEIVE, "", "",
                    "accepted from " + message.client() + ", " + message.size() + " octets" + words(message.tls())));
            try (var query = Tables.prepare(connection, "SELECT * FROM trace_event WHERE message = ? ORDER BY at",
                    id.text()); var row = query.executeQuery()) {
                while (row.next())
                    events.add(Tables.event(row, "at", "kind"));
            }
            return events;
        });
    }

    private static String words(TlsWish wish) {
        return switch (wish) {
            case None -> "";
            case Required -> ", with REQUIRETLS";
            case Notice -> ", a notification: its way is judged and nothing is withheld";
            case NotRequired -> ", with TLS-Required: No, so the recipient's policy is not looked at";
        };
    }

    /// Forgets final messages accepted before `before`.
    ///
    /// @return how many
    public int prune(Instant before) throws IOException {
        return store.<Integer>write(connection -> {
            String old = "(SELECT id FROM message WHERE received < ? AND NOT EXISTS (SELECT 1 FROM recipient r"
                    + " WHERE r.message = message.id AND r.state IN ('Waiting', 'Suspended')))";
            long millis = before.toEpochMilli();
            Tables.update(connection, "DELETE FROM trace_event WHERE message IN " + old, millis);
            int pruned = Tables.update(connection, "DELETE FROM message WHERE id IN " + old, millis);
            Tables.update(connection, "DELETE FROM recipient WHERE NOT EXISTS"
                    + " (SELECT 1 FROM message m WHERE m.id = recipient.message)");
            return pruned;
        });
    }

    private static void mailbox(StringBuilder sql, List<Object> values, String column, @Nullable String wanted) {
        if (wanted == null) return;
        if (wanted.startsWith("@"))
            and(sql, values, " AND lower(" + column + ") LIKE lower(?) ESCAPE '\\'", "%" + literal(wanted));
        else
            and(sql, values, " AND lower(" + column + ") = lower(?)", wanted);
    }

    private static String literal(String text) { return text.replaceAll("[%_\\\\]", "\\\\$0"); }

    private static void and(StringBuilder sql, List<Object> values, String condition, @Nullable Object value) {
        if (value == null) return;
        sql.append(condition);
        values.add(value);
    }
}
