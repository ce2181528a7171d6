package org.sternpost.cmdlets;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.DomainPattern;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.view.ConnectorTestView;
import org.sternpost.engine.control.view.ConnectorView;
import org.sternpost.engine.control.view.EngineStatusView;
import org.sternpost.engine.control.view.HostProofView;
import org.sternpost.engine.control.view.MailRouteView;
import org.sternpost.engine.control.view.MessageTraceDetailView;
import org.sternpost.engine.control.view.MessageTraceView;
import org.sternpost.engine.control.view.MessageView;
import org.sternpost.engine.control.view.ModeView;
import org.sternpost.engine.control.view.ProofView;
import org.sternpost.engine.control.view.QueueView;
import org.sternpost.engine.control.view.ResolverView;
import org.sternpost.engine.control.view.Sign;
import org.sternpost.engine.control.view.StepView;
import org.sternpost.engine.control.view.StsPolicyView;
import org.sternpost.engine.control.view.TlsExceptionView;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.control.view.TlsRolloutView;

/// What the fixed engine shows; the examples print it.
final class FixedViews {

    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    static final String DELIVERED_ID = "01J9ZK3M5T00000C";
    private static final Instant CREATED = Instant.parse("2026-11-01T08:00:00Z");

    private FixedViews() {}

    static ConnectorView connector(String name, TlsValidation mode, List<String> domains, List<String> smartHosts) {
        return new ConnectorView(name, true, mode, domains, smartHosts.isEmpty(), smartHosts,
                SmtpDaneMode.Opportunistic, MtaStsMode.Opportunistic, TlsSettings.None, null, 0, null, null, 0, null,
                "", 0,
                "", 41, CREATED, CREATED);
    }

    static ConnectorView connector(OutboundConnector one) {
        return connector(one.name(), one.tls().tlsValidation(),
                one.general().recipientDomains().stream().map(Object::toString).toList(),
                one.route().smartHosts().stream().map(Object::toString).toList());
    }

    static OutboundConnector fresh(String name, List<String> domains) {
        return Connectors.fresh(name, domains.stream().map(DomainPattern::of).toList(), CREATED);
    }

    static EngineStatusView status() {
        return new EngineStatusView("mx1.example.com", "0.1.0", "Running", Duration.ofHours(26),
                NOW.minus(Duration.ofHours(26)), 4711, "/var/lib/sternpost", List.of("127.0.0.1:2525"),
                List.of("127.0.0.1:53"), "Validates", "", 0, 3, 1, 1200, 1190, 7, 3, 3, 2, 0, 65_536,
                List.of("maxSessions 1000"));
    }

    static List<QueueView> queues() {
        return List.of(
                new QueueView("Default/example.org", "Default", "example.org", "Ready", 1, 0, null, null, ""),
                new QueueView("gov/tax.gov.example", "gov", "tax.gov.example", "Retry", 2, 4,
                        NOW.plusSeconds(600), NOW.minusSeconds(300), "TLSA records match no certificate of the host"));
    }

    static List<MessageView> messages() {
        return List.of(message("01J9ZK3M5T00000A", "alice@example.com", "anna@tax.gov.example", "gov/tax.gov.example"),
                message("01J9ZK3M5T00000B", "bob@example.com", "anna@tax.gov.example", "gov/tax.gov.example"),
                message("01J9ZK3M5T00000E", "alice@example.com", "dora@example.org", "Default/example.org"),
                new MessageView("01J9ZK3M5T00000G", "eve@example.com", "Suspended", List.of("odd@example.org"), "Odd",
                        512, NOW.minus(Duration.ofHours(1)), NOW.plus(Duration.ofHours(23)), 3, "<g@example.com>",
                        "192.0.2.10", List.of("Default/example.org"), "4.3.0 set aside after 3 attempts that met a "
                                + "defect of this gateway: java.lang.IllegalStateException: odd input"));
    }

