package org.sternpost.engine.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.OutboundConnector.ConnectionSettings;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.Question;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.mx.OwnHost;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.TrustJudge.NextHops;

/// MX records that lead back to this gateway, or to whoever asks, are no way to anybody (RFC 5321 §5.1).
class NextHopsTest {

    private static final Domain ORG = Domain.of("example.org");
    private static final List<InetSocketAddress> LISTENERS = List.of(new InetSocketAddress("127.0.0.9", 25),
            new InetSocketAddress("0.0.0.0", 587));

    private final FakeResolver dns = new FakeResolver();
    private final SimTime time = new SimTime();
    private Duration slow = Duration.ZERO; // each answer
    private final List<String> records = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({"localhost, 127.0.0.1", "localhost, ::1", "mx.example.org, 127.1.2.3", "mx.example.org, 0.0.0.0",
            "mx.example.org, ::", "mx.example.org, ::ffff:127.0.0.1"})
    void publicRecordThatLeadsToLoopbackIsRefusedAtOnceAndNamed(String host, String address) {
        mx(10, host, address);
        var refused = impossible(false);
        assertEquals("5.4.6", refused.code());
        assertTrue(refused.sentence().contains("MX '" + host + "'"), refused.sentence());
    }

    @Test
    void hostBesideItThatHasAnAddressOfTheNetworkGetsTheMail() {
        mx(10, "localhost", "127.0.0.1");
        mx(20, "mx.example.org", "192.0.2.1");
        assertEquals(List.of("mx.example.org"), hosts(false, 25));
    }

    @Test
    void hostKeepsItsOtherAddresses() {
        mx(10, "mx.example.org", "127.0.0.1", "192.0.2.1");
        var route = assertInstanceOf(JudgedRoute.Hosts.class, judged(false, 25));
        assertEquals(List.of("192.0.2.1"),
                route.hosts().getFirst().addresses().stream().map(InetAddress::getHostAddress).toList());
    }

    @Test
    void laboratoryAllowsLoopback() {
        mx(10, "localhost", "127.0.0.1");
        assertEquals(List.of("localhost"), hosts(true, 25));
    }

    @ParameterizedTest
    @CsvSource({"relay.example.com, 192.0.2.7", "other.example, 127.0.0.9"})
    void ourOwnNameOrAddressRemovesItselfAndAllThatIsNotPreferred(String own, String address) {
        mx(10, "first.example", "192.0.2.1");
        mx(20, own, address);
        mx(20, "beside.example", "192.0.2.2");
        mx(30, "after.example", "192.0.2.3");
        assertEquals(List.of("first.example"), hosts(true, 25));
    }

    @Test
    void ourselvesAloneIsALoopThatIsNamed() {
        mx(10, "relay.example.com", "192.0.2.7");
        mx(20, "after.example", "192.0.2.3");
        var refused = impossible(true);
        assertEquals("5.4.6", refused.code());
        assertTrue(refused.sentence().contains("MX 'relay.example.com' is this gateway itself"), refused.sentence());
    }

    /// Another server on the same machine, at another port, is somebody else.
    @ParameterizedTest
    @CsvSource({"127.0.0.9, 26, false", "127.0.0.8, 25, false", "127.0.0.8, 587, true", "192.0.2.1, 587, false"})
    void addressIsOursWhereWeListen(String address, int port, boolean ours) throws Exception {
        mx(10, "mx.example.org", address);
        assertEquals(ours, judged(true, port) instanceof JudgedRoute.Impossible);
    }

    @Test
    void implicitHostIsMeasuredAlike() {
        dns.a("example.org", "127.0.0.1");
        assertTrue(impossible(false).sentence().contains("MX 'example.org'"));
    }

    /// An administrator who names a smart host on this machine means it.
    @Test
    void smartHostMayBeHere() {
        dns.a("localhost", "127.0.0.1");
        for (String smart : List.of("localhost", "127.0.0.1"))
            assertInstanceOf(JudgedRoute.Hosts.class,
                    judge(false).judge(connector(25, smart), TlsValidation.Enabled, ORG));
    }

    /// An attempt does not wait for the name servers of each of many hosts; one is always judged.
    @Test
    void slowNameServersHoldUpNoAttemptForEverySmartHost() {
        var smart = new String[10];
        for (int i = 0; i < smart.length; i++) {
            smart[i] = "relay" + i + ".example";
            dns.a(smart[i], "192.0.2." + i);
        }
        Instant began = time.instant();
        slow = Duration.ofSeconds(25);
        var route = assertInstanceOf(JudgedRoute.Hosts.class,
                judge(false).judge(connector(25, smart), TlsValidation.Enabled, ORG));
        assertEquals("relay0.example", route.hosts().getFirst().host().ascii());
        Duration took = Duration.between(began, time.instant());
        assertTrue(took.compareTo(Duration.ofMinutes(3)) < 0, route.hosts().size() + " hosts judged in " + took);
    }

    private Resolver unhurried() {
        return new Resolver() {
            @Override
            public Answer ask(Question question) {
                if (!slow.isZero()) time.advance(slow);
                return dns.ask(question);
            }

            @Override
            public Answer askUnchecked(Question question) { return dns.askUnchecked(question); }
        };
    }

    private void mx(int preference, String host, String... addresses) {
        records.add(preference + " " + host);
        dns.mx("example.org", records.toArray(String[]::new));
        if (addresses[0].contains(":")) dns.aaaa(host, addresses);
        else
            dns.a(host, addresses);
    }

    private List<String> hosts(boolean allowLoopback, int port) {
        return assertInstanceOf(JudgedRoute.Hosts.class, judged(allowLoopback, port)).hosts().stream()
                .map(one -> one.host().ascii()).toList();
    }

    private JudgedRoute.Impossible impossible(boolean allowLoopback) {
        return assertInstanceOf(JudgedRoute.Impossible.class, judged(allowLoopback, 25));
    }

    private JudgedRoute judged(boolean allowLoopback, int port) {
        return judge(allowLoopback).judge(connector(port), TlsValidation.Enabled, ORG);
    }

    private TrustJudge judge(boolean allowLoopback) {
        return new TrustJudge(unhurried(), (_, _) -> new StsLookup.None("none", List.of()), time, 25,
                new OwnHost(Optional.of(Domain.of("relay.example.com")), () -> LISTENERS, allowLoopback));
    }

    private static OutboundConnector connector(int port, String... smartHosts) {
        return SampleConnector.insisting(smartHosts).withConnection(ConnectionSettings.OF_ENGINE.withPort(port));
    }

    /// Hosts of one preference come in any order, so it may be behind another of its own.
    @Test
    void hostsOfOurOwnPreferenceGoWhereverTheyStand() {
        var facts = new HostFacts(DnsStatus.Insecure, DnsStatus.Insecure, Optional.empty(), DnsStatus.NotAsked,
                List.of(), "", "", Optional.empty(), List.of());
        var self = new OwnHost(Optional.of(Domain.of("relay.example.com")), () -> LISTENERS, false);
        var hops = new NextHops(ORG, self);
        var address = List.of(InetAddress.ofLiteral("192.0.2.1"));
        var none = new TlsVerdict.None();
        for (String host : List.of("first.example 10", "beside.example 20", "relay.example.com 20"))
            assertEquals(!host.startsWith("relay"), hops.add(new HostJudgement(Domain.of(host.split(" ")[0]),
                    Integer.parseInt(host.split(" ")[1]), 25, address, "", none, none, facts)));
        assertEquals(List.of("first.example"), hops.left().stream().map(one -> one.host().ascii()).toList());
    }
}
