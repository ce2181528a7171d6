package org.sternpost.engine.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.OutboundConnector.ConnectionSettings;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dns.Answer.Kind;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.mtasts.Policy.HeldPolicy;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.mx.MxRoute.MxHosts.MxHost;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// What is written down of each host of a route before it is dialled, and in which order hosts come.
class RouteFactsTest {

    private static final String USABLE = "3 1 1 " + "ab".repeat(32);
    private static final Domain ORG = Domain.of("example.org");

    private final SimTime time = new SimTime();
    private final FakeResolver dns = new FakeResolver();
    private final List<Domain> policiesAsked = new ArrayList<>();
    private StsLookup sts = new StsLookup.None("example.org publishes no MTA-STS policy", List.of());
    private final TrustJudge judge = new TrustJudge(dns, (domain, _) -> {
        policiesAsked.add(domain);
        return sts;
    }, time, 2525);
    private SmtpDaneMode daneMode = SmtpDaneMode.Opportunistic;
    private MtaStsMode stsMode = MtaStsMode.Opportunistic;
    private int port;

    private OutboundConnector connector(String... smartHosts) {
        return SampleConnector.insisting(daneMode, stsMode, smartHosts)
                .withConnection(ConnectionSettings.OF_ENGINE.withPort(port));
    }

    private List<HostJudgement> hosts(TlsValidation mode, String... smartHosts) {
        return assertInstanceOf(JudgedRoute.Hosts.class, judge.judge(connector(smartHosts), mode, ORG)).hosts();
    }

    private HostJudgement only(String... smartHosts) { return hosts(TlsValidation.Enabled, smartHosts).getFirst(); }

    private FakeResolver signed() {
        return dns.signed("example.org").mx("example.org", "10 mx.example.org").a("mx.example.org", "192.0.2.1");
    }

    @Test
    void factsOfAHostNameWhatWasSeenOfEach() {
        signed().tlsa("_2525._tcp.mx.example.org", USABLE, "3 1 1 abcd");
        sts = new StsLookup.Held(new HeldPolicy(ORG, "id1", time.instant(), "",
                new Policy(Policy.Mode.Enforce, List.of(MxPattern.of("*.example.org")), Duration.ofDays(7))),
                List.of());
        time.advance(Duration.ofMinutes(2));
        var host = only();
        var facts = host.facts();
        assertEquals(10, host.preference());
        assertEquals(2525, host.port());
        assertEquals(List.of(DnsStatus.Secure, DnsStatus.Secure, DnsStatus.Secure),
                List.of(facts.mxStatus(), facts.addressStatus(), facts.tlsaStatus()));
        assertEquals(Optional.of(Domain.of("mx.example.org")), facts.tlsaBase());
        assertEquals(List.of(USABLE, "3 1 1 abcd unusable: a SHA-256 digest has 32 octets, this one 2"),
                facts.tlsa().stream().map(Object::toString).toList());
        assertEquals("1 usable TLSA records of mx.example.org", facts.dane());
        assertEquals("the policy of example.org (id id1, mode enforce) lists mx.example.org", facts.mtaSts());
        assertEquals(
                Optional.of(new HostFacts.StsFacts(Domain.of("example.org"), "id1", Policy.Mode.Enforce,
                        time.instant().minusSeconds(120), List.of(MxPattern.of("*.example.org")),
                        OptionalLong.of(604_800))),
                facts.sts());
        assertEquals(120, facts.sts().orElseThrow().ageSeconds(time.instant()));
        assertEquals(List.of(new MxHost(Domain.of("mx.example.org"), 10, false)), facts.mx());
        assertEquals(List.of(InetAddress.ofLiteral("192.0.2.1")), facts.addresses());
        assertEquals(List.of(), facts.notes());
    }

