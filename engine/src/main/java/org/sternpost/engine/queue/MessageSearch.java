package org.sternpost.engine.queue;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.Queue.DamagedMessage;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.store.Columns.DamagedRowException;
import org.sternpost.engine.store.Store;

/// Messages that wait, oldest first, a page at a time: a list of a million is nowhere in memory. What comes in behind
/// the page, and what goes before it is reached, is seen as it is then.
public final class MessageSearch {

    private static final int PAGE = 500; // messages looked at; some 10 ms
    private static final int SPARSE_PAGE = 2_000; // the same where none of those before was found
    private static final int KEYS_PAGE = 5_000; // the same of their keys alone

    private final Store store;
    private final Queue queue;
    private final MessageSelection wanted;
    private String last = "";
    private boolean ended;
    private int page = PAGE;

    MessageSearch(Store store, Queue queue, MessageSelection wanted) {
        this.store = store;
        this.queue = queue;
        this.wanted = wanted;
    }

    /// The next of them with the recipients they still have; none at the end.
    public List<MessageRow> next() throws IOException {
        for (page = PAGE; !ended; page = Math.min(2 * page, SPARSE_PAGE)) {
            List<MessageRow> found = store.<List<MessageRow>>search(this::rows).stream()
                    .filter(row -> wanted.condition().exact() || wanted.also().test(row)).toList();
            if (!found.isEmpty()) return found;
        }
        return List.of();
    }

    /// What an order may go by before the message itself is read.
    public record Key(QueueId id, long size, Instant received, Instant expires) {}

    /// The keys of the next of them; none at the end. Only where the selection is exact.
    public List<Key> nextKeys() throws IOException {
        if (!wanted.isExact()) throw new IllegalStateException("keys do not say whether " + wanted + " is so");
        page = KEYS_PAGE;
        List<Key> found = List.of();
        while (!ended && found.isEmpty())
            found = store.<List<Key>>search(this::keys);
        return found;
    }

    private List<Key> keys(Connection connection) throws SQLException {
        return page(connection, "m.size, m.received, m.expires", row -> Optional.of(new Key(
                new QueueId(row.getString(1)), row.getLong(2), Instant.ofEpochMilli(row.getLong(3)),
                Instant.ofEpochMilli(row.getLong(4)))));
    }

    /// Some by their ids, in this order, with the recipients they still have; without those that are gone meanwhile.
    public List<MessageRow> rows(List<QueueId> ids) throws IOException {
        return store.<List<MessageRow>>search(connection -> {
            var found = new ArrayList<MessageRow>();
            for (QueueId id : ids)
                try (var query = Tables.prepare(connection, "SELECT * FROM message WHERE id = ?", id.text());
                        var row = query.executeQuery()) {
                    if (row.next())
                        whole(connection, row).filter(one -> !one.recipients().isEmpty())
                                .ifPresent(found::add);
                }
            return found;
        });
    }

    /// All that are left, by their ids alone.
    ///
    /// @param max more are not looked for
    Set<QueueId> ids(int max) throws IOException {
        var ids = new LinkedHashSet<QueueId>(); // rows of neighbours are beside each other on the disk too
        page = KEYS_PAGE;
        while (!ended && ids.size() <= max)
            if (wanted.condition().exact()) ids.addAll(store.<List<QueueId>>search(this::exactIds));
            else
                for (MessageRow row : next())
                    ids.add(row.message().id());
        return ids;
    }

    /// Some that are owed, whatever else is asked of them.
    ///
    /// @return the last of them; empty if there are no more
    private Optional<String> turn(Connection connection) throws SQLException {
        Optional<String> to;
        try (var query = Tables.prepare(connection, "SELECT max(message) FROM (" + owed("message")
                + " ORDER BY message LIMIT " + page + ") looked_at", values()); var row = query.executeQuery()) {
            to = row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
        }
        ended = to.isEmpty();
        return to;
    }

    /// Along what is owed: of all messages ever kept it is few.
    private String owed(String what) {
        return "SELECT DISTINCT " + what + " FROM recipient WHERE "
                + (wanted.aside() ? Tables.ASIDE : "state IN ('Waiting', 'Suspended')")
                + (wanted.destination().isPresent() ? " AND connector = ? AND domain = ?" : "")
                + (wanted.id().isPresent() ? " AND message = ?" : "") + " AND message > ?";
    }

    private Object[] values(Object... more) {
        var values = new ArrayList<Object>();
        wanted.destination().ifPresent(key -> values.addAll(List.of(key.connector(), key.domain().ascii())));
        wanted.id().ifPresent(id -> values.add(id.text()));
        values.add(last);
        values.addAll(List.of(more));
        return values.toArray();
    }

    private interface Reader<T> {
        Optional<T> read(ResultSet row) throws SQLException;
    }

    /// @param columns behind the id, which is the first
    private <T> List<T> page(Connection connection, String columns, Reader<T> reader) throws SQLException {
        boolean all = wanted.condition().equals(MessageSelection.ALL.condition());
        String to = "";
        if (!all) {
            Optional<String> turn = turn(connection);
            if (turn.isEmpty()) return List.of();
            to = turn.get();
        }
        var found = new ArrayList<T>();
        int count = 0;
        try (var query = all ? owed(connection, columns) : meant(connection, columns, to);
                var row = query.executeQuery()) {
            for (; row.next(); count++) {
                String id = String.valueOf(row.getString(1));
                if (all) to = id;
                if (!queue.isDamaged(id)) reader.read(row).ifPresent(found::add);
            }
        }
        // Where all that is owed is meant, a full page says itself where the next begins.
        if (all && count < page) to = turn(connection).orElse("");
        if (!to.isEmpty()) last = to;
        return found;
    }

    private PreparedStatement owed(Connection connection, String columns) throws SQLException {
        return Tables.prepare(connection, "SELECT m.id, " + columns + " FROM (" + owed("message") + " ORDER BY message"
                + " LIMIT " + page + ") o CROSS JOIN message m WHERE m.id = o.message ORDER BY m.id", values());
    }

    private PreparedStatement meant(Connection connection, String columns, String to) throws SQLException {
        var values = new ArrayList<Object>(List.of(to));
        values.addAll(wanted.condition().values());
        return Tables.prepare(connection, "SELECT m.id, " + columns + " FROM (" + owed("message")
                + " AND message <= ? ORDER BY message LIMIT " + page + ") o CROSS JOIN message m WHERE m.id = o.message"
                + " AND " + wanted.condition().sql() + " ORDER BY m.id", values(values.toArray()));
    }

    private List<QueueId> exactIds(Connection connection) throws SQLException {
        return page(connection, "1", row -> Optional.of(new QueueId(row.getString(1))));
    }

    private List<MessageRow> rows(Connection connection) throws SQLException {
        return page(connection, "m.*", row -> whole(connection, row));
    }

    private Optional<MessageRow> whole(Connection connection, ResultSet row) throws SQLException {
        try {
            QueuedMessage message = Tables.stored(row).message();
            return Optional.of(new MessageRow(message, Tables.owed(connection, message.id())));
        } catch (DamagedRowException bad) {
            queue.name(new DamagedMessage(String.valueOf(row.getString("id")), DamagedMessage.Shown.NOTHING,
                    Optional.empty(), String.valueOf(bad.getMessage())));
            return Optional.empty();
        }
    }
}
