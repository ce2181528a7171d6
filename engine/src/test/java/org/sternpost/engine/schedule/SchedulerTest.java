package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.connector.Changed;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.delivery.AttemptResult.NextHop;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.DeliveryAgent;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.DeliveryStatus;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// When mail is tried again, when it may go in clear, and what its sender hears when time is over.
class SchedulerTest {

    private static final Duration LIFE = Duration.ofHours(4);
    private static final Duration SOON = Patience.AMPLE; // of real time, for what must happen
    private static final Limits LIMITS = new Limits(50, 10,
            List.of(Duration.ofMinutes(15), Duration.ofMinutes(15), Duration.ofHours(1)), Duration.ofDays(1));
    private static final Outcome TAKEN = new Outcome.Delivered("2.0.0", new Reply(250, List.of("2.0.0 ok")),
            "mx.example.org", "192.0.2.1:25", Level.Plaintext, "", Optional.empty());

    /// One attempt: when, at what.
    private record Tried(Instant at, ClaimedDelivery mail, String text) {}

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final Instant start = time.instant();
    private final BlockingQueue<Tried> tried = new LinkedBlockingQueue<>();
    private volatile Outcome answer = TAKEN;
    private SqliteDatabase database;
    private Connectors connectors;
    private Queue queue;

    @BeforeEach
    void open() throws Exception {
        database = SqliteDatabase.open(directory,
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList());
        connectors = new Connectors(database, time);
        queue = Queue.recover(database, time);
    }

    @AfterEach
    void close() throws Exception { database.close(); }

    @ParameterizedTest
    @CsvSource({"15, 15, 60, false", "1, 2, 3, true"})
    void mailIsTriedOnTheRetryIntervalsOfWhichTheLastRepeats(int one, int two, int three, boolean own)
            throws Exception {
        if (own)
            Changed.replace(connectors, "Default", old -> old.withPace(old.pace().withRetryIntervals(
                    List.of(Duration.ofMinutes(one), Duration.ofMinutes(two), Duration.ofMinutes(three)))));
        answer = policyFailure(Reason.TLSA_INVALID);
        try (var _ = scheduler(this::carry)) {
            submit();
            assertEquals(start, next().at());
            for (int minutes : new int[]{one, two, three, three}) {
                time.advance(Duration.ofMinutes(minutes).minusSeconds(1));
                assertNull(tried.poll(100, TimeUnit.MILLISECONDS), "before its time");
                time.advance(Duration.ofSeconds(1));
                assertEquals(time.instant(), next().at());
            }
        }
    }

    /// The last of three that the host's word is followed at; then the schedule goes on where it would be.
    @Test
    void aHostThatGreylistsIsAskedWhenItSays() throws Exception {
        answer = new Outcome.Deferred("4.7.1", "mx.example.org said so", "mx.example.org", Optional.empty(),
                Optional.of(Reply.of(451, "4.7.1 Greylisted, try again in 300 seconds")));
        try (var _ = scheduler(this::carry)) {
            submit();
            next();
            for (int wait : new int[]{5, 5, 5, 60}) {
                time.advance(Duration.ofMinutes(wait).minusSeconds(1));
                assertNull(tried.poll(50, TimeUnit.MILLISECONDS), "before its time");
                time.advance(Duration.ofSeconds(1));
                assertEquals(time.instant(), next().at());
            }
        }
    }

    @Test
    void whatWasDeferredTogetherComesBackApart() throws Exception {
        answer = policyFailure(Reason.TLSA_INVALID);
        var jittered = new Limits(50, 10, LIMITS.retryIntervals(), LIMITS.delayNotice(), 0.1);
        try (var _ = scheduler(this::carry, jittered)) {
            for (int i = 0; i < 20; i++)
                submit();
            for (int i = 0; i < 20; i++)
                next();
        }
        var due = admin().messages(Optional.empty(), Optional.empty(), 100).stream()
                .map(one -> one.recipients().getFirst().due()).toList();
        Instant first = start.plus(LIMITS.retryIntervals().getFirst());
        Instant last = first.plus(LIMITS.retryIntervals().getFirst().dividedBy(10));
        for (Instant one : due)
            assertTrue(!one.isBefore(first) && !one.isAfter(last), due + "");
        assertTrue(Set.copyOf(due).size() > 10, due + "");
    }

