package org.sternpost.engine.queue;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.TraceFeed.Happened;
import org.sternpost.engine.queue.TraceFeed.Now;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.Disk.DiskTroubleException;
import org.sternpost.engine.store.NewBody;
import org.sternpost.engine.store.Segments;
import org.sternpost.engine.store.Store;
import org.sternpost.engine.store.journal.RecordFrame.Kind;
import org.sternpost.engine.time.Time;

/// Writes rows of messages: those with which they enter the tables, and what a settlement changes of them.
final class QueueRows {

    private static final System.Logger LOG = System.getLogger(Queue.class.getName());

    private static final String TAKEN = "a host took it, and the engine was killed before it wrote down which, and "
            + "what it said";

    private final Store store;
    private final Time time;
    private final TraceFeed feed = new TraceFeed();

    QueueRows(Store store, Time time) {
        this.store = store;
        this.time = time;
    }

    /// Told of all that is written.
    TraceFeed feed() { return feed; }

    /// The rows of a message that is owed to all of its recipients.
    record Entering(MessageRow row) implements Store.Rows {
        @Override
        public void on(Connection writing, long body) throws SQLException {
            Tables.insert(writing, row.message(), body, row.recipients());
            for (QueuedRecipient recipient : row.recipients())
                Tables.insert(writing, row.message().id(), recipient, row.message().received());
        }
    }

    /// What a settlement leaves of a message.
    ///
    /// @param waiting those it deferred, but for whom an operator ended or suspended while they were attempted
    /// @param done    nobody is owed the message any more
    record Left(Set<Integer> waiting, boolean done) {}

    /// Takes back a change of what another has changed meanwhile, with the notices that were written for it.
    static final class OvertakenException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /// Rows that the end of the process kept from being written.
    static boolean replay(Connection connection, long body, byte[] header) throws SQLException {
        return switch (RecordHeader.read(header)) {
            case RecordHeader.Read.Bad(var why) -> throw new SQLException("a message that was accepted cannot be read "
                    + "from its record " + body + ": " + why);
            case RecordHeader.Read.Message(var row, _) -> {
                if (Tables.isKnown(connection, row.message().id())) yield false;
                new Entering(row).on(connection, body);
                yield true;
            }
        };
    }

    /// What hosts had taken when the process before this one ended, and it had no time to settle. What they said, and
    /// all that is else written of an attempt, is lost.
    ///
    /// @return how many recipients
    int settleNoted() throws IOException {
        var byMessage = new TreeMap<QueueId, Set<Integer>>();
        for (byte[] note : store.noted())
            TakenNote.read(note).ifPresent(one -> byMessage.computeIfAbsent(one.message(), _ -> new TreeSet<>())
                    .add(one.position()));
        if (byMessage.isEmpty()) return 0;
        int settled = store.<Integer>write(connection -> {
            int count = 0;
            for (var one : byMessage.entrySet())
                count += settleNoted(connection, one.getKey(), one.getValue());
            return count;
        });
        store.forgetNoted();
        return settled;
    }

    /// The same at the start, which nothing of it keeps from going on.
    static void settleNoted(Store store, Time time) {
        try {
            int settled = new QueueRows(store, time).settleNoted();
            if (settled > 0)
                LOG.log(System.Logger.Level.INFO, "event=taken-settled recipients={0} what=\"hosts had taken it when "
                        + "the engine was killed: it is not sent again\"", settled);
        } catch (IOException | RuntimeException broken) {
            LOG.log(System.Logger.Level.WARNING, "event=taken-not-settled why=\"{0}\" what=\"mail that hosts had "
                    + "taken when the engine was killed is sent again\"", broken.getMessage());
        }
    }

    private int settleNoted(Connection connection, QueueId message, Set<Integer> positions) throws SQLException {
        Instant now = time.instant();
        var changes = new ArrayList<QueueUpdate.Change>();
        for (int position : positions)
            Tables.owed(connection, message, position).ifPresent(owed -> changes.add(new QueueUpdate.Change(position,
                    QueuedRecipient.State.Delivered, owed.attempts() + 1, now,
                    TraceEvent.plain(position, now, TraceEvent.Kind.SEND, owed.connector(), "2.0.0", TAKEN))));
        if (!changes.isEmpty())
            write(connection, new QueueUpdate(message, changes, List.of(), List.of(), false), List.of());
        return changes.size();
    }

    /// @param stands asked in the same transaction; nothing is written where it does not
    Left write(QueueUpdate settlement, Database.Work<Boolean> stands) throws IOException {
        return told(settlement, () -> store.<Left>writeWithBodies(bodies(settlement), (connection, kept) -> {
            if (!stands.on(connection)) throw new OvertakenException();
            return write(connection, settlement, kept);
        }));
    }

