package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.Ret;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;

/// What a sender asks of TLS is kept with the message, whatever happens to the engine (RFC 8689 §4.1).
class RequireTlsTagTest {

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            false | Subject: x       | None
            false | TLS-Required: No | NotRequired
            true  | Subject: x       | Required
            true  | TLS-Required: No | Required
            """)
    void messageIsTaggedOnReceiptAndEnvelopeWins(boolean requireTls, String field, RequireTlsTag wish)
            throws Exception {
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            var queue = queue(store);
            assertEquals(wish, wish(store, put(queue, requireTls, field)));
        }
    }

    @Test
    void wishSurvivesTheEndOfTheEngine() throws Exception {
        QueueId id;
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            id = put(queue(store), true, "Subject: x");
        }
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            assertEquals(RequireTlsTag.Required, wish(store, id));
        }
    }

    /// What the disk holds at the moment of `250` is all that a killed engine leaves.
    @Test
    void wishSurvivesAKill() throws Exception {
        Path left = directory.resolve("left");
        QueueId id;
        try (var store = SqliteDatabase.open(directory.resolve("killed"), Queue.SCHEMA)) {
            id = put(queue(store), true, "Subject: x");
            copy(directory.resolve("killed"), left);
        }
        try (var store = SqliteDatabase.open(left, Queue.SCHEMA)) {
            queue(store);
            assertEquals(RequireTlsTag.Required, wish(store, id));
        }
    }

    /// The table as versions without REQUIRETLS made it.
    @Test
    void dataDirectoryOfAnOlderVersionGetsTheColumn() throws Exception {
        QueueId old = QueueId.fresh(time.instant(), time.random());
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("sternpost.db"));
                var statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TABLE message (
                      id TEXT PRIMARY KEY, body BIGINT NOT NULL, received BIGINT NOT NULL, expires BIGINT NOT NULL,
                      sender TEXT NOT NULL, message_id TEXT NOT NULL, subject TEXT NOT NULL, size BIGINT NOT NULL,
                      client TEXT NOT NULL, smtp_utf8 INTEGER NOT NULL, eight_bit INTEGER NOT NULL,
                      envelope_id TEXT NOT NULL, return_full INTEGER NOT NULL, delay_told INTEGER NOT NULL)""");
            statement.execute("INSERT INTO message VALUES ('" + old.text() + "', 1, 0, 0, 'a@x.example', '', '', 1, '',"
                    + " 0, 0, '', 1, 1)");
        }
        for (int start = 1; start <= 2; start++)
            try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
                var kept = store.read(connection -> Tables.message(connection, old)).orElseThrow();
                assertEquals(RequireTlsTag.None, kept.message().tls());
                assertEquals(true, kept.delayTold());
                assertEquals(Ret.Full, kept.message().parameters().ret());
                assertEquals(RequireTlsTag.Required, wish(store, put(queue(store), true, "Subject: x")));
            }
    }

    private Queue queue(SqliteDatabase store) throws IOException { return Queue.recover(store, time); }

    private static RequireTlsTag wish(SqliteDatabase store, QueueId id) throws IOException {
        Optional<Tables.Stored> stored = store.read(connection -> Tables.message(connection, id));
        return stored.orElseThrow().message().tls();
    }

    private QueueId put(Queue queue, boolean requireTls, String field) throws IOException {
        var parameters = MailParameters.NONE.tagged(requireTls ? RequireTlsTag.Required : RequireTlsTag.None);
        var envelope = new Envelope(ReversePath.of("a@x.example"), List.of(Recipient.of(Address.of("b@y.example"))),
                parameters);
        return Doors.of(queue, Duration.ofDays(1), time).put("test", envelope,
                (field + "\r\n\r\nhello\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) Files.createDirectories(target);
                else
                    Files.copy(file, target);
            }
        }
    }
}
