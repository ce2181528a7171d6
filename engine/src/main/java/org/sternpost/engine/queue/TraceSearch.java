package org.sternpost.engine.queue;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.TraceCursor;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient.State;
import org.sternpost.engine.store.Columns.DamagedRowException;
import org.sternpost.engine.store.Columns;
import org.sternpost.engine.store.Database;

/// One search of the trace: newest mail first, in steps of so many messages, each along an index.
///
/// A step takes milliseconds. Between two of them others get their turn, an asker who left is noticed, and nothing of
/// the database is held: a reader that stays would keep its log from being folded back. What a step finds is all that
/// is held in memory, so a search may hand out any number of rows. It has a place between two rows, in the one order
/// that it goes by: time of receipt, or id along domains, then id, then the recipient's position. No two rows are
/// alike in it, so a search that goes on from a place of another loses no row and shows none twice.
public final class TraceSearch {

    private static final System.Logger LOG = System.getLogger(TraceSearch.class.getName());

    static final int STEP_MESSAGES = 4_096;
    static final int STEP_ROWS = 4_096;
    private static final int FIRST_STEP = 256; // messages; the first row is not to wait for thousands
    private static final int LOOKED_MAX = 4_000_000; // messages; a search through more is asked for in parts
    private static final int OF_ONE_MESSAGE = 100_000; // recipients, far more than one may have
    private static final Duration ID_BEFORE_RECEIPT = Duration.ofDays(1); // an id is made when a message begins to come
    private static final TraceCursor NEWEST = TraceCursor.before(Instant.ofEpochMilli(Long.MAX_VALUE));
    private static final String BEHIND_ALL_IDS = "~";

    private static final String SELECT = "SELECT m.id, m.received, m.sender, m.subject, m.size, m.message_id, m.client,"
            + " r.* FROM ";

    private final Database database;
    private final TraceQuery wanted;
    private final TraceFilter filter;
    private final List<String> domains;
    private final int lookedMax;
    private final Deque<TraceRow> found = new ArrayDeque<>();
    private int left;
    private int looked;
    private int step = FIRST_STEP;
    private boolean over;
    private TraceCursor place; // between what was looked at and the rest

    TraceSearch(Database database, TraceQuery wanted) { this(database, wanted, LOOKED_MAX); }

    TraceSearch(Database database, TraceQuery wanted, int lookedMax) {
        this.database = database;
        this.wanted = wanted;
        this.filter = new TraceFilter(wanted);
        this.domains = List.copyOf(filter.domains());
        this.lookedMax = lookedMax;
        this.left = wanted.limit();
        Instant until = wanted.until();
        this.place = wanted.from().orElse(until == null ? NEWEST : TraceCursor.before(until));
    }

    /// All rows of one message.
    public static TraceQuery of(QueueId id) { return TraceQuery.newest(OF_ONE_MESSAGE).withId(id.text()); }

    /// The next row; empty when there is none.
    ///
    /// @throws SearchCutException if there may be more, in older mail
    public Optional<TraceRow> next() throws IOException {
        while (found.isEmpty() && left > 0 && !over) {
            if (looked >= lookedMax) throw new SearchCutException(looked, reached(), place);
            found.addAll(database.<List<TraceRow>>search(this::step));
            left -= found.size();
        }
        return Optional.ofNullable(found.poll());
    }

    /// Where the rows begin that no step has found yet.
    public TraceCursor place() { return place; }

    /// Rows in memory.
    int held() { return found.size(); }

    private List<TraceRow> step(Connection connection) throws SQLException {
        if (wanted.names()) return few(connection);
        return domains.isEmpty() ? byTime(connection) : byDomain(connection);
    }

    /// By an identity.
    private List<TraceRow> few(Connection connection) throws SQLException {
        var sql = new StringBuilder("message m JOIN recipient r ON r.message = m.id WHERE 1 = 1");
        var values = new ArrayList<Object>();
        behindByTime(sql, values);
        Step rows = rows(connection, sql, "m.received DESC, m.id DESC", values);
        over = !rows.full();
        return rows.rows();
    }

