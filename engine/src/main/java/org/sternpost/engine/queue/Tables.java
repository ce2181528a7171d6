package org.sternpost.engine.queue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.BodyType;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.Ret;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.store.Columns;
import org.sternpost.engine.trust.Failure.Remedy;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// The tables of queue and trace, and the rows they hold. `Active` is never written: it ends with the process.
final class Tables {

    /// Recipients whose row holds the event that ended them, which has mostly no other in `trace_event`. One that was
    /// removed because its message was damaged has another last event, and the removal has a row.
    static final String ENDED = "r.state IN ('Delivered', 'Failed', 'Removed') AND r.last_kind IN ('SEND', 'FAIL', "
            + "'REMOVE')";

    /// What both tables hold of an event, in the order of [#columns]; `detail` is the sentence.
    private static final List<String> STATUS = List.of("code", "host", "address", "tls", "level", "would_fail",
            "detail",
            "reason", "reply", "owner", "remedy", "last_code", "would_sentence", "would_owner", "would_remedy");
    private static final String INSERT_EVENT = "INSERT INTO trace_event (message, position, at, kind, connector, "
            + String.join(", ", STATUS) + ") VALUES (?,?,?,?,?" + ",?".repeat(STATUS.size()) + ")";
    private static final String INSERT_ENDED = "INSERT INTO recipient (message, position, local_part, domain, "
            + "connector, state, attempts, due, notify_on, original, rule, defects, last_at, last_kind, "
            + String.join(", ", STATUS) + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?" + ",?".repeat(STATUS.size()) + ")";
    private static final String CHANGE = "UPDATE recipient SET state = CASE WHEN state = 'Suspended' AND ? = 'Waiting'"
            + " THEN state ELSE ? END, attempts = ?, due = ?, last_at = ?, last_kind = ?, "
            + String.join(" = ?, ", STATUS) + " = ?, defects = defects + ?"
            + " WHERE message = ? AND position = ? AND state IN ('Waiting', 'Suspended') RETURNING state, connector";

    private Tables() {}

    static void insert(Connection connection, QueuedMessage message, long body, List<QueuedRecipient> recipients)
            throws SQLException {
        insert(connection, message, body, EnvelopeChecksum.of(message, body, recipients));
    }

    private static void insert(Connection connection, QueuedMessage message, long body, long checksum)
            throws SQLException {
        MailParameters asked = message.parameters();
        update(connection,
                "INSERT INTO message (id, body, received, expires, sender, message_id, subject, size, client,"
                        + " smtp_utf8, eight_bit, envelope_id, return_full, delay_told, tls_wish, envelope_crc)"
                        + " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,0,?,?)",
                message.id().text(), body,
                message.received().toEpochMilli(), message.expires().toEpochMilli(), message.sender().toString(),
                message.internetMessageId(), message.subject(), message.size(), message.client(), asked.smtpUtf8(),
                column(asked.body()), asked.envid(), column(asked.ret()), asked.requireTls().name(),
                checksum);
    }

    /// A message that waited for nobody: its rows are what is shown of it later, and nothing is sent by them.
    ///
    /// @param changes the last one of each of its recipients
    static void insertEnded(Connection connection, MessageRow row, long body, List<QueueUpdate.Change> changes)
            throws SQLException {
        insert(connection, row.message(), body, EnvelopeChecksum.NONE);
        for (QueueUpdate.Change change : changes) {
            QueuedRecipient recipient = row.recipients().get(change.recipient());
            TraceEvent event = change.event();
            var values = new ArrayList<@Nullable Object>(List.of(row.message().id().text(), recipient.index(),
                    recipient.address().localPart(), recipient.address().domain().ascii(), recipient.connector(),
                    change.state().name(), change.attempts(), change.due().toEpochMilli(),
                    names(recipient.notifyOn()), recipient.recipient().orcpt(), recipient.route().rule(),
                    change.defect(), event.at().toEpochMilli(), event.kind().name()));
            addStatus(values, event);
            update(connection, INSERT_ENDED, values.toArray());
            if (!event.connector().equals(recipient.connector())) insert(connection, row.message().id(), event);
        }
    }

    static void insert(Connection connection, QueueId message, QueuedRecipient recipient, Instant now)
            throws SQLException {
        update(connection, "INSERT INTO recipient (message, position, local_part, domain, connector, state, attempts,"
                + " due, notify_on, original, last_at, last_kind, code, host, address, tls, level, would_fail, detail,"
                + " reason, rule) VALUES (?,?,?,?,?,?,?,?,?,?,?,'RECEIVE','','','','','','','','',?)",
                message.text(), recipient.index(), recipient.address().localPart(),
                recipient.address().domain().ascii(), recipient.connector(), recipient.state().name(),
                recipient.attempts(), recipient.due().toEpochMilli(), names(recipient.notifyOn()),
                recipient.recipient().orcpt(), now.toEpochMilli(), recipient.route().rule());
    }

    static void insert(Connection connection, QueueId message, TraceEvent event) throws SQLException {
        insert(connection, message.text(), event);
    }

    static void insert(Connection connection, String message, TraceEvent event) throws SQLException {
        var values = new ArrayList<@Nullable Object>(List.of(message, event.recipient(), event.at().toEpochMilli(),
                event.kind().name(), event.connector()));
        addStatus(values, event);
        update(connection, INSERT_EVENT, values.toArray());
    }

    /// Changes a recipient that is owed something, and keeps the event; a final state stays.
    ///
    /// @return its state now, which is another than that of the change where an operator suspended it meanwhile; empty
    ///         if it was final already
    static Optional<QueuedRecipient.State> change(Connection connection, QueueId message, QueueUpdate.Change change)
            throws SQLException {
        TraceEvent event = change.event();
        var values = new ArrayList<@Nullable Object>(List.of(change.state().name(), change.state().name(),
                change.attempts(), change.due().toEpochMilli(), event.at().toEpochMilli(), event.kind().name()));
        addStatus(values, event);
        values.addAll(List.of(change.defect(), message.text(), change.recipient()));
        Optional<QueuedRecipient.State> now = Optional.empty();
        boolean inItsRow = false;
        try (var statement = prepare(connection, CHANGE, values.toArray()); var row = statement.executeQuery()) {
            if (row.next()) {
                now = Optional.of(QueuedRecipient.State.valueOf(row.getString(1)));
                inItsRow = now.get().isFinal() && event.connector().equals(row.getString(2));
            }
        }
        if (!inItsRow) insert(connection, message, event);
        return now;
    }

    /// The values of [#STATUS].
    private static void addStatus(List<@Nullable Object> values, TraceEvent event) {
        DeliveryStatus status = event.status();
        TraceEvent.Session session = event.session();
        Optional<Failure> would = event.wouldHaveFailed();
        values.addAll(List.of(status.code(), session.host(), session.address(), session.tls(), session.level(),
                would.map(why -> why.reason().name()).orElse(""), status.sentence(),
                status.reason().map(Reason::name).orElse(""), status.reply(),
                status.remedy().map(cure -> cure.owner().name()).orElse(""),
                status.remedy().map(Remedy::words).orElse("")));
        values.add(status.lastCode().orElse(null));
        values.addAll(List.of(would.map(Failure::sentence).orElse(""), would.map(why -> why.owner().name()).orElse(""),
                would.map(Failure::remedy).orElse("")));
    }

    /// True of a message that is waiting, or done and not forgotten yet.
    static boolean isKnown(Connection connection, QueueId message) throws SQLException {
        try (var query = prepare(connection, "SELECT 1 FROM message WHERE id = ?", message.text());
                var row = query.executeQuery()) {
            return row.next();
        }
    }

    /// Recipients whom this gateway does not try any more without being told to.
    static final String ASIDE = "state = 'Suspended' AND last_kind = 'POISONMESSAGE'";

    static long setAside(Connection connection) throws SQLException {
        try (var query = prepare(connection, "SELECT COUNT(DISTINCT message) FROM recipient WHERE " + ASIDE);
                var row = query.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    static boolean isOwed(Connection connection, QueueId message) throws SQLException {
        try (var query = prepare(connection,
                "SELECT 1 FROM recipient WHERE message = ? AND state IN ('Waiting', 'Suspended') LIMIT 1",
                message.text()); var row = query.executeQuery()) {
            return row.next();
        }
    }

    /// Of a recipient that is owed something.
    record Owed(String connector, int attempts) {}

    /// Empty where it is final, or unknown.
    static Optional<Owed> owed(Connection connection, QueueId message, int position) throws SQLException {
        try (var query = prepare(connection, "SELECT connector, attempts FROM recipient WHERE message = ? AND position"
                + " = ? AND state IN ('Waiting', 'Suspended')", message.text(), position);
                var row = query.executeQuery()) {
            return row.next() ? Optional.of(new Owed(row.getString(1), row.getInt(2))) : Optional.empty();
        }
    }

    /// Gives recipients another connector, found by their addresses. What a rule had chosen is part of the checksum,
    /// which follows if it was right: an altered row is not called right by it.
    static void move(Connection connection, QueueId message, List<QueuedRecipient> recipients, String connector)
            throws SQLException {
        OptionalLong checksum = recipients.stream().anyMatch(one -> one.route().isByRule())
                ? EnvelopeChecksum.routed(connection, message, recipients, QueuedRecipient.Route.of(connector))
                : OptionalLong.empty();
        for (QueuedRecipient recipient : recipients)
            update(connection, "UPDATE recipient SET connector = ?, rule = '' WHERE message = ? AND position = ?",
                    connector, message.text(), recipient.index());
        EnvelopeChecksum.keep(connection, message, checksum);
    }

    /// A message with the number of its body.
    ///
    /// @param delayTold a version that kept this for all recipients together has told of a delay
    record Stored(QueuedMessage message, long body, boolean delayTold) {}

    static Optional<Stored> message(Connection connection, QueueId id) throws SQLException {
        try (var query = prepare(connection, "SELECT * FROM message WHERE id = ?", id.text());
                var row = query.executeQuery()) {
            return row.next() ? Optional.of(stored(row)) : Optional.empty();
        }
    }

    /// The number of a message's body.
    static OptionalLong body(Connection connection, QueueId id) throws SQLException {
        try (var query = prepare(connection, "SELECT body FROM message WHERE id = ?", id.text());
                var row = query.executeQuery()) {
            return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        }
    }

    /// @throws org.sternpost.engine.store.Columns.DamagedRowException if a column has no value of its kind
    static Stored stored(ResultSet row) throws SQLException {
        var columns = new Columns(row, at -> "table message, id " + at.getString("id"));
        return columns.whole(_ -> stored(columns));
    }

    private static Stored stored(Columns columns) throws SQLException {
        var asked = new MailParameters(columns.value("eight_bit", Tables::body), columns.number("smtp_utf8") != 0,
                ret(columns.integer("return_full")), columns.text("envelope_id"),
                columns.value("tls_wish", RequireTlsTag::valueOf));
        return new Stored(new QueuedMessage(columns.value("id", QueueId::new), at(columns, "received"),
                at(columns, "expires"), columns.value("sender", ReversePath::of), asked,
                new QueuedMessage.About(columns.text("client"), columns.text("message_id"), columns.text("subject"),
                        columns.number("size"))),
                columns.number("body"), columns.number("delay_told") != 0);
    }

    /// The recipients of a message that are still owed something.
    static List<QueuedRecipient> owed(Connection connection, QueueId id) throws SQLException {
        var owed = new ArrayList<QueuedRecipient>();
        try (var query = prepare(connection, "SELECT * FROM recipient WHERE message = ?"
                + " AND state IN ('Waiting', 'Suspended') ORDER BY position", id.text());
                var row = query.executeQuery()) {
            while (row.next())
                owed.add(recipient(row));
        }
        return owed;
    }

    /// Those among some recipients of a message that wait. The others, of which there may be a thousand, are not read.
    static List<QueuedRecipient> waiting(Connection connection, QueueId id, List<Integer> positions)
            throws SQLException {
        var waiting = new ArrayList<QueuedRecipient>();
        try (var query = prepare(connection, "SELECT * FROM recipient WHERE message = ? AND position = ?"
                + " AND state = 'Waiting'", id.text())) {
            for (int position : positions.stream().sorted().toList()) {
                query.setInt(2, position);
                try (var row = query.executeQuery()) {
                    if (row.next()) waiting.add(recipient(row));
                }
            }
        }
        return waiting;
    }

    /// @throws org.sternpost.engine.store.Columns.DamagedRowException if a column has no value of its kind
    static QueuedRecipient recipient(ResultSet row) throws SQLException {
        var columns = new Columns(row, at -> "table recipient, message " + at.getString("message") + ", position "
                + at.getString("position"));
        return columns.whole(_ -> recipient(columns));
    }

    private static QueuedRecipient recipient(Columns columns) throws SQLException {
        boolean tried = columns.value("last_kind", TraceEvent.Kind::valueOf) == TraceEvent.Kind.DEFER;
        var last = new QueuedRecipient.Last(status(columns),
                tried ? Optional.of(at(columns, "last_at")) : Optional.empty(),
                columns.text("host"), columns.number("delay_told") != 0);
        Domain domain = columns.value("domain", Domain::new);
        Address address = columns.value("local_part", local -> new Address(local, domain));
        Set<Notify> notifyOn = columns.value("notify_on", Tables::notifyOn);
        return new QueuedRecipient(columns.integer("position"),
                columns.value("original", orcpt -> new Recipient(address, notifyOn, orcpt)),
                new QueuedRecipient.Route(columns.text("connector"), columns.text("rule")),
                columns.value("state", QueuedRecipient.State::valueOf), columns.integer("attempts"),
                at(columns, "due"), last, columns.integer("defects"));
    }

    /// @throws org.sternpost.engine.store.Columns.DamagedRowException if a column has no value of its kind
    static TraceEvent event(Columns columns, String at, String kind) throws SQLException {
        return columns.whole(_ -> read(columns, at, kind));
    }

    private static TraceEvent read(Columns columns, String at, String kind) throws SQLException {
        var session = new TraceEvent.Session(columns.text("host"), columns.text("address"), columns.text("tls"),
                columns.text("level"));
        Optional<Reason> would = columns.value("would_fail", Tables::reason);
        Optional<Failure> failure = Optional.empty();
        if (would.isPresent())
            failure = Optional.of(new Failure(would.get(), columns.value("would_owner",
                    owner -> owner.isEmpty() ? would.get().owner() : Reason.Owner.valueOf(owner)),
                    columns.text("would_sentence"), columns.text("would_remedy")));
        return new TraceEvent(columns.integer("position"), at(columns, at),
                columns.value(kind, TraceEvent.Kind::valueOf), columns.text("connector"), status(columns), session,
                failure);
    }

    private static DeliveryStatus status(Columns columns) throws SQLException {
        String words = columns.text("remedy");
        Optional<Remedy> remedy = columns.value("owner", owner -> owner.isEmpty()
                ? Optional.empty()
                : Optional.of(new Remedy(Reason.Owner.valueOf(owner), words)));
        return new DeliveryStatus(columns.text("code"), columns.integer("reply"),
                columns.value("reason", Tables::reason), columns.text("detail"), remedy,
                Optional.ofNullable(columns.row().getString("last_code")));
    }

    private static Optional<Reason> reason(String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(Reason.valueOf(name));
    }

    static int column(BodyType body) { return body == BodyType.EightBitMime ? 1 : 0; }

    private static BodyType body(String column) {
        return column.equals("0") ? BodyType.SevenBit : BodyType.EightBitMime;
    }

    /// The column once said whether `RET=FULL` was said, so what older versions kept reads on: 0 for all the rest.
    static int column(Ret wish) {
        return switch (wish) {
            case None -> 0;
            case Full -> 1;
            case Headers -> 2;
        };
    }

    private static Ret ret(int column) {
        return switch (column) {
            case 1 -> Ret.Full;
            case 2 -> Ret.Headers;
            default -> Ret.None;
        };
    }

    static int update(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (var statement = prepare(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    static PreparedStatement prepare(Connection connection, String sql, @Nullable Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++)
            statement.setObject(i + 1, values[i] instanceof Boolean flag ? Integer.valueOf(flag ? 1 : 0) : values[i]);
        return statement;
    }

    private static Instant at(Columns columns, String column) throws SQLException {
        return columns.value(column, text -> Instant.ofEpochMilli(Long.parseLong(text)));
    }

    static Instant at(ResultSet row, String column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    static String names(Set<Notify> set) { return String.join(",", set.stream().map(Enum::name).sorted().toList()); }

    private static Set<Notify> notifyOn(String names) {
        var set = EnumSet.noneOf(Notify.class);
        for (String name : names.split(","))
            if (!name.isEmpty()) set.add(Notify.valueOf(name));
        return set;
    }
}
