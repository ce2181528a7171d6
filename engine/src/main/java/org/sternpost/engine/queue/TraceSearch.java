package org.sternpost.engine.queue;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.store.Columns.DamagedRowException;
import org.sternpost.engine.store.Columns;
import org.sternpost.engine.store.Database;

/// One search of the trace: newest mail first, in steps of so many messages, each along an index.
///
/// A step takes milliseconds. Between two of them others get their turn, an asker who left is noticed, and nothing of
/// the database is held: a reader that stays would keep its log from being folded back.
public final class TraceSearch {

    private static final System.Logger LOG = System.getLogger(TraceSearch.class.getName());

    static final int STEP_MESSAGES = 4_096;
    private static final int LOOKED_MAX = 4_000_000; // messages; a search through more is asked for in parts
    private static final int ROWS_MAX = 100_001; // one more than anybody may ask for, which tells that there are more
    private static final Duration ID_BEFORE_RECEIPT = Duration.ofDays(1); // an id is made when a message begins to come

    private final Database database;
    private final TraceQuery filter;
    private final int lookedMax;
    private final Deque<TraceRow> found = new ArrayDeque<>();
    private int left;
    private int looked;
    private boolean over;
    private @Nullable Long receivedBefore;
    private @Nullable String idBefore;

    TraceSearch(Database database, TraceQuery filter) { this(database, filter, LOOKED_MAX); }

    TraceSearch(Database database, TraceQuery filter, int lookedMax) {
        this.database = database;
        this.filter = filter;
        this.lookedMax = lookedMax;
        this.left = Math.clamp(filter.limit(), 0, ROWS_MAX);
        Instant until = filter.until();
        if (until != null) {
            receivedBefore = until.toEpochMilli();
            idBefore = QueueId.first(until);
        }
    }

    /// All rows of one message.
    public static TraceQuery of(QueueId id) { return TraceQuery.newest(ROWS_MAX - 1).withId(id.text()); }

    /// The next row; empty when there is none.
    ///
    /// @throws SearchCutException if there may be more, in older mail
    public Optional<TraceRow> next() throws IOException {
        while (found.isEmpty() && left > 0 && !over) {
            if (looked >= lookedMax) throw new SearchCutException(looked, reached());
            found.addAll(database.<List<TraceRow>>search(this::step));
            left -= found.size();
        }
        return Optional.ofNullable(found.poll());
    }

    private List<TraceRow> step(Connection connection) throws SQLException {
        if (filter.id() != null || filter.messageId() != null) return few(connection);
        return filter.recipient() == null ? byTime(connection) : byRecipient(connection);
    }

    /// By an identity: all at once.
    private List<TraceRow> few(Connection connection) throws SQLException {
        over = true;
        return rows(connection, "message m JOIN recipient r ON r.message = m.id WHERE 1 = 1",
                "m.received DESC, m.id DESC", List.of());
    }

    /// By the time of receipt, whatever else is wanted.
    private List<TraceRow> byTime(Connection connection) throws SQLException {
        Instant since = filter.since();
        long oldest = since == null ? 0 : since.toEpochMilli();
        Long before = receivedBefore == null ? Long.MAX_VALUE : receivedBefore;
        Long from = oldest;
        try (var query = Tables.prepare(connection, "SELECT received FROM message WHERE received >= ? AND received < ?"
                + " ORDER BY received DESC LIMIT 1 OFFSET " + (STEP_MESSAGES - 1), oldest, before);
                var row = query.executeQuery()) {
            over = !row.next();
            if (!over) from = row.getLong(1);
        }
        receivedBefore = from;
        return rows(connection, "message m CROSS JOIN recipient r WHERE r.message = m.id AND m.received >= ? AND "
                + "m.received < ?", "m.received DESC, m.id DESC", List.of(from, before));
    }

    /// Along the mail to one domain; a step ends with a whole message.
    private List<TraceRow> byRecipient(Connection connection) throws SQLException {
        String recipient = String.valueOf(filter.recipient());
        String domain = Domain.canonical(recipient.substring(recipient.lastIndexOf('@') + 1));
        Instant since = filter.since();
        String oldest = since == null ? "" : QueueId.first(since.minus(ID_BEFORE_RECEIPT));
        String before = idBefore == null ? "~" : idBefore; // sorts behind all ids
        String from = oldest;
        try (var query = Tables.prepare(connection, "SELECT message FROM recipient WHERE domain = ? AND message >= ?"
                + " AND message < ? ORDER BY message DESC LIMIT 1 OFFSET " + (STEP_MESSAGES - 1), domain, oldest,
                before); var row = query.executeQuery()) {
            over = !row.next();
            if (!over) from = row.getString(1);
        }
        idBefore = from;
        return rows(connection, "recipient r CROSS JOIN message m WHERE m.id = r.message AND r.domain = ? AND "
                + "r.message >= ? AND r.message < ?", "r.message DESC", List.of(domain, from, before));
    }

    private List<TraceRow> rows(Connection connection, String from, String order, List<Object> first)
            throws SQLException {
        var sql = new StringBuilder("SELECT m.id, m.received, m.sender, m.subject, m.size, m.message_id, m.client, r.*"
                + " FROM " + from);
        var values = new ArrayList<>(first);
        conditions(sql, values);
        sql.append(" ORDER BY ").append(order).append(", r.position LIMIT ").append(left);
        looked += STEP_MESSAGES;
        var rows = new ArrayList<TraceRow>();
        try (var query = Tables.prepare(connection, sql.toString(), values.toArray());
                var row = query.executeQuery()) {
            while (row.next())
                try {
                    rows.add(Columns.whole(row, "tables message and recipient, message " + row.getString("id")
                            + ", position " + row.getString("position"), TraceSearch::row));
                } catch (DamagedRowException bad) {
                    LOG.log(System.Logger.Level.WARNING, "event=row-damaged what=\"no search shows it\" "
                            + "why=\"{0}\"", bad.getMessage());
                }
        }
        return rows;
    }

    private void conditions(StringBuilder sql, List<Object> values) {
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
    }

    private static TraceRow row(ResultSet row) throws SQLException {
        var state = QueuedRecipient.State.valueOf(row.getString("state"));
        String status = switch (state) {
            case Waiting, Active, Suspended -> "Pending";
            case Delivered, Failed, Removed -> state.name();
        };
        return new TraceRow(new QueueId(row.getString("id")), row.getInt("position"), Tables.at(row, "received"),
                row.getString("sender"), row.getString("local_part") + "@" + row.getString("domain"),
                row.getString("subject"), status, row.getLong("size"), row.getString("message_id"),
                row.getString("client"),
                Tables.event(new Columns(row, at -> "table recipient, message " + at.getString("id")),
                        "last_at", "last_kind"));
    }

    /// All mail received from then on was looked at.
    private Instant reached() {
        String id = idBefore;
        if (filter.recipient() != null && id != null) return new QueueId(id).time().plus(ID_BEFORE_RECEIPT);
        return Instant.ofEpochMilli(receivedBefore == null ? 0 : receivedBefore);
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

    /// What became of a message for one recipient.
    ///
    /// @param status `Pending`, `Delivered`, `Failed` or `Removed`
    public record TraceRow(QueueId id, int recipientIndex, Instant received, String sender, String recipient,
            String subject, String status, long size, String internetMessageId, String client, TraceEvent last) {}
}
