package org.sternpost.engine.queue;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.DestinationQueues.Submitter;
import org.sternpost.engine.queue.DestinationQueues.Withdrawn;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.NewBody;
import org.sternpost.engine.store.Store;
import org.sternpost.engine.time.Time;

/// What an operator does to many messages at once: each act is one transaction, all of it or nothing.
///
/// First all that waits of them is taken out of memory, so that no session claims it meanwhile; then the tables are
/// changed; then memory gets what waits by now. A session that had claimed a recipient before goes on, and what it
/// comes to is written as ever: what it defers stays suspended. What is under way is neither moved nor removed.
public final class MessageActs {

    private static final String BY_OPERATOR = "Redirect-Message"; // as a rule's choice, no later attempt changes it

    private final Store store;
    private final Queue queue;
    private final Time time;

    MessageActs(Store store, Queue queue, Time time) {
        this.store = store;
        this.queue = queue;
        this.time = time;
    }

    /// What an act came to.
    ///
    /// @param underWay recipients that a session has at this moment
    public record Done(long messages, long recipients, long underWay) {
        Done and(long more, long left) {
            return new Done(messages + (more > 0 ? 1 : 0), recipients + more, underWay + left);
        }
    }

    /// Work of the same transaction that tells what was done; not asked where nothing was.
    public interface Told {
        Database.Work<? extends @Nullable Object> of(Done done);
    }

    /// What the sender of a message is told.
    public interface Notices {
        List<NewMessage> of(MessageRow row) throws IOException;
    }

    /// Somebody else changed one of the messages while its sender was written to.
    public static final class MessageChangedException extends IOException {
        private static final long serialVersionUID = 1L;

        MessageChangedException(QueueId message) { super("message " + message + " was changed meanwhile"); }
    }

    /// A recipient that waits when the act is done.
    private record Waits(DestinationKey destination, QueueId message, int recipient, Submitter submitter,
            Instant due) {}

    /// An act within its transaction.
    private interface Act {
        Done on(Connection connection, List<Waits> waits) throws SQLException;
    }

    /// Messages of which nothing is attempted until they are resumed: they do not expire meanwhile either.
    public Done suspend(Set<QueueId> messages, String by, Told told) throws IOException {
        return apart(messages, told, false, (connection, _) -> {
            var done = new Done(0, 0, 0);
            for (QueueId message : messages) {
                long left = 0;
                List<QueuedRecipient> owed = Tables.owed(connection, message);
                for (QueuedRecipient one : owed)
                    if (isUnderWay(message, one)) left++;
                keep(connection, message, owed.stream().filter(one -> one.state() == QueuedRecipient.State.Waiting)
                        .toList(), TraceEvent.Kind.SUSPEND, "suspended by " + by);
                done = done.and(Tables.update(connection, "UPDATE recipient SET state = 'Suspended' WHERE message = ? "
                        + "AND state = 'Waiting'", message.text()), left);
            }
            return done;
        });
    }

    /// Makes what is suspended due now, as if it had not been tried yet: also mail whose time ran out meanwhile gets an
    /// attempt.
    public Done resume(Set<QueueId> messages, String by, Told told) throws IOException {
        Instant now = time.instant();
        return apart(messages, told, true, (connection, waits) -> {
            var done = new Done(0, 0, 0);
            for (QueueId message : messages) {
                List<QueuedRecipient> aside = Tables.owed(connection, message).stream()
                        .filter(one -> one.state() == QueuedRecipient.State.Suspended).toList();
                if (aside.isEmpty()) continue;
                keep(connection, message, aside, TraceEvent.Kind.RESUME, "resumed by " + by);
                Tables.update(connection, "UPDATE recipient SET state = 'Waiting', defects = 0, attempts = 0, due = ?, "
                        + "last_kind = CASE WHEN last_kind = 'POISONMESSAGE' THEN 'DEFER' ELSE last_kind END "
                        + "WHERE message = ? AND state = 'Suspended'", now.toEpochMilli(), message.text());
                add(connection, message, aside, now, waits);
                done = done.and(aside.size(), 0);
            }
            return done;
        });
    }

