package org.sternpost.engine.queue;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient.Route;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;

/// The checksum of what never changes in the rows of a message: envelope, recipients, the number of its content.
///
/// SQLite does not see when the disk altered a letter, and mail must not go where nobody sent it.
final class EnvelopeChecksum {

    /// Of rows that a version without checksums wrote.
    static final long NONE = -1;

    /// Columns of the table `message`, in the order of the checksum.
    static final List<String> MESSAGE = List.of("id", "body", "received", "expires", "sender", "message_id",
            "subject", "size", "client", "smtp_utf8", "eight_bit", "envelope_id", "return_full", "tls_wish");

    /// Columns of the table `recipient`, likewise. The last two are what a rule chose; a connector that was found
    /// by address is found anew, so it is no part of the checksum.
    static final List<String> RECIPIENT = List.of("position", "local_part", "domain", "notify_on", "original",
            "rule", "connector");

    private static final int RULE = RECIPIENT.indexOf("rule");

    private final CRC32C crc = new CRC32C();
    private final CRC32C withoutRules = new CRC32C(); // as rows of schema 3 and before have it

    /// Of rows about to be inserted.
    static long of(QueuedMessage message, long body, List<QueuedRecipient> recipients) {
        var crc = new CRC32C();
        MailParameters asked = message.parameters();
        add(crc, message.id().text(), body, message.received().toEpochMilli(), message.expires().toEpochMilli(),
                message.sender(), message.internetMessageId(), message.subject(), message.size(), message.client(),
                asked.smtpUtf8() ? 1 : 0, Tables.column(asked.body()), asked.envid(), Tables.column(asked.ret()),
                asked.requireTls());
        for (QueuedRecipient recipient : recipients) {
            add(crc, recipient.index(), recipient.address().localPart(), recipient.address().domain().ascii(),
                    Tables.names(recipient.notifyOn()), recipient.recipient().orcpt());
            addChoice(crc, recipient.route().rule(), recipient.route().connector());
        }
        return crc.getValue();
    }

    /// Adds a row that has the columns [#MESSAGE] from one index on.
    void message(ResultSet row, int first) throws SQLException { add(row, first, MESSAGE.size()); }

    /// Adds a row that has the columns [#RECIPIENT] from one index on; to be called in the order of positions.
    void recipient(ResultSet row, int first) throws SQLException {
        add(row, first, RULE);
        addChoice(crc, String.valueOf(row.getString(first + RULE)), row.getString(first + RULE + 1));
    }

    /// True if the rows are what they were when this checksum was written, by whichever version.
    boolean isOf(long written) { return written == crc.getValue() || written == withoutRules.getValue(); }

    /// What the checksum of a message is to be once some of its recipients have another route: empty where its rows are
    /// not what they were, so that an altered row is not called right by it.
    static OptionalLong routed(Connection connection, QueueId id, List<QueuedRecipient> recipients, Route route)
            throws SQLException {
        var positions = recipients.stream().map(QueuedRecipient::index).collect(Collectors.toSet());
        var now = new EnvelopeChecksum();
        var then = new EnvelopeChecksum();
        try (var messages = Tables.prepare(connection, "SELECT envelope_crc, " + String.join(", ", MESSAGE)
                + " FROM message WHERE id = ?", id.text());
                var all = Tables.prepare(connection, "SELECT position, " + String.join(", ", RECIPIENT)
                        + " FROM recipient WHERE message = ? ORDER BY position", id.text());
                var message = messages.executeQuery();
                var recipient = all.executeQuery()) {
            if (!message.next()) return OptionalLong.empty();
            long written = message.getLong(1);
            now.message(message, 2);
            then.message(message, 2);
            while (recipient.next()) {
                now.recipient(recipient, 2);
                if (positions.contains(recipient.getInt(1))) {
                    then.add(recipient, 2, RULE);
                    addChoice(then.crc, route.rule(), route.connector());
                } else
                    then.recipient(recipient, 2);
            }
            return written == now.crc.getValue() ? OptionalLong.of(then.crc.getValue()) : OptionalLong.empty();
        }
    }

    /// Writes it, if there is one.
    static void keep(Connection connection, QueueId id, OptionalLong checksum) throws SQLException {
        if (checksum.isPresent())
            Tables.update(connection, "UPDATE message SET envelope_crc = ? WHERE id = ?",
                    checksum.getAsLong(), id.text());
    }

    private void add(ResultSet row, int first, int columns) throws SQLException {
        for (int i = first; i < first + columns; i++) {
            String value = row.getString(i);
            add(crc, value);
            add(withoutRules, value);
        }
    }

    private static void addChoice(CRC32C crc, String rule, @Nullable String connector) {
        add(crc, rule, rule.isEmpty() ? "" : connector);
    }

    /// As the database gives them back, each with an end of its own.
    private static void add(CRC32C crc, @Nullable Object... values) {
        for (Object value : values) {
            crc.update(String.valueOf(value).getBytes(StandardCharsets.UTF_8));
            crc.update(0);
        }
    }
}
