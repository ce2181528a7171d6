package org.sternpost.engine.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dnssec.ServerCheck;
import org.sternpost.engine.mtasts.DatabasePolicyStore;
import org.sternpost.engine.mtasts.HeldPolicies;
import org.sternpost.engine.mtasts.MtaSts;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.mtasts.PolicyRefresh;
import org.sternpost.engine.rollout.Rollout;
import org.sternpost.engine.rollout.RolloutStep;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Reason.Owner;

/// What is told of ourselves, of policies that run out, and of rollouts.
class OwnRulesTest {

    private static final InetSocketAddress SERVER = new InetSocketAddress("127.0.0.53", 53);

    @TempDir
    Path directory;

    private final SimTime time = new SimTime();
    private SqliteDatabase store;

    @BeforeEach
    void open() throws IOException {
        store = SqliteDatabase.open(directory, Stream.of(Connectors.SCHEMA, DatabasePolicyStore.SCHEMA, Alerts.SCHEMA)
                .flatMap(List::stream).toList());
    }

    @AfterEach
    void close() throws IOException { store.close(); }

    private List<String> look(Alerts alerts) throws IOException {
        return alerts.look().stream().map(one -> one.subject().domain() + one.subject().name() + (one.isOpen()
                ? " began"
                : " is over")).toList();
    }

    @Test
    void troubleOfTheEngineIsOursAndOneAlert() throws Exception {
        var trouble = new ArrayList<>(List.of(""));
        var alerts = new Alerts(store, List.of(new TroubleRule(trouble::getFirst)), List.of(), time);
        assertEquals(List.of(), look(alerts));
        trouble.set(0, "the disk is full");
        assertEquals(List.of(), look(alerts), "it may pass");
        trouble.set(0, "");
        assertEquals(List.of(), look(alerts));
        trouble.set(0, "the disk is full");
        assertEquals(List.of(), look(alerts));
        assertEquals(List.of(" began"), look(alerts));
        assertEquals(Owner.OURS, alerts.open().getFirst().words().owner());
        trouble.set(0, "the disk is full; 1 message is set aside");
        assertEquals(List.of(), look(alerts));
    }

    @Test
    void aCertificateIsToldTwoWeeksBeforeItEndsAndOverWhenItIsRenewed() throws Exception {
        var ends = new ArrayList<>(List.of(time.instant().plus(Duration.ofDays(15))));
        var alerts = new Alerts(store, List.of(new CertificateRule(() -> List.of(new Alerts.Certificate(
                "192.0.2.1:587", ends.getFirst())))), List.of(), time);
        assertEquals(List.of(), look(alerts));
        time.advance(Duration.ofDays(1));
        assertEquals(List.of("192.0.2.1:587 began"), look(alerts));
        assertTrue(alerts.open().getFirst().words().why().contains("ends at"));
        time.advance(Duration.ofDays(15));
        assertEquals(List.of(), look(alerts));
        assertTrue(alerts.open().getFirst().words().why().contains("ended at"));
        ends.set(0, time.instant().plus(Duration.ofDays(90)));
        look(alerts);
        time.advance(Alerts.CALM);
        assertEquals(List.of("192.0.2.1:587 is over"), look(alerts));
    }

    private static ServerCheck server(boolean good) {
        return new ServerCheck(SERVER, List.of(new ServerCheck.Finding(ServerCheck.Subject.Bogus, good
                ? ServerCheck.Result.Good
                : ServerCheck.Result.Bad, "seen", "it vouches for what is signed badly", "use another", "")),
                Duration.ZERO);
    }

