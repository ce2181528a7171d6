package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.delivery.AttemptResult.NextHop;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.DeliveryAgent.DestinationQueue;
import org.sternpost.engine.delivery.DeliveryAgent;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// When mail is tried again that our own trouble held back, and what that counts for.
class OwnTroubleTest {

    private static final Duration LIFE = Duration.ofHours(4);
    private static final Limits LIMITS = new Limits(50, 10,
            List.of(Duration.ofMinutes(15), Duration.ofMinutes(15), Duration.ofHours(1)), Duration.ofDays(1));
    private static final DestinationKey DESTINATION = new DestinationKey("Default", Domain.of("example.org"));
    private static final Outcome.Deferred LATER = new Outcome.Deferred("4.2.0", "mx.example.org said 'later'",
            "mx.example.org", Optional.empty());
    private static final Outcome TAKEN = new Outcome.Delivered("2.0.0", new Reply(250, List.of("2.0.0 ok")),
            "mx.example.org", "192.0.2.1:25", Level.Plaintext, "", Optional.empty());

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final BlockingQueue<Instant> tried = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> notices = new LinkedBlockingQueue<>();
    private volatile AttemptResult result = answers(TAKEN);
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

    /// Soon, as what stalled us may be over; then ever more slowly, as it may be that we have too much to do.
    @ParameterizedTest
    @EnumSource(Answered.class)
    void whatWeDidNotGetDoneIsTriedAgainSoonAndBlamesNobody(Answered how) throws Exception {
        result = how.with(ours(Reason.LOCAL));
        try (var _ = scheduler()) {
            submit();
            next();
            for (int minutes : new int[]{1, 2, 4, 8, 16, 32, 60}) {
                assertEquals(0, queue.destinations().failures(DESTINATION));
                time.advance(Duration.ofMinutes(minutes).minusSeconds(1));
                assertNull(tried.poll(50, TimeUnit.MILLISECONDS), "before its time");
                time.advance(Duration.ofSeconds(1));
                next();
            }
        }
    }

    /// Nobody knows when it is over, so each destination has one probe an interval; the next hop has failed at nothing.
    @ParameterizedTest
    @EnumSource(value = Reason.class, names = {"LOCAL_DNS", "LOCAL_NETWORK"})
    void anOutageOfOursIsNoFailureOfTheNextHop(Reason outage) throws Exception {
        result = Answered.SILENT.with(ours(outage));
        try (var _ = scheduler()) {
            for (int i = 0; i < 3; i++)
                submit();
            next();
            for (Duration interval : LIMITS.retryIntervals()) {
                assertNull(tried.poll(50, TimeUnit.MILLISECONDS), "one more probe");
                assertEquals(0, queue.destinations().failures(DESTINATION));
                assertEquals(Optional.of(outage), queue.destinations().lastError(DESTINATION).reason());
                time.advance(interval);
                next();
            }
        }
    }

