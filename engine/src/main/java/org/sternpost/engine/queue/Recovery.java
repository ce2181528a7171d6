package org.sternpost.engine.queue;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.DamagedRowException;
import org.sternpost.engine.store.Store;

/// Reads all that is owed when the queue opens: what is whole waits in its lane, what is not is named.
///
/// Takes time by what waits, not by what was ever kept; only content without a message makes it look at all of them.
final class Recovery {

    private static final String OWED = "SELECT DISTINCT message FROM recipient WHERE state IN ('Waiting', 'Suspended')";

    private final Connection connection;
    private final Store store;
    private final Lanes lanes;
    private final Set<Long> content;
    private final Set<Long> claimed = new HashSet<>();
    private final List<DamagedMessage> damaged = new ArrayList<>();
    private final Set<String> named = new HashSet<>();
    private long messages;

    /// What the queue starts with.
    record Found(long messages, List<DamagedMessage> damaged) {}

    private Recovery(Connection connection, Store store, Lanes lanes) throws SQLException {
        this.connection = connection;
        this.store = store;
        this.lanes = lanes;
        this.content = store.bodies(connection);
    }

    static Found read(Connection connection, Store store, Lanes lanes) throws SQLException {
        var recovery = new Recovery(connection, store, lanes);
        recovery.owed();
        recovery.withoutMessage();
        return new Found(recovery.messages, recovery.damaged);
    }

    /// Two cursors side by side, both in the order of messages.
    private void owed() throws SQLException {
        try (var messages = Tables.prepare(connection, "SELECT o.message AS owed, m.* FROM (" + OWED
                + " ORDER BY message) o LEFT JOIN message m ON m.id = o.message ORDER BY o.message");
                var recipients = Tables.prepare(connection, "SELECT r.* FROM (" + OWED
                        + " ORDER BY message) o CROSS JOIN recipient r WHERE r.message = o.message"
                        + " ORDER BY o.message, r.position");
                var message = messages.executeQuery();
                var recipient = recipients.executeQuery()) {
            boolean more = recipient.next();
            while (message.next()) {
                this.messages++;
                more = owed(message, recipient, more);
            }
        }
    }

    /// @return whether the second cursor stands on a row of a later message
    private boolean owed(ResultSet message, ResultSet recipients, boolean onRow) throws SQLException {
        String id = String.valueOf(message.getString("owed"));
        var checksum = new EnvelopeChecksum();
        var addresses = new ArrayList<String>();
        var waiting = new ArrayList<QueuedRecipient>();
        Optional<String> fault = rowFault(message);
        if (message.getString("id") != null) checksum.message(message);
        boolean more = onRow;
        for (; more && id.equals(recipients.getString("message")); more = recipients.next()) {
            addresses.add(recipients.getString("local_part") + "@" + recipients.getString("domain"));
            checksum.recipient(recipients);
            try {
                QueuedRecipient recipient = Tables.recipient(recipients);
                if (recipient.state() == QueuedRecipient.State.Waiting) waiting.add(recipient);
            } catch (DamagedRowException bad) {
                fault = fault.or(() -> Optional.of(String.valueOf(bad.getMessage())));
            }
        }
        if (fault.isEmpty() && altered(message, checksum))
            fault = Optional.of("tables message and recipient: a column of its rows is not what was accepted");
        boolean wholeRows = fault.isEmpty();
        if (wholeRows) fault = contentFault(message.getLong("body"));
        claimed.add(message.getLong("body"));
        if (fault.isPresent()) {
            name(new DamagedMessage(id, shown(message, addresses),
                    wholeRows ? Optional.of(message.getLong("body")) : Optional.empty(), fault.get()));
            return more;
        }
        var queueId = new QueueId(id);
        Instant expires = Tables.at(message, "expires");
        for (QueuedRecipient recipient : waiting)
            lanes.add(new LaneKey(recipient.connector(), recipient.address().domain()),
                    // Nothing is put off beyond its end; where a row says so, the row is wrong.
                    recipient.due().isAfter(expires) ? Instant.EPOCH : recipient.due(), queueId, recipient.index());
        return more;
    }

    private static boolean altered(ResultSet message, EnvelopeChecksum checksum) throws SQLException {
        long kept = message.getLong("envelope_crc");
        return kept != EnvelopeChecksum.NONE && kept != checksum.value();
    }

    private static Optional<String> rowFault(ResultSet message) throws SQLException {
        if (message.getString("id") == null) return Optional.of("its row in the table message is missing");
        try {
            Tables.stored(message);
            return Optional.empty();
        } catch (DamagedRowException bad) {
            return Optional.of(String.valueOf(bad.getMessage()));
        }
    }

    private Optional<String> contentFault(long body) {
        return content.contains(body)
                ? store.condition().hurt(body)
                : Optional.of("its content (number " + body + ") is not in the table body");
    }

    /// Content goes when nobody is owed it any more; where some is left, rows were lost or altered.
    private void withoutMessage() throws SQLException {
        var left = new HashSet<>(content);
        left.removeAll(claimed);
        if (left.isEmpty()) return;
        try (var query = Tables.prepare(connection, "SELECT * FROM message"); var row = query.executeQuery()) {
            while (row.next()) {
                long body = row.getLong("body");
                if (!left.contains(body) || named.contains(row.getString("id"))) continue;
                left.remove(body);
                messages++;
                String id = String.valueOf(row.getString("id"));
                name(new DamagedMessage(id, shown(row, recipients(id)), Optional.empty(), "its content is kept and "
                        + "nobody is owed it: rows of the table recipient are missing or altered"));
            }
        }
        for (long body : left)
            name(new DamagedMessage("content " + body, DamagedMessage.Shown.NOTHING, Optional.empty(),
                    "no row of the table message refers to it"));
        messages += left.size();
    }

    private List<String> recipients(String id) throws SQLException {
        var found = new ArrayList<String>();
        try (var query = Tables.prepare(connection, "SELECT * FROM recipient WHERE message = ? ORDER BY position", id);
                var row = query.executeQuery()) {
            while (row.next())
                found.add(row.getString("local_part") + "@" + row.getString("domain"));
        }
        return found;
    }

    private void name(DamagedMessage one) {
        damaged.add(one);
        named.add(one.id());
    }

    /// Whatever its row has, right or wrong.
    private static DamagedMessage.Shown shown(ResultSet message, List<String> recipients) throws SQLException {
        if (message.getString("id") == null)
            return new DamagedMessage.Shown("", recipients, "", 0, Instant.EPOCH, Instant.EPOCH);
        return new DamagedMessage.Shown(String.valueOf(message.getString("sender")), recipients,
                String.valueOf(message.getString("subject")), message.getLong("size"),
                Instant.ofEpochMilli(message.getLong("received")), Instant.ofEpochMilli(message.getLong("expires")));
    }
}
