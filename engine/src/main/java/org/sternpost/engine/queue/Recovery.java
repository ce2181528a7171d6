package org.sternpost.engine.queue;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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

/// Reads what was owed when the queue opened, some messages at a time: what is whole waits in its destination, what is
/// not is named.
///
/// Takes time by what waits, not by what was ever kept; only content without a message makes it look at all of them.
/// The engine may work meanwhile: what it accepts has a content of a higher number and is left to who accepted it, and
/// each message of before is read once, by the order of ids. Whoever changes mail that may not be read yet does so
/// between two pages; see [Loader].
final class Recovery {

    private static final String OWED = "SELECT DISTINCT message FROM recipient WHERE state IN ('Waiting', 'Suspended')";
    private static final String PAGE = OWED + " AND message > ? ORDER BY message LIMIT ?";

    private static final String RECIPIENTS = "SELECT * FROM recipient WHERE message = ? ORDER BY position";
    private static final Set<String> STATES = Arrays.stream(QueuedRecipient.State.values()).map(Enum::name)
            .collect(Collectors.toUnmodifiableSet());

    private static final int SENDER = 4 + EnvelopeChecksum.MESSAGE.indexOf("sender");
    private static final int CLIENT = 4 + EnvelopeChecksum.MESSAGE.indexOf("client");
    private static final int REASON = 5 + EnvelopeChecksum.RECIPIENT.size();
    private static final int BITS_MAX = 1 << 28; // of contents between the first and the last

    private final Store store;
    private final DestinationQueues destinations;
    private final OutageHold outage;
    private final long owed;
    private final String lastOwed;
    private final long firstBody;
    private final long lastBody;
    private final BitSet claimed = new BitSet(); // contents that a message has, counted from the first
    private final Set<Long> claimedFar = new HashSet<>(); // whose numbers only damage explains
    private final Set<String> named = new HashSet<>();
    private final Map<Named, DestinationKey> keys = new HashMap<>(); // of a million recipients few are of their own
    private final List<DamagedMessage> damaged = new ArrayList<>(); // not told yet: also of a page that broke off
    private String last = "";

    private record Named(String connector, String domain) {}

    /// A recipient that waits.
    ///
    /// @param outage for our own DNS servers, and for nothing else
    private record Waiting(String connector, String domain, long due, int position, boolean outage) {}

    /// @param messages read
    /// @param damaged  those of them that cannot be sent
    record Page(int messages, List<DamagedMessage> damaged) {}

    private Recovery(Connection connection, Store store, DestinationQueues destinations, OutageHold outage)
            throws SQLException {
        this.store = store;
        this.destinations = destinations;
        this.outage = outage;
        try (var query = Tables.prepare(connection, "SELECT count(*), max(message) FROM (" + OWED + ") owed");
                var row = query.executeQuery()) {
            boolean any = row.next();
            this.owed = any ? row.getLong(1) : 0;
            this.lastOwed = owed > 0 ? row.getString(2) : "";
        }
        this.firstBody = body(connection, "min");
        this.lastBody = body(connection, "max");
    }

    /// Looks at how much there is.
    static Recovery begin(Store store, DestinationQueues destinations, OutageHold outage) throws IOException {
        return store.<Recovery>read(connection -> new Recovery(connection, store, destinations, outage));
    }

    /// Recipients that wait and are not read yet. Takes a second or two where a million do, and no mail waits for it.
    Map<DestinationKey, Long> unread() throws IOException {
        return store.<Map<DestinationKey, Long>>search(this::unread);
    }

    private Map<DestinationKey, Long> unread(Connection connection) throws SQLException {
        var counts = new HashMap<DestinationKey, Long>();
        // The first condition is that of an index, which is used where it stands word for word.
        try (var query = Tables.prepare(connection, "SELECT connector, domain, count(*) FROM recipient WHERE state IN "
                + "('Waiting', 'Suspended') AND state = 'Waiting' AND message > ? AND message <= ? GROUP BY connector, "
                + "domain", last, lastOwed); var row = query.executeQuery()) {
            while (row.next())
                try {
                    counts.put(new DestinationKey(row.getString(1), new Domain(row.getString(2))), row.getLong(3));
                } catch (IllegalArgumentException _) {
                    continue; // whoever loads it names it
                }
        }
        return counts;
    }

