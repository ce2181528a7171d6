package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
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
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;

/// A sender hears once of each recipient that mail is late, whoever else of the message was late before.
class DelayNoticeTest {

    private static final Limits LIMITS = new Limits(50, 10, List.of(Duration.ofHours(10)), Duration.ofHours(1));
    private static final Outcome TAKEN = new Outcome.Delivered("2.0.0", new Reply(250, List.of("2.0.0 ok")),
            "mx.example", "192.0.2.1:25", Level.Plaintext, "", Optional.empty());

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final BlockingQueue<String> tried = new LinkedBlockingQueue<>();

    @Test
    void eachRecipientIsToldOfOnceAndNobodyWhoAskedNot() throws Exception {
        try (var database = SqliteDatabase.open(directory,
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList())) {
            var connectors = new Connectors(database, time);
            var queue = Queue.recover(database, time);
            var admin = new QueueAdmin(database, queue, time);
            Doors.of(queue, Duration.ofDays(2), time).put("127.0.0.1",
                    new Envelope(ReversePath.of("sender@home.example"), List.of(to("a@one.example", Notify.Never),
                            to("b@two.example", Notify.Delay), to("c@three.example")), MailParameters.NONE),
                    "Subject: x\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
            try (var _ = Scheduler.start(queue, connectors, this::carry, _ -> false, new DsnWriter("relay.example",
                    _ -> false, Doors.of(queue, Duration.ofDays(2), time).acceptance()::admit, time), List.of(), LIMITS,
                    time)) {
                for (int i = 0; i < 3; i++)
                    next();
                time.advance(Duration.ofHours(2));
                assertEquals("one.example", again(admin, "one.example"));
                assertEquals("two.example", again(admin, "two.example"));
                assertTells("b@two.example");
                assertEquals("three.example", again(admin, "three.example"));
                assertTells("c@three.example");
                time.advance(Duration.ofMinutes(1));
                for (String domain : List.of("two.example", "three.example", "one.example"))
                    assertEquals(domain, again(admin, domain)); // with nothing in between
            }
            assertEquals(List.of(), List.copyOf(tried));
        }
    }

    private String again(QueueAdmin admin, String domain) throws Exception {
        admin.retry(List.of(new DestinationKey("Default", Domain.of(domain))), _ -> null);
        return next();
    }

    private void assertTells(String recipient) throws InterruptedException {
        String text = next();
        assertTrue(text.contains("Action: delayed") && text.contains("Final-Recipient: rfc822; " + recipient), text);
        assertEquals(1, text.split("Final-Recipient:", -1).length - 1, text);
    }

    private static Recipient to(String address, Notify... when) {
        return new Recipient(Address.of(address), Set.of(when), "");
    }

    /// The domain of what was tried; the text of a notice.
    private String next() throws InterruptedException {
        return Optional.ofNullable(tried.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS)).orElseThrow();
    }

    private void carry(DeliveryAgent.DestinationQueue destination) throws IOException {
        for (var next = destination.next(); next.isPresent(); next = destination.next()) {
            ClaimedDelivery mail = next.get();
            boolean notice = mail.message().sender() instanceof ReversePath.Null;
            String text;
            try (var body = mail.body().open()) {
                text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
            int index = mail.recipients().getFirst().index();
            Outcome outcome = notice
                    ? TAKEN
                    : new Outcome.Deferred("4.2.0", "mx said 'later'", "mx", Optional.empty());
            synchronized (tried) { // what it leads to is tried by another session, and comes behind it
                destination.settle(mail, new AttemptResult(Map.of(index, outcome), List.of(), List.of()));
                tried.add(notice ? text : mail.domain().ascii());
            }
        }
    }
}
