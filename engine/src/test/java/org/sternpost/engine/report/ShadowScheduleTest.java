package org.sternpost.engine.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.Changed;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.delivery.ShadowJudge;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.evidence.Shadows.FirstPass;
import org.sternpost.engine.evidence.Shadows;
import org.sternpost.engine.evidence.Shadows.Fate;
import org.sternpost.engine.evidence.Shadows.Turn;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.schedule.Scheduler.Limits;
import org.sternpost.engine.smtp.client.RawHost;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.tls.Handshake;
import org.sternpost.engine.tls.Prover;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.Reason;

/// Routes that Enabled refuses are judged again without mail, on the retry intervals, until it is known how long their
/// mail would have waited (docs/transport-security.md#mode-shadow).
class ShadowScheduleTest {

    private static final Domain DOMAIN = Domain.of("example.org");
    private static final Domain MX = Domain.of("mx.example.org");
    private static final QueueId ONE = new QueueId("0123456789ABCDEF");
    private static final QueueId TWO = new QueueId("0123456789ABCDEG");
    private static final TlsVerdict MISMATCH = new TlsVerdict.Dane(List.of(new Tlsa(3, 1, 1, new byte[32])), MX,
            List.of(MX));
    private static final Limits LIMITS = new Limits(10, 10,
            List.of(Duration.ofMinutes(15), Duration.ofMinutes(15), Duration.ofHours(1)), Duration.ofHours(4));

    @TempDir
    Path directory;
    private final SimTime time = new SimTime();
    private final Instant start = time.instant();
    private final Certificates ca = new Certificates(start);
    private final Certificates.Identity shown = ca.good(MX.ascii());
    private ScriptedHost host;
    private SqliteDatabase database;
    private Connectors connectors;
    private Shadows shadows;
    private ShadowSchedule schedule;
    private JudgedRoute route;

    @BeforeEach
    void open() throws Exception {
        host = new ScriptedHost(shown.context());
        route = route(MISMATCH);
        load();
    }

    @AfterEach
    void close() throws Exception {
        database.close();
        host.close();
    }

    private void load() throws Exception {
        database = SqliteDatabase.open(directory, java.util.stream.Stream
                .concat(EvidenceLog.SCHEMA.stream(), Connectors.SCHEMA.stream()).toList());
        connectors = new Connectors(database, time);
        shadows = new Shadows(database);
        var handshake = new Handshake(new Prover(ca.anchors(), time));
        schedule = new ShadowSchedule(shadows, connectors, new ShadowJudge((_, mode, _) -> {
            assertEquals(TlsValidation.Enabled, mode);
            return route;
        }, handshake, "me.example", Timeouts.of(Patience.UNMET), time), LIMITS, time);
    }

    @Test
    void aRefusedRouteIsJudgedOnTheRetryIntervalsUntilItPasses() throws Exception {
        refused(ONE, Duration.ofDays(1));
        assertEquals(List.of(0, 1, 1, 2, 2, 3), List.of(after(14), after(1), after(14), after(1), after(59), after(1)));
        assertEquals(Fate.Open, fate(ONE));
        route = route(new TlsVerdict.Dane(List.of(shown.tlsa()), MX, List.of(MX)));
        assertEquals(List.of(3, 4, 4), List.of(after(59), after(1), after(600)));
        assertEquals(Fate.Delayed, fate(ONE));
        assertEquals(time.instant().minus(Duration.ofMinutes(600)), shadows.of(ONE).getFirst().until());
        // It stops before MAIL FROM.
        assertTrue(host.heard().stream().noneMatch(line -> line.contains("MAIL")), host.heard().toString());
        assertTrue(host.heard().contains("tls:QUIT"), host.heard().toString());
    }

    @Test
    void mailWhoseTimeIsOverWouldHaveBeenReturned() throws Exception {
        refused(ONE, Duration.ofMinutes(40));
        assertEquals(List.of(1, 2), List.of(after(15), after(15)));
        assertEquals(Fate.Open, fate(ONE));
        after(10);
        assertEquals(Fate.Returned, fate(ONE));
        assertEquals(start.plus(Duration.ofMinutes(40)), shadows.of(ONE).getFirst().until());
        assertEquals(3, after(600), "called at the end, and then nobody waits any more");
    }

    /// The queue tries mail once more when its time is over, so that a repair since the attempt before is not too late.
    @Test
    void aRepairBetweenTheLastRetryAndTheEndIsFoundByTheAttemptOfTheEnd() throws Exception {
        refused(ONE, Duration.ofMinutes(40));
        assertEquals(List.of(1, 2), List.of(after(15), after(15)));
        route = route(new TlsVerdict.None());
        assertEquals(List.of(2, 3), List.of(after(9), after(1)));
        assertEquals(Fate.Delayed, fate(ONE));
        assertEquals(start.plus(Duration.ofMinutes(40)), shadows.of(ONE).getFirst().until());
        assertEquals(3, after(600));
    }

