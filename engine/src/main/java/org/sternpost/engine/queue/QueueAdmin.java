package org.sternpost.engine.queue;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.Queue.DamagedMessage;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.store.Columns.DamagedRowException;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.Store;
import org.sternpost.engine.time.Time;

/// What an operator may see of the queue and do to it.
public final class QueueAdmin {

    private static final System.Logger LOG = System.getLogger(QueueAdmin.class.getName());

    private final Store store;
    private final Queue queue;
    private final Time time;
    private final Runnable retried;

    public QueueAdmin(Store store, Queue queue, Time time) { this(store, queue, time, () -> {}); }

    /// @param retried told before mail is tried at an operator's word
    public QueueAdmin(Store store, Queue queue, Time time, Runnable retried) {
        this.store = store;
        this.queue = queue;
        this.time = time;
        this.retried = retried;
    }

    /// All destinations that have something, with all that waits, loaded or not.
    public List<DestinationQueueView> destinations() {
        queue.loader().awaitCounted();
        var suspended = suspended();
        var all = new ArrayList<DestinationQueueView>();
        for (DestinationQueueView one : queue.destinations().views(time.instant())) {
            Long more = suspended.remove(one.destination());
            all.add(rated(more == null ? one : one.withSuspended(more)));
        }
        if (suspended.isEmpty()) return all;
        suspended.forEach((key, count) -> all.add(rated(DestinationQueueView.of(key).withSuspended(count))));
        all.sort(Comparator.comparing(DestinationQueueView::destination));
        return all;
    }

    private DestinationQueueView rated(DestinationQueueView one) {
        return one.withRate(queue.rates().of(one.destination()));
    }

    /// How fast all mail comes and goes.
    public QueueRates.Rate rate() { return queue.rates().all(); }

    /// Recipients that are set aside, which no memory holds; none where they cannot be read.
    private Map<DestinationKey, Long> suspended() {
        try {
            return store.<Map<DestinationKey, Long>>search(connection -> {
                var counts = new HashMap<DestinationKey, Long>();
                try (var query = Tables.prepare(connection, "SELECT connector, domain, count(*) FROM recipient WHERE "
                        + "state = 'Suspended' GROUP BY connector, domain"); var row = query.executeQuery()) {
                    while (row.next())
                        try {
                            counts.put(new DestinationKey(row.getString(1), new Domain(row.getString(2))),
                                    row.getLong(3));
                        } catch (IllegalArgumentException _) {
                            continue; // whoever loads it names it
                        }
                }
                return counts;
            });
        } catch (IOException unreadable) {
            LOG.log(System.Logger.Level.DEBUG, "event=suspended-not-counted why={0}", unreadable.getMessage());
            return new HashMap<>();
        }
    }

    /// Those that are meant, oldest first, a page at a time.
    public MessageSearch search(MessageSelection wanted) { return new MessageSearch(store, queue, wanted); }

    /// The ids of those that are meant.
    ///
    /// @param max one more is looked for, so that a cut is seen
    public Set<QueueId> ids(MessageSelection wanted, int max) throws IOException { return search(wanted).ids(max); }

    /// Keeps what was done to no row of the queue.
    public void told(Database.Work<? extends @Nullable Object> work) throws IOException {
        store.<@Nullable Object>write(connection -> work.on(connection));
    }

    /// What may be done to many of them at once.
    public MessageActs acts() { return new MessageActs(store, queue, time); }

    /// Tells what happens to mail as it happens; to be closed.
    public TraceFollow follow(TraceQuery wanted) { return new TraceFollow(store, queue.rows().feed(), wanted); }

    /// Messages not yet final, oldest first, with the recipients they still have.
    public List<MessageRow> messages(Optional<QueueId> id, Optional<DestinationKey> destination, int limit)
            throws IOException {
        return store.<List<MessageRow>>search(connection -> messages(connection, id, destination, limit));
    }

    /// How many messages this gateway has set aside, for a defect of its own or because its copy is damaged: each waits
    /// for an operator (docs/transport-security.md#mail-aside).
    public long setAside() throws IOException { return store.<Long>read(Tables::setAside) + queue.damaged().size(); }