    /// By the time of receipt, whatever else is wanted.
    private List<TraceRow> byTime(Connection connection) throws SQLException {
        Instant since = wanted.since();
        long oldest = since == null ? 0 : since.toEpochMilli();
        int messages = Math.min(step, lookedMax - looked);
        Optional<Long> bottom = find(connection, "SELECT received FROM message WHERE received >= ? AND received <= ?"
                + " ORDER BY received DESC LIMIT 1 OFFSET ?", List.of(oldest, top(), messages - 1))
                .map(Long::valueOf);
        long from = bottom.orElse(oldest);
        var sql = new StringBuilder("message m CROSS JOIN recipient r WHERE r.message = m.id AND m.received >= ?");
        var values = new ArrayList<Object>(List.of(from));
        behindByTime(sql, values);
        Step rows = rows(connection, sql, "m.received DESC, m.id DESC", values);
        looked(rows, messages);
        if (!rows.full()) {
            place = TraceCursor.before(Instant.ofEpochMilli(from));
            over = bottom.isEmpty();
        }
        return rows.rows();
    }

    private long top() { return place.received().toEpochMilli() - (place.id().isEmpty() ? 1 : 0); }

    private void behindByTime(StringBuilder sql, List<Object> values) {
        sql.append(" AND m.received <= ?");
        values.add(top());
        if (place.id().isEmpty()) return;
        sql.append(" AND (m.received < ? OR m.id < ? OR m.id = ? AND r.position > ?)");
        Collections.addAll(values, place.received().toEpochMilli(), place.id(), place.id(), place.position());
    }

    /// Along the mail to some domains.
    private List<TraceRow> byDomain(Connection connection) throws SQLException {
        Instant since = wanted.since();
        String oldest = since == null ? "" : QueueId.first(since.minus(ID_BEFORE_RECEIPT));
        int messages = Math.min(step, lookedMax - looked);
        boolean whole = place.position() == Integer.MAX_VALUE || place.id().isEmpty();
        String top = topId();
        // Where one of them ends first, all end: none of the window is left out for any.
        String from = oldest;
        boolean more = false;
        for (String domain : domains) {
            Optional<String> bottom = find(connection, "SELECT message FROM recipient WHERE domain = ? AND message >= ?"
                    + " AND message " + (whole ? "<" : "<=") + " ? ORDER BY message DESC LIMIT 1 OFFSET ?",
                    List.of(domain, oldest, top, messages - 1));
            more |= bottom.isPresent();
            if (bottom.isPresent() && bottom.get().compareTo(from) > 0) from = bottom.get();
        }
        var sql = new StringBuilder("recipient r CROSS JOIN message m WHERE m.id = r.message AND r.domain IN (?"
                + ", ?".repeat(domains.size() - 1) + ") AND r.message >= ? AND r.message " + (whole ? "< ?" : "<= ?"));
        var values = new ArrayList<Object>(domains);
        Collections.addAll(values, from, top);
        if (!whole) {
            sql.append(" AND (r.message < ? OR r.position > ?)");
            Collections.addAll(values, top, place.position());
        }
        Step rows = rows(connection, sql, "r.message DESC", values);
        looked(rows, messages);
        if (!rows.full()) {
            over = !more;
            if (more) place = TraceCursor.after(new QueueId(from).time().plus(ID_BEFORE_RECEIPT), from);
        }
        return rows.rows();
    }

    private String topId() {
        if (!place.id().isEmpty()) return place.id();
        return place.equals(NEWEST) ? BEHIND_ALL_IDS : QueueId.first(place.received());
    }