    /// The engine was down when its time ended: it was not tried as often as its sender may expect.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void mailThatExpiredWhileNothingRanHasOneLastAttempt(boolean taken) throws Exception {
        result = answers(LATER);
        try (var _ = scheduler()) {
            for (int i = 0; i < 3; i++)
                submit();
            for (int i = 0; i < 3; i++)
                next();
        }
        time.advance(LIFE.multipliedBy(10));
        queue = Queue.recover(database, time);
        if (taken) result = answers(TAKEN);
        try (var _ = scheduler()) {
            for (int i = 0; i < 3; i++)
                next();
            if (!taken)
                for (int i = 0; i < 3; i++)
                returned("5.4.7");
            assertNull(tried.poll(50, TimeUnit.MILLISECONDS), "tried twice");
        }
        assertEquals(0, notices.size());
    }

    /// All that it was to be tried for was tried: no attempt is owed because it waits for the end of its time.
    @Test
    void mailThatExpiresWhileWeRunHasNoAttemptMoreThanItsIntervals() throws Exception {
        result = answers(LATER);
        try (var _ = scheduler()) {
            submit();
            next();
            time.advance(LIFE.minusSeconds(1));
            next();
            time.advance(Duration.ofSeconds(1));
            returned("5.4.7");
            assertEquals(0, tried.size());
        }
    }

    @Test
    void aNextHopThatIsDownHasOneProbeAlsoForMailThatExpired() throws Exception {
        result = Answered.SILENT.with(LATER);
        try (var _ = scheduler()) {
            for (int i = 0; i < 3; i++)
                submit();
            next();
        }
        time.advance(LIFE.multipliedBy(10));
        queue = Queue.recover(database, time);
        try (var _ = scheduler()) {
            next();
            returned("5.4.7");
            time.advance(Duration.ofMinutes(15));
            returned("5.4.7");
            returned("5.4.7");
            assertEquals(0, tried.size());
        }
    }

    /// It never had an attempt that told anything; if this one does not either, its sender hears that it was us.
    @Test
    void mailThatOnlyOurTroubleHeldBackHasOneMoreAttemptWhenItsTimeIsOver() throws Exception {
        result = answers(ours(Reason.LOCAL_DNS));
        try (var _ = scheduler()) {
            submit();
            next();
            time.advance(LIFE.minusSeconds(1));
            next();
            time.advance(Duration.ofSeconds(1));
            next();
            returned("5.4.3");
        }
    }

    /// A hundred messages wait, and the host takes each in ten milliseconds: one session does. Where it is the host
    /// that takes a second, more may help; where it is our own machine, they would only make it slower.
    @ParameterizedTest
    @CsvSource({"true, 1", "false, 6"})
    void sessionsGrowByWhatTheHostTakesAndNotByWhatWeDo(boolean stalled, int wanted) throws Exception {
        for (int i = 0; i < 100; i++)
            submit();
        var first = new AtomicBoolean(true);
        var held = new CountDownLatch(1);
        try (var _ = scheduler(session -> {
            if (!first.getAndSet(false)) held.await();
            else {
                var mail = session.next().orElseThrow();
                session.answered();
                time.advance(Duration.ofMillis(10));
                if (stalled) time.stall(Duration.ofSeconds(1));
                else
                    time.advance(Duration.ofSeconds(1));
                session.settle(mail, answers(TAKEN));
                tried.add(time.instant());
                held.await();
            }
        })) {
            assertNotNull(tried.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
            assertEquals(wanted, queue.destinations().ready(DESTINATION, time.instant(), 10).orElseThrow().wanted());
            held.countDown();
        }
    }

    /// How an attempt came to nothing.
    private enum Answered {
        HOST, SILENT;

        AttemptResult with(Outcome.Deferred why) {
            return this == HOST
                    ? answers(why)
                    : new AttemptResult(Map.of(), List.of(), List.of(), new NextHop.Silent(why));
        }
    }

    private static AttemptResult answers(Outcome outcome) {
        return new AttemptResult(Map.of(0, outcome), List.of(), List.of());
    }

    private static Outcome.Deferred ours(Reason reason) {
        var why = new Failure(reason, "we do not know", "look at this machine");
        return new Outcome.Deferred(reason.waitingCode(), why.sentence(), "", Optional.of(why));
    }

    private Scheduler scheduler() { return scheduler(this::carry); }

    private Scheduler scheduler(DeliveryAgent agent) {
        return Scheduler.start(queue, connectors, agent, _ -> false,
                new DsnWriter("relay.example", _ -> false, Doors.of(queue, LIFE, time).acceptance()::admit, time),
                List.of(), LIMITS, time);
    }

    private void carry(DestinationQueue destination) throws IOException {
        for (var next = destination.next(); next.isPresent(); next = destination.next()) {
            var mail = next.get();
            if (mail.message().sender() instanceof ReversePath.Null) {
                try (var body = mail.body().open()) {
                    notices.add(new String(body.readAllBytes(), StandardCharsets.UTF_8));
                }
                destination.settle(mail, answers(TAKEN));
            } else {
                destination.settle(mail, result);
                tried.add(time.instant());
            }
        }
    }

    private void submit() throws IOException {
        Doors.of(queue, LIFE, time).put("127.0.0.1",
                new Envelope(ReversePath.of("sender@home.example"),
                        List.of(new Recipient(Address.of("b@example.org"), Set.of(), "")), MailParameters.NONE),
                "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private void next() throws InterruptedException {
        assertEquals(time.instant(), tried.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
    }

    private void returned(String code) throws InterruptedException {
        String notice = notices.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(notice, "no notice");
        assertEquals(true, notice.contains("Status: " + code), notice);
    }
}
