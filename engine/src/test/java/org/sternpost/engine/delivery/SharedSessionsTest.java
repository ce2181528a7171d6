package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.trust.FailureMessages;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.JudgedRoute;

/// Sessions that wait for mail of any destination (docs/transport-security.md#session-pool). Each message here is of a
/// destination's own run.
class SharedSessionsTest {

    private static final Domain MX = Domain.of("mx1.example.org");

    private final SimTime time = new SimTime();
    private final Certificates ca = new Certificates(time.instant());
    private final Certificates.Identity good = ca.good(MX.ascii());
    private final Cargo cargo = new Cargo(time);
    private final List<ScriptedHost> hosts = new ArrayList<>();
    private final BlockingQueue<TlsVerdict> verdicts = new LinkedBlockingQueue<>();
    private ScriptedHost host;
    private final Delivery delivery = cargo.delivery((_, _, _) -> route(host.port(), verdicts.remove()),
            ca.anchors());

    SharedSessionsTest() throws Exception { host = host(); }

    @AfterEach
    void hangUp() throws Exception {
        delivery.close();
        for (var one : hosts)
            one.close();
    }

    /// Each policy domain is told of the session once, and each message has evidence of its own.
    @Test
    void allDomainsOfAProviderShareASessionWhereTheyAskTheSame() throws Exception {
        for (int i = 0; i < 30; i++) {
            var names = List.of(MX, Domain.of("domain" + i + ".example"));
            var done = carried(new TlsVerdict.Dane(List.of(good.tlsa()), MX, names), "domain" + i + ".example");
            assertEquals("2.0.0", done.outcomes().get(0).code());
            assertEquals("Dane", done.evidence().getLast().session().achieved().name());
            assertEquals("domain" + i + ".example", done.evidence().getLast().attempt().recipientDomain().ascii());
            assertEquals(1, done.openings().size());
        }
        assertEquals(List.of(), carried(dane(good.tlsa()), "domain7.example").openings());
        assertEquals(1, host.connections());
        assertEquals(31, host.messages().size());
    }

    /// What was learned of each domain is in the evidence of its mail, and is judged once for a session.
    @Test
    void evidenceOfASharedSessionIsThatOfEachDomain() throws Exception {
        var seen = new ArrayList<HostEvidence>();
        for (int i = 0; i < 20; i++) {
            String domain = "domain" + i % 10 % 6 + ".example";
            var asked = new TlsVerdict.Dane(List.of(good.tlsa()), MX, List.of(MX, Domain.of(domain)));
            HostEvidence one = carried(asked, domain).evidence().getFirst();
            time.advance(Duration.ofMillis(1));
            assertEquals(domain, one.host().facts().dane());
            assertEquals("holds: the certificate is the one that is asked for; " + domain + ".",
                    one.findings().dane().words());
            assertEquals(domain, one.attempt().recipientDomain().ascii());
            assertTrue(seen.stream().noneMatch(other -> other.attempt().at().equals(one.attempt().at())));
            seen.add(one);
        }
        assertEquals(1, host.connections());
    }

    @Test
    void aSessionIsJudgedOnceHoweverMuchMailItCarries() throws Exception {
        host.says(2, "MAIL", "550 5.7.1 not from you");
        var evidence = new ArrayList<HostEvidence>();
        for (int i = 0; i < 3; i++) {
            time.advance(Duration.ofSeconds(1));
            evidence.add(carried(dane(good.tlsa()), "example.org").evidence().getFirst());
        }
        assertEquals(List.of(true, false, true), evidence.stream().map(one -> one.result().delivered()).toList());
        assertEquals(3, evidence.stream().map(one -> one.attempt().at()).distinct().count());
        for (HostEvidence one : evidence) {
            assertSame(evidence.getFirst().session(), one.session());
            assertSame(evidence.getFirst().findings(), one.findings());
            assertSame(evidence.getFirst().modes(), one.modes());
        }
        assertEquals(1, host.connections());
    }

    /// A smart host's session is one to that host's policy domain, whoever gets mail over it.
    @Test
    void behindASmartHostTheSessionIsToldOfOnce() throws Exception {
        int openings = 0;
        for (String domain : List.of("one.example", "two.example")) {
            verdicts.add(dane(good.tlsa()));
            var mail = cargo.mail(SampleConnector.over(SampleConnector.of("relay", TlsValidation.Enabled,
                    TlsSettings.None, 1), MX.ascii()), domain, false);
            openings += Cargo.carry(delivery, mail).getFirst().openings().size();
        }
        assertEquals(1, openings);
        assertEquals(1, host.connections());
    }

