package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Reason;

/// Why mail waits is kept as a value, so that nobody need read it out of words.
class LastErrorTest {

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();

    @ParameterizedTest
    @EnumSource(Reason.class)
    void reasonSurvivesTheEndOfTheEngine(Reason reason) throws Exception {
        assertEquals(Optional.of(reason), kept(Optional.of(reason)).reason());
    }

    @Test
    void wordsOfAHostAreNoReason() throws Exception {
        assertEquals(new LastError("4.7.10", Optional.empty(), "mx said '450 4.7.10 x'"), kept(Optional.empty()));
    }

    /// The tables as versions without the column made them: what they hold is kept, and the column comes.
    @Test
    void dataDirectoryOfAnOlderVersionKeepsItsMailAndGetsTheColumn() throws Exception {
        QueueId id;
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            id = put(queue(store));
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("sternpost.db"));
                var statement = connection.createStatement()) {
            statement.execute("ALTER TABLE recipient DROP COLUMN reason");
        }
        for (int start = 1; start <= 2; start++)
            try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
                assertEquals(1, queue(store).size());
                assertEquals(LastError.NONE, owed(store, id).lastError());
            }
    }

    private LastError kept(Optional<Reason> reason) throws Exception {
        QueueId id;
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            id = put(queue(store));
            Instant now = time.instant();
            var event = TraceEvent.plain(0, now, TraceEvent.Kind.DEFER, "c", "4.7.10", "mx said '450 4.7.10 x'");
            store.write(connection -> Tables.change(connection, id,
                    new QueueUpdate.Change(0, QueuedRecipient.State.Waiting, 1, now, event, reason)));
        }
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            return owed(store, id).lastError();
        }
    }

    private static QueuedRecipient owed(SqliteDatabase store, QueueId id) throws Exception {
        return store.<List<QueuedRecipient>>read(connection -> Tables.owed(connection, id)).getFirst();
    }

    private Queue queue(SqliteDatabase store) throws Exception { return Queue.recover(store, time); }

    private QueueId put(Queue queue) throws java.io.IOException {
        return Doors.of(queue, new Doors.Only("c"), java.time.Duration.ofDays(1), time).put("test",
                new Envelope(ReversePath.of("a@example.com"), List.of(Recipient.of(Address.of("b@example.org"))),
                        MailParameters.NONE),
                "Subject: x\r\n\r\nhello\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
}
