package org.sternpost.engine.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.CachingResolver;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.dns.Resolver.Lookup;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.mtasts.PolicyLookup;
import org.sternpost.engine.mx.OwnHost;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// A judgement is used again while everything that it was made of holds, and not a moment longer.
class KeptRoutesTest {

    private static final Domain ORG = Domain.of("example.org");
    private static final String TLSA = "3 1 1 " + "ab".repeat(32);

    private final SimTime time = new SimTime();
    private final FakeResolver dns = new FakeResolver();
    private final Map<RecordType, Duration> lives = new HashMap<>();
    private final Map<Domain, HeldPolicy> held = new HashMap<>();
    private List<InetSocketAddress> listeners = List.of();
    private Duration policyLasts = Duration.ofDays(1);
    private int judged;

    private final PolicyLookup policies = new PolicyLookup() {
        @Override
        public StsLookup of(Domain domain, ProofLog proof) {
            judged++;
            proof.holdsUntil(time.instant().plus(policyLasts));
            return held.containsKey(domain)
                    ? new StsLookup.Held(held.get(domain), List.of())
                    : new StsLookup.None("none", List.of());
        }

        @Override
        public Optional<HeldPolicy> held(Domain domain) { return Optional.ofNullable(held.get(domain)); }
    };

    private final TrustJudge judge = new TrustJudge(new CachingResolver(new Lookup() {
        @Override
        public Reading checked(Question question) {
            Answer answer = dns.ask(question);
            return new Reading(answer, answer instanceof Answer.Failed
                    ? Duration.ZERO
                    : lives.getOrDefault(question.type(), Duration.ofMinutes(30)));
        }

        @Override
        public Reading unchecked(Question question) { return checked(question); }
    }, time), policies, time, 25, new OwnHost(Optional.of(Domain.of("relay.example.com")), () -> listeners, true));

    private OutboundConnector connector = SampleConnector.insisting();

    private JudgedRoute judge() { return judge.judge(connector, TlsValidation.Enabled, ORG); }

    private KeptRoutesTest route() {
        dns.signed("example.org").mx("example.org", "10 mx.example.org").a("mx.example.org", "192.0.2.1")
                .tlsa("_25._tcp.mx.example.org", TLSA);
        return this;
    }

    private TlsVerdict verdict() {
        return assertInstanceOf(JudgedRoute.Hosts.class, judge()).hosts().getFirst().enabled();
    }

    private static HeldPolicy policy(String mx) {
        return new HeldPolicy(ORG, "id1", Instant.EPOCH, "", new Policy(Policy.Mode.Enforce,
                List.of(MxPattern.of(mx)), Duration.ofDays(7)));
    }

    @Test
    void theSecondMessageIsJudgedAsTheFirst() {
        JudgedRoute first = route().judge();
        assertSame(first, judge());
        assertEquals(1, judged);
        assertInstanceOf(TlsVerdict.Dane.class, verdict());
    }

    @Test
    void theAnswerThatLivesShortestEndsIt() {
        for (RecordType type : List.of(RecordType.MX, RecordType.A, RecordType.AAAA, RecordType.TLSA)) {
            time.advance(Duration.ofHours(2));
            lives.clear();
            lives.put(type, Duration.ofSeconds(90));
            JudgedRoute first = route().judge();
            time.advance(Duration.ofSeconds(89));
            assertSame(first, judge(), type.name());
            time.advance(Duration.ofSeconds(1));
            assertNotSame(first, judge(), type.name());
        }
    }

    @Test
    void noRouteOutlivesAClockThatIsSetBack() {
        JudgedRoute first = route().judge();
        time.set(time.instant().minus(Duration.ofDays(1)));
        JudgedRoute then = judge();
        assertNotSame(first, then);
        assertSame(then, judge());
    }

    @Test
    void recordsThatComeWhenTheOldOnesEndCount() {
        lives.put(RecordType.TLSA, Duration.ofSeconds(90));
        route();
        assertEquals(List.of(TLSA), tlsa());
        dns.tlsa("_25._tcp.mx.example.org", "3 1 1 " + "cd".repeat(32));
        assertEquals(List.of(TLSA), tlsa());
        time.advance(Duration.ofSeconds(90));
        assertEquals(List.of("3 1 1 " + "cd".repeat(32)), tlsa());
    }

    private List<String> tlsa() {
        return assertInstanceOf(TlsVerdict.Dane.class, verdict()).usable().stream().map(Object::toString).toList();
    }

    @Test
    void whatAPolicyIsLookedAtForEndsItToo() {
        policyLasts = Duration.ofSeconds(10);
        JudgedRoute first = route().judge();
        time.advance(Duration.ofSeconds(9));
        assertSame(first, judge());
        time.advance(Duration.ofSeconds(1));
        assertNotSame(first, judge());
    }

    @Test
    void aPolicyThatComesOrGoesCountsAtOnce() {
        dns.mx("example.org", "10 mx.example.org").a("mx.example.org", "192.0.2.1");
        assertInstanceOf(TlsVerdict.None.class, verdict());
        held.put(ORG, policy("mx.example.org"));
        assertInstanceOf(TlsVerdict.Sts.class, verdict());
        assertInstanceOf(TlsVerdict.Sts.class, verdict());
        assertEquals(2, judged);
        held.put(ORG, policy("other.example.org"));
        assertInstanceOf(TlsVerdict.Refused.class, verdict());
        held.clear();
        assertInstanceOf(TlsVerdict.None.class, verdict());
    }

