package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.store.Store;
import org.sternpost.engine.time.SimTime;

/// What a rule chose for a recipient is as much what was accepted as the recipient is: altered by the disk it would
/// send mail a way that the rule does not want.
class RuleChoiceTest {

    private static final byte[] OCTETS = "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final QueueId ID = QueueId.fresh(Instant.parse("2026-11-27T00:00:00Z"), new Random(1));

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();

    /// The first recipient's connector was chosen by a rule, the second one's by the address.
    @ParameterizedTest
    @CsvSource(textBlock = """
            rule = '',           0, 1
            rule = 'others',     0, 1
            connector = 'other', 0, 1
            rule = 'others',     1, 1
            connector = 'other', 1, 0
            due = 5,             0, 0
            """)
    void aChoiceThatTheDiskAlteredIsSeen(String change, int position, int damaged) throws Exception {
        accept("by-country");
        alter("UPDATE recipient SET " + change + " WHERE position = " + position);
        assertEquals(damaged, damaged());
    }

    /// Directories of schema 3 and before have a checksum that does not know of rules.
    @ParameterizedTest
    @ValueSource(strings = {"", "by-country"})
    void rowsOfOlderVersionsStayValid(String rule) throws Exception {
        accept(rule);
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            store.write(connection -> Tables.update(connection, "UPDATE message SET envelope_crc = ?",
                    withoutRules(connection)));
        }
        assertEquals(0, damaged());
        alter("UPDATE recipient SET local_part = 'thief' WHERE position = 1");
        assertEquals(1, damaged());
    }

    /// A connector that is removed takes the rule's choice with it.
    @Test
    void whatIsSentOnInsteadIsTheNewChoice() throws Exception {
        accept("by-country");
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            moved(store);
        }
        assertEquals(0, damaged());
        alter("UPDATE recipient SET rule = 'by-country' WHERE position = 0");
        assertEquals(1, damaged());
    }

    /// Sending on makes nothing right that the disk has altered.
    @Test
    void whatWasAlteredBeforeItIsSentOnStaysSeen() throws Exception {
        accept("by-country");
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            Queue queue = Queue.recover(store, time);
            store.write(connection -> Tables.update(connection,
                    "UPDATE recipient SET local_part = 'thief' WHERE position = 1"));
            moved(store, queue);
        }
        assertEquals(1, damaged());
    }

    private void moved(Store store) throws IOException { moved(store, Queue.recover(store, time)); }

    private void moved(Store store, Queue queue) throws IOException {
        QueuedRecipient first = store.<QueuedRecipient>read(connection -> Tables.owed(connection, ID).getFirst());
        queue.move(Claims.take(queue, first.destination()).orElseThrow(), "Default");
        assertEquals("Default", store.<String>read(connection -> Tables.owed(connection, ID).getFirst().connector()));
    }

    private void accept(String rule) throws IOException {
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            var message = new QueuedMessage(ID, time.instant(), time.instant().plusSeconds(999),
                    ReversePath.of("a@x.example"), MailParameters.NONE,
                    new QueuedMessage.About("127.0.0.1", "<1@x>", "x", OCTETS.length));
            Queue.recover(store, time).insert(new NewMessage(new MessageRow(message, List.of(
                    recipient(0, new QueuedRecipient.Route("partner", rule)),
                    recipient(1, QueuedRecipient.Route.of("Default")))), Content.of(OCTETS)), _ -> null);
        }
    }

    private QueuedRecipient recipient(int index, QueuedRecipient.Route route) {
        return new QueuedRecipient(index, Recipient.of(Address.of("u" + index + "@y.example")), route,
                QueuedRecipient.State.Waiting, 0, time.instant());
    }

    private void alter(String sql) throws IOException {
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            assertEquals(1, store.<Integer>write(connection -> Tables.update(connection, sql)));
        }
    }

    private int damaged() throws IOException {
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            return Queue.recover(store, time).damaged().size();
        }
    }

    private static long withoutRules(Connection connection) throws SQLException {
        var crc = new CRC32C();
        for (String columns : List.of("id, body, received, expires, sender, message_id, subject, size, client, "
                + "smtp_utf8, eight_bit, envelope_id, return_full, tls_wish FROM message",
                "position, local_part, domain, notify_on, original FROM recipient ORDER BY position"))
            try (var row = connection.createStatement().executeQuery("SELECT " + columns)) {
                while (row.next())
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++)
                        crc.update((row.getString(i) + "\0").getBytes(StandardCharsets.UTF_8));
            }
        return crc.getValue();
    }
}
