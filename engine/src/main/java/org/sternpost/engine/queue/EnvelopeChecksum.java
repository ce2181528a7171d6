package org.sternpost.engine.queue;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.zip.CRC32C;
import org.sternpost.engine.mail.Envelope.MailParameters;

/// The checksum of what never changes in the rows of a message: envelope, recipients, the number of its content.
///
/// SQLite does not see when the disk altered a letter, and mail must not go where nobody sent it.
final class EnvelopeChecksum {

    /// Of rows that an older version wrote.
    static final long NONE = -1;

    /// Columns of the table `message`, in the order of the checksum.
    static final List<String> MESSAGE = List.of("id", "body", "received", "expires", "sender", "message_id", "subject",
            "size", "client", "smtp_utf8", "eight_bit", "envelope_id", "return_full", "tls_wish");

    /// Columns of the table `recipient`, likewise.
    static final List<String> RECIPIENT = List.of("position", "local_part", "domain", "notify_on", "original");

    private final CRC32C crc = new CRC32C();

    /// Of rows about to be inserted.
    static long of(QueuedMessage message, long body, List<QueuedRecipient> recipients) {
        var checksum = new EnvelopeChecksum();
        MailParameters asked = message.parameters();
        checksum.add(message.id().text(), body, message.received().toEpochMilli(), message.expires().toEpochMilli(),
                message.sender(), message.internetMessageId(), message.subject(), message.size(), message.client(),
                asked.smtpUtf8() ? 1 : 0, Tables.column(asked.body()), asked.envid(), Tables.column(asked.ret()),
                asked.requireTls());
        for (QueuedRecipient recipient : recipients)
            checksum.add(recipient.index(), recipient.address().localPart(), recipient.address().domain().ascii(),
                    Tables.names(recipient.notifyOn()), recipient.recipient().orcpt());
        return checksum.value();
    }

    /// Adds a row that has the columns [#MESSAGE] from one index on.
    void message(ResultSet row, int first) throws SQLException { add(row, first, MESSAGE.size()); }

    /// Adds a row that has the columns [#RECIPIENT] from one index on; to be called in the order of positions.
    void recipient(ResultSet row, int first) throws SQLException { add(row, first, RECIPIENT.size()); }

    long value() { return crc.getValue(); }

    private void add(ResultSet row, int first, int columns) throws SQLException {
        for (int i = first; i < first + columns; i++)
            add(row.getString(i));
    }

    /// As the database gives them back, each with an end of its own.
    private void add(Object... values) {
        for (Object value : values) {
            crc.update(String.valueOf(value).getBytes(StandardCharsets.UTF_8));
            crc.update(0);
        }
    }
}