    /// What was never called counts as the session that its mail would have shared.
    @ParameterizedTest
    @CsvSource({"0, 1", "4, 1", "5, 3", "200, 3"})
    void aHostRefusedBeforeTheCallCountsOnceWhileMailKeepsComing(int seconds, int openings) throws Exception {
        var why = FailureMessages.ownLimit(MX, "what was published");
        int counted = 0;
        for (int i = 0; i < 3; i++) {
            counted += carried(new TlsVerdict.Refused(why), "one.example").openings().size();
            time.advance(Duration.ofSeconds(seconds));
        }
        assertEquals(openings, counted);
        assertEquals(1, carried(new TlsVerdict.Refused(why), "two.example").openings().size());
        assertEquals(0, host.connections());
    }

    /// RFC 7672 §3.2.3: the certificate below a trust anchor must name the domain, and each asks by its own names.
    @Test
    void domainsThatNameAnAuthorityShareNoSession() throws Exception {
        var anchor = new Tlsa(2, 0, 0, good.chain().getLast().getEncoded());
        for (String domain : List.of("one.example", "two.example"))
            assertEquals("2.0.0", carried(new TlsVerdict.Dane(List.of(anchor), MX, List.of(MX, Domain.of(domain))),
                    domain).outcomes().get(0).code());
        assertEquals(2, host.connections());
    }

    @Test
    void whatIsPublishedAnewIsProvenAnewWhileSessionsOfBeforeWait() throws Exception {
        assertEquals("2.0.0", carried(dane(good.tlsa()), "example.org").outcomes().get(0).code());
        // The session stands, and would take the mail.
        assertEquals(1, host.open());
        assertEquals("4.7.323", carried(dane(other()), "example.org").outcomes().get(0).code());
        assertEquals("2.0.0", carried(new TlsVerdict.Sts(MX, "1"), "example.org").outcomes().get(0).code());
        assertEquals("2.0.0", carried(new TlsVerdict.Sts(MX, "2"), "example.org").outcomes().get(0).code());
        assertEquals(4, host.connections());
        assertEquals(3, host.messages().size());
        // Under what was proven before, the session of before.
        carried(dane(good.tlsa()), "example.org");
        assertEquals(4, host.connections());
    }

    /// What a host does to a session that waits is nobody's failure, whether it is noticed before MAIL or at it.
    @ParameterizedTest
    @CsvSource({"421 4.4.2 idle too long, true, 0", "421 4.4.2 idle too long, true, 2",
            "421 4.4.2 idle too long, false, 0", "421 4.4.2 idle too long, false, 2", "'', true, 0", "'', true, 2",
            "'', false, 0", "'', false, 2"})
    void aSessionThatEndsWhileItWaitsCostsNoMessageAnything(String word, boolean tls, int seconds) throws Exception {
        if (!tls) host.says("EHLO", "250-test\r\n250 SIZE 100000");
        var asked = tls ? dane(good.tlsa()) : new TlsVerdict.None();
        carried(asked, "one.example");
        host.leave(word);
        time.advance(Duration.ofSeconds(seconds));
        var done = carried(asked, "two.example");
        assertInstanceOf(Outcome.Delivered.class, done.outcomes().get(0));
        assertEquals(1, done.evidence().size());
        assertEquals(1, done.openings().size());
        assertEquals(List.of(2, 2), List.of(host.connections(), host.messages().size()));
    }