    /// Messages that were owed to somebody.
    long owed() { return owed; }

    /// True of a message that [#next] has read, and of one that it leaves to others.
    boolean isPast(QueueId message, OptionalLong body) {
        return message.text().compareTo(last) <= 0 || body.isPresent() && body.getAsLong() > lastBody;
    }

    /// Reads the next messages; fewer than that where no more are left.
    Page next(int limit) throws IOException { return store.<Page>read(connection -> next(connection, limit)); }

    /// Content goes when nobody is owed it any more; where some is left, rows were lost or altered. To be asked when
    /// all messages are read.
    List<DamagedMessage> withoutMessage() throws IOException {
        return store.<List<DamagedMessage>>read(this::withoutMessage);
    }

    private static long body(Connection connection, String which) throws SQLException {
        try (var query = Tables.prepare(connection, "SELECT " + which + "(id) FROM body");
                var row = query.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /// Two cursors side by side, both in the order of messages. Where the disk ends it in the midst, the next page goes
    /// on behind the last message that waits or is named.
    private Page next(Connection connection, int limit) throws SQLException {
        int read = 0;
        try (var messages = Tables.prepare(connection, "SELECT o.message, b.id, m.envelope_crc, m."
                + String.join(", m.", EnvelopeChecksum.MESSAGE) + " FROM (" + PAGE
                + ") o LEFT JOIN message m ON m.id = o.message LEFT JOIN body b ON b.id = m.body ORDER BY o.message",
                last, limit);
                var recipients = Tables.prepare(connection, "SELECT r.message, r.state, r.connector, r.due, r."
                        + String.join(", r.", EnvelopeChecksum.RECIPIENT) + ", r.reason FROM (" + PAGE
                        + ") o CROSS JOIN recipient r WHERE r.message = o.message ORDER BY o.message, r.position",
                        last, limit);
                var message = messages.executeQuery();
                var recipient = recipients.executeQuery()) {
            boolean more = recipient.next();
            while (message.next()) {
                // An id that is damaged may not be in order, and be met again.
                if (!named.contains(String.valueOf(message.getString(1)))) read++;
                more = owed(connection, message, recipient, more);
            }
        }
        return new Page(read, told());
    }

    private List<DamagedMessage> told() {
        var all = List.copyOf(damaged);
        damaged.clear();
        return all;
    }

    /// @return whether the second cursor stands on a row of a later message
    private boolean owed(Connection connection, ResultSet message, ResultSet recipients, boolean onRow)
            throws SQLException {
        String id = String.valueOf(message.getString(1));
        var checksum = new EnvelopeChecksum();
        checksum.message(message, 4);
        var waiting = new ArrayList<Waiting>();
        boolean whole = true;
        boolean more = onRow;
        for (; more && id.equals(recipients.getString(1)); more = recipients.next()) {
            checksum.recipient(recipients, 5);
            String state = String.valueOf(recipients.getString(2));
            whole &= STATES.contains(state);
            if (state.equals(QueuedRecipient.State.Waiting.name()))
                waiting.add(new Waiting(recipients.getString(3), recipients.getString(7), recipients.getLong(4),
                        recipients.getInt(5), OutageHold.isOutage(String.valueOf(recipients.getString(REASON)))));
        }
        long body = message.getLong(5);
        boolean kept = message.getString(2) != null;
        if (body > lastBody && kept) { // accepted since
            last = id;
            return more;
        }
        if (kept) claim(body);
        whole &= message.getString(4) != null && checksum.isOf(message.getLong(3));
        Optional<String> fault = whole
                ? Optional.empty()
                : rowFault(connection, id, message.getLong(3) == EnvelopeChecksum.NONE);
        boolean wholeRows = fault.isEmpty();
        if (wholeRows) fault = contentFault(body, kept);
        if (fault.isPresent())
            name(new DamagedMessage(id, shown(connection, id), wholeRows ? Optional.of(body) : Optional.empty(),
                    fault.get()));
        else
            wait(new QueueId(id), message.getLong(7),
                    Submitter.of(message.getString(CLIENT), message.getString(SENDER)),
                    waiting);
        last = id; // at the end: until then the disk may fail, and who asks again is to meet it again
        return more;
    }

    private void claim(long body) {
        long at = body - firstBody;
        if (at >= 0 && at < BITS_MAX) claimed.set((int) at);
        else
            claimedFar.add(body);
    }

    private boolean isClaimed(long body) {
        long at = body - firstBody;
        return at >= 0 && at < BITS_MAX ? claimed.get((int) at) : claimedFar.contains(body);
    }

    private void wait(QueueId id, long expires, Submitter submitter, List<Waiting> recipients) {
        for (Waiting one : recipients) {
            DestinationKey key = keys.computeIfAbsent(new Named(one.connector(), one.domain()),
                    named -> new DestinationKey(named.connector(), new Domain(named.domain())));
            // Nothing is put off beyond its end; where a row says so, the row is wrong.
            destinations.load(key, one.due() > expires ? Instant.EPOCH : Instant.ofEpochMilli(one.due()), id,
                    one.position(), submitter);
            if (one.outage()) outage.deferredBefore(key, id);
        }
    }

    /// What is wrong with the rows of a message whose checksum does not say that they are right.
    ///
    /// @param unchecked an older version wrote them, without a checksum
    private Optional<String> rowFault(Connection connection, String id, boolean unchecked) throws SQLException {
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

    private Optional<String> contentFault(long body, boolean kept) {
        return kept
                ? store.condition().hurt(body)
                : Optional.of("its content (number " + body + ") is not in the table body");
    }

    private List<DamagedMessage> withoutMessage(Connection connection) throws SQLException {
        var left = new HashSet<Long>();
        try (var query = Tables.prepare(connection, "SELECT id FROM body WHERE id <= ?", lastBody);
                var row = query.executeQuery()) {
            while (row.next())
                if (!isClaimed(row.getLong(1))) left.add(row.getLong(1));
        }
        if (left.isEmpty()) return List.of();
        var found = new ArrayList<DamagedMessage>(); // remembered by nobody: it is asked again if the disk fails
        try (var query = Tables.prepare(connection, "SELECT * FROM message"); var row = query.executeQuery()) {
            while (row.next()) {
                long body = row.getLong("body");
                String id = String.valueOf(row.getString("id"));
                if (!left.contains(body) || named.contains(id)) continue;
                left.remove(body);
                found.add(new DamagedMessage(id, shown(connection, id), Optional.empty(), "its content is kept and "
                        + "nobody is owed it: rows of the table recipient are missing or altered"));
            }
        }
        for (long body : left)
            found.add(new DamagedMessage("content " + body, DamagedMessage.Shown.NOTHING, Optional.empty(),
                    "no row of the table message refers to it"));
        return found;
    }

    private List<String> recipients(Connection connection, String id) throws SQLException {
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
    private DamagedMessage.Shown shown(Connection connection, String id) throws SQLException {
        try (var query = Tables.prepare(connection, "SELECT * FROM message WHERE id = ?", id);
                var row = query.executeQuery()) {
            if (!row.next())
                return new DamagedMessage.Shown("", recipients(connection, id), "", 0, Instant.EPOCH, Instant.EPOCH);
            return new DamagedMessage.Shown(String.valueOf(row.getString("sender")), recipients(connection, id),
                    String.valueOf(row.getString("subject")), row.getLong("size"),
                    Instant.ofEpochMilli(row.getLong("received")), Instant.ofEpochMilli(row.getLong("expires")));
        }
    }
}
