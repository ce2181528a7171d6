package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.control.Audit;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.Queue.DamagedMessage.Shown;
import org.sternpost.engine.queue.Queue.DamagedMessage;
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient.State;
import org.sternpost.engine.queue.TraceEvent.Kind;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// All that happened to a message is told in order, each event once, wherever it is kept: the one that ended a
/// recipient in its own row, the others in rows of events.
class TraceEventsTest {

    private static final byte[] CONTENT = "Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final DestinationKey DESTINATION = new DestinationKey("Default", Address.of("a@x.example").domain());

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();
    private SqliteDatabase store;
    private Queue queue;
    private QueueId id;

    @BeforeEach
    void open() throws IOException {
        store = SqliteDatabase.open(directory, Stream.concat(Queue.SCHEMA.stream(), Audit.SCHEMA.stream()).toList());
        queue = Queue.recover(store, time);
        id = Doors.of(queue, Duration.ofDays(1), time).put("test", envelope(), CONTENT);
        time.advance(Duration.ofMillis(1));
    }

    @AfterEach
    void close() throws IOException { store.close(); }

    @Test
    void whatEndedARecipientIsInItsRowAloneAndWhole() throws IOException {
        TraceEvent sent = event(0, Kind.SEND);
        settle(change(sent, State.Delivered));
        assertEquals(List.of(sent), later());
        assertEquals(0, rows());
    }

    @Test
    void whatHappenedBeforeTheEndIsKept() throws IOException {
        TraceEvent late = event(0, Kind.DEFER);
        settle(change(late, State.Waiting));
        time.advance(Duration.ofHours(1));
        TraceEvent later = event(0, Kind.DEFER);
        settle(change(later, State.Waiting));
        time.advance(Duration.ofHours(1));
        TraceEvent failed = event(0, Kind.FAIL);
        settle(change(failed, State.Failed));
        assertEquals(List.of(late, later, failed), later());
        assertEquals(2, rows());
    }

    /// At one moment, as an attempt tells of them: the recipients in their order, then the notification.
    @Test
    void oneAttemptIsToldInTheOrderOfItsRecipients() throws IOException {
        TraceEvent late = event(0, Kind.DEFER);
        TraceEvent failed = event(1, Kind.FAIL);
        TraceEvent poison = event(2, Kind.POISONMESSAGE);
        NewMessage notice = Doors.of(queue, Duration.ofDays(1), time).acceptance().admit(envelope(), CONTENT);
        queue.settle(DESTINATION, new QueueUpdate(id, List.of(change(late, State.Waiting), change(failed, State.Failed),
                change(poison, State.Suspended)), List.of(notice), List.of(), false));
        List<TraceEvent> told = later();
        assertEquals(List.of(late, failed, poison), told.subList(0, 3));
        assertEquals(Kind.DSN, told.getLast().kind());
        assertEquals(4, told.size());
    }

    /// What a host said of mail that an operator had removed meanwhile is told beside the removal.
    @Test
    void anEventThatChangesNothingIsKeptToo() throws IOException {
        TraceEvent removed = event(0, Kind.REMOVE);
        settle(change(removed, State.Removed));
        time.advance(Duration.ofSeconds(1));
        TraceEvent sent = event(0, Kind.SEND);
        settle(change(sent, State.Delivered));
        assertEquals(List.of(removed, sent), later());
        assertEquals(1, rows());
    }

    /// The row of its connector is another's by then.
    @Test
    void anEventOverAnotherConnectorIsToldAsItWas() throws IOException {
        var sent = new TraceEvent(0, time.instant(), Kind.SEND, "another", DeliveryStatus.of("2.0.0", "ok"),
                TraceEvent.Session.with("mx"), Optional.empty());
        settle(change(sent, State.Delivered));
        assertEquals(List.of(sent), later());
    }

    /// The rows of a damaged message say nothing new of its recipients.
    @Test
    void theRemovalOfADamagedMessageIsToldOnce() throws IOException {
        TraceEvent late = event(0, Kind.DEFER);
        settle(change(late, State.Waiting));
        time.advance(Duration.ofSeconds(1));
        var damaged = new DamagedMessage(id.text(), new Shown("", List.of(), "", 0, time.instant(), time.instant()),
                Optional.empty(), "a letter was altered");
        var admin = new QueueAdmin(store, queue, time);
        assertTrue(admin.removeDamaged(damaged, "test", _ -> null));
        assertEquals(false, admin.removeDamaged(damaged, "test", _ -> null));
        assertEquals(List.of(Kind.DEFER, Kind.REMOVE), later().stream().map(TraceEvent::kind).toList());
    }

    /// Versions up to schema 4 wrote it to both tables.
    @Test
    void anEventThatIsInBothPlacesIsToldOnce() throws IOException {
        TraceEvent sent = event(0, Kind.SEND);
        settle(change(sent, State.Delivered));
        store.write(connection -> {
            Tables.insert(connection, id, sent);
            return true;
        });
        assertEquals(List.of(sent), later());
    }

    private TraceEvent event(int recipient, Kind kind) {
        return new TraceEvent(recipient, time.instant(), kind, "Default", DeliveryStatus.of("4.0.0", "it said " + kind),
                new TraceEvent.Session("mx.x.example", "192.0.2.1:25", "TLSv1.3", "Encrypted"),
                Optional.of(new Failure(Reason.TLSA_INVALID, "no record matches", "Publish one.")));
    }

    private QueueUpdate.Change change(TraceEvent event, State state) {
        return new QueueUpdate.Change(event.recipient(), state, 1, time.instant(), event);
    }

    private void settle(QueueUpdate.Change change) throws IOException {
        queue.settle(DESTINATION, new QueueUpdate(id, List.of(change), List.of(), List.of(), false));
    }

    /// All but the acceptance.
    private List<TraceEvent> later() throws IOException {
        List<TraceEvent> events = new Trace(store).events(id);
        assertEquals(Kind.RECEIVE, events.getFirst().kind());
        return events.subList(1, events.size());
    }

    private int rows() throws IOException {
        return store.<Integer>read(connection -> {
            try (var row = connection.createStatement().executeQuery("SELECT count(*) FROM trace_event")) {
                return row.getInt(1);
            }
        });
    }

    private static Envelope envelope() {
        return new Envelope(ReversePath.of("me@example.org"),
                Stream.of("a", "b", "c").map(name -> Recipient.of(Address.of(name + "@x.example"))).toList(),
                MailParameters.NONE);
    }
}
