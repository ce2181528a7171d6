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
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.smtp.client.ScriptedHost;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.Judge;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.engine.trust.JudgedRoute;
import org.sternpost.engine.trust.Reason;

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
        carry(host, mail(RequireTlsTag.None), mail(RequireTlsTag.Required), mail(RequireTlsTag.Required),
                mail(RequireTlsTag.None));
        assertEquals(2, host.connections());
        assertEquals(List.of("tls:MAIL FROM:<a@example.com>", "tls:MAIL FROM:<a@example.com> REQUIRETLS",
                "tls:MAIL FROM:<a@example.com> REQUIRETLS", "tls:MAIL FROM:<a@example.com>"),
                host.heard().stream().filter(line -> line.startsWith("tls:MAIL")).toList());
    }

    @ParameterizedTest
    @CsvSource({"in clear, 5.7.30", "within TLS, 2.0.0", "nowhere, 5.7.30"})
    void onlyWhatIsAnnouncedWithinTlsCounts(String where, String code) throws Exception {
        var host = host(where.equals("within TLS") ? WITH : WITHOUT);
        if (where.equals("in clear")) host.says("EHLO", "250-x\r\n250-REQUIRETLS\r\n250 STARTTLS");
        assertEquals(code, carry(host, mail(RequireTlsTag.Required)).getFirst().outcomes().get(0).code());
        assertEquals(code.startsWith("2"), host.heard().stream().anyMatch(line -> line.contains("MAIL")));
    }

    @Test
    void hostWithoutItIsAskedOnceAndNeverTold() throws Exception {
        var host = host(WITHOUT);
        var done = carry(host, mail(RequireTlsTag.Required), mail(RequireTlsTag.Required));
        assertEquals(1, host.connections());
        assertTrue(done.stream().allMatch(one -> one.outcomes().get(0).code().equals("5.7.30")));
        assertFalse(host.heard().toString().contains("example.com"), host.heard().toString());
    }

    @Test
    void hostThatAnnouncesItAndRefusesItHasTheLastWord() throws Exception {
        var host = host(WITH).says("MAIL", "550 5.7.30 not for you");
        var outcome = carry(host, mail(RequireTlsTag.Required)).getFirst().outcomes().get(0);
        assertEquals("Failed 5.7.30", outcome.getClass().getSimpleName() + " " + outcome.code());
    }

    /// RFC 8689 §4.2.1: what a host shows of itself is final; what may pass is not, at any host of the route.
    @ParameterizedTest
    @CsvSource(textBlock = """
            lacks,                 5.7.30
            lacks lacks,           5.7.30
            plain,                 5.7.10
            refuses,               5.7.10
            stranger,              5.7.10
            old,                   4.7.10
            plain lacks,           5.7.10
            lacks meets,           2.0.0
            plain meets,           2.0.0
            later,                 4.7.10
            leaves,                4.7.10
            breaks,                4.7.10
            lacks later,           4.7.30
            lacks breaks,          4.7.30
            lacks down,            4.7.30
            down lacks,            4.7.30
            lacks busy,            4.7.30
            lacks unwilling,       4.7.30
            lacks bogus,           4.7.30
            lacks nonsense,        4.7.30
            """)
    void mailComesBackAtOnceOnlyWhereEveryHostAnsweredAndNoneCan(String route, String code) throws Exception {
        for (var mode : TlsValidation.values()) {
            var judged = new ArrayList<HostJudgement>();
            for (String kind : route.split(" "))
                judged.add(judgement(kind, judged.size(), host(kind.equals("meets") ? WITH : WITHOUT)));
            Judge judge = (_, _, _) -> new JudgedRoute.Hosts("example.org", judged, List.of());
            var connector = Cargo.connector(time, "Default", mode, TlsSettings.None, 1);
            var outcome = cargo.carry(judge, ca.anchors(), cargo.mail(connector, "example.org", false)
                    .asking(RequireTlsTag.Required)).getFirst().outcomes().get(0);
            boolean alike = mode != TlsValidation.Enabled || !code.startsWith("4") || route.contains("lacks");
            if (alike) assertEquals(code, outcome.code(), mode + ": " + outcome.sentence());
            assertEquals(code.startsWith("5"), outcome instanceof Outcome.Failed, mode + ": " + outcome.sentence());
        }
    }

    /// An address that only we have no way to hides nothing of a host that answered at another.
    @Test
    void aWayThatWeLackHoldsUpOnlyWhereTheHostHadNoSay() {
        var lasting = new Failure(Reason.REQUIRETLS_SUPPORT, "mx does not announce REQUIRETLS", "Enable it.");
        var noWay = new Failure(Reason.LOCAL_NETWORK, "no way to ::1", "Give this machine IPv6.");
        var answered = Obstacle.answered(FailurePolicy.refused(lasting, "mx"), Optional.of(lasting));
        var sameHost = Obstacle.trouble(FailurePolicy.refused(noWay, "mx"), true, false);
        var otherHost = Obstacle.trouble(FailurePolicy.refused(noWay, "mx2"), true, false);
        assertEquals("5.7.30", FailurePolicy.untaken(List.of(sameHost, answered)).code());
        assertEquals("4.7.30", FailurePolicy.untaken(List.of(answered, otherHost)).code());
        assertEquals("4.3.0", FailurePolicy.untaken(List.of(sameHost)).code());
        var unknown = new Failure(Reason.LOCAL, "no time left", "Give this machine less to do.");
        assertEquals("4.3.0", FailurePolicy.untaken(List.of(answered,
                Obstacle.trouble(FailurePolicy.refused(unknown, "mx"), false, false))).code());
    }

    /// A message without the wish is never returned for what a host lacks.
    @Test
    void otherMailWaits() throws Exception {
        var connector = Cargo.connector(time, "Default", TlsValidation.Enabled, TlsSettings.None, 1);
        var judged = List.of(judgement("plain", 0, host(WITHOUT)));
        var outcome = cargo.carry((_, _, _) -> new JudgedRoute.Hosts("example.org", judged, List.of()), ca.anchors(),
                cargo.mail(connector, "example.org", false)).getFirst().outcomes().get(0);
        assertEquals("4.7.321", outcome.code());
    }

    /// What only the connector asks on top is no reason of the sender's.
    @Test
    void mailThatOnlyTheConnectorHoldsBackWaits() throws Exception {
        var connector = Cargo.connector(time, "Default", TlsValidation.Enabled, TlsSettings.DomainValidation, 1);
        var own = ca.good("mail.example.net");
        var host = new ScriptedHost(own.context()).says("tls:EHLO", WITH);
        hosts.add(host);
        var judged = List.of(judgement("meets", 0, host, own));
        var outcome = cargo.carry((_, _, _) -> new JudgedRoute.Hosts("example.org", judged, List.of()), ca.anchors(),
                cargo.mail(connector, "example.org", false).asking(RequireTlsTag.Required)).getFirst().outcomes()
                .get(0);
        assertEquals("4.7.325", outcome.code(), outcome.sentence());
    }

    private HostJudgement judgement(String kind, int preference, ScriptedHost host) throws Exception {
        return judgement(kind, preference, host, good);
    }

    private HostJudgement judgement(String kind, int preference, ScriptedHost host, Certificates.Identity shown)
            throws Exception {
        switch (kind) {
            case "plain" -> host.says("EHLO", "250-x\r\n250 HELP");
            case "refuses" -> host.says("STARTTLS", "554 5.7.0 not here");
            case "later" -> host.says("STARTTLS", "454 4.7.0 later");
            case "leaves" -> host.says("STARTTLS", "421 4.7.0 later");
            case "breaks" -> host.says("STARTTLS", "drop");
            case "nonsense" -> host.says("STARTTLS", "354 go ahead");
            case "old" -> host.speaks("TLSv1.1");
            case "busy" -> host.says("EHLO", "421 4.3.2 busy");
            case "unwilling" -> host.says("tls:EHLO", "550 5.7.1 not you");
            case "down" -> host.close();
            default -> {
            }
        }
        TlsVerdict dane = switch (kind) {
            case "bogus" ->
                new TlsVerdict.Refused(new Failure(Reason.DNSSEC_INVALID, "the records are bogus", "Sign."));
            case "stranger" -> new TlsVerdict.Dane(List.of(ca.good("other.example.org").tlsa()), List.of(), MX,
                    List.of(MX));
            default -> new TlsVerdict.Dane(List.of(shown.tlsa()), List.of(), MX, List.of(MX));
        };
        var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure, Optional.empty(), DnsStatus.Secure, List.of(),
                "", "", Optional.empty(), List.of());
        var name = preference == 0 ? MX : Domain.of("mx" + (preference + 1) + ".example.org");
        return new HostJudgement(name, 10 + preference, host.port(), List.of(InetAddress.ofLiteral("127.0.0.1")), "",
                dane, dane, facts);
    }

    private ScriptedHost host(String withinTls) throws Exception {
        var host = new ScriptedHost(good.context()).says("tls:EHLO", withinTls);
        hosts.add(host);
        return host;
    }

    private ClaimedDelivery mail(RequireTlsTag wish) {
        return cargo.mail(Cargo.connector(time, "Default", TlsValidation.Enabled, TlsSettings.CertificateValidation, 1),
                "example.org", false).asking(wish);
    }

    private List<AttemptResult> carry(ScriptedHost host, ClaimedDelivery... mail) throws Exception {
        var facts = new HostFacts(DnsStatus.Secure, DnsStatus.Secure, Optional.empty(), DnsStatus.Secure, List.of(),
                "", "", Optional.empty(), List.of());
        var dane = new TlsVerdict.Dane(List.of(good.tlsa()), MX, List.of(MX));
        Judge judge = (_, _, _) -> new JudgedRoute.Hosts("example.org", List.of(new HostJudgement(MX, 10, host.port(),
                List.of(InetAddress.ofLiteral("127.0.0.1")), "", dane, dane, facts)), List.of());
        return cargo.carry(judge, ca.anchors(), mail);
    }
}
