package org.sternpost.engine.control;

import org.sternpost.engine.control.Management.DkimAlgorithm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.dkim.DkimKeys;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dsn.DsnWriter;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mtasts.DatabasePolicyStore;
import org.sternpost.engine.mtasts.HeldPolicies;
import org.sternpost.engine.mtasts.MtaSts.PolicyFetch;
import org.sternpost.engine.mtasts.MtaSts;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.PolicyFile;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.mtasts.PolicyRefresh;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.Claims;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.QueueUpdate;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.Trace;
import org.sternpost.engine.queue.TraceEvent;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tlsrpt.Sender;
import org.sternpost.engine.tlsrpt.Signing;
import org.sternpost.engine.tlsrpt.TlsRptReport.Submitter;

/// Two operators act on the same message, policy or key: both are shown what there is, both agree, then both are
/// committed. Whoever comes second finds what the first has left: the act has its effect, or is refused in words.
class ActsAtOnceTest {

    private static final byte[] CONTENT = "Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final long SEED = Long.getLong("changes.seed", 8);
    private static final int ROUNDS = Integer.getInteger("changes.rounds", 3);
    private static final Domain PARTNER = Domain.of("partner.example");
    private static final DestinationKey DESTINATION = new DestinationKey("Default", PARTNER);

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();
    private SqliteDatabase store;
    private Queue queue;
    private QueuePlans mail;
    private DatabasePolicyStore held;
    private StsPolicyPlans policies;
    private TlsReportPlans reports;
    private String message = "";

    private enum Act {
        RETRY {
            @Override
            Plan<?> plan(ActsAtOnceTest test) throws ManagementException { return test.mail.retry("*"); }
        },
        RESUME {
            @Override
            Plan<?> plan(ActsAtOnceTest test) throws ManagementException {
                return test.mail.resumeMessage(test.message);
            }
        },
        REMOVE {
            @Override
            Plan<?> plan(ActsAtOnceTest test) throws ManagementException {
                return test.mail.removeMessage(test.message, true);
            }
        },
        CLEAR_POLICY {
            @Override
            Plan<?> plan(ActsAtOnceTest test) throws ManagementException { return test.policies.clear(PARTNER); }
        },
        NEW_KEY {
            @Override
            Plan<?> plan(ActsAtOnceTest test) throws ManagementException {
                return test.reports.createKey(PARTNER, "fresh", DkimAlgorithm.Ed25519);
            }
        },
        REMOVE_KEY {
            @Override
            Plan<?> plan(ActsAtOnceTest test) throws ManagementException {
                return test.reports.removeKey(PARTNER, "old");
            }
        };

        abstract Plan<?> plan(ActsAtOnceTest test) throws ManagementException;

        /// True if there is nothing left to do once somebody has done it.
        boolean isOnce() { return this != RETRY; }
    }

    @BeforeEach
    void open() throws IOException {
        store = SqliteDatabase.open(directory, Stream.of(Queue.SCHEMA, Connectors.SCHEMA, Audit.SCHEMA,
                DatabasePolicyStore.SCHEMA).flatMap(List::stream).toList());
        var connectors = new Connectors(store, time);
        queue = Queue.recover(store, time);
        mail = new QueuePlans(new QueueAdmin(store, queue, time), queue,
                new DsnWriter("relay.example", _ -> false, door().acceptance()::admit, time),
                connectors, time);
        held = new DatabasePolicyStore(store);
        var resolver = new FakeResolver();
        var sts = new MtaSts(resolver, _ -> new PolicyFetch.Fetched.Failed(StsLookup.Kind.Fetch, "down"), held, time);
        policies = new StsPolicyPlans(new HeldPolicies(sts, new PolicyRefresh(sts, held, time), held), store, time);
        var keys = new DkimKeys(directory.resolve("dkim"));
        var signing = new Signing(keys, resolver);
        var reporter = new Submitter("Company", Address.of("tls@company.example"),
                Address.of("tls@company.example"));
        reports = new TlsReportPlans(new TlsReportPlans.Parts(store, keys, signing, new Sender(new Sender.Parts(store,
                door().acceptance(), resolver, signing, null), reporter, false, time), new Trace(store)), time);
    }