    @Test
    void onlyMailOlderThanTheFirstRetryIntervalMayGoInClearAfterAFailedHandshake() throws Exception {
        answer = policyFailure(Reason.VALIDATION_FAILURE);
        try (var _ = scheduler(this::carry)) {
            submit();
            assertFalse(next().mail().plaintextFallback());
            time.advance(Duration.ofMinutes(10));
            admin().retry(List.of(new DestinationKey("Default", Domain.of("example.org"))), _ -> null);
            assertFalse(next().mail().plaintextFallback());
            time.advance(Duration.ofMinutes(15));
            assertTrue(next().mail().plaintextFallback());
        }
    }

    /// A failure of policy keeps its own code in the notification, in the final class; other trouble is `5.4.7`.
    @ParameterizedTest
    @CsvSource({"TLSA_INVALID, 4.7.323, 5.7.323", "STARTTLS_NOT_SUPPORTED, 4.7.321, 5.7.321",
            "DNSSEC_INVALID, 4.7.324, 5.7.324", "STS_MX_MISMATCH, 4.4.8, 5.4.8", "-, 4.2.0, 5.4.7"})
    void mailThatExpiresGoesBackWithTheFinalTwinOfItsCode(String reason, String waiting, String last)
            throws Exception {
        answer = reason.equals("-")
                ? new Outcome.Deferred("4.2.0", "mx.example.org said 'later'", "mx.example.org", Optional.empty())
                : policyFailure(Reason.valueOf(reason));
        assertEquals(waiting, answer.code());
        try (var _ = scheduler(this::carry)) {
            submit();
            next();
            time.advance(LIFE.minusSeconds(1));
            next();
            time.advance(Duration.ofSeconds(1));
            // RFC 8461 §5.1: what policy holds back is tried once more when its time is over; the rest is given up.
            if (!reason.equals("-")) next();
            Tried notice = next();
            assertTrue(notice.mail().message().sender() instanceof ReversePath.Null);
            assertEquals("sender@home.example", notice.mail().recipients().getFirst().address().toString());
            String text = notice.text();
            assertTrue(text.contains("Status: " + last), text);
            assertTrue(text.contains("Action: failed"), text);
        }
    }

    @Test
    void theConnectorsOwnExpiryGoesBeforeTheEngines() throws Exception {
        answer = policyFailure(Reason.TLSA_INVALID);
        Changed.replace(connectors, "Default",
                old -> old.withLimits(old.limits().withMessageExpiration(Duration.ofMinutes(20))));
        try (var _ = scheduler(this::carry)) {
            submit();
            next();
            time.advance(Duration.ofMinutes(15));
            assertEquals(ReversePath.Mailbox.class, next().mail().message().sender().getClass());
            time.advance(Duration.ofMinutes(5));
            next();
            assertEquals(ReversePath.Null.class, next().mail().message().sender().getClass());
        }
    }

    /// Sixty messages for one domain want four sessions, of which a connector may allow fewer in all or to a domain.
    @ParameterizedTest
    @CsvSource({"true, 0, 0, 1", "false, 0, 0, 4", "false, 0, 2, 2", "false, 3, 0, 3", "false, 3, 2, 2"})
    void aFailingNextHopIsTriedByOneSessionOnly(boolean failing, int all, int perDomain, int sessions)
            throws Exception {
        Changed.replace(connectors, "Default", old -> old.withPace(
                old.pace().withMaxSessions(all).withMaxSessionsPerDomain(perDomain)));
        for (int i = 0; i < 60; i++)
            submit();
        var destination = new DestinationKey("Default", Domain.of("example.org"));
        if (failing)
            queue.destinations().failed(destination, start, start.plusSeconds(60),
                    DeliveryStatus.of("4.4.1", "down"));
        time.advance(Duration.ofMinutes(1));
        var open = new LinkedBlockingQueue<Integer>();
        var go = new CountDownLatch(1);
        try (var _ = scheduler(session -> {
            session.answered();
            open.add(1);
            go.await();
        })) {
            for (int i = 0; i < sessions; i++)
                assertNotNull(open.poll(SOON.toSeconds(), TimeUnit.SECONDS), i + " of " + sessions + " sessions");
            assertNull(open.poll(200, TimeUnit.MILLISECONDS), "one more than " + sessions);
            queue.destinations().recovered(destination, time.instant());
            // Nothing is left to do: the sessions end, and no more are wanted for mail that is not there.
            for (var message : admin().messages(Optional.empty(), Optional.empty(), 100))
                admin().remove(message, "test", List.of(), _ -> null);
            go.countDown();
        }
    }

