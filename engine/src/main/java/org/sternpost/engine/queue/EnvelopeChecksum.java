package org.sternpost.engine.queue;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.zip.CRC32C;

/// The checksum of what never changes in the rows of a message: envelope, recipients, the number of its content.
///
/// SQLite does not see when the disk altered a letter, and mail must not go where nobody sent it.
final class EnvelopeChecksum {

    /// Of rows that an older version wrote.
    static final long NONE = -1;

    private static final List<String> MESSAGE = List.of("id", "body", "received", "expires", "sender", "message_id",
            "subject", "size", "client", "smtp_utf8", "eight_bit", "envelope_id", "return_full", "tls_wish");
    private static final List<String> RECIPIENT = List.of("position", "local_part", "domain", "notify_on", "original");

    private final CRC32C crc = new CRC32C();

    /// Of rows about to be inserted.
    static long of(QueuedMessage message, long body, List<QueuedRecipient> recipients) {
        var checksum = new EnvelopeChecksum();
        checksum.add(message.id().text(), body, message.received().toEpochMilli(), message.expires().toEpochMilli(),
                message.sender(), message.internetMessageId(), message.subject(), message.size(), message.client(),
                message.smtpUtf8() ? 1 : 0, message.eightBit() ? 1 : 0, message.envelopeId(),
                Tables.column(message.returnWish()), message.tls());
        for (QueuedRecipient recipient : recipients)
            checksum.add(recipient.index(), recipient.address().localPart(), recipient.address().domain().ascii(),
                    Tables.names(recipient.notifyOn()), recipient.original());
        return checksum.value();
    }

    /// Adds a row of the table `message`.
    void message(ResultSet row) throws SQLException { add(row, MESSAGE); }

    /// Adds a row of the table `recipient`; to be called in the order of positions.
    void recipient(ResultSet row) throws SQLException { add(row, RECIPIENT); }

    long value() { return crc.getValue(); }

    private void add(ResultSet row, List<String> columns) throws SQLException {
        for (String column : columns)
            add(row.getString(column));
    }

    /// As the database gives them back, each with an end of its own.
    private void add(Object... values) {
        for (Object value : values) {
            crc.update(String.valueOf(value).getBytes(StandardCharsets.UTF_8));
            crc.update(0);
        }
    }
}