    @AfterEach
    void close() throws IOException { store.close(); }

    @Test
    void whatTwoDoAtOnceIsAsIfOneHadDoneItAfterTheOther() throws Exception {
        var random = new Random(SEED);
        for (Act first : Act.values())
            for (Act second : Act.values()) {
                act(first, second, 0, false);
                for (int i = 0; i < ROUNDS; i++)
                    act(first, second, random.nextInt(2_000), true);
            }
        System.out.println("pairs of acts: " + Act.values().length * Act.values().length + ", " + ROUNDS
                + " times at once, seed " + SEED + " (-Dchanges.seed=N -Dchanges.rounds=N for others)");
    }

    private void act(Act first, Act second, int spins, boolean atOnce) throws Exception {
        String what = first + (atOnce ? " with " : " then ") + second;
        reset();
        long audited = count("SELECT count(*) FROM audit");
        long sizeBefore = queue.size();
        long waiting = waiting();
        var plans = List.<Plan<?>>of(first.plan(this), second.plan(this));
        List<Boolean> kept = atOnce
                ? together(plans, spins)
                : List.of(applies(plans.getFirst()), applies(plans.getLast()));
        long done = kept.stream().filter(one -> one).count();
        assertEquals(audited + done, count("SELECT count(*) FROM audit"),
                what + ": each act is told, and nothing else");
        if (first == second && first.isOnce()) assertEquals(1, done, what + ": there is one to do");
        boolean removed = is(Act.REMOVE, first, second);
        long notices = count("SELECT count(*) FROM trace_event WHERE message = '" + message + "' AND kind = 'DSN'");
        assertEquals(removed ? 1 : 0, notices, what + ": its sender is told once");
        assertEquals(sizeBefore + (removed ? 1 - 1 : 0), queue.size(), what);
        if (is(Act.RESUME, first, second) && !removed)
            assertEquals(waiting + 1, waiting(), what + ": its recipient waits once");
        if (removed)
            assertTrue(Claims.take(queue, DESTINATION).isEmpty(), what + ": nothing of it is sent");
    }

    private static boolean is(Act act, Act first, Act second) { return first == act || second == act; }

    private static List<Boolean> together(List<Plan<?>> plans, int spins) throws Exception {
        var start = new CyclicBarrier(2);
        try (var both = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = both.invokeAll(List.<Callable<Boolean>>of(() -> {
                start.await();
                for (int i = 0; i < spins; i++)
                    Thread.onSpinWait();
                return applies(plans.getFirst());
            }, () -> {
                start.await();
                return applies(plans.getLast());
            }));
            return List.of(results.getFirst().get(), results.getLast().get());
        }
    }

    private static boolean applies(Plan<?> plan) {
        try {
            plan.commit().apply("test");
            return true;
        } catch (ManagementException refused) {
            assertTrue(Set.of(ManagementException.Kind.NotFound, ManagementException.Kind.Conflict,
                    ManagementException.Kind.Exists).contains(refused.kind()), plan.operation() + " was refused as if "
                            + "the store had failed: " + refused.getMessage());
            return false;
        }
    }

    /// What is removed is told of only to those whom it had not reached, and none is told of what has reached him.
    @Test
    void whatIsDeliveredWhileItIsRemovedIsNotCalledRemoved() throws Exception {
        QueueId id = accepted("a@partner.example", "b@other.example");
        ClaimedDelivery taken = Claims.take(queue, DESTINATION).orElseThrow();
        Plan<?> removal = mail.removeMessage(id.text(), true);
        queue.settle(DESTINATION,
                new QueueUpdate(id, List.of(new QueueUpdate.Change(0, QueuedRecipient.State.Delivered, 1,
                        time.instant(),
                        TraceEvent.plain(0, time.instant(), TraceEvent.Kind.SEND, "Default", "2.0.0", "ok"))),
                        List.of(), List.of(), false));
        assertEquals(1, taken.recipients().size());
        removal.commit().apply("test");
        assertEquals(List.of(1), new Trace(store).events(id).stream()
                .filter(event -> event.kind() == TraceEvent.Kind.REMOVE).map(TraceEvent::recipient).toList());
        assertEquals(1, count("SELECT count(*) FROM audit WHERE path = 'b@other.example'"));
    }