    /// Not one for each message, nor one for each session that its mail would have.
    @Test
    void aHostThatIsDownCostsOneProbeAnInterval() throws Exception {
        var down = new Outcome.Deferred("4.4.1", "nobody listens", "mx.example.org", Optional.empty());
        for (int i = 0; i < 200; i++)
            submit();
        try (var _ = scheduler(session -> {
            for (var next = session.next(); next.isPresent(); next = session.next()) {
                session.settle(next.get(), new AttemptResult(Map.of(), List.of(), List.of(), new NextHop.Silent(down)));
                tried.add(new Tried(time.instant(), next.get(), ""));
            }
        })) {
            for (Duration interval : LIMITS.retryIntervals()) {
                assertEquals(time.instant(), next().at());
                assertNull(tried.poll(100, TimeUnit.MILLISECONDS), "one more probe");
                time.advance(interval);
            }
        }
    }

    /// 421 to one session, or one that breaks: who has no outcome is taken by the sessions that stand, at once.
    @ParameterizedTest
    @ValueSource(strings = {"crowded", "silent"})
    void aSessionThatCannotBeHadIsNoAttemptWhileOthersStand(String kind) throws Exception {
        for (int i = 0; i < 60; i++)
            submit();
        var open = new LinkedBlockingQueue<Integer>();
        var first = new AtomicInteger();
        var all = new CountDownLatch(60);
        var go = new CountDownLatch(1);
        var down = new Outcome.Deferred("4.4.2", "no more", "mx.example.org", Optional.empty());
        var destination = new DestinationKey("Default", Domain.of("example.org"));
        try (var _ = scheduler(session -> {
            open.add(1);
            int number = first.incrementAndGet();
            if (number == 1) {
                session.answered();
                go.await(); // until another session has had its trouble
                // It stands until all is delivered: whoever comes late must not be the only one.
                for (carry(session); !all.await(5, TimeUnit.MILLISECONDS);)
                    carry(session);
            } else {
                var mail = session.next();
                if (mail.isEmpty()) return; // it came late, and the others have taken all
                session.settle(mail.get(), new AttemptResult(Map.of(), List.of(), List.of(),
                        kind.equals("silent") ? new NextHop.Silent(down) : new NextHop.Crowded(down)));
                assertEquals(Optional.empty(), session.next());
                go.countDown();
            }
        })) {
            for (int i = 0; i < 60; i++) {
                Tried one = next();
                all.countDown();
                assertEquals(0, one.mail().recipients().getFirst().attempts());
                assertEquals(start, one.at());
            }
        }
        assertTrue(open.size() >= 2, open + "");
        assertEquals(0, queue.destinations().failures(destination));
    }

    @ParameterizedTest
    @CsvSource({"crowded, 0", "silent, 1"})
    void whatTheOnlySessionMeetsIsAnAttempt(String kind, int failures) throws Exception {
        var down = new Outcome.Deferred("4.4.2", "no more", "mx.example.org", Optional.empty());
        var destination = new DestinationKey("Default", Domain.of("example.org"));
        var settled = new LinkedBlockingQueue<Integer>();
        try (var _ = scheduler(session -> {
            var mail = session.next().orElseThrow();
            session.settle(mail, new AttemptResult(Map.of(), List.of(), List.of(),
                    kind.equals("silent") ? new NextHop.Silent(down) : new NextHop.Crowded(down)));
            settled.add(1);
        })) {
            submit();
            assertNotNull(settled.poll(SOON.toSeconds(), TimeUnit.SECONDS));
            assertEquals(failures, queue.destinations().failures(destination));
        }
    }

