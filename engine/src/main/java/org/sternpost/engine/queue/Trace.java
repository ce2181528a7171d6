package org.sternpost.engine.queue;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.TraceSearch.TraceRow;
import org.sternpost.engine.store.Columns;
import org.sternpost.engine.store.Database;

/// What became of every message, final ones included, until their time is up.
public final class Trace {

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

    /// All that happened to a message, in order; its acceptance comes first.
    public List<TraceEvent> events(QueueId id) throws IOException {
        return store.search(connection -> {
            var events = new ArrayList<TraceEvent>();
            var stored = Tables.message(connection, id);
            if (stored.isEmpty()) return events;
            QueuedMessage message = stored.get().message();
            events.add(TraceEvent.plain(0, message.received(), TraceEvent.Kind.RECEIVE, "", "",
                    "accepted from " + message.client() + ", " + message.size() + " octets" + words(message.tls())));
            try (var query = Tables.prepare(connection, "SELECT * FROM trace_event WHERE message = ? ORDER BY at",
                    id.text()); var row = query.executeQuery()) {
                while (row.next())
                    events.add(Tables.event(new Columns(row, _ -> "table trace_event, message " + id), "at", "kind"));
            }
            return events;
        });
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
