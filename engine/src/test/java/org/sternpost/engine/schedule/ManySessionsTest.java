package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Changed;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.delivery.AttemptResult;
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
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;

/// Many sessions at once: how a stop ends them, and that none of them keeps others from theirs.
class ManySessionsTest {

    private static final Duration LIFE = Duration.ofHours(4);
    private static final int OF_MESSAGE = 1_000; // recipients
    private static final int OF_CLAIM = 100; // the same
    private static final Duration SOON = Patience.AMPLE;
    private static final Outcome TAKEN = new Outcome.Delivered("2.0.0", new Reply(250, List.of("2.0.0 ok")),
            "mx.example.org", "192.0.2.1:25", Level.Plaintext, "", Optional.empty());

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
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

    /// Sessions that have sent nothing end at once; the clock stands still, so nothing waits for it.
    @Test
    void aStopEndsSessionsThatHaveNotBegunToSendAndTheirMailWasNotAttempted() throws Exception {
        int many = 200;
        for (int i = 0; i < many; i++)
            submit(i, "d" + i + ".example");
        var hanging = new Semaphore(0);
        var scheduler = scheduler(many * 4, session -> {
            var mail = session.next().orElseThrow();
            hanging.release();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException stop) {
                var late = new Outcome.Deferred("4.4.2", "closed", "mx.example.org", Optional.empty());
                session.settle(mail, new AttemptResult(Map.of(0, late), List.of(), List.of()));
                throw stop;
            }
        });
        assertTrue(hanging.tryAcquire(many, SOON.toSeconds(), TimeUnit.SECONDS));
        scheduler.close();
        assertEquals(0, scheduler.sessions());
        for (var message : new QueueAdmin(database, queue, time).messages(Optional.empty(), Optional.empty(), many)) {
            assertEquals(0, message.recipients().getFirst().attempts());
            assertFalse(message.recipients().getFirst().due().isAfter(time.instant()));
        }
        assertEquals(many, queue.size());
    }

    /// A host may have what it was sent: only its reply says so, and to leave before it is to send it twice.
    @Test
    void aStopWaitsForTheReplyOfWhoHasBeenSentAMessage() throws Exception {
        submit(1, "d1.example");
        submit(2, "d1.example");
        var sent = new CountDownLatch(1);
        var reply = new CountDownLatch(1);
        var interrupted = new AtomicInteger();
        var scheduler = scheduler(10, session -> {
            for (var next = session.next(); next.isPresent(); next = session.next()) {
                assertTrue(session.answered());
                sent.countDown();
                try {
                    reply.await();
                } catch (InterruptedException early) {
                    interrupted.incrementAndGet();
                }
                session.settle(next.get(), new AttemptResult(Map.of(0, TAKEN), List.of(), List.of()));
            }
        });
        assertTrue(sent.await(SOON.toSeconds(), TimeUnit.SECONDS));
        var stop = Thread.ofPlatform().start(scheduler::close);
        Patience.until("the stop has begun", scheduler::isStopping);
        assertFalse(stop.join(Duration.ofMillis(100)), "it waits");
        reply.countDown();
        assertTrue(stop.join(SOON));
        assertEquals(0, interrupted.get());
        assertEquals(1, queue.size(), "what was not sent yet is not sent then");
    }

    /// A host that never replies: the bound is the same for one as for many, and what may have come is sent again.
    @Test
    void aStopHasAnEndWhateverHostsDo() throws Exception {
        int many = 50;
        for (int i = 0; i < many; i++)
            submit(i, "d" + i + ".example");
        var sent = new Semaphore(0);
        var scheduler = scheduler(many * 4, session -> {
            var mail = session.next().orElseThrow();
            assertTrue(session.answered());
            sent.release();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException stop) {
                var lost = new Outcome.Deferred("4.4.2", "it may have been delivered", "mx", Optional.empty());
                session.settle(mail, new AttemptResult(Map.of(0, lost), List.of(), List.of()));
                throw stop;
            }
        });
        assertTrue(sent.tryAcquire(many, SOON.toSeconds(), TimeUnit.SECONDS));
        var stop = Thread.ofPlatform().start(scheduler::close);
        time.advance(OpenSessions.STOP.minusMillis(1));
        assertFalse(stop.join(Duration.ofMillis(100)), "they have until then");
        // It may begin to wait only after the first move of the clock.
        while (!stop.join(Duration.ofMillis(20)))
            time.advance(Duration.ofSeconds(1));
        assertEquals(many, queue.size());
    }

    /// Mail that comes goes before mail that goes: a round of sessions for each moment of the clock, and all of them
    /// once mail is accepted in time again.
    @Test
    void whileMailIsAcceptedLateFewSessionsBegin() throws Exception {
        int many = 5 * Scheduler.ROUND;
        for (int i = 0; i < many; i++)
            submit(i, "d" + i + ".example");
        var begun = new AtomicInteger();
        var late = queue.pace().begin();
        time.advance(Duration.ofSeconds(1));
        try (var _ = scheduler(many * 4, session -> {
            var mail = session.next().orElseThrow();
            begun.incrementAndGet();
            session.answered();
            session.settle(mail, new AttemptResult(Map.of(0, TAKEN), List.of(), List.of()));
        })) {
            Patience.until("a round begins", () -> begun.get() >= Scheduler.ROUND);
            for (int moments = 1; begun.get() < 3 * Scheduler.ROUND; moments++) {
                assertTrue(begun.get() <= moments * Scheduler.ROUND, begun + " after " + moments);
                time.advance(Duration.ofSeconds(1));
                new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
            }
            late.close();
            time.advance(Duration.ofSeconds(1));
            Patience.until("all are delivered", () -> queue.size() == 0);
        }
        assertEquals(many, begun.get());
    }

    /// One slot, and a destination with much mail in it: after its turn the others have theirs, in order.
    @Test
    void aHugeDestinationDoesNotKeepTheOnlySlot() throws Exception {
        var order = Collections.synchronizedList(new ArrayList<String>());
        var all = new CountDownLatch(1);
        var first = new CountDownLatch(1);
        for (int i = 0; i < 200; i++)
            submit(i, "huge.example");
        try (var scheduler = scheduler(1, session -> {
            for (var next = session.next(); next.isPresent(); next = session.next()) {
                first.countDown();
                all.await();
                session.answered();
                order.add(next.get().domain().ascii());
                session.settle(next.get(), new AttemptResult(Map.of(0, TAKEN), List.of(), List.of()));
            }
        })) {
            assertTrue(first.await(SOON.toSeconds(), TimeUnit.SECONDS));
            for (int i = 0; i < 10; i++)
                submit(i, "small" + i + ".example");
            Patience.until("the scheduler knows of them", scheduler::othersWait);
            all.countDown();
            Patience.until("all are delivered", () -> queue.size() == 0);
        }
        int last = order.lastIndexOf("small9.example");
        assertTrue(last <= 20 + 20 + 10, "the last of the small ones was number " + last + " of " + order.size());
    }

    /// Slow ones with much mail have no more than leaves as many for others, who are many and quick.
    @Test
    void slowDestinationsLeaveRoomForOthers() throws Exception {
        int slots = 24;
        var slow = new CountDownLatch(1);
        var stuck = new Semaphore(0);
        var quick = new AtomicInteger();
        for (int i = 0; i < 600; i++)
            submit(i, "slow" + i % 2 + ".example");
        try (var _ = scheduler(slots, session -> {
            for (var next = session.next(); next.isPresent(); next = session.next()) {
                session.answered();
                if (next.get().domain().ascii().startsWith("slow")) {
                    stuck.release();
                    slow.await();
                } else {
                    quick.incrementAndGet();
                }
                session.settle(next.get(), new AttemptResult(Map.of(0, TAKEN), List.of(), List.of()));
            }
        })) {
            assertTrue(stuck.tryAcquire(10, SOON.toSeconds(), TimeUnit.SECONDS), "five each");
            for (int i = 0; i < 100; i++)
                submit(i, "quick" + i + ".example");
            Patience.until("the quick ones are delivered", () -> quick.get() == 100);
            assertEquals(1, slow.getCount(), "while the slow ones are at their first messages");
            slow.countDown();
        }
    }

    /// A destination of 100,000 recipients and one whose replies take long, beside fifty small ones, on ten sessions:
    /// each of the small ones has its turn before the huge one has had half of its own, and the slow one one.
    @Test
    void smallDestinationsHaveTheirTurnBesideAHugeAndASlowOne() throws Exception {
        int slots = 10;
        int claims = 1_000;
        int small = 50;
        for (int i = 0; i < claims * OF_CLAIM / OF_MESSAGE; i++)
            submit(i, "huge.example", OF_MESSAGE);
        for (int i = 0; i < 200; i++)
            submit(i, "slow.example");
        var go = new CountDownLatch(1);
        var slowReply = new CountDownLatch(1);
        var slowOnes = new AtomicInteger();
        var hugeOnes = new AtomicInteger();
        var smallOnes = new AtomicInteger();
        var before = new AtomicInteger(); // claims of the huge one, when the last of the small ones had its turn
        try (var scheduler = scheduler(slots, session -> {
            for (var next = session.next(); next.isPresent(); next = session.next()) {
                session.answered();
                go.await();
                switch (next.get().domain().ascii()) {
                    case "slow.example" -> {
                        slowOnes.incrementAndGet();
                        slowReply.await();
                    }
                    case "huge.example" -> hugeOnes.incrementAndGet();
                    default -> {
                        if (smallOnes.incrementAndGet() == small) before.set(hugeOnes.get());
                    }
                }
                session.settle(next.get(), taken(next.get()));
            }
        })) {
            for (int i = 0; i < small; i++)
                submit(i, "small" + i + ".example");
            Patience.until("all slots are taken", () -> scheduler.othersWait() && !queue.destinations().isStirred());
            go.countDown();
            Patience.until("the small ones had their turn", () -> smallOnes.get() == small);
            assertEquals(1, slowReply.getCount());
            assertTrue(slowOnes.get() <= slots / 2, slowOnes + " sessions of the slow one");
            assertTrue(before.get() <= claims / 2, before + " claims of the huge one came before");
            System.out.println("fairness: " + before + " of " + claims + " claims of the huge destination came before "
                    + "the last of " + small + " small ones");
            slowReply.countDown();
        }
    }

    /// One session is all that a connector may have: who waits for it keeps no other connector's mail waiting, nor does
    /// it end the turn of a session that is of no use to it.
    @Test
    void aConnectorAtItsLimitHoldsNobodyElse() throws Exception {
        Changed.replace(connectors, "Default", old -> old.withPace(old.pace().withMaxSessions(1)));
        var other = Changed.add(connectors, Connectors.fresh("other", List.of(DomainPattern.of("other.example")),
                time.instant()));
        Changed.replace(connectors, "other", old -> old.withPace(old.pace().withMaxSessions(1)));
        var begun = new CountDownLatch(2);
        var go = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var turns = new AtomicInteger();
        var taken = new AtomicInteger();
        submit(1, "a.example");
        submit(1, "other.example");
        try (var _ = scheduler(20, session -> {
            var next = session.next();
            if (next.isPresent() && next.get().connector().id().equals(other.id())) turns.incrementAndGet();
            for (; next.isPresent(); next = session.next()) {
                session.answered();
                boolean isOther = next.get().connector().id().equals(other.id());
                begun.countDown();
                (isOther ? go : release).await();
                if (isOther) taken.incrementAndGet();
                session.settle(next.get(), taken(next.get()));
            }
        })) {
            assertTrue(begun.await(SOON.toSeconds(), TimeUnit.SECONDS));
            for (int i = 0; i < 20; i++)
                submit(i, "held" + i + ".example");
            for (int i = 1; i < 100; i++)
                submit(i, "other.example");
            go.countDown();
            Patience.until("the other connector's mail is delivered", () -> taken.get() == 100);
            assertEquals(1, turns.get(), "sessions in which it was");
            release.countDown();
            Patience.until("and then that of the first", () -> queue.size() == 0);
        }
    }

    private Scheduler scheduler(int sessions, DeliveryAgent agent) {
        return Scheduler.start(queue, connectors, agent, _ -> false,
                new DsnWriter("relay.example", _ -> false, Doors.of(queue, LIFE, time).acceptance()::admit, time),
                List.of(), new Limits(sessions, 20, List.of(Duration.ofMinutes(15)), Duration.ofDays(1)), time);
    }

    private static AttemptResult taken(ClaimedDelivery mail) {
        return new AttemptResult(mail.recipients().stream().collect(Collectors.toMap(QueuedRecipient::index,
                _ -> TAKEN)), List.of(), List.of());
    }

    private void submit(int number, String domain) throws IOException { submit(number, domain, 1); }

    /// Each by a client and a sender of its own, so that no share but that of the destination is at work.
    private void submit(int number, String domain, int recipients) throws IOException {
        Doors.of(queue, connectors, LIFE, time).put("192.0.2." + number,
                new Envelope(ReversePath.of("sender" + number + "@home.example"),
                        IntStream.range(0, recipients)
                                .mapToObj(i -> new Recipient(Address.of("b" + i + "@" + Domain.of(domain)), Set.of(),
                                        ""))
                                .toList(),
                        MailParameters.NONE),
                "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
    }
}