    /// What our own trouble hid until the end stays undecided; mail that outlives it is judged on.
    @Test
    void mailWhoseLastJudgementIsHiddenByOurOwnTroubleIsCountedAsNothing() throws Exception {
        refused(ONE, Duration.ofMinutes(40));
        refused(TWO, Duration.ofDays(1));
        after(15);
        var ours = new Failure(Reason.LOCAL_DNS, "none of our DNS servers answers", "restore them");
        route = new JudgedRoute.Unknown(ours);
        after(15);
        assertEquals(Fate.Open, fate(ONE), "it has one more attempt");
        after(10);
        assertEquals(List.of(), shadows.of(ONE), "neither delayed nor returned");
        assertEquals(Fate.Open, fate(TWO));
        route = route(MISMATCH);
        after(60);
        assertEquals(Fate.Open, fate(TWO));
        assertEquals(List.of(0L, 0L), List.of(shadows.since(start).getFirst().returned(),
                shadows.since(start).getFirst().delayed()));
    }

    @Test
    void eachMessageHasItsOwnEnd() throws Exception {
        refused(ONE, Duration.ofMinutes(20));
        refused(TWO, Duration.ofDays(1));
        after(20);
        route = route(new TlsVerdict.None());
        after(10);
        assertEquals(List.of(Fate.Returned, Fate.Delayed), List.of(fate(ONE), fate(TWO)));
        var fared = shadows.since(start).getFirst();
        assertEquals(List.of(1L, 1L), List.of(fared.delayed(), fared.returned()));
        assertEquals(Optional.of(start.plus(Duration.ofMinutes(30))), fared.until());
        assertEquals(List.of(), shadows.since(start.plusSeconds(1)));
    }

    /// Mail waits for its own next attempt, whatever other mail shows before: it is delayed until then and not by an
    /// interval less, and of a repair that is over by then it has nothing.
    @Test
    void mailGoesAtItsOwnTimesWhateverOtherMailMeets() throws Exception {
        refused(ONE, Duration.ofHours(3));
        after(30); // tried at 15 and 30: next at 90
        after(15);
        refused(TWO, Duration.ofHours(3));
        route = route(new TlsVerdict.None());
        after(15); // TWO at 60 meets the repair
        assertEquals(List.of(Fate.Open, Fate.Delayed), List.of(fate(ONE), fate(TWO)));
        assertEquals(start.plus(Duration.ofMinutes(60)), shadows.of(TWO).getFirst().until());
        route = route(MISMATCH);
        after(30); // ONE at 90 does not
        assertEquals(Fate.Open, fate(ONE));
        route = route(new TlsVerdict.None());
        after(60);
        assertEquals(Fate.Delayed, fate(ONE));
        assertEquals(start.plus(Duration.ofMinutes(150)), shadows.of(ONE).getFirst().until());
        assertEquals(Optional.of(start.plus(Duration.ofMinutes(150))), shadows.since(start).getFirst().until());
    }

    /// As the queue counts them: mail that had waited before for another reason is at a later interval.
    @Test
    void attemptsOfBeforeTheDeliveryCount() throws Exception {
        database.write(shadows.refused(ONE, DOMAIN, "Default", FirstPass.Refused, start, start.plus(Duration.ofDays(1)),
                new Turn(2, start.plus(Duration.ofMinutes(15)))));
        assertEquals(List.of(1, 1, 2), List.of(after(15), after(59), after(1)));
    }

    /// Mail that was due within a minute, or a tenth of the first interval, goes by one call.
    @Test
    void mailDueAtAlmostTheSameTimeIsJudgedTogether() throws Exception {
        refused(ONE, Duration.ofDays(1));
        time.advance(Duration.ofSeconds(40));
        refused(TWO, Duration.ofDays(1));
        time.advance(Duration.ofSeconds(20));
        assertEquals(List.of(0, 1, 1), List.of(after(13), after(1), after(10)));
        route = route(new TlsVerdict.None());
        assertEquals(2, after(10));
        assertEquals(List.of(start.plus(Duration.ofMinutes(30)), start.plus(Duration.ofSeconds(30 * 60 + 40))),
                List.of(shadows.of(ONE).getFirst().until(), shadows.of(TWO).getFirst().until()));
    }

    @Test
    void mailThatWentWhenItsTimeWasOverWouldHaveBeenReturned() throws Exception {
        refused(ONE, Duration.ZERO);
        assertEquals(Fate.Returned, fate(ONE));
        assertEquals(0, after(600));
    }

    @Test
    void aHostThatIsDownHasNotPassed() throws Exception {
        host.close();
        route = route(new TlsVerdict.None());
        refused(ONE, Duration.ofDays(1));
        after(15);
        assertEquals(Fate.Open, fate(ONE));
    }

