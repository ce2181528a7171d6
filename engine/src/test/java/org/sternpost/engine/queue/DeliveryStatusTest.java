package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;
import org.sternpost.engine.trust.Failure.Remedy;

/// What came of an attempt is kept as values, so that nobody need read it out of words.
class DeliveryStatusTest {

    private static final Remedy REMEDY = new Remedy(Reason.Owner.SMART_HOST, "Let it take mail.");
    /// As versions without the columns made the tables.
    private static final List<String> OLDER = List.of("reply", "owner", "remedy", "last_code", "would_sentence",
            "would_owner", "would_remedy");

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();

    @ParameterizedTest
    @EnumSource(Reason.class)
    void reasonSurvivesTheEndOfTheEngine(Reason reason) throws Exception {
        var said = new DeliveryStatus(reason.waitingCode(), 0, Optional.of(reason), "no", Optional.of(REMEDY),
                Optional.empty());
        assertEquals(said, kept(said));
    }

    @Test
    void eachValueComesBackAsItself() throws Exception {
        var refused = new DeliveryStatus("5.7.1", 550, Optional.empty(), "mx said '550 4.7.10 x'", Optional.of(REMEDY),
                Optional.empty());
        assertEquals(refused, kept(refused));
        var expired = new DeliveryStatus("5.4.7", 450, Optional.empty(), "mx said '450 later'", Optional.empty(),
                Optional.of("4.2.0"));
        assertEquals(expired, kept(expired));
        var ours = DeliveryStatus.of("", "the store failed");
        assertEquals(ours, kept(ours));
    }

    @Test
    void whatEnabledWouldHaveDoneIsKeptWithWhoseItIs() throws Exception {
        for (Reason reason : Reason.values()) {
            var owner = reason.isLocal() ? Reason.Owner.OURS : Reason.Owner.SMART_HOST;
            var event = new TraceEvent(0, time.instant(), TraceEvent.Kind.SEND, "c",
                    new DeliveryStatus("2.0.0", 250, Optional.empty(), "250 2.0.0 ok", Optional.empty(),
                            Optional.empty()),
                    new TraceEvent.Session("mx", "192.0.2.1:25", "TLSv1.3", "Encrypted"),
                    Optional.of(new Failure(reason, owner, "no record matches", "Publish one.")));
            assertEquals(event, keptEvent(event));
        }
    }

    @Test
    void textIsMadeOfTheValuesOnce() {
        assertEquals("5.7.1 no; must be fixed by " + REMEDY.owner().words() + ": Let it take mail.",
                new DeliveryStatus("5.7.1", 550, Optional.empty(), "no", Optional.of(REMEDY), Optional.empty()).text());
        assertEquals("5.4.7 the message expired; last attempt: 4.4.1 down", new DeliveryStatus("5.4.7", 0,
                Optional.empty(), "down", Optional.empty(), Optional.of("4.4.1")).text());
        assertEquals("the message expired; last attempt: the store failed", new DeliveryStatus("5.4.7", 0,
                Optional.empty(), "the store failed", Optional.empty(), Optional.of("")).told());
        assertEquals("", DeliveryStatus.NONE.text());
    }

    /// The names stand in data directories: one that changes takes its rows' meaning away.
    @Test
    void namesThatAreKeptStayAsTheyAre() {
        assertEquals(List.of("STARTTLS_NOT_SUPPORTED", "CERTIFICATE_EXPIRED", "TLSA_INVALID", "DNSSEC_INVALID",
                "CERTIFICATE_HOST_MISMATCH", "CERTIFICATE_NOT_TRUSTED", "DANE_REQUIRED", "STS_MX_MISMATCH",
                "STS_REQUIRED", "STS_POLICY_FETCH_ERROR", "STS_POLICY_INVALID", "STS_WEBPKI_INVALID",
                "VALIDATION_FAILURE", "REQUIRETLS_ENCRYPTION", "REQUIRETLS_SUPPORT", "LOCAL_DNS", "LOCAL_NETWORK",
                "LOCAL_TLS", "LOCAL"), Arrays.stream(Reason.values()).map(Enum::name).toList());
        assertEquals(List.of("OURS", "RECIPIENT", "SMART_HOST", "SENDER"),
                Arrays.stream(Reason.Owner.values()).map(Enum::name).toList());
    }