    /// The same answers in another order are the same evidence.
    @Test
    void orderOfAnswersIsNoFact() {
        signed().a("mx.example.org", "192.0.2.1", "192.0.2.7").tlsa("_2525._tcp.mx.example.org", USABLE, "3 1 1 abcd");
        var facts = only().facts();
        assertEquals(List.of(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("192.0.2.7")),
                facts.addresses());
        signed().a("mx.example.org", "192.0.2.7", "192.0.2.1").tlsa("_2525._tcp.mx.example.org", "3 1 1 abcd", USABLE);
        assertEquals(facts, only().facts());
    }

    @Test
    void statusOfEachLookupIsKept() {
        dns.mx("example.org", "10 mx.example.org").a("mx.example.org", "192.0.2.1");
        var facts = only().facts();
        assertEquals(List.of(DnsStatus.Insecure, DnsStatus.Insecure, DnsStatus.NotAsked),
                List.of(facts.mxStatus(), facts.addressStatus(), facts.tlsaStatus()));
        assertEquals(Optional.empty(), facts.tlsaBase());
    }

    @Test
    void lookupThatFailsIsToldApartFromABogusOne() {
        signed();
        assertEquals(DnsStatus.Secure, only().facts().tlsaStatus(), "absence is proven as well");
        for (Kind kind : Kind.values()) {
            DnsStatus expected = kind == Kind.Bogus ? DnsStatus.Bogus : DnsStatus.Failed;
            dns.fails("_2525._tcp.mx.example.org", RecordType.TLSA, kind);
            assertEquals(expected, only().facts().tlsaStatus());
            dns.forget("_2525._tcp.mx.example.org", RecordType.TLSA).fails("mx.example.org", RecordType.A, kind);
            assertEquals(expected, only().facts().addressStatus());
            assertEquals(kind.isOurs(),
                    assertInstanceOf(TlsVerdict.Refused.class, only().enabled()).why().isLocal());
            signed();
        }
    }

    /// Also when only MTA-STS is looked at: a host whose addresses are bogus is nobody's.
    @Test
    void addressesThatFailRefuseTheHostInTheirOwnWords() {
        signed().fails("mx.example.org", RecordType.A, Kind.Bogus);
        for (SmtpDaneMode dane : List.of(SmtpDaneMode.Opportunistic, SmtpDaneMode.None)) {
            daneMode = dane;
            String sentence = assertInstanceOf(TlsVerdict.Refused.class, only().enabled()).why().sentence();
            assertTrue(sentence.startsWith("addresses (A, AAAA) of mx.example.org: bogus, by the test"), sentence);
        }
        stsMode = MtaStsMode.None;
        assertInstanceOf(TlsVerdict.None.class, only().enabled());
    }

    @Test
    void oddMxRecordsAreNotedForTheirOwner() {
        dns.mx("example.org", "10 mx.example.org", "20 192.0.2.7").a("mx.example.org", "192.0.2.1");
        var notes = only().facts().notes();
        assertEquals(1, notes.size());
        assertTrue(notes.getFirst().sentence().startsWith("MX of example.org: MX target '192.0.2.7'"));
    }

    @Test
    void halfIsNotedOnlyWhereDaneIsUsable() {
        dns.signed("host.example").mx("example.org", "10 mx.host.example").a("mx.host.example", "192.0.2.1")
                .tlsa("_2525._tcp.mx.host.example", "3 1 1 abcd");
        assertTrue(
                only().facts().notes().getFirst().sentence().contains("no TLSA record of mx.host.example is usable"));
        dns.tlsa("_2525._tcp.mx.host.example", USABLE);
        assertTrue(only().facts().notes().getFirst().sentence().contains("half DANE"));
        daneMode = SmtpDaneMode.None;
        assertEquals(List.of(), only().facts().notes());
        assertEquals("DANE is not looked at", only().facts().dane());
        assertEquals(DnsStatus.NotAsked, only().facts().tlsaStatus());
    }

