package org.sternpost.engine.queue;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.TraceSearch.TraceRow;
import org.sternpost.engine.store.Columns;
import org.sternpost.engine.store.Database;

/// What became of every message, final ones included, until their time is up.
public final class Trace {

    /// As they are written: an attempt tells of its recipients in their order, and then of notifications.
    private static final Comparator<TraceEvent> IN_ORDER = Comparator.comparing(TraceEvent::at)
            .thenComparing(event -> event.kind() == TraceEvent.Kind.DSN).thenComparing(TraceEvent::recipient);

    private final Database store;

    public Trace(Database store) { this.store = store; }

    /// One row per recipient, newest first.
    public TraceSearch search(TraceQuery filter) { return new TraceSearch(store, filter); }

    /// Whatever is found, at once: for few rows.
    ///
    /// @throws SearchCutException if there may be more
    public List<TraceRow> find(TraceQuery filter) throws IOException {
        var search = search(filter);
        var rows = new ArrayList<TraceRow>();
        for (var row = search.next(); row.isPresent(); row = search.next())
            rows.add(row.get());
        return rows;
    }

    /// True of whatever was accepted under that id, until [#prune] forgets it.
    public boolean has(QueueId id) throws IOException {
        return store.<Boolean>read(connection -> {
            try (var query = Tables.prepare(connection, "SELECT 1 FROM message WHERE id = ?", id.text());
                    var row = query.executeQuery()) {
                return row.next();
            }
        });
    }

    /// All that happened to a message, in order; its acceptance comes first.
    public List<TraceEvent> events(QueueId id) throws IOException {
        return store.search(connection -> {
            var events = new ArrayList<TraceEvent>();
            var stored = Tables.message(connection, id);
            if (stored.isEmpty()) return events;
            QueuedMessage message = stored.get().message();
            events.add(TraceEvent.plain(0, message.received(), TraceEvent.Kind.RECEIVE, "", "",
                    "accepted from " + message.client() + ", " + message.size() + " octets" + words(message.tls())));
            var later = read(connection, "trace_event", "SELECT * FROM trace_event WHERE message = ?", id, "at",
                    "kind");
            // Versions up to schema 4 wrote the last event twice.
            for (TraceEvent last : read(connection, "recipient", "SELECT r.* FROM recipient r WHERE r.message = ? AND "
                    + Tables.ENDED, id, "last_at", "last_kind"))
                if (later.stream().noneMatch(event -> isSame(event, last))) later.add(last);
            later.sort(IN_ORDER);
            events.addAll(later);
            return events;
        });
    }

    private static boolean isSame(TraceEvent one, TraceEvent other) {
        return one.recipient() == other.recipient() && one.kind() == other.kind() && one.at().equals(other.at());
    }

    private static List<TraceEvent> read(Connection connection, String table, String sql, QueueId id, String at,
            String kind) throws SQLException {
        var events = new ArrayList<TraceEvent>();
        try (var query = Tables.prepare(connection, sql, id.text()); var row = query.executeQuery()) {
            while (row.next())
                events.add(Tables.event(new Columns(row, _ -> "table " + table + ", message " + id), at, kind));
        }
        return events;
    }

    private static String words(RequireTlsTag wish) {
        return switch (wish) {
            case None -> "";
            case Required -> ", with REQUIRETLS";
            case Notice -> ", a notification: its way is judged and nothing is withheld";
            case NotRequired -> ", with TLS-Required: No, so the recipient's policy is not looked at";
        };
    }

    /// Forgets final messages accepted before `before`, in steps that hold up no mail.
    public void prune(Instant before) throws IOException {
        store.writeInSteps(connection -> {
            int gone = 0;
            for (String id : ended(connection, before)) {
                gone += Tables.update(connection, "DELETE FROM trace_event WHERE message = ?", id);
                gone += Tables.update(connection, "DELETE FROM recipient WHERE message = ?", id);
                gone += Tables.update(connection, "DELETE FROM message WHERE id = ?", id);
                if (gone >= Database.STEP_ROWS) return gone;
            }
            return gone;
        });
    }

    private static List<String> ended(Connection connection, Instant before) throws SQLException {
        var ids = new ArrayList<String>();
        // A state that is none, and rows that are missing, are damage: what is damaged is not removed by us.
        try (var query = Tables.prepare(connection, "SELECT id FROM message WHERE received < ? AND NOT EXISTS (SELECT 1"
                + " FROM recipient r WHERE r.message = message.id AND r.state NOT IN ('Delivered', 'Failed',"
                + " 'Removed')) AND EXISTS (SELECT 1 FROM recipient r WHERE r.message = message.id)"
                + " ORDER BY received LIMIT " + Database.STEP_ROWS, before.toEpochMilli());
                var row = query.executeQuery()) {
            while (row.next())
                ids.add(row.getString(1));
        }
        return ids;
    }
}
