package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
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
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.tls.SessionProofs.SessionFacts;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.JudgedRoute;

/// TLS sessions that go on where one of before ended (docs/transport-security.md#session-resumption).
///
/// No session waits for its next message here, so that each message needs a connection.
class ResumptionTest {

    private static final Domain MX = Domain.of("mx1.example.org");

    private final SimTime time = new SimTime();
    private final Certificates ca = new Certificates(time.instant());
    private final Certificates.Identity good = ca.good(MX.ascii());
    private final Cargo cargo = new Cargo(time);
    private final List<ScriptedHost> hosts = new ArrayList<>();
    private final List<JudgedRoute> routes = new ArrayList<>();
    private final Delivery delivery = cargo.delivery((_, _, _) -> routes.removeFirst(), ca.anchors(),
            new Delivery.Reuse(Duration.ofSeconds(5), 1, new Delivery.Reuse.Most(100, 100, 100)));

    @AfterEach
    void hangUp() throws Exception {
        for (var host : hosts)
            host.close();
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3", "TLSv1.2"})
    void theNextConnectionUnderTheSamePolicyIsResumedAndProvenByTheSameCertificates(String version) throws Exception {
        var host = host(good.context(), 0).speaks(version);
        var first = carried(host, dane(good.tlsa()), mail(1));
        var second = carried(host, dane(good.tlsa()), mail(1));
        assertEquals(2, host.connections());
        assertFalse(session(first).resumed());
        assertTrue(session(second).resumed());
        assertEquals(session(first).chain(), session(second).chain());
        assertEquals("x25519", session(second).group());
        assertEquals("Dane", second.session().achieved().name());
        assertEquals(2, host.messages().size());
    }

    /// What is proven of one policy begins nothing under another.
    @ParameterizedTest
    @CsvSource({"nothing, true", "order of records, true", "TLSA set, false", "policy instead of TLSA, false",
            "policy id, false", "base name, false", "nothing asked, false", "unusable records, false",
            "connector, false", "revision, false", "REQUIRETLS, false", "floor, false"})
    void nothingIsResumedUnderAnotherPolicy(String differs, boolean resumed) throws Exception {
        var host = host(good.context(), 0)
                .says("tls:EHLO", "250-test\r\n250-8BITMIME\r\n250-REQUIRETLS\r\n250 SIZE 100000");
        var one = differs.equals("policy id") ? new TlsVerdict.Sts(MX, "1") : dane(good.tlsa(), other());
        var two = switch (differs) {
            case "order of records" -> dane(other(), good.tlsa());
            case "TLSA set" -> dane(good.tlsa());
            case "policy instead of TLSA" -> new TlsVerdict.Sts(MX, "1");
            case "policy id" -> new TlsVerdict.Sts(MX, "2");
            case "base name" -> new TlsVerdict.Dane(List.of(good.tlsa(), other()), Domain.of("real.example.org"),
                    List.of(MX));
            case "nothing asked" -> new TlsVerdict.None();
            case "unusable records" -> new TlsVerdict.Encrypted();
            default -> one;
        };
        var second = switch (differs) {
            case "connector" -> mail("banks", TlsSettings.None, 1);
            case "revision" -> mail(2);
            case "REQUIRETLS" -> mail(1).asking(RequireTlsTag.Required);
            case "floor" -> mail("Default", TlsSettings.EncryptionOnly, 1);
            default -> mail(1);
        };
        carried(host, one, mail(1));
        assertEquals(resumed, session(carried(host, two, second)).resumed());
        assertEquals(2, host.messages().size());
    }

    /// A host that forgot us shows what it has now, and that is judged.
    @Test
    void aHostThatComesBackWithAnotherCertificateIsJudgedByThatOne() throws Exception {
        var before = host(good.context(), 0);
        carried(before, dane(good.tlsa()), mail(1));
        before.close();
        var stranger = ca.good(MX.ascii());
        var after = host(stranger.context(), before.port());
        var refused = carried(after, dane(good.tlsa()), mail(1));
        assertFalse(session(refused).resumed());
        assertEquals(stranger.chain().getFirst().getNotAfter().toInstant(),
                session(refused).chain().getFirst().notAfter());
        assertTrue(refused.modes().enabled().refusal().isPresent());
        assertEquals(List.of(), after.messages());
        // Under records for the new one it is taken, and resumed under them alone.
        assertFalse(session(carried(after, dane(stranger.tlsa()), mail(1))).resumed());
        assertTrue(session(carried(after, dane(stranger.tlsa()), mail(1))).resumed());
        assertTrue(carried(after, dane(good.tlsa()), mail(1)).modes().enabled().refusal().isPresent());
    }

    @Test
    void aCertificateThatExpiredSinceProvesNothingInASessionThatIsResumed() throws Exception {
        var brief = ca.until(time.instant().plusSeconds(1000), MX.ascii());
        var host = host(brief.context(), 0);
        var policy = new TlsVerdict.Sts(MX, "1");
        assertEquals(Boolean.TRUE, carried(host, policy, mail(1)).result().delivered());
        time.advance(Duration.ofSeconds(1001));
        var late = carried(host, policy, mail(1));
        assertTrue(session(late).resumed());
        assertFalse(late.result().delivered());
        assertEquals("certificate-expired", late.modes().enabled().refusal().orElseThrow().reason().token());
    }

    @ParameterizedTest
    @CsvSource({"3599, true", "3600, false"})
    void afterAnHourTheHostShowsItsCertificateAgain(long seconds, boolean resumed) throws Exception {
        var host = host(good.context(), 0);
        carried(host, dane(good.tlsa()), mail(1));
        time.advance(Duration.ofSeconds(seconds));
        assertEquals(resumed, session(carried(host, dane(good.tlsa()), mail(1))).resumed());
    }

    /// RFC 8446 §2.2: a host that does not resume shakes hands anew. One that hangs up gets a call that offers nothing.
    @ParameterizedTest
    @CsvSource({"dane", "none"})
    void aHostThatBreaksOffWhereASessionIsOfferedIsCalledWithoutOne(String asked) throws Exception {
        var host = host(good.context(), 0).hatesResumption();
        var verdict = asked.equals("dane") ? dane(good.tlsa()) : new TlsVerdict.None();
        carried(host, verdict, mail(1));
        var second = carried(host, verdict, mail(1));
        assertTrue(second.result().delivered(), second.result().toString());
        assertFalse(session(second).resumed());
        // Not the wide offer, which says no name: the host is asked as ever.
        assertEquals(MX.ascii(), session(second).sni());
        assertEquals(3, host.connections());
        assertEquals(2, host.messages().size());
    }

    private ScriptedHost host(SSLContext context, int port) throws Exception {
        var host = new ScriptedHost(context, "127.0.0.1", port);
        hosts.add(host);
        return host;
    }

    private HostEvidence carried(ScriptedHost host, TlsVerdict asked, ClaimedDelivery mail) throws Exception {
        routes.add(route(host.port(), asked));
        return Cargo.carry(delivery, mail).getFirst().evidence().getLast();
    }

    private static SessionFacts session(HostEvidence seen) { return seen.session().tls().orElseThrow(); }

    private ClaimedDelivery mail(long revision) { return mail("Default", TlsSettings.None, revision); }

    private ClaimedDelivery mail(String connector, TlsSettings floor, long revision) {
        return cargo.mail(SampleConnector.of(connector, TlsValidation.Enabled, floor, revision), "example.org", false);
    }

    private static TlsVerdict dane(Tlsa... records) { return new TlsVerdict.Dane(List.of(records), MX, List.of(MX)); }

    private static Tlsa other() { return new Tlsa(3, 1, 1, new byte[32]); }

    private static JudgedRoute route(int port, TlsVerdict asked) {
        var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure, java.util.Optional.empty(), DnsStatus.Secure,
                List.of(), "", "", java.util.Optional.empty(), List.of());
        return new JudgedRoute.Hosts("example.org", List.of(new HostJudgement(MX, 10, port,
                List.of(InetAddress.ofLiteral("127.0.0.1")), "", asked, asked, facts)), List.of());
    }
}
