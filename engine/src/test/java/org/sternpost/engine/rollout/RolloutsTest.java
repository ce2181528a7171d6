package org.sternpost.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsException;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.Attempt;
import org.sternpost.engine.delivery.Consignment;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.mail.ReturnWish;
import org.sternpost.engine.mail.ReversePath;
import org.sternpost.engine.mail.TlsWish;
import org.sternpost.engine.queue.Body;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.queue.QueuedRecipient;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

class RolloutsTest {

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();
    private final List<String> retried = new ArrayList<>();
    private final Books traffic = new Books();
    private Database database;
    private Connectors connectors;
    private Rollouts rollouts;

    @BeforeEach
    void open() throws IOException {
        database = SqliteDatabase.open(directory,
                Stream.of(Connectors.SCHEMA, Rollouts.SCHEMA).flatMap(List::stream).toList());
        connectors = new Connectors(database, time);
        rollouts = new Rollouts(database, connectors, traffic, retried::add, time);
    }

    @AfterEach
    void close() throws IOException { database.close(); }

    @Test
    void goodShareGrowsUntilTheNewModeIsTheConnectorsOwn() throws Exception {
        var rollout = rollouts.start(draft(2), _ -> 0);
        assertEquals(TlsValidation.Opportunistic, connector().tlsValidation());
        for (int stage = 0; stage < 2; stage++) {
            mail(20, false);
            time.advance(Duration.ofHours(1));
            rollouts.tick();
        }
        assertEquals(Rollout.Status.Finished, rollouts.find(rollout.id()).orElseThrow().status());
        assertEquals(TlsValidation.Enabled, connector().tlsValidation());
        assertNull(connector().rollout());
        assertEquals(List.of(), retried);
    }

    @Test
    void breachUndoesTheShareAtOnceAndFreesWaitingMail() throws Exception {
        var rollout = rollouts.start(draft(2), _ -> 0);
        mail(20, true);
        rollouts.tick();
        var ended = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(Rollout.Status.RolledBack, ended.status());
        assertTrue(ended.why().contains("failed validation"), ended.why());
        assertNull(connector().rollout());
        assertEquals(TlsValidation.Opportunistic, connector().tlsValidation());
        assertEquals(List.of("Default"), retried);
    }

    @Test
    void holdWithoutEnoughMailProvesNothing() throws Exception {
        var rollout = rollouts.start(draft(1_000), _ -> 0);
        mail(20, false);
        time.advance(Duration.ofDays(9));
        rollouts.tick();
        assertEquals(0, rollouts.find(rollout.id()).orElseThrow().stage());
    }

    @Test
    void retriedMessageCountsOnce() throws Exception {
        var rollout = rollouts.start(draft(2), _ -> 0);
        Domain domain = covered();
        var consignment = consignment(1, domain);
        for (int i = 0; i < 5; i++)
            database.write(rollouts.settled(consignment, attempt(true)));
        assertEquals(1, rollouts.find(rollout.id()).orElseThrow().messages());
    }

    @Test
    void mailToAnExceptedDomainProvesNothingForTheShare() throws Exception {
        var rollout = rollouts.start(draft(2), _ -> 0);
        Domain domain = covered();
        connectors.exceptions().add(new TlsException("Default", domain, TlsValidation.Enabled, null, null, "r", "o",
                "admin", time.instant(), time.instant().plusSeconds(60), TlsException.Told.Nothing), _ -> 0);
        database.write(rollouts.settled(consignment(1, domain, connectors.choice(domain, 0).connector()),
                attempt(true)));
        assertEquals(0, rollouts.find(rollout.id()).orElseThrow().messages());
        time.advance(Duration.ofSeconds(60));
        database.write(rollouts.settled(consignment(1, domain, connectors.choice(domain, 0).connector()),
                attempt(true)));
        assertEquals(1, rollouts.find(rollout.id()).orElseThrow().messages());
    }

    /// RFC 8689 §4.1: what one sender asked for is no verdict on the share's mode.
    @Test
    void mailWhoseSenderDecidesAboutTlsProvesNothingForTheShare() throws Exception {
        var rollout = rollouts.start(draft(2), _ -> 0);
        Consignment mail = consignment(1, covered());
        var failure = new Failure(Reason.REQUIRETLS_SUPPORT, "no REQUIRETLS", "enable it");
        var unmet = new Outcome.Deferred("4.7.30", "no REQUIRETLS", "h", Optional.of(failure));
        database.write(rollouts.settled(asking(mail, TlsWish.Required),
                new Attempt(Map.of(0, unmet), List.of(), List.of())));
        database.write(rollouts.settled(asking(mail, TlsWish.NotRequired), attempt(false)));
        assertEquals(0, rollouts.find(rollout.id()).orElseThrow().messages());
        database.write(rollouts.settled(asking(mail, TlsWish.Required), attempt(true)));
        assertEquals(1, rollouts.find(rollout.id()).orElseThrow().messages());
    }

