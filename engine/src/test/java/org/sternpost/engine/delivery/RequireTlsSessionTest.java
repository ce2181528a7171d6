package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.TlsWish;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.trust.Destination;
import org.sternpost.engine.trust.DnsStatus;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.HostJudgement;
import org.sternpost.engine.trust.Judge;
import org.sternpost.engine.trust.TlsVerdict;

/// Which session a message with REQUIRETLS may use (RFC 8689 §4.2.1).
class RequireTlsSessionTest {

    private static final Domain MX = Domain.of("mx.example.org");
    private static final String WITH = "250-x\r\n250 REQUIRETLS";
    private static final String WITHOUT = "250-x\r\n250 HELP";
    private final SimTime time = new SimTime();
    private final Certificates ca = new Certificates(time.instant());
    private final Certificates.Identity good = ca.good("mx.example.org");
    private final Cargo cargo = new Cargo(time);
    private final List<ScriptedHost> hosts = new ArrayList<>();

    @AfterEach
    void hangUp() throws Exception {
        for (var host : hosts)
            host.close();
    }

    @Test
    void mailWithAndWithoutTheWishShareNoSession() throws Exception {
        var host = host(WITH);
        // Everything else in the key is alike: the floor is PKIX already.
        carry(host, mail(TlsWish.None), mail(TlsWish.Required), mail(TlsWish.Required), mail(TlsWish.None));
        assertEquals(2, host.connections());
        assertEquals(List.of("tls:MAIL FROM:<a@example.com>", "tls:MAIL FROM:<a@example.com> REQUIRETLS",
                "tls:MAIL FROM:<a@example.com> REQUIRETLS", "tls:MAIL FROM:<a@example.com>"),
                host.heard().stream().filter(line -> line.startsWith("tls:MAIL")).toList());
    }

    @ParameterizedTest
    @CsvSource({"in clear, 4.7.30", "within TLS, 2.0.0", "nowhere, 4.7.30"})
    void onlyWhatIsAnnouncedWithinTlsCounts(String where, String code) throws Exception {
        var host = host(where.equals("within TLS") ? WITH : WITHOUT);
        if (where.equals("in clear")) host.says("EHLO", "250-x\r\n250-REQUIRETLS\r\n250 STARTTLS");
        assertEquals(code, carry(host, mail(TlsWish.Required)).getFirst().outcomes().get(0).code());
        assertEquals(code.startsWith("2"), host.heard().stream().anyMatch(line -> line.contains("MAIL")));
    }

    @Test
    void hostWithoutItIsAskedOnceAndNeverTold() throws Exception {
        var host = host(WITHOUT);
        var done = carry(host, mail(TlsWish.Required), mail(TlsWish.Required));
        assertEquals(1, host.connections());
        assertTrue(done.stream().allMatch(one -> one.outcomes().get(0).code().equals("4.7.30")));
        assertFalse(host.heard().toString().contains("example.com"), host.heard().toString());
    }

    @Test
    void hostThatAnnouncesItAndRefusesItHasTheLastWord() throws Exception {
        var host = host(WITH).says("MAIL", "550 5.7.30 not for you");
        var outcome = carry(host, mail(TlsWish.Required)).getFirst().outcomes().get(0);
        assertEquals("Failed 5.7.30", outcome.getClass().getSimpleName() + " " + outcome.code());
    }

    private ScriptedHost host(String withinTls) throws Exception {
        var host = new ScriptedHost(good.context()).says("tls:EHLO", withinTls);
        hosts.add(host);
        return host;
    }

    private Consignment mail(TlsWish wish) {
        return cargo.mail(Cargo.connector(time, "Default", TlsValidation.Enabled, TlsSettings.CertificateValidation, 1),
                "example.org", false).asking(wish);
    }

    private List<Attempt> carry(ScriptedHost host, Consignment... mail) throws Exception {
        var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure, Optional.empty(), DnsStatus.Secure, List.of(),
                "", "", Optional.empty(), List.of());
        var dane = new TlsVerdict.Dane(List.of(good.tlsa()), MX, List.of(MX));
        Judge judge = (_, _, _) -> new Destination.Hosts("example.org", List.of(new HostJudgement(MX, 10, host.port(),
                List.of(InetAddress.ofLiteral("127.0.0.1")), "", dane, dane, facts)), List.of());
        return cargo.carry(judge, ca.anchors(), mail);
    }
}
