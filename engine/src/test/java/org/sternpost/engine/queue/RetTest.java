package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.BodyType;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.Ret;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;

/// What a sender wants back is kept with the message as it was said (RFC 3461 §4.3).
class RetTest {

    private static final byte[] OCTETS = "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();

    @ParameterizedTest
    @EnumSource(Ret.class)
    void whatTheEnvelopeAsksForSurvivesTheEndOfTheEngine(Ret ret) throws Exception {
        QueueId id;
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            id = put(Queue.recover(store, time), ret);
        }
        assertEquals(ret, kept(id));
    }

    /// Versions that knew `RET=FULL` alone wrote 1 for it, and 0 for everything else.
    @ParameterizedTest
    @CsvSource({"0, None", "1, Full"})
    void whatOlderVersionsKeptReadsOn(int column, Ret wish) throws Exception {
        QueueId id;
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            id = put(Queue.recover(store, time), Ret.Headers);
            store.write(connection -> Tables.update(connection, "UPDATE message SET return_full = " + column));
        }
        assertEquals(wish, kept(id));
    }

    private QueueId put(Queue queue, Ret ret) throws IOException {
        var parameters = new MailParameters(BodyType.SevenBit, false, ret, "", RequireTlsTag.None);
        return Doors.of(queue, Duration.ofDays(1), time).put("127.0.0.1", new Envelope(ReversePath.of("a@x.example"),
                List.of(Recipient.of(Address.of("b@y.example"))), parameters), OCTETS);
    }

    private Ret kept(QueueId id) throws Exception {
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            return store.read(connection -> Tables.message(connection, id)).orElseThrow().message().parameters().ret();
        }
    }
}