    @Test
    void aResolverIsToldWhenItIsBadTwiceInARowAndAskedRarely() throws Exception {
        var asked = new ArrayList<Boolean>();
        var good = new ArrayList<>(List.of(true));
        var alerts = new Alerts(store, List.of(new ResolverRule(() -> {
            asked.add(good.getFirst());
            return List.of(server(good.getFirst()));
        })), List.of(), time);
        for (int minute = 0; minute < 10; minute++) {
            assertEquals(List.of(), look(alerts));
            time.advance(Alerts.PAUSE);
        }
        assertEquals(2, asked.size(), "every five minutes");
        good.set(0, false);
        assertEquals(List.of(), look(alerts), "one packet may be lost");
        good.set(0, true);
        time.advance(Alerts.PAUSE);
        assertEquals(List.of(), look(alerts));
        good.set(0, false);
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), look(alerts));
        time.advance(Alerts.PAUSE);
        assertEquals(List.of("127.0.0.53:53 began"), look(alerts));
        good.set(0, true);
        time.advance(Alerts.PAUSE);
        assertEquals(List.of("127.0.0.53:53 is over"), look(alerts));
    }

    /// One that lives a week, fetched at the start.
    private HeldPolicies policies(StsLookup.Kind kind, String mode) throws IOException {
        store.write(connection -> {
            try (var put = connection.prepareStatement("INSERT INTO sts_policy (domain, id, fetched, body) VALUES "
                    + "('a.example', '1', ?, ?)")) {
                put.setLong(1, time.instant().toEpochMilli());
                put.setString(2, "version: STSv1\nmode: " + mode + "\nmx: mx.a.example\nmax_age: 604800\n");
                return put.executeUpdate();
            }
        });
        var held = new DatabasePolicyStore(store);
        var dns = new FakeResolver();
        dns.txt("_mta-sts.a.example", "v=STSv1; id=2;");
        var sts = new MtaSts(dns, _ -> new MtaSts.PolicyFetch.Fetched.Failed(kind, "no connection"), held, time);
        return new HeldPolicies(sts, new PolicyRefresh(sts, held, time), held);
    }

    private Alerts running(HeldPolicies policies) throws IOException {
        var alerts = new Alerts(store, List.of(new PolicyRule(policies)), List.of(), time);
        assertEquals(List.of(), look(alerts));
        time.advance(Duration.ofDays(6));
        assertEquals(List.of(), look(alerts), "nobody has tried");
        policies.renew(org.sternpost.engine.mail.Domain.of("a.example"), new org.sternpost.engine.dns.ProofLog());
        return alerts;
    }

    @Test
    void aPolicyThatRunsOutAndCannotBeFetchedIsTold() throws Exception {
        var policies = policies(StsLookup.Kind.Fetch, "enforce");
        var alerts = running(policies);
        assertEquals(List.of("a.example began"), look(alerts));
        assertEquals(Owner.RECIPIENT, alerts.open().getFirst().words().owner());
        policies.forget(org.sternpost.engine.mail.Domain.of("a.example"), _ -> _ -> null);
        for (int i = 0; i < 3; i++) {
            time.advance(Alerts.CALM);
            assertEquals(List.of(), look(alerts), "that it is gone is no end of it");
        }
        time.advance(Duration.ofDays(31));
        look(alerts);
        time.advance(Alerts.CALM);
        assertEquals(List.of("a.example is over"), look(alerts));
    }

    @Test
    void ourOwnNetworkIsNoFaultOfAPolicy() throws Exception {
        var alerts = running(policies(StsLookup.Kind.Local, "enforce"));
        assertEquals(List.of("a.example began"), look(alerts));
        assertEquals(Owner.OURS, alerts.open().getFirst().words().owner());
    }

    @Test
    void aPolicyThatProtectsNothingMayRunOut() throws Exception {
        assertEquals(List.of(), look(running(policies(StsLookup.Kind.Fetch, "testing"))));
    }

    private Rollout rollout(String id) {
        Rollout draft = Rollout.draft("Default", new Rollout.Plan(TlsValidation.Opportunistic, TlsValidation.Enabled,
                List.of(5.0, 100.0), Duration.ofHours(1), new Rollout.Limit(1, 2, true)), time.instant());
        return new Rollout(id, "Default", draft.plan(), draft.progress(), draft.counts(), List.of());
    }

    private void step(Optional<Rollout> before, Rollout after) throws IOException {
        store.<@Nullable Void>write(connection -> {
            Alerts.stepped(connection, new RolloutStep(time.instant(), "ops", "step", before, after,
                    Optional.empty()));
            return null;
        });
    }

    @Test
    void stepsAreToldAndAWayBackIsOpenUntilTheNextRolloutBegins() throws Exception {
        var alerts = new Alerts(store, List.of(), List.of(), time);
        Rollout first = rollout("R-1");
        step(Optional.empty(), first);
        Alert began = alerts.all(Optional.of(Instant.EPOCH), 10).getFirst();
        assertTrue(began.isEvent() && began.words().why().contains("5 % of its domains"), began.words().why());
        assertEquals(List.of(), alerts.open());
        time.advance(Duration.ofHours(1));
        Rollout back = first.takenBack(Rollout.Status.RolledBack, "2 of 3 failed", time.instant());
        step(Optional.of(first), back);
        assertEquals(List.of("R-1"), alerts.open().stream().map(one -> one.subject().name()).toList());
        assertTrue(alerts.open().getFirst().words().why().contains("went back to Opportunistic: 2 of 3 failed"));
        time.advance(Duration.ofHours(1));
        step(Optional.empty(), rollout("R-2"));
        assertEquals(List.of(), alerts.open());
    }
}