    /// Messages that wait and cannot be sent, because the disk did not keep all of them.
    public List<DamagedMessage> damaged() { return queue.damaged(); }

    /// Ends what a damaged message still owes. Its content stays unless its rows prove that it is its own.
    ///
    /// @param alongside work of the same transaction
    /// @return false if somebody else ended it meanwhile; then nothing is written
    public boolean removeDamaged(DamagedMessage one, String by, Database.Work<? extends @Nullable Object> alongside)
            throws IOException {
        // A page of what waits that found it before would name it once more afterwards.
        return queue.loader().<Boolean, IOException>apart(() -> {
            boolean ended = removeRows(one, by, alongside);
            queue.removed(one);
            return ended;
        });
    }

    private boolean removeRows(DamagedMessage one, String by, Database.Work<? extends @Nullable Object> alongside)
            throws IOException {
        return store.<Boolean>write(connection -> {
            int owed = Tables.update(connection, "UPDATE recipient SET state = 'Removed' WHERE message = ? AND state "
                    + "NOT IN ('Delivered', 'Failed', 'Removed')", one.id());
            if (owed == 0 && isRemoved(connection, one.id())) return false;
            Tables.insert(connection, one.id(), TraceEvent.plain(0, time.instant(), TraceEvent.Kind.REMOVE, "", "",
                    "removed by " + by + "; it was damaged: " + one.why()));
            if (one.content().isPresent()) store.forgetBody(connection, one.content().get());
            alongside.on(connection);
            return true;
        });
    }

    /// Starts no new attempt for these destinations, or does so again; a restart changes nothing of it.
    ///
    /// @param alongside work of the same transaction
    public void hold(List<DestinationKey> destinations, boolean held,
            Database.Work<? extends @Nullable Object> alongside) throws IOException {
        store.<@Nullable Void>write(connection -> {
            for (DestinationKey destination : destinations) {
                Tables.update(connection, "DELETE FROM suspended_destination WHERE connector = ? AND domain = ?",
                        destination.connector(), destination.domain().ascii());
                if (held)
                    Tables.update(connection, "INSERT INTO suspended_destination (connector, domain) VALUES (?, ?)",
                            destination.connector(), destination.domain().ascii());
            }
            alongside.on(connection);
            return null;
        });
        for (DestinationKey destination : destinations)
            queue.destinations().suspend(destination, held);
    }

    /// Makes all that waits in these destinations due now, also mail whose destination rests.
    ///
    /// @param alongside work of the same transaction
    public void retry(List<DestinationKey> destinations, Database.Work<? extends @Nullable Object> alongside)
            throws IOException {
        store.<@Nullable Void>write(connection -> {
            for (DestinationKey destination : destinations)
                Tables.update(connection, "UPDATE recipient SET due = ? WHERE connector = ? AND domain = ? AND state "
                        + "= 'Waiting'", time.instant().toEpochMilli(), destination.connector(),
                        destination.domain().ascii());
            alongside.on(connection);
            return null;
        });
        retried.run();
        queue.loader().<@Nullable Void, RuntimeException>apart(() -> {
            for (DestinationKey destination : destinations)
                queue.destinations().dueNow(destination, time.instant());
            return null;
        });
    }

    /// Makes all that waits for a connector due now, as part of a transaction; [#released] tells its queues.
    public void release(Connection writing, String connector) throws SQLException {
        long now = time.instant().toEpochMilli();
        // The first condition is that of an index, which is used where it stands word for word.
        Tables.update(writing, "UPDATE recipient SET due = ? WHERE state IN ('Waiting', 'Suspended') AND state = "
                + "'Waiting' AND due > ? AND lower(connector) = lower(?)", now, now, connector);
    }

    /// The same of one message.
    public void release(Connection writing, String connector, QueueId message) throws SQLException {
        long now = time.instant().toEpochMilli();
        Tables.update(writing, "UPDATE recipient SET due = ? WHERE message = ? AND state = 'Waiting' AND due > ? AND "
                + "lower(connector) = lower(?)", now, message.text(), now, connector);
    }

