package org.sternpost.engine.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;
import org.sternpost.engine.queue.DestinationQueueView;
import org.sternpost.engine.queue.Queue;
import org.sternpost.engine.queue.QueueAdmin;
import org.sternpost.engine.queue.QueueUpdate;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.TraceEvent;
import org.sternpost.engine.rollout.Rollout;
import org.sternpost.engine.rollout.Rollouts;
import org.sternpost.engine.rollout.Traffic;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.store.Store;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// Mail that a stage held is free with the very commit that takes the stage back.
class RolloutReleaseTest {

    private static final Duration INTERVAL = Duration.ofMinutes(15);
    private static final int MESSAGES = 120;

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();
    private Store store;
    private Connectors connectors;
    private Queue queue;
    private Rollouts rollouts;

    @BeforeEach
    void open() throws IOException {
        store = SqliteDatabase.open(directory, Stream.of(Queue.SCHEMA, Connectors.SCHEMA, EvidenceLog.SCHEMA,
                Rollouts.SCHEMA, Audit.SCHEMA).flatMap(List::stream).toList());
        connectors = new Connectors(store, time);
        queue = Queue.recover(store, time);
        rollouts = new Rollouts(store, connectors, traffic(), RolloutAudit::write, time);
    }

    @AfterEach
    void close() throws IOException { store.close(); }

    /// The process ends between the commit and whatever would have followed it.
    @Test
    void whoIsKilledRightAfterARollbackFindsItsMailDue() throws Exception {
        start();
        for (int i = 0; i < MESSAGES; i++)
            deferred(accepted("d" + i + ".example"));
        assertEquals(MESSAGES, waitingForLater());
        killed.set(true);
        assertThrows(Killed.class, () -> rollouts.tick());
        killed.set(false);
        close();
        open();
        assertEquals(Rollout.Status.RolledBack, rollouts.all().getFirst().progress().status());
        assertEquals(0, waitingForLater(), "held for the rest of their interval");
        assertEquals(List.of("ops Start-TlsRollout", "engine: guard rollback"), audited());
    }

    @Test
    void theRunningEngineLearnsOfItToo() throws Exception {
        start();
        for (int i = 0; i < 3; i++)
            deferred(accepted("d" + i + ".example"));
        rollouts.tick();
        assertEquals(0, waitingForLater());
    }

    /// A session that was judged by the mode that is taken back settles after that: its mail was not there to be freed.
    @Test
    void mailThatWasBeingAttemptedIsDueAsSoonAsItIsSettled() throws Exception {
        start();
        ClaimedDelivery late = accepted("late.example");
        for (int i = 0; i < 3; i++)
            deferred(accepted("d" + i + ".example"));
        rollouts.tick();
        deferred(late);
        assertEquals(0, waitingForLater(), "in memory");
        close();
        open();
        assertEquals(0, waitingForLater(), "on the disk");
        assertEquals(4, queue.size());
    }

    private void start() throws Exception {
        rollouts.start(Rollout.draft("Default", new Rollout.Plan(TlsValidation.Opportunistic, TlsValidation.Enabled,
                List.of(100.0), Duration.ofHours(1), new Rollout.Limit(1, 3, true)), time.instant()), "ops");
    }

    private ClaimedDelivery accepted(String domain) throws IOException {
        Doors.of(queue, Duration.ofDays(5), time).put("test",
                new Envelope(new ReversePath.Mailbox(Address.of("me@example.org")),
                        List.of(new Recipient(Address.of("u@" + domain), Set.of(), "")), MailParameters.NONE),
                "Subject: x\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII));
        OutboundConnector connector = connectors.find("Default").orElseThrow();
        return queue.take(new DestinationKey("Default", Domain.of(domain)), (_, _) -> new ClaimedDelivery.Settings(
                connector, connector.modeFor(Domain.of(domain)), false)).orElseThrow();
    }

    private void deferred(ClaimedDelivery taken) throws IOException {
        var why = new Failure(Reason.TLSA_INVALID, "no record matches", "mend it");
        var attempt = new AttemptResult(Map.of(0, new Outcome.Deferred("4.7.323", "no record matches", "h",
                Optional.of(why))), List.of(), List.of());
        queue.settle(taken.destination(), new QueueUpdate(taken.message().id(), List.of(new QueueUpdate.Change(0,
                QueuedRecipient.State.Waiting, 1, time.instant().plus(INTERVAL), TraceEvent.plain(0, time.instant(),
                        TraceEvent.Kind.DEFER, "Default", "4.7.323", "no record matches"))),
                List.of(), List.of(rollouts.settled(taken, attempt)), false));
    }

    private long waitingForLater() {
        return queue.destinations().views(time.instant()).stream()
                .filter(one -> one.status() == DestinationQueueView.Status.Retry)
                .count();
    }

    private List<String> audited() throws IOException {
        return store.<List<String>>read(connection -> {
            var rows = new ArrayList<String>();
            try (var select = connection.prepareStatement("SELECT done_by, operation FROM audit ORDER BY rowid");
                    var row = select.executeQuery()) {
                while (row.next())
                    rows.add(row.getString(1) + " " + row.getString(2));
            }
            return rows;
        });
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final java.util.concurrent.atomic.AtomicBoolean killed = new java.util.concurrent.atomic.AtomicBoolean();

    /// The engine's own, which a test may end at the commit.
    private Traffic traffic() throws IOException {
        Traffic real = Traffic.of(new Verdicts(store), new QueueAdmin(store, queue, time));
        return new Traffic() {
            @Override
            public Set<Domain> served(String connector) throws IOException { return real.served(connector); }

            @Override
            public Set<Domain> refused(String connector, Instant since) throws IOException {
                return real.refused(connector, since);
            }

            @Override
            public Optional<Instant> underWaySince(String connector, Predicate<Domain> to, Instant now) {
                return real.underWaySince(connector, to, now);
            }

            @Override
            public void release(Connection writing, String connector) throws SQLException {
                real.release(writing, connector);
            }

            @Override
            public void release(Connection writing, String connector, QueueId message) throws SQLException {
                real.release(writing, connector, message);
            }

            @Override
            public void released(String connector) {
                if (killed.get()) throw new Killed();
                real.released(connector);
            }
        };
    }
}