    /// The worst moments of a session that was used before: what was not taken goes on at once over a fresh one, and
    /// what may have been taken does not.
    @ParameterizedTest
    @CsvSource({"MAIL, drop, 2.0.0", "MAIL, flood, 2.0.0", "MAIL, 421 4.3.2 bye, 2.0.0", "MAIL, nonsense, 2.0.0",
            "RCPT, drop, 2.0.0", "RCPT, flood, 2.0.0", "RCPT, 421 4.3.2 bye, 2.0.0", "RCPT, nonsense, 2.0.0",
            "DATA, drop, 2.0.0", "DATA, flood, 2.0.0", "DATA, 421 4.3.2 bye, 2.0.0", "DATA, nonsense, 2.0.0",
            "content, drop, 4.4.2", "content, flood, 4.5.0", "content, 421 4.3.2 bye, 2.0.0",
            "content, nonsense, 4.5.0"})
    void aUsedSessionThatEndsAtAnyStepLosesAndDoublesNothing(String at, String reply, String code) throws Exception {
        host.says(2, at, reply);
        carried(dane(good.tlsa()), "one.example");
        var done = carried(dane(good.tlsa()), "two.example");
        assertEquals(code, done.outcomes().get(0).code(), done.outcomes().get(0).sentence());
        boolean delivered = code.equals("2.0.0");
        assertEquals(delivered, done.outcomes().get(0) instanceof Outcome.Delivered);
        // Content that was answered with 421 was not taken, so it is sent again.
        assertEquals(at.equals("content") && delivered ? 3 : 2, host.messages().size());
        assertEquals(delivered ? 2 : 1, host.connections());
        // Who comes next is not troubled by it.
        assertEquals("2.0.0", carried(dane(good.tlsa()), "three.example").outcomes().get(0).code());
    }

    /// The same where the content leaves with its envelope: once MAIL was answered the host may have taken it, unless
    /// it says otherwise. And where the chunk leaves behind the replies to the envelope.
    @ParameterizedTest
    @CsvSource({"true, MAIL, drop, 2.0.0", "true, MAIL, flood, 4.5.0", "true, MAIL, 421 4.3.2 bye, 2.0.0",
            "true, MAIL, nonsense, 4.5.0", "true, RCPT, drop, 4.4.2", "true, RCPT, flood, 4.5.0",
            "true, RCPT, 421 4.3.2 bye, 2.0.0", "true, RCPT, nonsense, 4.5.0", "true, BDAT, drop, 4.4.2",
            "true, BDAT, flood, 4.5.0", "true, BDAT, 421 4.3.2 bye, 2.0.0", "true, BDAT, nonsense, 4.5.0",
            "true, BDAT, 500 5.5.1 what, 2.0.0", "false, MAIL, drop, 2.0.0", "false, MAIL, 421 4.3.2 bye, 2.0.0",
            "false, RCPT, drop, 2.0.0", "false, RCPT, nonsense, 2.0.0", "false, BDAT, drop, 4.4.2",
            "false, BDAT, flood, 4.5.0", "false, BDAT, 421 4.3.2 bye, 2.0.0", "false, BDAT, nonsense, 4.5.0",
            "false, BDAT, 500 5.5.1 what, 2.0.0"})
    void aUsedSessionThatTakesChunksEndsAtAnyStep(boolean pipelining, String at, String reply, String code)
            throws Exception {
        host.says("tls:EHLO", "250-test\r\n" + (pipelining ? "250-PIPELINING\r\n" : "") + "250 CHUNKING");
        host.says(2, at, reply);
        assertEquals("2.0.0", carried(dane(good.tlsa()), "one.example").outcomes().get(0).code());
        var done = carried(dane(good.tlsa()), "two.example");
        assertEquals(code, done.outcomes().get(0).code(), done.outcomes().get(0).sentence());
        assertEquals(code.equals("2.0.0") ? 2 : 1, host.connections());
        assertEquals("2.0.0", carried(dane(good.tlsa()), "three.example").outcomes().get(0).code());
    }

    /// The same where nobody used it before: it is the host's trouble then.
    @ParameterizedTest
    @CsvSource({"MAIL, drop, 4.4.2", "MAIL, flood, 4.5.0", "RCPT, flood, 4.5.0", "DATA, drop, 4.4.2",
            "content, flood, 4.5.0"})
    void aFreshSessionThatEndsIsTheHostsTrouble(String at, String reply, String code) throws Exception {
        host.says(1, at, reply);
        var done = carried(dane(good.tlsa()), "one.example");
        assertEquals(code, done.outcomes().get(0).code(), done.outcomes().get(0).sentence());
        assertEquals(1, host.connections());
    }

    @Test
    void sessionsThatWaitTooLongTakeLeave() throws Exception {
        carried(dane(good.tlsa()), "one.example");
        time.advance(Duration.ofSeconds(4));
        assertEquals(1, host.open());
        carried(dane(good.tlsa()), "two.example");
        time.advance(Duration.ofSeconds(4));
        assertEquals(1, host.connections());
        time.advance(Duration.ofSeconds(1));
        await(() -> host.open() == 0);
        assertTrue(host.heard().contains("tls:QUIT"), host.heard().toString());
        carried(dane(good.tlsa()), "three.example");
        assertEquals(2, host.connections());
    }