    /// RFC 3461 §5.2.2: a host that offers no DSN tells nobody, so its sender hears from here that mail went on.
    @ParameterizedTest
    @CsvSource({"Success, false, true", "Success, true, false", "Failure, false, false"})
    void whoAskedForSuccessHearsOfMailThatWentOnWithoutDsn(Notify wanted, boolean notifies, boolean told)
            throws Exception {
        answer = new Outcome.Delivered("2.0.0", new Reply(250, List.of("2.0.0 ok")), "mx.example.org", "192.0.2.1:25",
                Level.Plaintext, "", Optional.empty(), notifies);
        try (var _ = scheduler(this::carry)) {
            submit(Set.of(wanted));
            assertEquals("b@example.org", next().mail().recipients().getFirst().address().toString());
            if (told) assertTrue(next().text().contains("Action: relayed"));
            // A notice is kept in the transaction that settles the mail, and tried before it is gone again.
            for (int look = 0; queue.size() > 0; look++) {
                assertNull(tried.poll(10, TimeUnit.MILLISECONDS), "a notice");
                assertTrue(look < SOON.toMillis() / 10, "it is not settled");
            }
            assertNull(tried.poll(), "a notice");
        }
    }

    /// An error of the process is not one of the message that was at hand; nor is a defect between two messages.
    @ParameterizedTest
    @ValueSource(strings = {"error", "between"})
    void aDefectThatIsNoMessagesLetsTheDestinationRestAndTheMailStays(String kind) throws Exception {
        var served = new AtomicInteger();
        try (var _ = scheduler(destination -> {
            if (kind.equals("error")) destination.next();
            if (served.incrementAndGet() > 1) return;
            if (kind.equals("error")) throw new NoClassDefFoundError("half an upgrade");
            throw new IllegalStateException("odd input");
        })) {
            submit();
            for (int i = 0; i < 20; i++)
                assertNull(tried.poll(10, TimeUnit.MILLISECONDS));
            assertEquals(1, served.get());
            assertEquals(1, queue.size());
        }
    }

    private QueueAdmin admin() { return new QueueAdmin(database, queue, time); }

    private Scheduler scheduler(DeliveryAgent agent) { return scheduler(agent, LIMITS); }

    private Scheduler scheduler(DeliveryAgent agent, Limits limits) {
        return Scheduler.start(queue, connectors, agent, _ -> false,
                new DsnWriter("relay.example", _ -> false, Doors.of(queue, LIFE, time).acceptance()::admit, time),
                List.of(), limits, time);
    }

    /// Notifications are taken, other mail gets the answer of the test.
    private void carry(DeliveryAgent.DestinationQueue destination) throws IOException {
        for (var next = destination.next(); next.isPresent(); next = destination.next()) {
            ClaimedDelivery mail = next.get();
            String text;
            try (var body = mail.body().open()) {
                text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
            boolean notice = mail.message().sender() instanceof ReversePath.Null;
            synchronized (tried) { // what it leads to is tried by another session, and comes behind it
                destination.settle(mail, new AttemptResult(Map.of(0, notice ? TAKEN : answer), List.of(), List.of()));
                tried.add(new Tried(time.instant(), mail, text));
            }
        }
    }

    private void submit() throws IOException { submit(Set.of()); }

    private void submit(Set<Notify> wanted) throws IOException {
        Doors.of(queue, LIFE, time).put("127.0.0.1",
                new Envelope(ReversePath.of("sender@home.example"),
                        List.of(new Recipient(Address.of("b@example.org"), wanted, "")), MailParameters.NONE),
                "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private Tried next() throws InterruptedException {
        return Optional.ofNullable(tried.poll(SOON.toSeconds(), TimeUnit.SECONDS)).orElseThrow();
    }

    private static Outcome policyFailure(Reason reason) {
        var why = new Failure(reason, "mx.example.org: seen", "mend it");
        return new Outcome.Deferred(reason.waitingCode(), why.sentence(), "mx.example.org", Optional.of(why));
    }
}