    @Test
    void testingPolicyThatListsTheHostLeavesNoNote() {
        signed();
        sts = new StsLookup.Held(new HeldPolicy(ORG, "id1", time.instant(), "", new Policy(Policy.Mode.Testing,
                List.of(MxPattern.of("mx.example.org")), Duration.ofDays(7))), List.of(
                        new StsLookup.Trouble(StsLookup.Kind.RunningOut, "runs out")));
        assertEquals(List.of("runs out"), only().facts().notes().stream().map(Failure::sentence).toList());
    }

    @Test
    void nothingIsAskedThatIsNotLookedAt() {
        signed().tlsa("_2525._tcp.mx.example.org", USABLE);
        stsMode = MtaStsMode.None;
        assertEquals("MTA-STS is not looked at", only().facts().mtaSts());
        assertEquals(List.of(), policiesAsked);
        hosts(TlsValidation.Disabled);
        assertEquals(List.of(), policiesAsked);
        stsMode = MtaStsMode.Opportunistic;
        only();
        assertEquals(List.of(ORG), policiesAsked);
    }

    /// RFC 7672 §3.2.2: the alias of a domain that is its own mail host.
    @Test
    void aliasOfAnImplicitMxIsAReferenceNameWhenProven() {
        dns.signed("example.org", "real.example").alias("example.org", "host.real.example", "192.0.2.1")
                .tlsa("_2525._tcp.host.real.example", USABLE);
        var dane = assertInstanceOf(TlsVerdict.Dane.class, only().enabled());
        assertEquals(List.of(Domain.of("host.real.example"), ORG), dane.names());
    }

    /// Only a proven step adds a name; and only the next hop's own expansion is one.
    @Test
    void expansionThatIsNotProvenOrIsAnotherHostsIsNoReferenceName() {
        dns.signed("example.org").alias("example.org", "host.insecure.example", "192.0.2.1")
                .tlsa("_2525._tcp.example.org", USABLE);
        assertEquals(List.of(ORG), assertInstanceOf(TlsVerdict.Dane.class, only().enabled()).names());
        dns.signed("real.example").mx("example.org", "10 mx.example.org")
                .alias("mx.example.org", "host.real.example", "192.0.2.1")
                .tlsa("_2525._tcp.mx.example.org", USABLE);
        assertEquals(List.of(Domain.of("mx.example.org"), ORG),
                assertInstanceOf(TlsVerdict.Dane.class, only().enabled()).names());
    }

    /// RFC 8689 §4.2.1: a message that requires TLS is judged as Enabled would, by all that is published.
    @Test
    void mailThatRequiresTlsIsJudgedByAllThatIsPublished() {
        signed().tlsa("_2525._tcp.mx.example.org", USABLE);
        daneMode = SmtpDaneMode.None;
        stsMode = MtaStsMode.None;
        for (TlsValidation mode : TlsValidation.values()) {
            var route = assertInstanceOf(JudgedRoute.Hosts.class, judge.requiringTls(connector(), mode, ORG));
            assertInstanceOf(TlsVerdict.Dane.class, route.hosts().getFirst().enabled(), mode.name());
        }
        assertEquals(List.of(ORG, ORG, ORG), policiesAsked);
        // What is mandatory is so only where it is enforced.
        stsMode = MtaStsMode.Mandatory;
        assertInstanceOf(TlsVerdict.Dane.class, assertInstanceOf(JudgedRoute.Hosts.class,
                judge.requiringTls(connector(), TlsValidation.Opportunistic, ORG)).hosts().getFirst().enabled());
        assertInstanceOf(TlsVerdict.Refused.class, assertInstanceOf(JudgedRoute.Hosts.class,
                judge.requiringTls(connector(), TlsValidation.Enabled, ORG)).hosts().getFirst().enabled());
        dns.fails("example.org", RecordType.MX, Kind.Bogus);
        assertInstanceOf(JudgedRoute.Unknown.class, judge.requiringTls(connector(), TlsValidation.Disabled, ORG));
    }

