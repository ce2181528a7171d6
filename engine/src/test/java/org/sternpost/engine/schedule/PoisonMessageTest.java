package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.Warnings;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.DeliveryAgent.DefectException;
import org.sternpost.engine.delivery.DeliveryAgent.DestinationQueue;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.QueuedMessage.MessageRow;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.Trace;
import org.sternpost.engine.queue.TraceEvent;
import org.sternpost.engine.schedule.Scheduler.AttemptListener;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;

/// A message that makes us fail costs no other message a moment, and is set aside after a few times.
class PoisonMessageTest {

    private static final Duration RETRY = Duration.ofMinutes(15);
    private static final Outcome TAKEN = new Outcome.Delivered("2.0.0", new Reply(250, List.of("2.0.0 ok")),
            "mx.example.org",
            "192.0.2.1:25", Level.Plaintext, "", Optional.empty());

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final BlockingQueue<String> tried = new LinkedBlockingQueue<>();
    private SqliteDatabase database;
    private Queue queue;
    private volatile AttemptListener listener = (_, _) -> _ -> null;

    @BeforeEach
    void open() throws Exception {
        database = SqliteDatabase.open(directory,
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList());
        queue = Queue.recover(database, time);
    }

    @AfterEach
    void close() throws Exception { database.close(); }

    @ParameterizedTest
    @ValueSource(strings = {"exception", "deep input", "assertion"})
    void theDestinationGoesOnWithTheNextMessageAtOnce(String kind) throws Exception {
        submit("poison");
        for (int i = 0; i < 5; i++)
            submit("good " + i);
        try (var _ = scheduler(kind)) {
            assertEquals(Set.of("poison", "good 0", "good 1", "good 2", "good 3", "good 4"), next(6));
        }
        MessageRow left = only();
        assertEquals("poison", left.message().subject());
        assertEquals(1, left.recipients().getFirst().defects());
        assertEquals(time.instant().plus(RETRY), left.recipients().getFirst().due());
        assertTrue(left.recipients().getFirst().lastError().text().contains("a defect of this gateway"),
                left.recipients().getFirst().lastError().text());
    }

    /// Restarted in the middle: what was counted is in the store.
    @Test
    void aMessageIsSetAsideAfterAFewDefectsAndAnOperatorMayTryItAgain() throws Exception {
        submit("poison");
        for (int i = 1; i <= 3; i++) {
            try (var alerts = new Warnings(AttemptRecorder.class, java.util.logging.Level.SEVERE)) {
                try (var _ = scheduler("exception")) {
                    next(1);
                }
                assertEquals(i < 3 ? 0 : 1, alerts.lines().size(), alerts.lines() + "");
                if (i == 3)
                    assertTrue(
                            alerts.lines().getFirst().contains("id=" + only().message().id() + " event=poison-message")
                                    && alerts.lines().getFirst().contains("Resume-Message"),
                            alerts.lines() + "");
            }
            close();
            open();
            assertEquals(i, only().recipients().getFirst().defects());
            assertEquals(i < 3 ? QueuedRecipient.State.Waiting : QueuedRecipient.State.Suspended,
                    only().recipients().getFirst().state());
            time.advance(RETRY);
        }
        String why = only().recipients().getFirst().lastError().text();
        assertTrue(why.contains("set aside") && why.contains("odd input"), why);
        var traced = new Trace(database).events(only().message().id()).stream().map(TraceEvent::kind).toList();
        assertEquals(List.of(TraceEvent.Kind.DEFER, TraceEvent.Kind.DEFER, TraceEvent.Kind.POISONMESSAGE),
                traced.subList(1, traced.size()), traced + "");
        time.advance(Duration.ofDays(9));
        try (var _ = scheduler("exception")) {
            submit("good");
            assertEquals(Set.of("good"), next(1));
            new QueueAdmin(database, queue, time).acts().resume(Set.of(poison().message().id()), "ops", _ -> _ -> null);
            assertEquals(Set.of("poison"), next(1));
        }
        assertEquals(1, only().recipients().getFirst().defects());
    }