    @Test
    void thePolicyOfASmartHostCountsAtOnceToo() {
        connector = SampleConnector.insisting("mx.example.org", "192.0.2.9");
        dns.a("mx.example.org", "192.0.2.1");
        assertInstanceOf(TlsVerdict.None.class, verdict());
        assertInstanceOf(TlsVerdict.None.class, verdict());
        assertEquals(1, judged);
        held.put(Domain.of("mx.example.org"), policy("other.example.org"));
        assertInstanceOf(TlsVerdict.Refused.class, verdict());
    }

    @Test
    void aConnectorThatChangesCountsAtOnce() {
        JudgedRoute first = route().judge();
        connector = SampleConnector.insisting(SmtpDaneMode.None, MtaStsMode.Opportunistic);
        assertInstanceOf(TlsVerdict.None.class, verdict());
        connector = SampleConnector.insisting();
        assertNotSame(first, judge());
        assertInstanceOf(TlsVerdict.Dane.class, verdict());
    }

    @Test
    void modesAndMessagesThatRequireTlsAreJudgedApart() {
        connector = SampleConnector.insisting(SmtpDaneMode.None, MtaStsMode.None);
        route();
        assertInstanceOf(TlsVerdict.None.class, verdict());
        var requiring = assertInstanceOf(JudgedRoute.Hosts.class,
                judge.requiringTls(connector, TlsValidation.Enabled, ORG));
        assertInstanceOf(TlsVerdict.Dane.class, requiring.hosts().getFirst().enabled());
        assertInstanceOf(TlsVerdict.None.class, verdict());
        assertSame(requiring, judge.requiringTls(connector, TlsValidation.Enabled, ORG));
        connector = SampleConnector.insisting();
        assertInstanceOf(TlsVerdict.Dane.class, verdict());
        var disabled = assertInstanceOf(JudgedRoute.Hosts.class,
                judge.judge(connector, TlsValidation.Disabled, ORG));
        assertInstanceOf(TlsVerdict.None.class, disabled.hosts().getFirst().enabled());
    }

    @Test
    void aListenerThatOpensCountsAtOnce() {
        dns.mx("example.org", "10 mx.example.org").a("mx.example.org", "127.0.0.9");
        assertInstanceOf(JudgedRoute.Hosts.class, judge());
        listeners = List.of(new InetSocketAddress("127.0.0.9", 25));
        assertInstanceOf(JudgedRoute.Impossible.class, judge());
    }

    @Test
    void whatFailsIsAskedAgainByTheNextMessage() {
        route();
        for (RecordType type : List.of(RecordType.MX, RecordType.A, RecordType.TLSA)) {
            String name = switch (type) {
                case MX -> "example.org";
                case A -> "mx.example.org";
                default -> "_25._tcp.mx.example.org";
            };
            dns.fails(name, type, Answer.Kind.ServFail);
            JudgedRoute failing = judge();
            assertNotSame(failing, judge(), type.name());
            route();
            assertInstanceOf(TlsVerdict.Dane.class, verdict(), type.name());
            time.advance(Duration.ofHours(2));
        }
    }

    @Test
    void thatNoMailCanGoThereIsKeptAsWell() {
        dns.mx("example.org", "0 .");
        JudgedRoute none = assertInstanceOf(JudgedRoute.Impossible.class, judge());
        assertSame(none, judge());
        dns.mx("example.org", "10 mx.example.org").a("mx.example.org", "192.0.2.1");
        time.advance(Duration.ofMinutes(30));
        assertInstanceOf(JudgedRoute.Hosts.class, judge());
    }

    @Test
    void anExplanationIsAlwaysMadeAnew() {
        JudgedRoute first = route().judge();
        var explained = judge.explain(connector, TlsValidation.Enabled, ORG);
        assertEquals(first, explained.destination());
        assertEquals(2, judged);
        assertTrue(explained.steps().size() > 3);
    }

    /// RFC 5321 §5.1.
    @Test
    void hostsOfOnePreferenceComeInRandomOrderAndPreferencesInTheirs() {
        dns.mx("example.org", "10 a.example.org", "20 b1.example.org", "20 b2.example.org", "20 b3.example.org",
                "30 c1.example.org", "30 c2.example.org");
        for (String host : List.of("a", "b1", "b2", "b3", "c1", "c2"))
            dns.a(host + ".example.org", "192.0.2.1");
        var orders = new HashSet<String>();
        for (int message = 0; message < 200; message++) {
            var hosts = assertInstanceOf(JudgedRoute.Hosts.class, judge()).hosts();
            assertEquals(List.of(10, 20, 20, 20, 30, 30), hosts.stream().map(one -> one.preference()).toList());
            assertEquals(6, hosts.stream().map(one -> one.host()).distinct().count());
            orders.add(hosts.toString());
        }
        assertEquals(12, orders.size());
        assertEquals(1, judged);
    }

    @Test
    void differentDomainsAndConnectorsAreJudgedApart() {
        route();
        dns.mx("example.net", "0 .");
        JudgedRoute first = judge();
        assertNotEquals(first, judge.judge(connector, TlsValidation.Enabled, Domain.of("example.net")));
        var other = connector.withGeneral(connector.general().withName("other"));
        assertNotSame(first, judge.judge(other, TlsValidation.Enabled, ORG));
        assertSame(first, judge());
    }
}