    /// The very moment between what the operator saw and the transaction.
    @Test
    void whatIsDeliveredJustBeforeTheTransactionIsNotRemoved() throws Exception {
        QueueId id = accepted("a@partner.example");
        var admin = new QueueAdmin(store, queue, time);
        var seen = admin.messages(java.util.Optional.of(id), java.util.Optional.empty(), 1).getFirst();
        Claims.take(queue, DESTINATION).orElseThrow();
        queue.settle(DESTINATION,
                new QueueUpdate(id, List.of(new QueueUpdate.Change(0, QueuedRecipient.State.Delivered, 1,
                        time.instant(),
                        TraceEvent.plain(0, time.instant(), TraceEvent.Kind.SEND, "Default", "2.0.0", "ok"))),
                        List.of(), List.of(), false));
        long before = queue.size();
        assertEquals(false,
                admin.remove(seen, "test", List.of(door().acceptance().admit(envelope("me@example.org"), CONTENT)),
                        Audit.entry(time.instant(), "test", "Remove-Message", "x", List.of())));
        assertEquals(0, count("SELECT count(*) FROM trace_event WHERE kind = 'DSN'")
                + count("SELECT count(*) FROM recipient WHERE last_kind = 'REMOVE'"));
        assertEquals(0, count("SELECT count(*) FROM audit"));
        assertEquals(before, queue.size(), "no notice of it");
    }

    /// One suspended message, one policy, one key.
    private void reset() throws Exception {
        for (DkimKeys.Held key : new DkimKeys(directory.resolve("dkim")).all())
            new DkimKeys(directory.resolve("dkim")).remove(key.signer().domain(), key.signer().selector());
        while (Claims.take(queue, DESTINATION).isPresent()) { // what the rounds before have resumed; nobody sends it
        }
        reports.createKey(PARTNER, "old", DkimAlgorithm.Ed25519).commit().apply("test");
        var file = (PolicyFile.Valid) PolicyFile.of(
                "version: STSv1\nmode: enforce\nmx: mx.partner.example\nmax_age: 604800\n");
        held.keep(new HeldPolicy(PARTNER, "1", Instant.now(), file.body(), file.policy()));
        QueueId id = accepted("u@partner.example");
        ClaimedDelivery taken = Claims.take(queue, DESTINATION).orElseThrow();
        assertEquals(id, taken.message().id());
        queue.settle(DESTINATION,
                new QueueUpdate(id, List.of(new QueueUpdate.Change(0, QueuedRecipient.State.Suspended, 3,
                        time.instant(),
                        TraceEvent.plain(0, time.instant(), TraceEvent.Kind.DEFER, "Default", "4.3.0", "x"))),
                        List.of(), List.of(), false));
        message = id.text();
    }

    private QueueId accepted(String... to) throws IOException { return door().put("test", envelope(to), CONTENT); }

    private Doors door() { return Doors.of(queue, java.time.Duration.ofDays(2), time); }

    private static Envelope envelope(String... to) {
        return new Envelope(new ReversePath.Mailbox(Address.of("me@example.org")),
                Arrays.stream(to).map(one -> Recipient.of(Address.of(one))).toList(), MailParameters.NONE);
    }

    private long waiting() {
        return queue.destinations().views(time.instant()).stream().filter(one -> one.destination().equals(DESTINATION))
                .mapToLong(one -> one.messages()).sum();
    }

    private long count(String sql) throws IOException {
        return store.<Long>read(connection -> {
            try (var statement = connection.createStatement(); var row = statement.executeQuery(sql)) {
                return row.next() ? row.getLong(1) : 0;
            }
        });
    }
}