    /// Recipients that a host took before the defect do not get it again.
    @Test
    void whatADefectLeavesBehindIsSettled() throws Exception {
        submit("half", "a@example.org", "b@example.org");
        try (var _ = scheduler("half")) {
            next(1);
        }
        assertEquals(List.of(1), only().recipients().stream().map(QueuedRecipient::index).toList());
        assertEquals(1, only().recipients().getFirst().defects());
    }

    /// A defect while an outcome is written down: what was delivered is, and is not sent again.
    @Test
    void aDefectOfTheBooksDoesNotSendTheMailAgain() throws Exception {
        listener = (_, _) -> _ -> {
            throw new IllegalStateException("odd evidence");
        };
        submit("delivered");
        submit("also");
        try (var _ = scheduler("none")) {
            assertEquals(Set.of("delivered", "also"), next(2));
            time.advance(Duration.ofHours(1));
            submit("later");
            assertEquals(Set.of("later"), next(1));
        }
        assertEquals(0, queue.size());
    }

    private Scheduler scheduler(String kind) throws IOException {
        return Scheduler.start(queue, new Connectors(database, time), destination -> carry(destination, kind),
                _ -> false,
                new DsnWriter("relay.example", _ -> false,
                        Doors.of(queue, Duration.ofDays(2), time).acceptance()::admit, time),
                List.of((mail, attempt) -> listened(mail, attempt)),
                new Limits(50, 1, List.of(RETRY), Duration.ofDays(1)), time);
    }

    private Database.Work<@Nullable Void> listened(ClaimedDelivery mail, AttemptResult attempt) {
        return listener.settled(mail, attempt);
    }

    private void carry(DestinationQueue destination, String kind) throws IOException {
        for (var next = destination.next(); next.isPresent(); next = destination.next()) {
            ClaimedDelivery mail = next.get();
            if (!destination.answered()) return;
            String subject = mail.message().subject();
            tried.add(subject);
            if (subject.equals("poison")) throw defect(kind);
            if (subject.equals("half"))
                throw new DefectException(mail, new AttemptResult(Map.of(0, TAKEN), List.of(), List.of()),
                        new IllegalStateException("odd input"));
            var outcomes = new HashMap<Integer, Outcome>();
            mail.recipients().forEach(recipient -> outcomes.put(recipient.index(), TAKEN));
            destination.settle(mail, new AttemptResult(outcomes, List.of(), List.of()));
        }
    }

    private static RuntimeException defect(String kind) {
        if (kind.equals("deep input")) throw new StackOverflowError("deep input");
        if (kind.equals("assertion")) throw new AssertionError("never");
        throw new IllegalStateException("odd input");
    }

    private MessageRow only() throws IOException {
        var all = all();
        assertEquals(1, all.size(), all + "");
        return all.getFirst();
    }

    private MessageRow poison() throws IOException {
        return all().stream().filter(one -> one.message().subject().equals("poison")).findFirst().orElseThrow();
    }

    private List<MessageRow> all() throws IOException {
        return new QueueAdmin(database, queue, time).messages(Optional.empty(), Optional.empty(), 10);
    }

    private void submit(String subject, String... to) throws IOException {
        var recipients = Stream.of(to.length == 0 ? new String[]{"b@example.org"} : to)
                .map(one -> new Recipient(Address.of(one), Set.of(), "")).toList();
        Doors.of(queue, Duration.ofDays(2), time).put("127.0.0.1",
                new Envelope(ReversePath.of("sender@home.example"), recipients, MailParameters.NONE),
                ("Subject: " + subject + "\r\n\r\nhello\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private Set<String> next(int count) throws InterruptedException {
        var subjects = new java.util.HashSet<String>();
        for (int i = 0; i < count; i++) {
            String one = tried.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
            assertNotNull(one, subjects + " only");
            subjects.add(one);
        }
        return subjects;
    }
}
