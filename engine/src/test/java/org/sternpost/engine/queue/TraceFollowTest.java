package org.sternpost.engine.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.control.Audit;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient.State;
import org.sternpost.engine.queue.TraceEvent.Kind;
import org.sternpost.engine.queue.TraceFeed.Happened;
import org.sternpost.engine.queue.TraceFeed.Told;
import org.sternpost.engine.queue.TraceFollow.Next;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;

/// Who follows the trace hears of each thing that happens once, in order, and of what was left out; nobody waits for
/// him.
class TraceFollowTest {

    private static final byte[] CONTENT = "Subject: x\r\nMessage-ID: <1@x.example>\r\n\r\nx\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    private static final DestinationKey DESTINATION = new DestinationKey("Default", Address.of("a@x.example").domain());
    private static final TraceQuery ALL = TraceQuery.newest(Integer.MAX_VALUE);

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();
    private SqliteDatabase store;
    private Queue queue;

    @BeforeEach
    void open() throws IOException {
        store = SqliteDatabase.open(directory, Stream.concat(Queue.SCHEMA.stream(), Audit.SCHEMA.stream()).toList());
        queue = Queue.recover(store, time);
    }

    @AfterEach
    void close() throws IOException { store.close(); }

    @Test
    void whatHappensIsToldAsItHappens() throws Exception {
        put();
        try (var follow = follow(ALL)) {
            QueueId id = put();
            assertEquals(List.of("RECEIVE a Pending", "RECEIVE b Pending", "RECEIVE c Pending"), next(follow, 3));
            later(id, 0, Kind.DEFER, State.Waiting);
            var waits = row(follow);
            assertEquals(1, waits.attempts());
            assertEquals(Optional.of(time.instant().plusSeconds(60)), waits.nextAttempt());
            assertEquals("it said DEFER", waits.last().status().sentence());
            later(id, 1, Kind.SEND, State.Delivered);
            later(id, 0, Kind.FAIL, State.Failed);
            assertEquals(List.of("SEND b Delivered", "FAIL a Failed"), next(follow, 2));
        }
    }

    @Test
    void aMessageThatIsNamedIsToldAsItIsAndThenToItsEnd() throws Exception {
        QueueId id = put();
        later(id, 0, Kind.DEFER, State.Waiting);
        try (var follow = follow(ALL.withId(id.text()))) {
            put();
            assertEquals(List.of("DEFER a Pending", "RECEIVE b Pending", "RECEIVE c Pending"), next(follow, 3));
            later(id, 1, Kind.SEND, State.Delivered);
            later(id, 2, Kind.SEND, State.Delivered);
            NewMessage notice = Doors.of(queue, Duration.ofDays(1), time).acceptance().admit(envelope(), CONTENT);
            settle(id, List.of(change(0, Kind.FAIL, State.Failed)), List.of(notice));
            assertEquals(List.of("SEND b Delivered", "SEND c Delivered", "FAIL a Failed", "DSN a Failed", "end"),
                    next(follow, 5));
        }
    }

    @Test
    void whatHappensBeforeTheFirstLookIsToldOnce() throws Exception {
        QueueId id = put();
        try (var follow = follow(ALL.withId(id.text()))) {
            later(id, 0, Kind.DEFER, State.Waiting);
            assertEquals(List.of("DEFER a Pending", "RECEIVE b Pending", "RECEIVE c Pending"), next(follow, 3));
            for (int i = 0; i < 3; i++)
                later(id, i, Kind.SEND, State.Delivered);
            assertEquals(List.of("SEND a Delivered", "SEND b Delivered", "SEND c Delivered", "end"), next(follow, 4));
        }
        try (var follow = follow(ALL.withId(id.text()))) {
            assertEquals(List.of("SEND a Delivered", "SEND b Delivered", "SEND c Delivered", "end"), next(follow, 4));
        }
    }

    @Test
    void whatTheTablesHadLaterIsNotToldOutOfOrder() throws Exception {
        QueueId id = put();
        try (var follow = follow(ALL.withId(id.text()))) {
            later(id, 0, Kind.DEFER, State.Waiting);
            for (int i = 0; i < 3; i++)
                later(id, i, Kind.SEND, State.Delivered);
            assertEquals(List.of("SEND a Delivered", "SEND b Delivered", "SEND c Delivered", "end"), next(follow, 4));
        }
    }