    private static MessageView message(String id, String from, String to, String queue) {
        boolean waits = queue.startsWith("gov");
        return new MessageView(id, from, waits ? "Retry" : "Ready", List.of(to), "Statement", 20_480,
                NOW.minus(Duration.ofHours(3)), NOW.plus(Duration.ofHours(21)), waits ? 4 : 0,
                "<" + id + "@example.com>",
                "192.0.2.10", List.of(queue), waits ? "TLSA records match no certificate of the host" : "");
    }

    static List<MessageTraceView> traces() {
        return List.of(
                new MessageTraceView(NOW.minus(Duration.ofHours(1)), "alice@example.com", "carol@example.org", "Hello",
                        "Delivered", "250 2.0.0", "", "Dane", "Default", "mx.example.org", "192.0.2.25", "192.0.2.10",
                        2_048, "<c@example.com>", DELIVERED_ID, "250 2.0.0 queued"),
                new MessageTraceView(NOW.minus(Duration.ofHours(2)), "bob@example.com", "anna@tax.gov.example", "Form",
                        "Failed", "550 5.7.323", "", "None", "gov", "mx.tax.gov.example", "192.0.2.26", "192.0.2.10",
                        4_096, "<d@example.com>", "01J9ZK3M5T00000D", "tlsa-invalid"));
    }

    static List<MessageTraceDetailView> details(String id) {
        Instant start = NOW.minus(Duration.ofHours(1));
        return List.of(
                new MessageTraceDetailView(start, "RECEIVE", "carol@example.org", "", "", "from 192.0.2.10", id,
                        Map.of()),
                new MessageTraceDetailView(start.plusSeconds(1), "EVIDENCE", "carol@example.org", "", "mx.example.org",
                        "a TLSA record matches the certificate", id, Map.of("tlsa", "3 1 1")),
                new MessageTraceDetailView(start.plusSeconds(2), "SEND", "carol@example.org", "Delivered",
                        "mx.example.org", "250 2.0.0 queued", id, Map.of()));
    }

    static ProofView proof(String domain) {
        return new ProofView(domain, Sign.Bad, false,
                "Mail to " + domain + " would wait under Enabled: the mail host mx."
                        + domain + " shows another certificate than the one announced for it in the DNS.",
                "Publish a TLSA record for the certificate in use.",
                "the recipient's postmaster (postmaster@" + domain + ")",
                "the mail waits: connector gov is Enabled", List.of(), "gov", steps(domain), List.of(host(domain)),
                modes(domain));
    }

    private static List<StepView> steps(String domain) {
        return List.of(new StepView(Sign.Good, domain + " MX", "Secure", "10 mx." + domain, "1 host by preference.",
                "RFC 5321 §5.1"),
                new StepView(Sign.Plain, "_mta-sts." + domain + " TXT", "Secure", "no such name (NXDOMAIN)",
                        "The domain publishes no policy now.", "RFC 8461 §3.1"));
    }

    private static HostProofView host(String domain) {
        return new HostProofView(Sign.Bad, "mx." + domain, "Refused", 10, List.of("192.0.2.26"),
                "Its certificate must match one of 1 TLSA record of mx." + domain + ".", "usable", "none", List.of(),
                null);
    }

    private static List<ModeView> modes(String domain) {
        String sentence = "mx." + domain + " and its TLSA records: no record matches";
        return List.of(
                new ModeView(Sign.Note, "Opportunistic", "delivered", "", "5.7.323", "mx." + domain, "Encrypted",
                        "Noted for reports: Enabled would refuse it.", "", "", "", ""),
                new ModeView(Sign.Bad, "Enabled", "waits", "4.7.323", "5.7.323", "mx." + domain, "", sentence + ".",
                        "tlsa-invalid", sentence, "Publish a TLSA record for the certificate in use.", "RECIPIENT"));
    }

    static ResolverView resolver() {
        return new ResolverView("127.0.0.53:53", Sign.Bad, false, "The answers of 127.0.0.53:53 may not be trusted: it"
                + " leaves out the signatures of DNSSEC, so that nothing can be proven.",
                "Use a resolver that passes DNSSEC on, such as unbound or Knot Resolver, and name it in dns.servers.",
                "the administrator of this mail gateway", Duration.ofMillis(4),
                List.of(new StepView(Sign.Bad, "Signatures", "Bad", "ietf.org SOA: without a signature (RRSIG)",
                        "It leaves out the signatures of DNSSEC, so that nothing can be proven.", "RFC 3225 §3")));
    }

