package org.sternpost.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.OutboundConnector.General;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.DeliveryAgent.DestinationQueue;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.intake.Acceptance.Rule;
import org.sternpost.engine.intake.Acceptance;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// The way that a rule chose at acceptance is the way that mail goes, however often it is tried.
class RuleRouteTest {

    private static final Duration RETRY = Duration.ofMinutes(15);
    private static final Outcome NOT_NOW = new Outcome.Deferred("4.3.0", "mx said no", "mx", Optional.empty());
    private static final Outcome TAKEN = new Outcome.Delivered("2.0.0", new Reply(250, List.of("2.0.0 ok")), "mx",
            "192.0.2.1:25",
            org.sternpost.engine.tls.Level.Plaintext, "", Optional.empty());

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final BlockingQueue<String> tried = new LinkedBlockingQueue<>();
    private volatile Outcome answer = NOT_NOW;
    private SqliteDatabase database;
    private Connectors connectors;
    private Queue queue;

    @BeforeEach
    void open() throws IOException {
        database = SqliteDatabase.open(directory,
                Stream.concat(Queue.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList());
        connectors = new Connectors(database, time);
        queue = Queue.recover(database, time);
    }

    @AfterEach
    void close() throws IOException { database.close(); }

    @Test
    void whatARuleChoseOutlivesAttemptsSettingsAndARestart() throws Exception {
        String banks = add("banks", "elsewhere.example").id();
        accept(toBanks(banks), "vip@partner.example", "b@partner.example");
        assertEquals(List.of(banks, "Default"), routes());
        try (var _ = scheduler()) {
            assertEquals(List.of("Default to b@partner.example", banks + " to vip@partner.example"), next(2));
            // The domain gets a connector of its own: mail routed by address follows, the rule's does not.
            String own = add("own", "partner.example").id();
            time.advance(RETRY);
            assertEquals(Stream.of(own + " to b@partner.example", banks + " to vip@partner.example").sorted().toList(),
                    next(2));
        }
        close();
        open();
        answer = TAKEN;
        try (var _ = scheduler()) {
            time.advance(RETRY);
            assertEquals(2, next(2).stream().filter(one -> one.equals(banks + " to vip@partner.example")
                    || one.endsWith(" to b@partner.example") && !one.startsWith("Default")).count());
        }
    }

    @Test
    void aMessageForBothSharesNoAttemptWhenTheirWaysPart() throws Exception {
        String banks = add("banks", "partner.example").id();
        accept(toBanks(banks), "vip@partner.example", "b@partner.example");
        assertEquals(List.of(banks, banks), routes());
        add("own", "partner.example", "=");
        change(connectors.withId(banks).orElseThrow(), true, "elsewhere.example");
        try (var _ = scheduler()) {
            var ways = next(2);
            assertEquals(1, ways.stream().filter(one -> one.equals(banks + " to vip@partner.example")).count(),
                    ways.toString());
            assertEquals(0, ways.stream().filter(one -> one.equals(banks + " to b@partner.example")).count(),
                    ways.toString());
        }
    }

    @Test
    void mailWaitsForTheConnectorOfItsRuleWhileThatIsDisabledAndGoesByAddressOnceItIsGone() throws Exception {
        var banks = add("banks", "elsewhere.example");
        accept(toBanks(banks.id()), "vip@partner.example");
        change(connectors.withId(banks.id()).orElseThrow(), false, "elsewhere.example");
        try (var _ = scheduler()) {
            assertNull(tried.poll(300, TimeUnit.MILLISECONDS), "over another connector");
            change(connectors.withId(banks.id()).orElseThrow(), true, "elsewhere.example");
            time.advance(RETRY);
            assertEquals(List.of(banks.id() + " to vip@partner.example"), next(1));
            connectors.change(now -> {
                now.remove(now.withId(banks.id()).orElseThrow());
                return true;
            });
            time.advance(RETRY);
            assertEquals(List.of("Default to vip@partner.example"), next(1));
        }
    }

    /// A policy is asked for the sake of an attempt, and a connector that is disabled makes none.
    @Test
    void mailThatAPolicyHeldBackIsGivenUpInTimeAlsoWhileItsConnectorIsDisabled() throws Exception {
        var banks = add("banks", "elsewhere.example");
        answer = new Outcome.Deferred("4.4.8", "mx matches no mx of the policy", "mx",
                Optional.of(new Failure(Reason.STS_MX_MISMATCH, "mx matches no mx of the policy", "")));
        accept(toBanks(banks.id()), "vip@partner.example");
        try (var _ = scheduler()) {
            assertEquals(List.of(banks.id() + " to vip@partner.example"), next(1));
            change(connectors.withId(banks.id()).orElseThrow(), false, "elsewhere.example");
            time.advance(Duration.ofDays(2));
            var end = System.nanoTime() + Patience.AMPLE.toNanos();
            while (owed("vip@partner.example")) {
                assertTrue(System.nanoTime() < end, "it waits for good");
                time.advance(RETRY);
            }
            assertEquals(List.of("Default to s@home.example"), next(1), "its sender is told, and nobody is called");
        }
    }

    private boolean owed(String recipient) throws IOException {
        return new QueueAdmin(database, queue, time).messages(Optional.empty(), Optional.empty(), 10).stream()
                .flatMap(row -> row.recipients().stream()).anyMatch(one -> one.address().toString().equals(recipient));
    }

    @Test
    void aRefusalIsTheReplyAndNothingEntersTheQueue() throws Exception {
        Rule no = rule((_, to) -> to.address().toString().startsWith("vip")
                ? new Rule.Decision.Refuse(Reply.of(550, "5.7.1 not from here"))
                : new Rule.Decision.Pass());
        var refused = assertInstanceOf(MessageSink.Answer.Refused.class, put(no, "b@x.example", "vip@x.example"));
        assertEquals("550 5.7.1 not from here", refused.reply().toString());
        assertEquals(0, queue.size());
        // Nobody would hear of a notification that is lost (RFC 5321 §6.1).
        var notice = acceptance(no).admit(new Envelope(new ReversePath.Null(),
                List.of(Recipient.of(Address.of("vip@x.example"))), MailParameters.NONE), octets());
        assertEquals("Default", notice.row().recipients().getFirst().connector());
    }

    @Test
    void aRuleThatNamesNoConnectorKeepsMailWithItsClient() throws Exception {
        var refused = assertInstanceOf(MessageSink.Answer.Refused.class, put(toBanks("gone"), "vip@x.example"));
        assertEquals(451, refused.reply().code());
        assertEquals(0, queue.size());
    }

    @Test
    void aRuleSeesHeaderSenderClientAndRecipient() throws Exception {
        var seen = new LinkedBlockingQueue<String>();
        put(rule((message, to) -> {
            seen.add(message.client() + " " + message.sender() + " " + message.header().subject() + " "
                    + message.size() + " " + to.address());
            return new Rule.Decision.Pass();
        }), "a@x.example", "b@y.example");
        assertEquals(List.of("192.0.2.7 s@home.example hello " + octets().length + " a@x.example",
                "192.0.2.7 s@home.example hello " + octets().length + " b@y.example"), List.copyOf(seen));
    }

    private interface Decides {
        Rule.Decision decide(Rule.Message message, Recipient recipient);
    }

    private static Rule rule(Decides how) {
        return new Rule() {
            @Override
            public String name() { return "test"; }

            @Override
            public Decision decide(Message message, Recipient recipient) { return how.decide(message, recipient); }
        };
    }

    private static Rule toBanks(String connector) {
        return rule((_, to) -> to.address().localPart().equals("vip")
                ? new Rule.Decision.Route(connector)
                : new Rule.Decision.Pass());
    }

    private Acceptance acceptance(Rule rule) {
        return new Acceptance(queue, connectors, List.of(rule), Duration.ofDays(2), time);
    }

    private static byte[] octets() { return "Subject: hello\r\n\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII); }

    private MessageSink.Answer put(Rule rule, String... to) throws IOException {
        var envelope = new Envelope(ReversePath.of("s@home.example"),
                Stream.of(to).map(one -> Recipient.of(Address.of(one))).toList(), MailParameters.NONE);
        return acceptance(rule).accept("192.0.2.7", envelope, octets(), _ -> _ -> null);
    }

    private void accept(Rule rule, String... to) throws IOException {
        assertInstanceOf(MessageSink.Answer.Accepted.class, put(rule, to));
    }

    private List<String> routes() throws IOException {
        return new QueueAdmin(database, queue, time)
                .messages(Optional.empty(), Optional.empty(), 1).getFirst().recipients().stream()
                .map(one -> one.connector()).toList();
    }

    private OutboundConnector add(String name, String... domains) throws IOException {
        return connectors.change(now -> now.add(Connectors.fresh(name,
                Stream.of(domains).filter(one -> !one.equals("=")).map(DomainPattern::of).toList(), time.instant())));
    }

    private void change(OutboundConnector one, boolean enabled, String domain) throws IOException {
        connectors.change(now -> now.replace(one.withGeneral(
                new General(one.name(), enabled, List.of(DomainPattern.of(domain)), ""))));
    }

    private List<String> next(int count) throws InterruptedException {
        var found = new java.util.ArrayList<String>();
        for (int i = 0; i < count; i++)
            found.add(String.valueOf(tried.poll(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS)));
        return found.stream().sorted().toList();
    }

    private Scheduler scheduler() {
        return Scheduler.start(queue, connectors, this::carry, _ -> false,
                new DsnWriter("relay.example", _ -> false, Doors.of(queue, RETRY, time).acceptance()::admit, time),
                List.of(), new Limits(50, 10, List.of(RETRY), Duration.ofDays(1)), time);
    }

    private void carry(DestinationQueue mail) throws IOException, InterruptedException {
        for (var next = mail.next(); next.isPresent(); next = mail.next()) {
            var outcomes = new HashMap<Integer, Outcome>();
            for (var one : next.get().recipients())
                outcomes.put(one.index(), answer);
            mail.settle(next.get(), new AttemptResult(outcomes, List.of(), List.of()));
            for (var one : next.get().recipients())
                tried.add(next.get().connector().id() + " to " + one.address());
        }
    }
}
