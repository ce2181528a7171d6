package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management.ReportQuery;
import org.sternpost.engine.control.RolloutDraft;
import org.sternpost.engine.control.Management.TlsRptQuery;
import org.sternpost.engine.control.view.DeliveryReportView;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.control.view.TlsRolloutView;
import org.sternpost.engine.control.view.TlsRptReportView;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Reason;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain.Signing;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.dns.TlsaSpec;

/// Our own DNS servers are dead for an hour: mail waits, nobody else is blamed, and all goes on by itself.
class OutageTest {

    private static final Duration ROUND = Patience.AMPLE;
    private static final Duration STEP = Duration.ofMinutes(5);
    private static final int DOMAINS = 50;
    private static final List<String> ALL = IntStream.range(0, DOMAINS).mapToObj(i -> "d" + i + ".test").toList();
    private static final List<String> ROLLING = ALL.subList(0, 10);
    private static final List<String> STRICT = ALL.subList(10, 20);
    private static final List<String> UNLOOKED = ALL.subList(20, 30);
    private static final List<String> SHORT_LIVED = ALL.subList(30, 32);

    private final SimTime time = new SimTime(withinOneDay(Instant.now()), 1);

    @TempDir
    Path directory;

    /// The counts of a report end with its day, and that would be taken for what the outage did.
    private static Instant withinOneDay(Instant now) {
        Instant midnight = now.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(1));
        return now.plus(Duration.ofHours(4)).isBefore(midnight) ? now : midnight.plus(Duration.ofMinutes(5));
    }

    /// What is said of others, all of it.
    private record Blame(List<TlsReadinessView> readiness, List<DeliveryReportView> wouldHaveFailed,
            List<TlsRptReportView> reports) {}

    @Test
    void deadDnsServersBlameNobodyAndAllGoesOnByItself() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), table());
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"), OutageTest::patient, time)) {
            connectors(engine);
            engine.send(ROLLING);
            for (String domain : ROLLING)
                assertInstanceOf(Outcome.Delivered.class, engine.awaitAttempt(domain, 1, ROUND).outcome());
            engine.management().rollouts().start(new RolloutDraft("rolling", TlsValidation.Enabled, List.of(100.0),
                    Duration.ofMinutes(10), 1, 5, true, "")).commit().apply("test");
            engine.send(ROLLING.subList(0, 5));
            for (String domain : ROLLING.subList(0, 5))
                engine.awaitAttempt(domain, 1, ROUND);
            engine.awaitQuiet(ROUND);
            Blame before = blame(engine);
            assertEquals("", engine.management().engine().status().trouble());

            lab.stopDns();
            time.advance(Duration.ofMinutes(9)); // what is cached is over; the share has not held yet
            engine.send(ALL);
            for (String domain : ALL)
                waitsForUs(domain, (Outcome.Deferred) engine.awaitAttempt(domain, 1, ROUND).outcome());
            for (Duration passed = Duration.ZERO; passed.toHours() < 1; passed = passed.plus(STEP)) {
                time.advance(STEP);
                engine.awaitQuiet(ROUND);
            }
            assertEquals(before, blame(engine));
            nobodyIsBlamedInTheTrace(engine);
            TlsRolloutView rollout = engine.management().rollouts().all().getFirst();
            assertEquals(List.of("Running", 0L), List.of(rollout.status(), rollout.failures()), rollout.toString());
            assertTrue(rollout.why().contains("none of our own DNS servers answers"), rollout.why());
            var status = engine.management().engine().status();
            assertTrue(status.trouble().startsWith("none of our DNS servers answers since "), status.trouble());
            assertTrue(status.undecided() >= DOMAINS, status.undecided() + " undecided");

            lab.resumeDns();
            for (int step = 0; step < 40 && goesOn(engine); step++) {
                time.advance(STEP);
                engine.awaitQuiet(ROUND);
            }
            for (String domain : ALL)
                if (!SHORT_LIVED.contains(domain)) assertTrue(lab.count(domain) > 0, domain);
            assertEquals("", engine.management().engine().status().trouble());
            assertEquals("Finished", engine.management().rollouts().all().getFirst().status());
            assertEquals(0, wouldFail(engine));
            noNoticeBlamesTheRecipient(lab);
        }
    }

    private static List<LabDomain> table() {
        var table = new ArrayList<LabDomain>();
        for (String domain : ALL)
            table.add(LabDomain.of(domain, Signing.SIGNED, "TLSA 3 1 1 matches").host(CertificateKind.SELF_SIGNED,
                    TlsaSpec.right(3, 1, 1)));
        table.add(LabDomains.find(LabDomains.HOME).orElseThrow());
        return table;
    }

    private static String patient(String settings) {
        return settings.replaceAll("retryIntervals: .*", "retryIntervals: [5m, 10m, 15m]")
                .replaceAll("messageExpiration: .*", "messageExpiration: 2d")
                .replaceAll("delayNotice: .*", "delayNotice: 30m")
                .replaceAll("testSecureName: .*", "testSecureName: d49.test")
                .replaceAll(" *testBogusName: .*\n", "");
    }

    private static void connectors(LabEngine engine) throws Exception {
        connector(engine, "rolling", ROLLING, fresh -> fresh.withMode(TlsValidation.Opportunistic));
        connector(engine, "strict", STRICT, fresh -> fresh.withMode(TlsValidation.Enabled));
        connector(engine, "unlooked", UNLOOKED, fresh -> fresh.withMode(TlsValidation.Disabled));
        connector(engine, "short", SHORT_LIVED,
                fresh -> SampleConnector.expiring(fresh.withMode(TlsValidation.Enabled), Duration.ofMinutes(20)));
    }

    private static void connector(LabEngine engine, String name, List<String> domains,
            UnaryOperator<OutboundConnector> edit) throws Exception {
        engine.management().connectors().create(name, fresh -> edit.apply(
                SampleConnector.serving(fresh, domains.toArray(String[]::new)))).commit().apply("test");
    }

    private static void waitsForUs(String domain, Outcome.Deferred waits) {
        assertEquals(List.of("4.4.3", Reason.LOCAL_DNS, Reason.Owner.OURS), List.of(waits.code(),
                waits.failure().orElseThrow().reason(), waits.failure().orElseThrow().owner()), domain);
        assertTrue(waits.status().text().contains(Reason.Owner.OURS.words()), waits.status().text());
    }

    private Blame blame(LabEngine engine) throws Exception {
        LocalDate today = LocalDate.ofInstant(time.instant(), ZoneOffset.UTC);
        return new Blame(engine.management().reports().readiness(Instant.EPOCH, 1),
                engine.management().reports()
                        .deliveries(ReportQuery.by(ReportQuery.Group.Domain, ReportQuery.Group.Reason)).stream()
                        .filter(row -> row.wouldHaveFailed() > 0 || !row.reason().isEmpty()
                                && !row.reason().equals("local"))
                        .toList(),
                engine.management().tlsReports()
                        .reports(TlsRptQuery.of(today.minusDays(1), today.plusDays(1), 1000)));
    }

    private static void nobodyIsBlamedInTheTrace(LabEngine engine) throws Exception {
        var rows = engine.management()
                .traces().search(TraceQuery.newest(1000)).toList();
        long ours = 0;
        for (var row : rows) {
            // Delivered before, or not tried yet because its destination rests.
            if (row.code().startsWith("2.") || row.code().isEmpty()) continue;
            ours++;
            assertTrue(row.code().matches("[45]\\.4\\.3"), row.toString());
            for (var detail : engine.management().traces().events(row.messageTraceId()))
                assertFalse(detail.detail().contains(Reason.Owner.RECIPIENT.words()), detail.detail());
        }
        assertTrue(ours >= DOMAINS, ours + " rows");
    }

    private static boolean goesOn(LabEngine engine) throws Exception {
        return engine.management().engine().status().queuedMessages() > 0
                || engine.management().rollouts().all().getFirst().status().equals("Running");
    }

    private static long wouldFail(LabEngine engine) throws Exception {
        return engine.management().reports().readiness(Instant.EPOCH, 1).stream()
                .mapToLong(TlsReadinessView::wouldFail)
                .sum();
    }

    private static void noNoticeBlamesTheRecipient(Lab lab) throws Exception {
        assertTrue(lab.awaitCount(LabDomains.HOME, DOMAINS, ROUND), lab.count(LabDomains.HOME) + " notices");
        for (var mail : lab.received(LabDomains.HOME)) {
            String notice = Files.readString(mail.message()).replaceAll("\r?\n +", " "); // as before it was folded
            assertTrue(notice.contains(Reason.Owner.OURS.words().substring(0, 17)), notice);
            assertFalse(notice.contains(Reason.Owner.RECIPIENT.words()), notice);
            assertFalse(notice.contains("7.324"), notice);
        }
    }
}