    /// As a search for it would.
    @Test
    void aNoticeThatGoesAnotherWayIsToldOfItsMail() throws Exception {
        QueueId id = put();
        later(id, 0, Kind.FAIL, State.Failed);
        var feed = new TraceFeed();
        try (var follow = new TraceFollow(store, feed, ALL.withConnector("default"))) {
            feed.changed(id, List.of(new Happened(TraceEvent.plain(0, time.instant(), Kind.DSN, "other", "", "told"),
                    Optional.empty()))).run();
            assertEquals("Default", row(follow).last().connector());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<1@x.example>", "1@x.example"})
    void aMessageThatComesLaterIsWaitedFor(String field) throws Exception {
        try (var follow = follow(ALL.withMessageId(field))) {
            QueueId id = put();
            assertEquals(List.of("RECEIVE a Pending", "RECEIVE b Pending", "RECEIVE c Pending"), next(follow, 3));
            settle(id, List.of(change(0, Kind.SEND, State.Delivered), change(1, Kind.SEND, State.Delivered),
                    change(2, Kind.SEND, State.Delivered)), List.of());
            assertEquals(List.of("SEND a Delivered", "SEND b Delivered", "SEND c Delivered", "end"), next(follow, 4));
        }
    }

    @Test
    void onlyWhatIsWantedIsTold() throws Exception {
        QueueId id = put();
        try (var follow = follow(ALL.withId(id.text()).withStatus(TraceQuery.Status.Failed)
                .withRecipient("b@*", "c@x.example"))) {
            for (int i = 0; i < 2; i++)
                later(id, i, Kind.FAIL, State.Failed);
            later(id, 2, Kind.SEND, State.Delivered);
            assertEquals(List.of("FAIL b Failed", "end"), next(follow, 2));
        }
    }

    /// Nobody is kept waiting by one who does not read, and he is told what he did not hear.
    @Test
    void whatComesFasterThanItIsTakenIsCounted() throws Exception {
        var feed = new TraceFeed();
        var id = QueueId.fresh(Instant.EPOCH, new Random(1));
        try (var slow = feed.follow()) {
            for (int i = 0; i < TraceFeed.WAITING_MAX + 5; i++)
                feed.changed(id, List.of(new Happened(event(i, Kind.DEFER), Optional.empty()))).run();
            for (int i = 0; i < TraceFeed.WAITING_MAX; i++)
                assertEquals(i, ((Told.Changed) slow.take()).all().getFirst().event().recipient());
            feed.changed(id, List.of(new Happened(event(7, Kind.SEND), Optional.empty()))).run();
            assertEquals(new Told.Missed(6, time.instant()), slow.take());
            feed.changed(id, List.of(new Happened(event(8, Kind.SEND), Optional.empty()))).run();
            assertEquals(8, ((Told.Changed) slow.take()).all().getFirst().event().recipient());
            assertEquals(1, feed.followers());
        }
        assertEquals(0, feed.followers());
    }

    /// What was written before somebody followed is held by nobody; who comes before it is told of hears that.
    @Test
    void whoComesInTheMidstHearsThatHeMissedIt() throws Exception {
        var feed = new TraceFeed();
        var id = QueueId.fresh(Instant.EPOCH, new Random(1));
        Runnable told = feed.changed(id, List.of(new Happened(event(1, Kind.SUSPEND), Optional.empty()),
                new Happened(event(2, Kind.SUSPEND), Optional.empty())));
        try (var late = feed.follow()) {
            told.run();
            feed.changed(id, List.of(new Happened(event(3, Kind.SEND), Optional.empty()))).run();
            assertEquals(new Told.Missed(3, time.instant()), late.take());
        }
    }

    /// It would wait for an end that it did not hear of.
    @Test
    void theEndOfAMessageIsFoundThoughItsEventsWereLeftOut() throws Exception {
        QueueId id = put();
        var feed = new TraceFeed();
        try (var follow = new TraceFollow(store, feed, ALL.withId(id.text()))) {
            next(follow, 3);
            for (int i = 0; i <= TraceFeed.WAITING_MAX; i++)
                feed.changed(QueueId.fresh(Instant.EPOCH, new Random(i)),
                        List.of(new Happened(event(0, Kind.DEFER), Optional.empty()))).run();
            for (int i = 0; i < 3; i++)
                later(id, i, Kind.SEND, State.Delivered);
            assertEquals(List.of("missed 1", "SEND a Delivered", "SEND b Delivered", "SEND c Delivered", "end"),
                    next(follow, 5));
        }
    }

    @Test
    void whoWaitsCanBeInterrupted() {
        try (var follow = follow(ALL)) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, follow::next);
        }
    }

    private TraceFollow follow(TraceQuery wanted) { return new QueueAdmin(store, queue, time).follow(wanted); }

    private QueueId put() throws IOException {
        time.advance(Duration.ofSeconds(1));
        return Doors.of(queue, Duration.ofDays(1), time).put("test", envelope(), CONTENT);
    }

    private void later(QueueId id, int recipient, Kind kind, State state) throws IOException {
        time.advance(Duration.ofSeconds(1));
        settle(id, List.of(change(recipient, kind, state)), List.of());
    }

    private void settle(QueueId id, List<QueueUpdate.Change> changes, List<NewMessage> notices) throws IOException {
        queue.settle(DESTINATION, new QueueUpdate(id, changes, notices, List.of(), false));
    }

    private QueueUpdate.Change change(int recipient, Kind kind, State state) {
        return new QueueUpdate.Change(recipient, state, 1, time.instant().plusSeconds(60), event(recipient, kind));
    }

    private TraceEvent event(int recipient, Kind kind) {
        return TraceEvent.plain(recipient, time.instant(), kind, "Default", "4.0.0", "it said " + kind);
    }

    private static List<String> next(TraceFollow follow, int count) {
        var told = new ArrayList<String>();
        for (int i = 0; i < count; i++)
            told.add(switch (assertTimeoutPreemptively(Patience.AMPLE, follow::next)) {
                case Next.Row(var row) -> row.last().kind() + " " + row.recipient().replace("@x.example", "") + " "
                        + row.status();
                case Next.Missed(int events, _) -> "missed " + events;
                case Next.End() -> "end";
            });
        return told;
    }

    private static TraceSearch.TraceRow row(TraceFollow follow) {
        Next next = assertTimeoutPreemptively(Patience.AMPLE, follow::next);
        assertTrue(next instanceof Next.Row, next.toString());
        return ((Next.Row) next).row();
    }

    private static Envelope envelope() {
        return new Envelope(ReversePath.of("me@example.org"),
                Stream.of("a", "b", "c").map(name -> Recipient.of(Address.of(name + "@x.example"))).toList(),
                MailParameters.NONE);
    }
}