    @Test
    void aDomainThatNoMailCanGoToWouldHaveReturnedItAtOnce() throws Exception {
        refused(ONE, Duration.ofDays(1));
        route = new JudgedRoute.Impossible("5.1.10", "no mail");
        after(15);
        assertEquals(Fate.Returned, fate(ONE));
        assertEquals(time.instant(), shadows.of(ONE).getFirst().until());
    }

    @Test
    void aLookupThatFailsOrARouteWithAProblemHasNotPassed() throws Exception {
        refused(ONE, Duration.ofDays(1));
        var why = new org.sternpost.engine.trust.Failure(org.sternpost.engine.trust.Reason.DNSSEC_INVALID, "a", "b");
        route = new JudgedRoute.Unknown(why);
        after(15);
        route = new JudgedRoute.Hosts("example.org", ((JudgedRoute.Hosts) route(new TlsVerdict.None())).hosts(),
                List.of(why));
        after(15);
        route = route(new TlsVerdict.Refused(why));
        after(60);
        assertEquals(Fate.Open, fate(ONE));
        assertEquals(0, host.connections());
    }

    @Test
    void theScheduleSurvivesARestart() throws Exception {
        refused(ONE, Duration.ofDays(1));
        assertEquals(1, after(15));
        database.close();
        load();
        assertEquals(List.of(1, 2), List.of(after(14), after(1)));
        route = route(new TlsVerdict.None());
        after(60);
        assertEquals(Fate.Delayed, fate(ONE));
    }

    /// An older version had one schedule for all mail of a route.
    @Test
    void mailOfAnOlderVersionGoesOnAtTheTimesOfItsRoute() throws Exception {
        refused(ONE, Duration.ofDays(1));
        long due = start.plus(Duration.ofMinutes(30)).toEpochMilli();
        database.<Boolean>write(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("UPDATE shadow_mail SET attempts = 1, due = 0");
                statement.execute("UPDATE shadow_route SET attempts = 3, due = " + due);
                return statement.execute("UPDATE schema_version SET version = 7");
            }
        });
        database.close();
        load();
        assertEquals(List.of(0, 1, 1, 2), List.of(after(29), after(1), after(59), after(1)));
    }

    @Test
    void whereNobodyWantsValidationNothingIsJudged() throws Exception {
        refused(ONE, Duration.ofDays(1));
        Changed.replace(connectors, "Default", old -> old.withMode(TlsValidation.Disabled));
        assertEquals(0, after(15));
        assertEquals(List.of(), shadows.of(ONE));
        assertEquals(0, after(600));
    }

    @Test
    void routesAreBounded() throws Exception {
        database.write(connection -> {
            for (int i = 0; i <= 20_000; i++)
                shadows.refused(ONE, Domain.of("d" + i + ".example"), "Default", FirstPass.Refused, start,
                        start.plusSeconds(60), new Turn(1, start)).on(connection);
            return 0;
        });
        assertEquals(20_000, shadows.due(start, 100_000).size());
        assertEquals(20_000, shadows.of(ONE).size());
    }

    /// Lets minutes pass, one at a time as the engine looks.
    ///
    /// @return connections made so far
    @Test
    void hostsThatKeepUsWaitingDoNotCostTheOtherRoutesTheirTurn() throws Exception {
        var called = new AtomicInteger();
        try (var tarpit = new RawHost((_, _) -> {
            called.incrementAndGet();
            time.advance(Duration.ofMinutes(6));
        })) {
            var one = ((JudgedRoute.Hosts) route(new TlsVerdict.None())).hosts().getFirst();
            var slow = new HostJudgement(MX, 10, tarpit.address().getPort(), Collections.nCopies(3,
                    InetAddress.ofLiteral("127.0.0.1")), "", one.enabled(), one.enabled(), one.facts());
            route = new JudgedRoute.Hosts("example.org", Collections.nCopies(5, slow), List.of());
            refused(ONE, Duration.ofDays(1));
            after(15);
            assertEquals(2, called.get());
        }
    }

    private int after(int minutes) throws Exception {
        for (int i = 0; i < minutes; i++) {
            time.advance(Duration.ofMinutes(1));
            schedule.judgeDue();
        }
        return host.connections();
    }

    private void refused(QueueId message, Duration life) throws Exception {
        Instant now = time.instant();
        database.write(shadows.refused(message, DOMAIN, "Default", FirstPass.Refused, now, now.plus(life),
                new Turn(1, now.plus(LIMITS.retryIntervals().getFirst()))));
    }

    private Fate fate(QueueId message) throws Exception { return shadows.of(message).getFirst().fate(); }

    private JudgedRoute route(TlsVerdict asked) {
        var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure, Optional.empty(), DnsStatus.Secure, List.of(),
                "", "", Optional.empty(), List.of());
        return new JudgedRoute.Hosts("example.org", List.of(new HostJudgement(MX, 10, host.port(),
                List.of(InetAddress.ofLiteral("127.0.0.1")), "", asked, asked, facts)), List.of());
    }
}