    @Test
    void rolloutGoesOnAfterARestart() throws Exception {
        var rollout = rollouts.start(draft(2), _ -> 0);
        connectors = new Connectors(database, time);
        rollouts = new Rollouts(database, connectors, traffic, retried::add, time);
        mail(20, false);
        time.advance(Duration.ofHours(1));
        rollouts.tick();
        assertEquals(1, rollouts.find(rollout.id()).orElseThrow().stage());
    }

    /// It was told of a rollout whose share held no domain and of one whose faulty domain had no mail.
    @Test
    void theEndSaysWhatWasProvenAndWhatHadNoMail() throws Exception {
        traffic.served.addAll(List.of(Domain.of("a.example"), Domain.of("b.example"), Domain.of("c.example")));
        var rollout = rollouts.start(draft(1), _ -> 0);
        assertEquals(2, rollouts.stage(rollout).in(Stage.State.Quiet).size(), "half of three");
        advance(rollout, rollouts.stage(rollout).in(Stage.State.Quiet).getFirst());
        assertEquals(1, rollouts.find(rollout.id()).orElseThrow().stage());
        advance(rollout, Domain.of("a.example"));
        var ended = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(Rollout.Status.Finished, ended.status());
        assertTrue(ended.why().matches("every share held: [12] domains? proven; no mail to .*\\.example"), ended.why());
        assertTrue(ended.history().getFirst().endsWith(".example"), ended.history().toString());
    }

    @Test
    void aDomainThatWouldHaveFailedIsWaitedForUntilItHasMailOrAnException() throws Exception {
        Domain faulty = Domain.of("faulty.example");
        traffic.served.addAll(List.of(Domain.of("a.example"), faulty));
        traffic.refused.add(faulty);
        var rollout = rollouts.start(new Rollout(rollouts.nextId(), "Default", TlsValidation.Opportunistic,
                TlsValidation.Enabled, List.of(100.0), Duration.ZERO, 1, 1, true, Rollout.Status.Running, 0,
                time.instant(), time.instant(), 0, 0, 0, "", List.of()), _ -> 0);
        advance(rollout, Domain.of("a.example"));
        var waiting = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(Rollout.Status.Running, waiting.status());
        assertTrue(rollouts.waitsFor(waiting).startsWith("no mail yet to faulty.example"), rollouts.waitsFor(waiting));
        connectors.exceptions().add(new TlsException("Default", faulty, TlsValidation.Opportunistic, null, null, "r",
                "o", "admin", time.instant(), time.instant().plusSeconds(60), TlsException.Told.Nothing), _ -> 0);
        rollouts.tick();
        assertEquals("every share held: 1 domain proven", rollouts.find(rollout.id()).orElseThrow().why());
    }

    @Test
    void anAttemptThatHadBegunIsWaitedForAndOneThatBeganLaterIsNot() throws Exception {
        var rollout = rollouts.start(draft(1), _ -> 0);
        traffic.underWay = Optional.of(time.instant());
        advance(rollout, covered());
        assertEquals(0, rollouts.find(rollout.id()).orElseThrow().stage());
        assertEquals("an attempt is under way", rollouts.waitsFor(rollouts.find(rollout.id()).orElseThrow()));
        traffic.underWay = Optional.of(time.instant().plusSeconds(1));
        time.advance(Duration.ofSeconds(1));
        rollouts.tick();
        assertEquals(1, rollouts.find(rollout.id()).orElseThrow().stage());
    }

    @Test
    void whatAReceiverRefusesForReasonsOfItsOwnIsNeitherSuccessNorFailure() throws Exception {
        var rollout = rollouts.start(draft(1), _ -> 0);
        database.write(rollouts.settled(consignment(1, covered()), attempt(
                new Outcome.Failed("5.1.1", "550 5.1.1 no such user", "h", Optional.empty()))));
        database.write(rollouts.settled(consignment(2, covered()), attempt(
                new Outcome.Deferred("4.2.0", "450 greylisted", "h", Optional.empty()))));
        var running = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(0, running.messages());
        assertEquals(List.of(covered()), rollouts.stage(running).in(Stage.State.Unproven));
    }

