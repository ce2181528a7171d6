package org.sternpost.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.queue.Claims;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// A rollout of the built-in connector, with the engine's books and clock in the test's hand.
abstract class RolloutBench {

    @TempDir
    Path directory;

    final SimTime time = new SimTime();
    final List<RolloutStep> steps = new ArrayList<>();
    final RolloutStep.Log log = (_, step) -> steps.add(step);
    final Books traffic = new Books();
    Database database;
    Connectors connectors;
    Rollouts rollouts;

    @BeforeEach
    final void open() throws IOException {
        database = SqliteDatabase.open(directory,
                Stream.of(Connectors.SCHEMA, Rollouts.SCHEMA).flatMap(List::stream).toList());
        connectors = new Connectors(database, time);
        rollouts = new Rollouts(database, connectors, traffic, log, time);
    }

    @AfterEach
    final void close() throws IOException { database.close(); }

    static void assertRefused(String why, org.junit.jupiter.api.function.Executable step) {
        assertEquals(why, assertThrows(RolloutException.class, step).getMessage());
    }

    void advance(Rollout rollout, Domain mail) throws IOException {
        database.write(rollouts.settled(delivery((int) time.instant().getEpochSecond(), mail), attempt(false)));
        time.advance(Duration.ofHours(1));
        rollouts.tick();
    }

    Rollout draft(int minMessages) {
        return draft("Default", List.of(50.0, 100.0), Duration.ofHours(1), new Rollout.Limit(1, minMessages, true));
    }

    Rollout draft(String connector, List<Double> shares, Duration hold, Rollout.Limit limit) {
        return Rollout.draft(connector, new Rollout.Plan(TlsValidation.Opportunistic, TlsValidation.Enabled, shares,
                hold, limit), time.instant());
    }

    OutboundConnector connector() { return connectors.find("Default").orElseThrow(); }

    Domain covered() {
        for (int i = 0;; i++)
            if (connector().modeFor(Domain.of("d" + i + ".example")) == TlsValidation.Enabled)
                return Domain.of("d" + i + ".example");
    }

    void mail(int domains, boolean fails) throws IOException {
        for (int i = 0; i < domains; i++)
            database.write(rollouts.settled(delivery(i, Domain.of("d" + i + ".example")), attempt(fails)));
    }

    ClaimedDelivery delivery(int number, Domain domain) { return delivery(number, domain, connector()); }

    ClaimedDelivery delivery(int number, Domain domain, OutboundConnector connector) {
        var id = QueueId.fresh(time.instant(), new java.util.Random(number));
        var message = new QueuedMessage(id, time.instant(), time.instant(), new ReversePath.Null(), MailParameters.NONE,
                new QueuedMessage.About("", "", "", 1));
        var recipient = new QueuedRecipient(0, new Recipient(Address.of("a@" + domain), Set.of(), ""),
                QueuedRecipient.Route.of("Default"), QueuedRecipient.State.Active, 0, time.instant());
        return Claims.of(message, new Nothing(), connector, connector.modeFor(domain, id), domain,
                List.of(recipient), false);
    }

    static ClaimedDelivery asking(ClaimedDelivery mail, RequireTlsTag wish) { return mail.asking(wish); }

    static AttemptResult attempt(Outcome outcome) {
        return new AttemptResult(Map.of(0, outcome), List.of(), List.of());
    }

    static AttemptResult attempt(boolean fails) {
        var failure = new Failure(Reason.TLSA_INVALID, "no match", "mend it");
        Outcome outcome = fails
                ? new Outcome.Deferred("4.7.323", "no match", "h", Optional.of(failure))
                : new Outcome.Delivered("2.0.0", new Reply(250, List.of("Ok")), "h", "", Level.Dane, "",
                        Optional.empty());
        return new AttemptResult(Map.of(0, outcome), List.of(), List.of());
    }

    /// What the engine's books would say.
    static final class Books implements Traffic {
        final Set<Domain> served = new HashSet<>();
        final Set<Domain> refused = new HashSet<>();
        final List<String> released = new ArrayList<>();
        Optional<Instant> underWay = Optional.empty();
        Runnable meanwhile = () -> {};
        int refusedAsked;

        @Override
        public Set<Domain> served(String connector) {
            meanwhile.run();
            return served;
        }

        @Override
        public Set<Domain> refused(String connector, Instant since) {
            refusedAsked++;
            return refused;
        }

        @Override
        public Optional<Instant> underWaySince(String connector, Predicate<Domain> to, Instant now) { return underWay; }

        @Override
        public void release(Connection writing, String connector) { released.add(connector + " on disk"); }

        @Override
        public void release(Connection writing, String connector, QueueId message) { released.add("one on disk"); }

        @Override
        public void released(String connector) { released.add(connector); }
    }

    /// Counts what reading costs, in steps of SQLite's virtual machine.
    static final class CountedDatabase implements Database {
        final Database database;
        long steps;

        CountedDatabase(Database database) { this.database = database; }

        @Override
        public <T extends @Nullable Object> T write(Work<T> work) throws IOException { return database.write(work); }

        @Override
        public <T extends @Nullable Object> T read(Work<T> work) throws IOException {
            return database.read(connection -> {
                ProgressHandler.setHandler(connection.unwrap(SQLiteConnection.class), 1, new ProgressHandler() {
                    @Override
                    protected int progress() {
                        steps++;
                        return 0;
                    }
                });
                try {
                    return work.on(connection);
                } finally {
                    ProgressHandler.clearHandler(connection.unwrap(SQLiteConnection.class));
                }
            });
        }

        @Override
        public <T extends @Nullable Object> T search(Work<T> work) throws IOException { return read(work); }

        @Override
        public void close() throws IOException { database.close(); }
    }

    record Nothing() implements MessageContent {
        @Override
        public long size() { return 0; }

        @Override
        public java.io.InputStream open() { return java.io.InputStream.nullInputStream(); }
    }
}
