package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.DeliveryAgent;
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
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// Before mail that a policy holds back is failed for good, a newer policy is looked for (RFC 8461 §5.1).
class PolicyRecheckTest {

    private static final Duration LIFE = Duration.ofHours(1);
    private static final Duration RETRY = Duration.ofMinutes(30);
    private static final Outcome REFUSED = new Outcome.Deferred("4.4.8", "mx matches no mx of the policy", "mx",
            Optional.of(new Failure(Reason.STS_MX_MISMATCH, "mx matches no mx of the policy", "mend it")));
    private static final Outcome DOWN = new Outcome.Deferred("4.4.1", "mx is down", "mx", Optional.empty());
    private static final Outcome DELIVERED = new Outcome.Delivered("2.0.0", new Reply(250, List.of("2.0.0 Ok")), "mx",
            "", Level.MtaSts, "",
            Optional.empty());

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();
    /// What happens, in order: `attempt`, `look`, `returned 5.4.8`, `settled`.
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private volatile Outcome next = REFUSED;
    private volatile boolean policyChanges;
    private volatile boolean deliverAfterLook;
    private SqliteDatabase store;
    private Connectors connectors;
    private Queue queue;
    private Scheduler scheduler;

    @BeforeEach
    void open() throws IOException {
        store = SqliteDatabase.open(directory,
                Stream.of(Queue.SCHEMA, Connectors.SCHEMA).flatMap(List::stream).toList());
        connectors = new Connectors(store, time);
        queue = Queue.recover(store, time);
        DeliveryAgent agent = destination -> {
            for (var mail = destination.next(); mail.isPresent(); mail = destination.next()) {
                var outcomes = new HashMap<Integer, Outcome>();
                boolean notice = mail.get().message().sender() instanceof ReversePath.Null;
                mail.get().recipients()
                        .forEach(recipient -> outcomes.put(recipient.index(), notice ? DELIVERED : next));
                if (!notice) events.add("attempt");
                destination.settle(mail.get(), new AttemptResult(outcomes, List.of(), List.of()));
                if (!notice) events.add("settled");
            }
        };
        scheduler = Scheduler.start(queue, connectors, agent, this::look,
                new DsnWriter("relay.example", _ -> false, this::returned, time), List.of(),
                new Limits(10, 1, List.of(RETRY), Duration.ofDays(9)), time);
    }

    @AfterEach
    void close() throws IOException {
        scheduler.close();
        store.close();
    }

    @Test
    void policyThatHasChangedGivesOneMoreAttemptAtOnce() throws Exception {
        waitsUntilItsTimeIsOver();
        policyChanges = true;
        time.advance(RETRY);
        happens("attempt", "look", "settled", "attempt", "returned 5.4.8", "settled");
    }

    @Test
    void moreAttemptsThanOneAreNotHadByChangingThePolicyAllTheTime() throws Exception {
        policyChanges = true;
        waitsUntilItsTimeIsOver();
        time.advance(RETRY);
        happens("attempt", "look", "settled", "attempt", "returned 5.4.8", "settled");
        nothingMore();
    }

    @Test
    void oneMoreAttemptMayDeliver() throws Exception {
        waitsUntilItsTimeIsOver();
        policyChanges = true;
        deliverAfterLook = true;
        time.advance(RETRY);
        happens("attempt", "look", "settled", "attempt", "settled");
        nothingMore();
        assertEquals(0, queue.size());
    }

    @Test
    void samePolicyReturnsTheMail() throws Exception {
        waitsUntilItsTimeIsOver();
        time.advance(RETRY);
        happens("attempt", "look", "returned 5.4.8", "settled");
        nothingMore();
    }

    @Test
    void mailThatNoPolicyHoldsBackIsReturnedWithoutALook() throws Exception {
        next = DOWN;
        policyChanges = true;
        waitsUntilItsTimeIsOver();
        time.advance(RETRY.plus(RETRY));
        // Its destination rests, so that it is given up without another call.
        happens("returned 5.4.7");
        nothingMore();
    }

    /// Its time ran out while nobody tried: it is judged by what is published now before it is given up.
    @Test
    void mailOfAPolicyIsTriedOnceMoreAfterTheEngineStoodStill() throws Exception {
        accept();
        happens("attempt", "settled");
        close();
        time.advance(LIFE.multipliedBy(10));
        open();
        happens("attempt", "look", "returned 5.4.8", "settled");
        nothingMore();
    }

    /// A host may use any code it likes, in words that begin like ours.
    @Test
    void hostWhoseWordsLookLikeAPolicysIsNoPolicy() throws Exception {
        next = new Outcome.Deferred("4.7.10", "mx said '450 4.7.10 not today'", "mx", Optional.empty());
        waitsUntilItsTimeIsOver();
        close();
        time.advance(LIFE.multipliedBy(10));
        open();
        happens("returned 5.4.7");
        nothingMore();
    }

    private boolean look(ClaimedDelivery mail) {
        events.add("look");
        if (deliverAfterLook) next = DELIVERED;
        return policyChanges;
    }

    private void waitsUntilItsTimeIsOver() throws Exception {
        accept();
        happens("attempt", "settled");
        time.advance(RETRY);
        happens("attempt", "settled");
    }

    private void accept() throws IOException {
        Doors.of(queue, connectors, LIFE, time).put("test",
                new Envelope(ReversePath.of("a@example.com"),
                        List.of(new Recipient(Address.of("b@example.org"), Set.of(), "")), MailParameters.NONE),
                "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private void happens(String... expected) throws InterruptedException {
        for (String one : expected)
            assertEquals(one, events.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS));
    }

    private void nothingMore() throws Exception {
        scheduler.close();
        assertNull(events.poll());
    }

    /// Where a notification enters the queue.
    private NewMessage returned(Envelope envelope, byte[] content) {
        var status = Pattern.compile("(?m)^Status: (\\S+)").matcher(new String(content, StandardCharsets.US_ASCII));
        events.add("returned " + (status.find() ? status.group(1) : "without a status"));
        return Doors.of(queue, connectors, LIFE, time).acceptance().admit(envelope, content);
    }
}