    /// Code, sentence and remedy were one text there: it reads as it did, and what is written later is not cut.
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            DEFER | 4.4.1 | 4.4.1 mx is down; must be fixed by x: y |              | mx is down; must be fixed by x: y
            DEFER | none  | the store failed                        |              | the store failed
            SEND  | 2.0.0 | 250 2.0.0 ok; Enabled would have refused it: 4.7.323 x | tlsa-invalid | 250 2.0.0 ok; \
            Enabled would have refused it: 4.7.323 x
            SEND  | 2.0.0 | 250 2.0.0 ok                            | local        | 250 2.0.0 ok
            """)
    void whatAnOlderVersionKeptReadsAsItDid(String kind, String code, String detail, String wouldFail, String sentence)
            throws Exception {
        String said = code == null ? "" : code;
        String would = wouldFail == null ? "" : wouldFail;
        QueueId id;
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            id = put(queue(store));
            store.write(connection -> {
                Tables.insert(connection, id,
                        TraceEvent.plain(0, time.instant(), TraceEvent.Kind.valueOf(kind), "c", said, detail));
                return null;
            });
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("sternpost.db"));
                var statement = connection.createStatement()) {
            for (String table : List.of("recipient", "trace_event")) {
                for (String column : OLDER)
                    statement.execute("ALTER TABLE " + table + " DROP COLUMN " + column);
                statement.execute("UPDATE " + table + " SET code = '" + said + "', detail = '" + detail
                        + "', would_fail = '" + would + "'");
            }
            statement.execute("ALTER TABLE trace_event DROP COLUMN reason");
            statement.execute("UPDATE schema_version SET version = 2");
        }
        for (int start = 1; start <= 2; start++)
            try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
                TraceEvent event = new Trace(store).events(id).get(1);
                assertEquals(sentence, event.status().sentence());
                assertEquals(would, event.wouldHaveFailedToken());
                assertEquals(detail, event.text());
                assertEquals(sentence, owed(store, id).lastError().sentence());
            }
        var later = DeliveryStatus.of("4.4.1", "4.4.1 is what the host says of itself");
        assertEquals(later, kept(later));
    }

    private DeliveryStatus kept(DeliveryStatus status) throws Exception {
        var event = new TraceEvent(0, time.instant(), TraceEvent.Kind.DEFER, "c", status, TraceEvent.Session.NONE,
                Optional.empty());
        assertEquals(status, keptEvent(event).status());
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            return owed(store, new Trace(store).search(TraceQuery.newest(1)).next().orElseThrow().id()).lastError();
        }
    }

    /// As the trace has it, and as the recipient's row has it.
    private TraceEvent keptEvent(TraceEvent event) throws Exception {
        QueueId id;
        time.advance(Duration.ofMillis(1));
        var at = new TraceEvent(event.recipient(), time.instant(), event.kind(), event.connector(), event.status(),
                event.session(), event.wouldHaveFailed());
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            id = put(queue(store));
            store.write(connection -> Tables.change(connection, id,
                    new QueueUpdate.Change(0, QueuedRecipient.State.Waiting, 1, time.instant(), at)));
        }
        try (var store = SqliteDatabase.open(directory, Queue.SCHEMA)) {
            TraceEvent last = new Trace(store).find(TraceSearch.of(id)).getFirst().last();
            assertEquals(at.status(), last.status());
            assertEquals(at.wouldHaveFailed().map(Failure::reason), last.wouldHaveFailed().map(Failure::reason));
            TraceEvent read = new Trace(store).events(id).get(1);
            return new TraceEvent(read.recipient(), event.at(), read.kind(), read.connector(), read.status(),
                    read.session(), read.wouldHaveFailed());
        }
    }

    private static QueuedRecipient owed(SqliteDatabase store, QueueId id) throws Exception {
        return store.<List<QueuedRecipient>>read(connection -> Tables.owed(connection, id)).getFirst();
    }

    private Queue queue(SqliteDatabase store) throws IOException { return Queue.recover(store, time); }

    private QueueId put(Queue queue) throws IOException {
        return Doors.of(queue, new Doors.Only("c"), Duration.ofDays(1), time).put("test",
                new Envelope(ReversePath.of("a@example.com"), List.of(Recipient.of(Address.of("b@example.org"))),
                        MailParameters.NONE),
                "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
    }
}
