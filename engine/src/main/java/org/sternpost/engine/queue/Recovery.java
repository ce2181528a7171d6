package org.sternpost.engine.queue;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.DestinationQueues.Submitter;
import org.sternpost.engine.queue.Queue.DamagedMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.store.Columns.DamagedRowException;
import org.sternpost.engine.store.Store;

/// Reads all that is owed when the queue opens: what is whole waits in its destination, what is not is named.
///
/// Takes time by what waits, not by what was ever kept; only content without a message makes it look at all of them.
final class Recovery {

    private static final String OWED = "SELECT DISTINCT message FROM recipient WHERE state IN ('Waiting', 'Suspended')";

    private static final String RECIPIENTS = "SELECT * FROM recipient WHERE message = ? ORDER BY position";
    private static final Set<String> STATES = Arrays.stream(QueuedRecipient.State.values()).map(Enum::name)
            .collect(Collectors.toUnmodifiableSet());

    private static final int SENDER = 3 + EnvelopeChecksum.MESSAGE.indexOf("sender");
    private static final int CLIENT = 3 + EnvelopeChecksum.MESSAGE.indexOf("client");

    private final Connection connection;
    private final Store store;
    private final DestinationQueues destinations;
    private final Set<Long> content;
    private final Set<Long> claimed = new HashSet<>();
    private final List<DamagedMessage> damaged = new ArrayList<>();
    private final Set<String> named = new HashSet<>();
    private final Map<Named, DestinationKey> keys = new HashMap<>(); // of a million recipients few are of their own
    private long messages;

    private record Named(String connector, String domain) {}

    /// A recipient that waits.
    private record Waiting(String connector, String domain, long due, int position) {}

    /// What the queue starts with.
    record Found(long messages, List<DamagedMessage> damaged) {}

    private Recovery(Connection connection, Store store, DestinationQueues destinations) throws SQLException {
        this.connection = connection;
        this.store = store;
        this.destinations = destinations;
        this.content = store.bodies(connection);
    }

    static Found read(Connection connection, Store store, DestinationQueues destinations) throws SQLException {
        var recovery = new Recovery(connection, store, destinations);
        recovery.owed();
        recovery.withoutMessage();
        return new Found(recovery.messages, recovery.damaged);
    }

    /// Two cursors side by side, both in the order of messages.
    private void owed() throws SQLException {
        try (var messages = Tables.prepare(connection, "SELECT o.message, m.envelope_crc, m."
                + String.join(", m.", EnvelopeChecksum.MESSAGE) + " FROM (" + OWED
                + " ORDER BY message) o LEFT JOIN message m ON m.id = o.message ORDER BY o.message");
                var recipients = Tables.prepare(connection, "SELECT r.message, r.state, r.connector, r.due, r."
                        + String.join(", r.", EnvelopeChecksum.RECIPIENT) + " FROM (" + OWED
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
        String id = String.valueOf(message.getString(1));
        var checksum = new EnvelopeChecksum();
        checksum.message(message, 3);
        var waiting = new ArrayList<Waiting>();
        boolean whole = true;
        boolean more = onRow;
        for (; more && id.equals(recipients.getString(1)); more = recipients.next()) {
            checksum.recipient(recipients, 5);
            String state = String.valueOf(recipients.getString(2));
            whole &= STATES.contains(state);
            if (state.equals(QueuedRecipient.State.Waiting.name()))
                waiting.add(new Waiting(recipients.getString(3), recipients.getString(7), recipients.getLong(4),
                        recipients.getInt(5)));
        }
        long body = message.getLong(4);
        claimed.add(body);
        whole &= message.getString(3) != null && checksum.isOf(message.getLong(2));
        Optional<String> fault = whole ? Optional.empty() : rowFault(id, message.getLong(2) == EnvelopeChecksum.NONE);
        boolean wholeRows = fault.isEmpty();
        if (wholeRows) fault = contentFault(body);
        if (fault.isPresent())
            name(new DamagedMessage(id, shown(id), wholeRows ? Optional.of(body) : Optional.empty(), fault.get()));
        else
            wait(new QueueId(id), message.getLong(6),
                    Submitter.of(message.getString(CLIENT), message.getString(SENDER)),
                    waiting);
        return more;
    }

    private void wait(QueueId id, long expires, Submitter submitter, List<Waiting> recipients) {
        for (Waiting one : recipients)
            destinations.add(keys.computeIfAbsent(new Named(one.connector(), one.domain()),
                    named -> new DestinationKey(named.connector(), new Domain(named.domain()))),
                    // Nothing is put off beyond its end; where a row says so, the row is wrong.
                    one.due() > expires ? Instant.EPOCH : Instant.ofEpochMilli(one.due()), id, one.position(),
                    submitter);
    }

    /// What is wrong with the rows of a message whose checksum does not say that they are right.
    ///
    /// @param unchecked an older version wrote them, without a checksum
    private Optional<String> rowFault(String id, boolean unchecked) throws SQLException {
        try (var query = Tables.prepare(connection, "SELECT * FROM message WHERE id = ?", id);
                var row = query.executeQuery()) {
            if (!row.next()) return Optional.of("its row in the table message is missing");
            Tables.stored(row);
        } catch (DamagedRowException bad) {
            return Optional.of(String.valueOf(bad.getMessage()));
        }
        try (var query = Tables.prepare(connection, RECIPIENTS, id); var row = query.executeQuery()) {
            while (row.next())
                Tables.recipient(row);
        } catch (DamagedRowException bad) {
            return Optional.of(String.valueOf(bad.getMessage()));
        }
        return unchecked
                ? Optional.empty()
                : Optional.of("tables message and recipient: a column of its rows is not what was accepted");
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
                name(new DamagedMessage(id, shown(id), Optional.empty(), "its content is kept and "
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
        try (var query = Tables.prepare(connection, RECIPIENTS, id); var row = query.executeQuery()) {
            while (row.next())
                found.add(row.getString("local_part") + "@" + row.getString("domain"));
        }
        return found;
    }

    private void name(DamagedMessage one) {
        damaged.add(one);
        named.add(one.id());
    }

    /// Whatever its rows have, right or wrong.
    private DamagedMessage.Shown shown(String id) throws SQLException {
        try (var query = Tables.prepare(connection, "SELECT * FROM message WHERE id = ?", id);
                var row = query.executeQuery()) {
            if (!row.next())
                return new DamagedMessage.Shown("", recipients(id), "", 0, Instant.EPOCH, Instant.EPOCH);
            return new DamagedMessage.Shown(String.valueOf(row.getString("sender")), recipients(id),
                    String.valueOf(row.getString("subject")), row.getLong("size"),
                    Instant.ofEpochMilli(row.getLong("received")), Instant.ofEpochMilli(row.getLong("expires")));
        }
    }
}
