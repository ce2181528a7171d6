package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.DeliveryAgent.DestinationQueue;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// Somebody sets the machine's clock while mail waits.
class SetClockTest {

    private static final Duration LIFE = Duration.ofHours(4);
    private static final Duration INTERVAL = Duration.ofMinutes(15);
    private static final Limits LIMITS = new Limits(50, 10, List.of(INTERVAL), Duration.ofDays(1));
    private static final Failure WHY = new Failure(Reason.TLSA_INVALID, "mx.example.org: seen", "mend it");
    private static final Outcome LATER = new Outcome.Deferred(WHY.reason().waitingCode(), WHY.sentence(),
            "mx.example.org", Optional.of(WHY));
    private static final Outcome TAKEN = new Outcome.Delivered("2.0.0", new Reply(250, List.of("2.0.0 ok")),
            "mx.example.org", "192.0.2.1:25", Level.Plaintext, "", Optional.empty());

    /// One attempt.
    private record Tried(Instant at, ReversePath sender) {}

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final BlockingQueue<Tried> tried = new LinkedBlockingQueue<>();
    private volatile Outcome answer = LATER;
    private SqliteDatabase database;
    private Scheduler scheduler;

    @BeforeEach
    void begin() throws Exception {
        database = SqliteDatabase.open(directory,
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList());
        var queue = Queue.recover(database, time);
        scheduler = Scheduler.start(queue, new Connectors(database, time), this::carry, _ -> false,
                new DsnWriter("relay.example", _ -> false, Doors.of(queue, LIFE, time).acceptance()::admit, time),
                List.of(), LIMITS, time);
        Doors.of(queue, LIFE, time).put("127.0.0.1",
                new Envelope(ReversePath.of("sender@home.example"), List.of(Recipient.of(Address.of("b@example.org"))),
                        MailParameters.NONE),
                "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
        next();
    }

    @AfterEach
    void end() throws Exception {
        scheduler.close();
        database.close();
    }

    /// A machine that starts with a wrong clock has it set a moment later: mail does not wait for the time it was.
    @ParameterizedTest
    @ValueSource(longs = {1, 24 * 365})
    void setBackItHoldsNoMail(long hours) throws Exception {
        time.set(time.instant().minus(Duration.ofHours(hours)));
        for (int i = 0; i < 2; i++) {
            time.advance(INTERVAL.minusSeconds(1));
            assertNull(tried.poll(100, TimeUnit.MILLISECONDS), "before its time");
            time.advance(Duration.ofSeconds(1));
            assertEquals(time.instant(), next().at());
        }
    }

    /// All mail is tried at once then. What a policy held back has one attempt also where it expires by that.
    @Test
    void setForwardsItReturnsNothingThatPolicyHeldBackUntried() throws Exception {
        answer = TAKEN;
        time.set(time.instant().plus(LIFE).plus(LIFE));
        assertFalse(next().sender() instanceof ReversePath.Null);
        assertNull(tried.poll(100, TimeUnit.MILLISECONDS), "somebody was told of a failure");
    }

    /// Nor anything else, and nobody is told that it is late: by what has passed it is not old, and it is tried at its
    /// intervals.
    @Test
    void setForwardsItMakesNothingOld() throws Exception {
        time.set(time.instant().plus(Duration.ofDays(30)));
        for (int i = 0; i < 3; i++) {
            assertFalse(next().sender() instanceof ReversePath.Null, "somebody was told");
            assertNull(tried.poll(100, TimeUnit.MILLISECONDS), "tried before its time");
            time.advance(INTERVAL);
        }
        next();
        time.advance(LIFE);
        next();
        assertTrue(next().sender() instanceof ReversePath.Null, "by now its time is over");
    }

    private void carry(DestinationQueue destination) throws IOException {
        for (var next = destination.next(); next.isPresent(); next = destination.next()) {
            Instant now = time.instant();
            destination.settle(next.get(), new AttemptResult(Map.of(0, answer), List.of(), List.of()));
            tried.add(new Tried(now, next.get().message().sender()));
        }
    }

    private Tried next() throws InterruptedException {
        Tried one = tried.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(one, "nothing was tried");
        return one;
    }

    /// A machine that stands still for an hour between two looks has set no clock.
    @Test
    void whoeverIsKeptFromRunningBetweenTwoLooksSetsNoClock() {
        var sim = new SimTime();
        var stopped = new AtomicBoolean(true);
        var kept = (Time) Proxy.newProxyInstance(Time.class.getClassLoader(), new Class<?>[]{Time.class},
                (_, method, arguments) -> {
                    Object said = method.invoke(sim, arguments);
                    if (method.getName().equals("steady") && stopped.getAndSet(false)) sim.advance(Duration.ofHours(1));
                    return said;
                });
        var watch = new ClockWatch(kept);
        assertEquals(Optional.empty(), watch.setBack());
        stopped.set(true);
        assertEquals(Optional.empty(), watch.setBack());
        assertEquals(Optional.empty(), watch.setBack());
        sim.set(sim.instant().minus(Duration.ofHours(2)));
        assertEquals(Optional.of(Duration.ofHours(2)), watch.setBack());
    }
}