    @Test
    void hostsComeByPreference() {
        signed().mx("example.org", "20 b.example.org", "10 a.example.org", "30 c.example.org");
        for (String name : List.of("a", "b", "c"))
            dns.a(name + ".example.org", "192.0.2.1");
        assertEquals(List.of("a.example.org 10", "b.example.org 20", "c.example.org 30"), hosts(TlsValidation.Enabled)
                .stream().map(host -> host.host() + " " + host.preference()).toList());
    }

    /// By number: 5 goes before 10.
    @Test
    void routeInEvidenceIsInTheOrderOfPreferenceThenByName() {
        signed().mx("example.org", "10 b.example.org", "10 a.example.org", "5 z.example.org");
        for (String name : List.of("a", "b", "z"))
            dns.a(name + ".example.org", "192.0.2.1");
        assertEquals(List.of("5 z.example.org", "10 a.example.org", "10 b.example.org"),
                only().facts().mx().stream().map(Object::toString).toList());
    }

    @Test
    void slowNameServersDoNotHoldALaneForLong() {
        signed().mx("example.org", IntStream.range(0, 10).mapToObj(i -> "10 " + i + ".example.org")
                .toArray(String[]::new));
        var slow = new TrustJudge(new org.sternpost.engine.dns.Resolver() {
            @Override
            public org.sternpost.engine.dns.Answer ask(org.sternpost.engine.dns.Question question) {
                if (question.type() == RecordType.A) time.advance(Duration.ofSeconds(20));
                return dns.ask(question);
            }

            @Override
            public org.sternpost.engine.dns.Answer askUnchecked(org.sternpost.engine.dns.Question question) {
                return dns.askUnchecked(question);
            }
        }, (_, _) -> sts, time, 25);
        var judged = assertInstanceOf(JudgedRoute.Hosts.class, slow.judge(connector(), TlsValidation.Enabled, ORG));
        assertEquals(4, judged.hosts().size(), "the fourth host begins at the limit of a minute, not after it");
    }

    @Test
    void implicitMxWithoutAddressIsPermanentOnlyWhenThatIsKnown() {
        dns.txt("example.org", "x");
        assertEquals(new JudgedRoute.Impossible("5.1.2", "example.org has neither MX nor address records"),
                judge.judge(connector(), TlsValidation.Enabled, ORG));
        for (Kind kind : Kind.values()) {
            dns.fails("example.org", RecordType.A, kind);
            var host = only();
            assertEquals(List.of(), host.addresses());
            assertFalse(host.addressProblem().isEmpty());
        }
        // A host that a record names may get its address back.
        dns.mx("example.org", "10 mx.example.org");
        assertEquals(List.of(), only().addresses());
    }

    @Test
    void routeThatFailsTwiceIsUnknownInEveryMode() {
        dns.fails("example.org", RecordType.MX, Kind.ServFail);
        for (TlsValidation mode : TlsValidation.values()) {
            var unknown = assertInstanceOf(JudgedRoute.Unknown.class, judge.judge(connector(), mode, ORG));
            assertTrue(unknown.why().sentence().startsWith("MX of example.org: failed"));
        }
    }

    @Test
    void enabledThatLooksAtNothingUsesWhatIsFoundUnchecked() {
        signed().fails("example.org", RecordType.MX, Kind.Bogus);
        daneMode = SmtpDaneMode.None;
        assertInstanceOf(JudgedRoute.Unknown.class, judge.judge(connector(), TlsValidation.Enabled, ORG),
                "MTA-STS is still looked at");
        stsMode = MtaStsMode.None;
        var route = assertInstanceOf(JudgedRoute.Hosts.class, judge.judge(connector(), TlsValidation.Enabled, ORG));
        assertEquals(List.of(), route.routeProblem());
        assertInstanceOf(TlsVerdict.None.class, route.hosts().getFirst().enabled());
    }