    /// Sends all that is owed over another connector, whatever its routes say later. What waits is due now.
    public Done redirect(Set<QueueId> messages, String connector, String by, Told told) throws IOException {
        Instant now = time.instant();
        return apart(messages, told, true, (connection, waits) -> {
            var done = new Done(0, 0, 0);
            var from = new HashMap<DestinationKey, Integer>();
            store.whenKept(connection, () -> queue.rates().moved(from, connector));
            for (QueueId message : messages) {
                var moved = new ArrayList<QueuedRecipient>();
                long left = 0;
                for (QueuedRecipient one : Tables.owed(connection, message))
                    if (isUnderWay(message, one)) left++;
                    else if (!one.route().equals(new QueuedRecipient.Route(connector, BY_OPERATOR))) moved.add(one);
                if (!moved.isEmpty()) redirect(connection, message, moved, connector, now);
                QueueRates.add(moved, from);
                keep(connection, message, moved.stream().map(one -> one.over(new QueuedRecipient.Route(connector,
                        BY_OPERATOR))).toList(), TraceEvent.Kind.REDIRECT, "sent over another connector by " + by);
                add(connection, message, moved.stream()
                        .filter(one -> one.state() == QueuedRecipient.State.Waiting)
                        .map(one -> one.over(new QueuedRecipient.Route(connector, BY_OPERATOR))).toList(), now, waits);
                done = done.and(moved.size(), left);
            }
            return done;
        });
    }

    /// What an operator did is part of the life of each message.
    private void keep(Connection connection, QueueId message, List<QueuedRecipient> recipients, TraceEvent.Kind kind,
            String sentence) throws SQLException {
        var happened = new ArrayList<TraceFeed.Happened>();
        for (QueuedRecipient one : recipients) {
            var event = TraceEvent.plain(one.index(), time.instant(), kind, one.connector(), "", sentence);
            Tables.insert(connection, message, event);
            happened.add(new TraceFeed.Happened(event, Optional.empty()));
        }
        store.whenKept(connection, queue.rows().feed().changed(message, happened));
    }

    private static void redirect(Connection connection, QueueId message, List<QueuedRecipient> moved,
            String connector, Instant now) throws SQLException {
        OptionalLong checksum = EnvelopeChecksum.routed(connection, message, moved,
                new QueuedRecipient.Route(connector, BY_OPERATOR));
        for (QueuedRecipient one : moved)
            Tables.update(connection, "UPDATE recipient SET connector = ?, rule = ?, due = ? WHERE message = ? AND "
                    + "position = ?", connector, BY_OPERATOR, now.toEpochMilli(), message.text(), one.index());
        EnvelopeChecksum.keep(connection, message, checksum);
    }

    /// Ends what the messages still owe, but to those that a session has.
    ///
    /// @param notices that their senders get; made before the transaction begins
    /// @throws MessageChangedException if one of them owes something else by then; then nothing is written
    public Done remove(Set<QueueId> messages, String by, Optional<Notices> notices, Told told) throws IOException {
        return queue.loader().<Done, IOException>apart(() -> {
            List<Withdrawn> withdrawn = withdraw(messages);
            try {
                var updates = new ArrayList<QueueUpdate>();
                if (notices.isPresent())
                    for (QueueId message : messages)
                    update(message, by, notices.get()).ifPresent(updates::add);
                return notices.isPresent() ? removeTold(updates, told) : removeUntold(messages, by, told);
            } catch (IOException | RuntimeException failed) {
                withdrawn.forEach(queue.destinations()::putBack);
                throw failed;
            }
        });
    }