    @Test
    void ourOwnTroubleIsUnknownAndNeverABreach() throws Exception {
        var rollout = rollouts.start(draft(1), _ -> 0);
        var ours = new Failure(Reason.LOCAL_DNS, "no DNS server answers", "look at them");
        for (int i = 0; i < 50; i++)
            database.write(rollouts.settled(consignment(i, covered()),
                    attempt(new Outcome.Deferred("4.4.3", "no DNS server answers", "", Optional.of(ours)))));
        rollouts.tick();
        var running = rollouts.find(rollout.id()).orElseThrow();
        assertEquals(Rollout.Status.Running, running.status());
        assertEquals(0, running.messages());
        assertEquals(50, running.unknown());
        database.write(rollouts.settled(consignment(1, covered()), attempt(false)));
        assertEquals(49, rollouts.find(rollout.id()).orElseThrow().unknown(), "the same message passed in the end");
    }

    private void advance(Rollout rollout, Domain mail) throws IOException {
        database.write(rollouts.settled(consignment((int) time.instant().getEpochSecond(), mail), attempt(false)));
        time.advance(Duration.ofHours(1));
        rollouts.tick();
    }

    private Rollout draft(int minMessages) throws IOException {
        return new Rollout(rollouts.nextId(), "Default", TlsValidation.Opportunistic, TlsValidation.Enabled,
                List.of(50.0, 100.0), Duration.ofHours(1), 1, minMessages, true, Rollout.Status.Running, 0,
                time.instant(), time.instant(), 0, 0, 0, "", List.of());
    }

    private OutboundConnector connector() { return connectors.find("Default").orElseThrow(); }

    private Domain covered() {
        for (int i = 0;; i++)
            if (connector().modeFor(Domain.of("d" + i + ".example")) == TlsValidation.Enabled)
                return Domain.of("d" + i + ".example");
    }

    private void mail(int domains, boolean fails) throws IOException {
        for (int i = 0; i < domains; i++)
            database.write(rollouts.settled(consignment(i, Domain.of("d" + i + ".example")), attempt(fails)));
    }

    private Consignment consignment(int number, Domain domain) { return consignment(number, domain, connector()); }

    private Consignment consignment(int number, Domain domain, OutboundConnector connector) {
        var id = QueueId.fresh(time.instant(), new java.util.Random(number));
        var message = new QueuedMessage(id, time.instant(), time.instant(), new ReversePath.Null(), "", "", 1, "",
                false,
                false, "", ReturnWish.None);
        var recipient = new QueuedRecipient(0, Address.of("a@" + domain), "Default", QueuedRecipient.State.Active, 0,
                time.instant(), Set.of(), "");
        return new Consignment(message, new Nothing(), connector, connector.modeFor(domain), domain,
                List.of(recipient), false);
    }

    private static Consignment asking(Consignment mail, TlsWish wish) {
        return new Consignment(mail.message().asking(wish), mail.body(), mail.connector(), mail.mode(), mail.domain(),
                mail.recipients(), mail.plaintextFallback());
    }

    private static Attempt attempt(Outcome outcome) { return new Attempt(Map.of(0, outcome), List.of(), List.of()); }

    private static Attempt attempt(boolean fails) {
        var failure = new Failure(Reason.TLSA_INVALID, "no match", "mend it");
        Outcome outcome = fails
                ? new Outcome.Deferred("4.7.323", "no match", "h", Optional.of(failure))
                : new Outcome.Delivered("2.0.0", "Ok", "h", "", Level.Dane, "", Optional.empty());
        return new Attempt(Map.of(0, outcome), List.of(), List.of());
    }

    /// What the engine's books would say.
    private static final class Books implements Traffic {
        private final Set<Domain> served = new HashSet<>();
        private final Set<Domain> refused = new HashSet<>();
        private Optional<Instant> underWay = Optional.empty();

        @Override
        public Set<Domain> served(String connector) { return served; }

        @Override
        public Set<Domain> refused(String connector, Instant since) { return refused; }

        @Override
        public Optional<Instant> underWaySince(String connector, Predicate<Domain> to, Instant now) { return underWay; }
    }

    private record Nothing() implements Body {
        @Override
        public long size() { return 0; }

        @Override
        public java.io.InputStream open() { return java.io.InputStream.nullInputStream(); }
    }
}