    /// Of mail that a session has taken.
    Left write(QueueUpdate settlement) throws IOException {
        return told(settlement, () -> store.<Left>settle(settlement.message(), bodies(settlement),
                (connection, kept, unwritten) -> {
                    if (unwritten.isEmpty()) return write(connection, settlement, kept);
                    if (unwritten.get().rows() instanceof Entering(var row) && settlement.ends(row)) {
                        unwritten.get().leave();
                        return writeEnded(connection, row, unwritten.get().body(), settlement, kept);
                    }
                    unwritten.get().enter(connection);
                    return write(connection, settlement, kept);
                }));
    }

    static List<NewBody> bodies(QueueUpdate settlement) {
        var about = Optional.of(settlement.message());
        return settlement.notices().stream().map(notice -> new NewBody(Kind.Notice,
                RecordHeader.octets(notice.row(), about), notice.content())).toList();
    }

    /// Tells whose fault it is that a settlement is not written.
    private static Left told(QueueUpdate settlement, DiskHold.Change<Left> write) throws IOException {
        try {
            return write.write();
        } catch (IOException refused) {
            // Not of the disk: the same would be refused again, and the message would be sent again and again.
            if (!(refused instanceof DiskTroubleException) && refused.getCause() instanceof SQLException)
                throw new IllegalStateException("the database refuses to settle message " + settlement.message(),
                        refused);
            throw refused;
        }
    }

    /// A message that was settled for all before it had rows has those of its trace alone.
    private Left writeEnded(Connection connection, MessageRow row, long body, QueueUpdate settlement,
            List<Segments.Reference> kept) throws SQLException {
        Tables.insertEnded(connection, row, body, settlement.changes());
        var happened = new ArrayList<Happened>();
        for (QueueUpdate.Change change : settlement.changes())
            happened.add(happened(change, Optional.of(change.state())));
        writeAlongside(connection, settlement, kept, happened);
        return new Left(Set.of(), true);
    }

    /// As part of a transaction.
    ///
    /// @param kept contents of its notices
    Left write(Connection connection, QueueUpdate settlement, List<Segments.Reference> kept) throws SQLException {
        QueueId id = settlement.message();
        boolean changed = false;
        var waiting = new HashSet<Integer>();
        var happened = new ArrayList<Happened>();
        for (QueueUpdate.Change change : settlement.changes()) {
            Optional<QueuedRecipient.State> now = Tables.change(connection, id, change);
            changed |= now.isPresent();
            happened.add(happened(change, now));
            if (now.filter(QueuedRecipient.State.Waiting::equals).isPresent()) waiting.add(change.recipient());
            if (settlement.delayTold() && !change.state().isFinal())
                Tables.update(connection, "UPDATE recipient SET delay_told = 1 WHERE message = ? AND position = ?",
                        id.text(), change.recipient());
        }
        writeAlongside(connection, settlement, kept, happened);
        if (!changed) return new Left(waiting, false);
        if (Tables.isOwed(connection, id)) {
            end(connection, settlement);
            return new Left(waiting, false);
        }
        // The message is final: its body goes, its trace stays.
        OptionalLong body = Tables.body(connection, id);
        if (body.isPresent()) store.forgetBody(connection, body.getAsLong());
        return new Left(waiting, true);
    }

    /// Others are still owed the message, so its body stays, and says for whom no more.
    private void end(Connection connection, QueueUpdate settlement) throws SQLException {
        List<QueueUpdate.Change> ended = settlement.changes().stream().filter(one -> one.state().isFinal()).toList();
        if (ended.isEmpty()) return;
        OptionalLong body = Tables.body(connection, settlement.message());
        if (body.isEmpty()) return;
        for (QueueUpdate.Change one : ended)
            store.endRecipient(connection, body.getAsLong(), one.recipient(), RecordHeader.number(one.state()));
    }

    private static Happened happened(QueueUpdate.Change change, Optional<QueuedRecipient.State> now) {
        return new Happened(change.event(), now.map(state -> new Now(state, change.attempts(), change.due())));
    }

    /// All that a settlement writes of others than its message, and the word of all of it.
    private void writeAlongside(Connection connection, QueueUpdate settlement, List<Segments.Reference> kept,
            List<Happened> happened) throws SQLException {
        for (var work : settlement.alongside())
            work.on(connection);
        for (int i = 0; i < kept.size(); i++) {
            MessageRow notice = settlement.notices().get(i).row();
            new Entering(notice).on(connection, kept.get(i).id());
            var told = TraceEvent.plain(settlement.changes().getFirst().recipient(), time.instant(),
                    TraceEvent.Kind.DSN, notice.recipients().getFirst().connector(), "",
                    "the sender is told by message " + notice.message().id());
            Tables.insert(connection, settlement.message(), told);
            happened.add(new Happened(told, Optional.empty()));
        }
        store.whenKept(connection, feed.changed(settlement.message(), happened));
    }
}
