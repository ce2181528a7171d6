package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.Ret;
import org.sternpost.engine.mail.ReversePath;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.MailParameters;
import org.sternpost.engine.smtp.RecipientParameters;
import org.sternpost.engine.smtp.server.MessageSink;
import org.sternpost.engine.smtp.server.Letter;
import org.sternpost.engine.store.Content;
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
    void wishOfTheEnvelopeSurvivesTheEndOfTheEngine(Ret wish) throws Exception {
        var letter = new Letter(QueueId.fresh(time.instant(), time.random()), time.instant(), "127.0.0.1",
                ReversePath.of("a@x.example"),
                List.of(new Letter.Recipient(Address.of("b@y.example"), RecipientParameters.NONE)),
                new MailParameters(OptionalLong.empty(), false, false, "", wish, false),
                Header.of(OCTETS));
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            var queue = Queue.recover(store, (_, _) -> "Default", () -> Duration.ofDays(1), time);
            assertInstanceOf(MessageSink.Answer.Accepted.class,
                    new QueueIntake(queue).take(letter, Content.of(OCTETS)));
        }
        assertEquals(wish, kept(letter.id()));
    }

    /// Versions that knew `RET=FULL` alone wrote 1 for it, and 0 for everything else.
    @ParameterizedTest
    @CsvSource({"0, None", "1, Full"})
    void whatOlderVersionsKeptReadsOn(int column, Ret wish) throws Exception {
        QueueId id;
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            id = Queue.recover(store, (_, _) -> "Default", () -> Duration.ofDays(1), time)
                    .accept(new Submission(ReversePath.of("a@x.example"),
                            List.of(new Submission.Recipient(Address.of("b@y.example"), Set.of(), "")), "test", false,
                            false, "", Ret.Headers, OCTETS));
            store.write(connection -> Tables.update(connection, "UPDATE message SET return_full = " + column));
        }
        assertEquals(wish, kept(id));
    }

    private Ret kept(QueueId id) throws Exception {
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            return store.read(connection -> Tables.message(connection, id)).orElseThrow().message().ret();
        }
    }
}