    /// What a session once proved is not believed for ever, however much mail keeps it.
    @Test
    void aSessionEndsAfterFiveMinutesWhateverItDoes() throws Exception {
        for (int i = 0; i < 80; i++) {
            carried(dane(good.tlsa()), "one.example");
            time.advance(Duration.ofSeconds(4));
        }
        assertEquals(2, host.connections());
    }

    @Test
    void atAStopSessionsThatWaitTakeLeaveAndNoneWaitsAfterwards() throws Exception {
        carried(dane(good.tlsa()), "one.example");
        delivery.close();
        await(() -> host.open() == 0);
        assertTrue(host.heard().contains("tls:QUIT"), host.heard().toString());
        carried(dane(good.tlsa()), "two.example");
        await(() -> host.open() == 0);
    }

    @Test
    void aSessionIsLentToOneAtATime() throws Exception {
        int users = 8;
        var done = new ArrayList<AttemptResult>();
        for (int round = 0; round < 5; round++) {
            var threads = IntStream.range(0, users).mapToObj(i -> Thread.ofVirtual().start(() -> {
                try {
                    var attempt = carried(dane(good.tlsa()), "domain" + i + ".example");
                    synchronized (done) {
                        done.add(attempt);
                    }
                } catch (Exception broken) {
                    throw new IllegalStateException(broken);
                }
            })).toList();
            for (Thread one : threads)
                one.join();
        }
        assertEquals(5 * users, done.size());
        for (var one : done)
            assertEquals("2.0.0", one.outcomes().get(0).code(), one.outcomes().get(0).sentence());
        assertEquals(5 * users, host.messages().size());
        assertTrue(host.connections() <= users, host.connections() + " connections");
    }

    /// A host that is refused may be repaired, while its mail keeps one destination at work for hours.
    @Test
    void whatAHostShowedInVainIsSeenAnewAfterAMinute() throws Exception {
        var refused = new ArrayList<AttemptResult>();
        verdicts.addAll(List.of(dane(other()), dane(other()), dane(other())));
        delivery.serve(new DeliveryAgent.DestinationQueue() {
            @Override
            public Optional<ClaimedDelivery> next() {
                time.advance(Duration.ofSeconds(40));
                return verdicts.isEmpty() ? Optional.empty() : Optional.of(mail("example.org"));
            }

            @Override
            public boolean answered() { return true; }

            @Override
            public void settle(ClaimedDelivery mail, AttemptResult attempt) { refused.add(attempt); }
        });
        assertEquals(3, refused.size());
        assertEquals(2, host.connections(), "the second message came 40 s after the first, and the third 80 s");
    }

    private void await(BooleanSupplier comes) throws InterruptedException {
        long end = System.nanoTime() + Patience.AMPLE.toNanos();
        synchronized (this) {
            while (!comes.getAsBoolean()) {
                assertTrue(System.nanoTime() < end, "it never came");
                time.awaitUntil(this, time.instant().plusSeconds(1));
            }
        }
    }

    private ScriptedHost host() throws Exception {
        var one = new ScriptedHost(good.context());
        hosts.add(one);
        return one;
    }

    private AttemptResult carried(TlsVerdict asked, String domain) throws Exception {
        verdicts.add(asked);
        return Cargo.carry(delivery, mail(domain)).getFirst();
    }

    private ClaimedDelivery mail(String domain) {
        return cargo.mail(SampleConnector.of("Default", TlsValidation.Enabled, TlsSettings.None, 1), domain, false);
    }

    private static TlsVerdict dane(Tlsa... records) { return new TlsVerdict.Dane(List.of(records), MX, List.of(MX)); }

    private static Tlsa other() { return new Tlsa(3, 1, 1, new byte[32]); }

    private static JudgedRoute route(int port, TlsVerdict asked) {
        String words = asked instanceof TlsVerdict.Dane dane ? dane.names().getLast().ascii() : "";
        var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure, Optional.empty(), DnsStatus.Secure, List.of(),
                words, "", Optional.empty(), List.of());
        return new JudgedRoute.Hosts("example.org", List.of(new HostJudgement(MX, 10, port,
                List.of(InetAddress.ofLiteral("127.0.0.1")), "", asked, asked, facts)), List.of());
    }
}
