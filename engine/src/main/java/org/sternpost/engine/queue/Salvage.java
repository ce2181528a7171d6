package org.sternpost.engine.queue;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient.State;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.store.Rebuild.Row;
import org.sternpost.engine.store.Rebuild;
import org.sternpost.engine.store.SegmentScan;

/// Makes the rows of messages anew from what their records say, where the tables have lost them.
public final class Salvage implements Rebuild.Rows {

    private static final String HELD = "the database was lost and this mail was read from its segment; settings that "
            + "say which way it may go were lost too, or may be old: put them right, then Resume-Message";

    private final boolean held;

    private Salvage(boolean held) { this.held = held; }

    /// Into tables that lack some messages and have the settings: mail waits and goes its way.
    public static Salvage waiting() { return new Salvage(false); }

    /// Into new tables.
    ///
    /// @param held mail is suspended, because settings that would let it go another way are not those it had
    public static Salvage into(boolean held) { return new Salvage(held); }

    @Override
    public String name(byte[] header) {
        return switch (RecordHeader.read(header)) {
            case RecordHeader.Read.Bad(var why) -> "a record that cannot be read (" + why + ")";
            case RecordHeader.Read.Message(var row, _) -> "message " + row.message().id();
        };
    }

    @Override
    public Row write(Connection connection, SegmentScan.Found record, SegmentScan scan) throws SQLException {
        return switch (RecordHeader.read(record.header())) {
            case RecordHeader.Read.Bad(var why) -> new Row.Refused(why);
            case RecordHeader.Read.Message(var row, _) -> write(connection, row, record.body().id(), scan);
        };
    }

    private Row write(Connection connection, MessageRow row, long body, SegmentScan scan) throws SQLException {
        QueueId id = row.message().id();
        Optional<Long> kept = number(connection, "SELECT body FROM message WHERE id = ?", id);
        if (kept.isPresent() && kept.get() != body)
            return new Row.Refused("message " + id + " has its content in record " + kept.get());
        if (kept.isPresent()) return Tables.isOwed(connection, id) ? new Row.Owed() : new Row.Settled();
        if (number(connection, "SELECT count(*) FROM recipient WHERE message = ?", id).orElse(0L) > 0)
            return new Row.Refused("message " + id + " has recipients in the tables, and no row of its own");
        List<QueuedRecipient> recipients = recipients(row, body, scan);
        if (recipients.stream().allMatch(one -> one.state().isFinal())) return new Row.Settled();
        Tables.insert(connection, row.message(), body, recipients);
        for (QueuedRecipient recipient : recipients)
            Tables.insert(connection, id, recipient, row.message().received());
        if (held)
            Tables.update(connection, "UPDATE recipient SET detail = ? WHERE message = ? AND state = 'Suspended'", HELD,
                    id.text());
        return new Row.Owed();
    }

    private List<QueuedRecipient> recipients(MessageRow row, long body, SegmentScan scan) {
        var recipients = new ArrayList<QueuedRecipient>();
        for (QueuedRecipient one : row.recipients()) {
            State state = scan.ended(body, one.index()).map(RecordHeader::state)
                    .orElse(held ? State.Suspended : State.Waiting);
            recipients.add(new QueuedRecipient(one.index(), one.recipient(), one.route(), state, one.attempts(),
                    one.due()));
        }
        return recipients;
    }

    private static Optional<Long> number(Connection connection, String sql, QueueId id) throws SQLException {
        try (var query = Tables.prepare(connection, sql, id.text()); var row = query.executeQuery()) {
            return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
        }
    }
}