    private Optional<QueueUpdate> update(QueueId message, String by, Notices notices) throws IOException {
        Optional<MessageRow> row = store.<Optional<MessageRow>>read(connection -> {
            var stored = Tables.message(connection, message);
            return stored.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new MessageRow(stored.get().message(), idle(connection, message)));
        });
        if (row.isEmpty() || row.get().recipients().isEmpty()) return Optional.empty();
        return Optional.of(new QueueUpdate(message, changes(row.get().recipients(), by), notices.of(row.get()),
                List.of(), false));
    }

    private Done removeTold(List<QueueUpdate> updates, Told told) throws IOException {
        var bodies = new ArrayList<NewBody>();
        updates.forEach(one -> bodies.addAll(QueueRows.bodies(one)));
        var lefts = new ArrayList<QueueRows.Left>();
        try {
            Done done = store.<Done>writeWithBodies(bodies, (connection, kept) -> {
                lefts.clear();
                var sum = new Done(0, 0, 0);
                var gone = new HashMap<DestinationKey, Integer>();
                store.whenKept(connection, () -> queue.rates().left(gone));
                int from = 0;
                for (QueueUpdate one : updates) {
                    var idle = idle(connection, one.message());
                    QueueRates.add(idle, gone);
                    var now = idle.stream().map(QueuedRecipient::index).toList();
                    if (!now.equals(one.changes().stream().map(QueueUpdate.Change::recipient).toList()))
                        throw new ChangedException(one.message());
                    int to = from + one.notices().size();
                    lefts.add(queue.rows().write(connection, one, kept.subList(from, to)));
                    from = to;
                    sum = sum.and(one.changes().size(), underWay(connection, one.message()));
                }
                if (sum.recipients() > 0) told.of(sum).on(connection);
                return sum;
            });
            for (int i = 0; i < updates.size(); i++)
                queue.written(updates.get(i), lefts.get(i));
            return done;
        } catch (ChangedException changed) {
            throw new MessageChangedException(changed.message);
        }
    }

    private static final class ChangedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient QueueId message;

        ChangedException(QueueId message) { this.message = message; }
    }

    private Done removeUntold(Set<QueueId> messages, String by, Told told) throws IOException {
        var ended = new ArrayList<QueueId>();
        Done done = store.<Done>write(connection -> {
            ended.clear();
            var sum = new Done(0, 0, 0);
            var gone = new HashMap<DestinationKey, Integer>();
            store.whenKept(connection, () -> queue.rates().left(gone));
            for (QueueId message : messages) {
                var idle = idle(connection, message);
                QueueRates.add(idle, gone);
                var changes = changes(idle, by);
                var update = new QueueUpdate(message, changes, List.of(), List.of(), false);
                if (!changes.isEmpty() && queue.rows().write(connection, update, List.of()).done()) ended.add(message);
                sum = sum.and(changes.size(), underWay(connection, message));
            }
            if (sum.recipients() > 0) told.of(sum).on(connection);
            return sum;
        });
        queue.ended(ended.size());
        return done;
    }

    private List<QueueUpdate.Change> changes(List<QueuedRecipient> recipients, String by) {
        Instant now = time.instant();
        return recipients.stream().map(one -> new QueueUpdate.Change(one.index(), QueuedRecipient.State.Removed,
                one.attempts(), now, TraceEvent.plain(one.index(), now, TraceEvent.Kind.REMOVE, one.connector(), "",
                        "removed by " + by)))
                .toList();
    }

    /// Whom the message is owed to and no session has.
    private List<QueuedRecipient> idle(Connection connection, QueueId message) throws SQLException {
        return Tables.owed(connection, message).stream().filter(one -> !isUnderWay(message, one)).toList();
    }

    private long underWay(Connection connection, QueueId message) throws SQLException {
        return Tables.owed(connection, message).stream().filter(one -> isUnderWay(message, one)).count();
    }

    private boolean isUnderWay(QueueId message, QueuedRecipient one) {
        return queue.destinations().isUnderWay(one.destination(), message, one.index());
    }

    private List<Withdrawn> withdraw(Set<QueueId> messages) {
        queue.forgetRecent(messages);
        return queue.destinations().withdraw(messages);
    }

    /// @param someWait true if what the act leaves alone may wait
    private Done apart(Set<QueueId> messages, Told told, boolean someWait, Act act) throws IOException {
        return queue.loader().<Done, IOException>apart(() -> {
            List<Withdrawn> withdrawn = withdraw(messages);
            var waits = new ArrayList<Waits>();
            Done done;
            try {
                done = store.<Done>write(connection -> {
                    waits.clear();
                    Done all = act.on(connection, waits);
                    if (all.recipients() > 0) told.of(all).on(connection);
                    return all;
                });
            } catch (IOException | RuntimeException failed) {
                withdrawn.forEach(queue.destinations()::putBack);
                throw failed;
            }
            putBack(someWait ? withdrawn : List.of(), waits);
            return done;
        });
    }

    /// What the act left alone waits as it did; what is not in the tables any more is dropped when it is claimed.
    private void putBack(List<Withdrawn> withdrawn, List<Waits> waits) {
        record Place(QueueId message, int recipient) {}
        var changed = new HashSet<Place>();
        for (Waits one : waits) {
            changed.add(new Place(one.message(), one.recipient()));
            queue.destinations().resume(one.destination(), one.due(), one.message(), one.recipient(),
                    one.submitter());
        }
        for (Withdrawn one : withdrawn)
            if (!changed.contains(new Place(one.entry().message(), one.entry().recipient())))
                queue.destinations().putBack(one);
    }

    /// Unless the message is not loaded yet: then the loader will find them.
    private void add(Connection connection, QueueId message, List<QueuedRecipient> recipients, Instant due,
            List<Waits> waits) throws SQLException {
        if (recipients.isEmpty()) return;
        var stored = Tables.message(connection, message);
        var body = stored.map(one -> OptionalLong.of(one.body())).orElseGet(OptionalLong::empty);
        if (!queue.loader().isPast(message, body)) return;
        Submitter submitter = stored.map(one -> Submitter.of(one.message())).orElse(Submitter.UNKNOWN);
        for (QueuedRecipient one : recipients)
            waits.add(new Waits(one.destination(), message, one.index(), submitter, due));
    }
}