    @Test
    void nullMxFoundUncheckedIsPermanent() {
        dns.mx("example.org", "0 .").fails("example.org", RecordType.MX, Kind.Bogus);
        assertEquals("5.1.10", assertInstanceOf(JudgedRoute.Impossible.class,
                judge.judge(connector(), TlsValidation.Opportunistic, ORG)).code());
    }

    // Smart hosts.

    @Test
    void portIsTheSmartHostsElseTheConnectorsElseTheEngines() {
        dns.a("relay.example", "192.0.2.1");
        assertEquals(587, only("relay.example:587").port());
        assertEquals(2525, only("relay.example").port());
        port = 26;
        assertEquals(26, only("relay.example").port());
        assertEquals(587, only("relay.example:587").port());
        signed();
        assertEquals(26, only().port());
    }

    @Test
    void smartHostsComeInTheOrderGivenAndArePolicyDomainsOfTheirOwn() {
        dns.a("b.relay.example", "192.0.2.1").a("a.relay.example", "192.0.2.2");
        var hosts = hosts(TlsValidation.Enabled, "b.relay.example", "a.relay.example");
        assertEquals(List.of("b.relay.example 0", "a.relay.example 1"),
                hosts.stream().map(host -> host.host() + " " + host.preference()).toList());
        // RFC 8461 §3.4: never a parent, and never the recipient's domain.
        assertEquals(List.of(Domain.of("b.relay.example"), Domain.of("a.relay.example")), policiesAsked);
        assertEquals(DnsStatus.NotAsked, hosts.getFirst().facts().mxStatus());
    }

    @Test
    void aliasOfASmartHostIsAReferenceNameWhenItsAnswerIsSigned() {
        dns.signed("relay.example", "real.example").alias("relay.example", "host.real.example", "192.0.2.1")
                .tlsa("_2525._tcp.host.real.example", USABLE);
        var dane = assertInstanceOf(TlsVerdict.Dane.class, only("relay.example").enabled());
        assertEquals(List.of(Domain.of("host.real.example"), Domain.of("relay.example")), dane.names());
        assertEquals(List.of(), only("relay.example").facts().notes(), "a name from our own settings is no half");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            192.0.2.7:26,     192.0.2.7, 26
            [2001:db8::1]:27, 1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa, 27
            [2001:db8::f0],   0.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa, 2525
            """)
    void smartHostGivenByAddressHasAName(String smartHost, String name, int expectedPort) {
        var host = only(smartHost);
        assertEquals(name, host.host().ascii());
        assertEquals(expectedPort, host.port());
        assertEquals(1, host.addresses().size());
        assertEquals("", host.addressProblem());
        assertTrue(host.facts().dane().endsWith("is an address, for which nobody can publish DANE or MTA-STS"));
        assertEquals(List.of(), policiesAsked);
        assertInstanceOf(TlsVerdict.None.class, host.enabled());
        assertEquals(Reason.DANE_REQUIRED, assertInstanceOf(TlsVerdict.Refused.class, host.mandatory()).why().reason());
        daneMode = SmtpDaneMode.None;
        assertEquals(Reason.STS_REQUIRED,
                assertInstanceOf(TlsVerdict.Refused.class, only(smartHost).mandatory()).why().reason());
        stsMode = MtaStsMode.None;
        assertInstanceOf(TlsVerdict.None.class, only(smartHost).mandatory());
    }

    @ParameterizedTest
    @CsvSource({"999.0.0.1", "[:::]", "[1:2]"})
    void smartHostThatOnlyLooksLikeAnAddressIsToldAndNeverDialled(String smartHost) {
        var host = only(smartHost);
        assertEquals(List.of(), host.addresses());
        assertTrue(host.addressProblem().endsWith("is no IP address"), host.addressProblem());
        assertEquals("smart-host.invalid", host.host().ascii());
    }

    @Test
    void routeWithoutHostsIsNone() {
        assertThrows(IllegalArgumentException.class, () -> new JudgedRoute.Hosts("x", List.of(), List.of()));
    }
}