    private static Optional<String> find(Connection connection, String sql, List<Object> values) throws SQLException {
        try (var query = Tables.prepare(connection, sql, values.toArray()); var row = query.executeQuery()) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        }
    }

    /// @param full there may be more of the same window
    private record Step(List<TraceRow> rows, boolean full) {}

    private Step rows(Connection connection, StringBuilder from, String order, List<Object> first)
            throws SQLException {
        var sql = new StringBuilder(SELECT).append(from);
        var values = new ArrayList<>(first);
        filter.add(sql, values);
        sql.append(" ORDER BY ").append(order).append(", r.position LIMIT ?");
        for (int most = Math.min(left, STEP_ROWS);; most *= 2) { // more only where none of them can be shown
            var rows = new ArrayList<TraceRow>();
            int all = read(connection, sql.toString(), values, most, rows);
            if (all < most) return new Step(rows, false);
            if (rows.isEmpty()) continue;
            if (rows.size() > left) rows.subList(left, rows.size()).clear();
            place = rows.getLast().place();
            return new Step(rows, true);
        }
    }

    /// @return how many rows there were, also such that cannot be shown
    private static int read(Connection connection, String sql, List<Object> values, int most, List<TraceRow> rows)
            throws SQLException {
        var all = new ArrayList<>(values);
        all.add(most);
        int count = 0;
        try (var query = Tables.prepare(connection, sql, all.toArray()); var row = query.executeQuery()) {
            for (; row.next(); count++)
                try {
                    rows.add(Columns.whole(row, "tables message and recipient, message " + row.getString("id")
                            + ", position " + row.getString("position"), TraceSearch::row));
                } catch (DamagedRowException bad) {
                    LOG.log(System.Logger.Level.WARNING, "event=row-damaged what=\"no search shows it\" "
                            + "why=\"{0}\"", bad.getMessage());
                }
        }
        return count;
    }

    /// Many rows of few messages make the next step shorter, few rows of many a longer one.
    private void looked(Step rows, int messages) {
        looked += rows.full()
                ? Math.min(messages, (int) rows.rows().stream().map(TraceRow::id).distinct().count())
                : messages;
        step = rows.full() ? Math.max(step / 2, 1) : Math.min(step * 2, STEP_MESSAGES);
    }

    /// One recipient of a message, if it is kept.
    static Optional<TraceRow> one(Connection connection, QueueId message, int position) throws SQLException {
        try (var query = Tables.prepare(connection, SELECT + "message m JOIN recipient r ON r.message = m.id WHERE "
                + "m.id = ? AND r.position = ?", message.text(), position); var row = query.executeQuery()) {
            if (!row.next()) return Optional.empty();
            return Optional.of(Columns.whole(row, "tables message and recipient, message " + message + ", position "
                    + position, TraceSearch::row));
        } catch (DamagedRowException bad) {
            return Optional.empty(); // a search that comes upon it says so
        }
    }

    private static TraceRow row(ResultSet row) throws SQLException {
        return new TraceRow(new QueueId(row.getString("id")), row.getInt("position"), Tables.at(row, "received"),
                row.getString("sender"), row.getString("local_part") + "@" + row.getString("domain"),
                row.getString("subject"), State.valueOf(row.getString("state")), row.getInt("attempts"),
                Tables.at(row, "due"), row.getLong("size"), row.getString("message_id"), row.getString("client"),
                Tables.event(new Columns(row, at -> "table recipient, message " + at.getString("id")),
                        "last_at", "last_kind"));
    }

    /// All mail received from then on was looked at.
    private Instant reached() { return place.received(); }

    /// What became of a message for one recipient.
    ///
    /// @param due of the next attempt, if it waits for one
    public record TraceRow(QueueId id, int recipientIndex, Instant received, String sender, String recipient,
            String subject, State state, int attempts, Instant due, long size, String internetMessageId, String client,
            TraceEvent last) {

        /// `Pending`, `Delivered`, `Failed` or `Removed`.
        public String status() { return state.isFinal() ? state.name() : "Pending"; }

        /// When it is tried next; empty for what is final, or set aside.
        public Optional<Instant> nextAttempt() { return state == State.Waiting ? Optional.of(due) : Optional.empty(); }

        /// Behind it the search goes on.
        public TraceCursor place() { return new TraceCursor(received, id.text(), recipientIndex); }

        /// After something happened to it.
        TraceRow after(TraceEvent event, State now, int tried, Instant next) {
            return new TraceRow(id, recipientIndex, received, sender, recipient, subject, now, tried, next, size,
                    internetMessageId, client, event);
        }
    }
}