    /// What [#release] has put on the disk holds for the destinations too.
    public void released(String connector) {
        queue.loader().<@Nullable Void, RuntimeException>apart(() -> {
            queue.destinations().release(connector, time.instant());
            return null;
        });
    }

    /// Since when the oldest attempt in some destinations is under way or due; since ever while not all mail that waits
    /// is loaded.
    public Optional<Instant> underWaySince(Predicate<DestinationKey> wanted, Instant now) {
        return queue.loader().isComplete()
                ? queue.destinations().underWaySince(wanted, now)
                : Optional.of(Instant.EPOCH);
    }

    /// Ends what a message still owes, as `Removed`, with the notification if one is given.
    ///
    /// @param row       as the notification tells of it
    /// @param alongside work of the same transaction
    /// @return false if it owes something else by now; then nothing is written
    public boolean remove(MessageRow row, String by, List<NewMessage> notices,
            Database.Work<? extends @Nullable Object> alongside) throws IOException {
        Instant now = time.instant();
        QueueId id = row.message().id();
        var changes = new ArrayList<QueueUpdate.Change>();
        for (QueuedRecipient recipient : row.recipients())
            changes.add(new QueueUpdate.Change(recipient.index(), QueuedRecipient.State.Removed, recipient.attempts(),
                    now, TraceEvent.plain(recipient.index(), now, TraceEvent.Kind.REMOVE, recipient.connector(), "",
                            "removed by " + by)));
        List<Integer> seen = row.recipients().stream().map(QueuedRecipient::index).toList();
        boolean removed = queue.settleUntaken(new QueueUpdate(id, changes, notices,
                List.of(alongside), false),
                connection -> Tables.owed(connection, id).stream().map(QueuedRecipient::index).toList().equals(seen));
        if (removed) queue.rates().left(QueueRates.counted(row.recipients()));
        if (removed) queue.loader().<@Nullable Void, RuntimeException>apart(() -> {
            for (QueuedRecipient recipient : row.recipients())
                queue.destinations().drop(recipient.destination(), id);
            return null;
        });
        return removed;
    }

    private static boolean isRemoved(Connection connection, String message) throws SQLException {
        try (var query = Tables.prepare(connection,
                "SELECT 1 FROM trace_event WHERE message = ? AND kind = 'REMOVE' UNION ALL SELECT 1 FROM recipient "
                        + "WHERE message = ? AND last_kind = 'REMOVE' LIMIT 1",
                message, message);
                var row = query.executeQuery()) {
            return row.next();
        }
    }

    private List<MessageRow> messages(Connection connection, Optional<QueueId> id, Optional<DestinationKey> destination,
            int limit)
            throws SQLException {
        // Along what is owed: of all messages ever kept it is few.
        String owed = "SELECT DISTINCT message FROM recipient WHERE state IN ('Waiting', 'Suspended')"
                + (destination.isPresent() ? " AND connector = ? AND domain = ?" : "")
                + (id.isPresent() ? " AND message = ?" : "") + " ORDER BY message LIMIT " + limit;
        String sql = "SELECT m.* FROM (" + owed + ") o CROSS JOIN message m WHERE m.id = o.message ORDER BY m.id";
        var values = new ArrayList<Object>();
        destination.ifPresent(key -> values.addAll(List.of(key.connector(), key.domain().ascii())));
        id.ifPresent(wanted -> values.add(wanted.text()));
        var rows = new ArrayList<MessageRow>();
        try (var query = Tables.prepare(connection, sql, values.toArray()); var row = query.executeQuery()) {
            while (row.next()) {
                if (queue.isDamaged(String.valueOf(row.getString("id")))) continue;
                try {
                    QueuedMessage message = Tables.stored(row).message();
                    rows.add(new MessageRow(message, Tables.owed(connection, message.id())));
                } catch (DamagedRowException bad) {
                    queue.name(new DamagedMessage(String.valueOf(row.getString("id")), DamagedMessage.Shown.NOTHING,
                            Optional.empty(), String.valueOf(bad.getMessage())));
                }
            }
        }
        return rows;
    }
}