    static MailRouteView route(String domain) {
        boolean gov = domain.endsWith(".gov.example");
        return new MailRouteView(domain, Sign.Plain, gov ? "gov" : "Default", gov ? "Enabled" : "Opportunistic",
                "Mail to " + domain + " would be delivered under Enabled if mx." + domain
                        + " shows a certificate that matches its TLSA records (DANE); it was not called.",
                "", "", gov ? "*.gov.example matches" : "* matches", List.of("partner: partner.example does not match"),
                steps(domain), List.of(), List.of());
    }

    static List<ConnectorTestView> test(String target) {
        return List.of(new ConnectorTestView("Resolve", true, target, "10 mx." + target, ""),
                new ConnectorTestView("Connect", true, "mx." + target, "192.0.2.26:25", ""),
                new ConnectorTestView("Validate", false, "mx." + target, "no TLSA record matches",
                        "the recipient must publish one"));
    }

    static List<TlsReadinessView> readiness(Instant since) {
        var old = new TlsReadinessView.DomainView("old.example", 40, 12, 3, 9, 40, NOW, "certificate-expired",
                "4.7.322",
                "mx.old.example",
                "The certificate expired on 2026-11-01.", "Ask the recipient to renew it.", "RECIPIENT", "", NOW);
        return List.of(new TlsReadinessView("Default", false, 900, 12, 1.33, 3, 9, 40, 0, 0, 77, List.of("old.example"),
                List.of(), since, List.of(old)),
                new TlsReadinessView("gov", true, 300, 0, 0, 0, 0, 120, 0, 0, 5, List.of(), List.of(), since,
                        List.of()));
    }

    static TlsExceptionView exception(String connector, String domain, TlsValidation mode, String state,
            Instant expires, String owner, String reason) {
        return new TlsExceptionView(connector + "/" + domain, connector, domain, mode, null, null, state, expires,
                owner, reason, "admin", CREATED);
    }

    static List<TlsExceptionView> exceptions() {
        return List.of(
                exception("gov", "old.gov.example", TlsValidation.Opportunistic, "Expired",
                        Instant.parse("2026-11-20T00:00:00Z"), "ops@example.com", "certificate renewal"),
                exception("gov", "tax.gov.example", TlsValidation.Opportunistic, "InForce",
                        Instant.parse("2027-01-31T00:00:00Z"), "ops@example.com", "ticket 4711"));
    }

    static List<StsPolicyView> policies() {
        return List.of(
                new StsPolicyView("example.org", "20261101", "enforce", List.of("mx.example.org"),
                        NOW.minus(Duration.ofHours(5)), NOW.plus(Duration.ofDays(7)), Duration.ofHours(5),
                        NOW.plus(Duration.ofHours(19)), false, ""),
                new StsPolicyView("old.example", "1", "testing", List.of("*.old.example"),
                        NOW.minus(Duration.ofDays(6)), NOW.plus(Duration.ofDays(1)), Duration.ofDays(6),
                        NOW.plus(Duration.ofHours(1)), true, NOW.minusSeconds(60)
                                + " https://mta-sts.old.example/.well-known/mta-sts.txt (id 1): HTTP status 404, "
                                + "not 200"));
    }

    static TlsRolloutView rollout(String id, String status) {
        return new TlsRolloutView(id, "Default", TlsValidation.Opportunistic, TlsValidation.Enabled, status, 2, 25,
                List.of(5.0, 25.0, 50.0, 100.0), Duration.ofHours(24), 0.5, 200, 310, 1, 0.32, 0,
                4, 2, NOW.plus(Duration.ofHours(6)), NOW.minus(Duration.ofHours(42)),
                "the share must stand until " + NOW.plus(Duration.ofHours(6)), List.of("a.example", "b.example"),
                List.of(), List.of("c.example"), List.of("d.example"),
                List.of("2026-11-21T16:00:00Z: stage 1", "2026-11-22T16:00:00Z: stage 2"));
    }
}
