package org.sternpost.cmdlets;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.view.ConnectorTestView;
import org.sternpost.engine.control.view.ConnectorView;
import org.sternpost.engine.control.view.EngineStatusView;
import org.sternpost.engine.control.view.MailRouteView;
import org.sternpost.engine.control.view.MessageTraceDetailView;
import org.sternpost.engine.control.view.MessageTraceView;
import org.sternpost.engine.control.view.MessageView;
import org.sternpost.engine.control.view.ProofView;
import org.sternpost.engine.control.view.QueueView;
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
                "",
                "", 41, CREATED, CREATED);
    }

    static EngineStatusView status() {
        return new EngineStatusView("mx1.example.com", "0.1.0", "Running", Duration.ofHours(26),
                NOW.minus(Duration.ofHours(26)), 4711, "/var/lib/sternpost", List.of("127.0.0.1:2525"),
                List.of("127.0.0.1:53"), "Validates", 3, 1, 1200, 1190, 7, 3, 3);
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
                message("01J9ZK3M5T00000E", "alice@example.com", "dora@example.org", "Default/example.org"));
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
        return new ProofView(domain, false, "The certificate of mx.tax.gov.example matches none of its TLSA records.",
                "The recipient must publish a TLSA record for the new certificate.",
                List.of(new ProofView.StepView("MX " + domain, "Secure", "10 mx." + domain, "RFC 7672 §2.2.1",
                        "the host's name is proven"),
                        new ProofView.StepView("TLSA _25._tcp.mx." + domain, "Secure", "3 1 1 ab12", "RFC 7672 §3.1.1",
                                "one usable record")));
    }

    static MailRouteView route(String domain) {
        boolean gov = domain.endsWith(".gov.example");
        return new MailRouteView(domain, gov ? "gov" : "Default", gov ? "Enabled" : "Opportunistic",
                gov ? "*.gov.example matches" : "* matches", "delivered if the host proves itself by DANE",
                List.of(new MailRouteView.HostView("mx." + domain, 10, List.of("192.0.2.26"), "DANE", "usable",
                        "none")),
                List.of("partner: partner.example does not match"));
    }

    static List<ConnectorTestView> test(String target) {
        return List.of(new ConnectorTestView("Resolve", true, target, "10 mx." + target, ""),
                new ConnectorTestView("Connect", true, "mx." + target, "192.0.2.26:25", ""),
                new ConnectorTestView("Validate", false, "mx." + target, "no TLSA record matches",
                        "the recipient must publish one"));
    }

    static List<TlsReadinessView> readiness(Instant since) {
        var old = new TlsReadinessView.DomainView("old.example", 40, 12, "certificate-expired", "mx.old.example",
                "The certificate expired on 2026-11-01.", "Ask the recipient to renew it.", "RECIPIENT", "", NOW);
        return List.of(new TlsReadinessView("Default", false, 900, 12, 1.33, 0, 77, List.of("old.example"),
                List.of(), since, List.of(old)),
                new TlsReadinessView("gov", true, 300, 0, 0, 0, 5, List.of(), List.of(), since, List.of()));
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
                List.of(5.0, 25.0, 50.0, 100.0), Duration.ofHours(24), 0.5, 200, 310, 1, 0.32,
                NOW.plus(Duration.ofHours(6)), NOW.minus(Duration.ofHours(42)), "holds until the stage has stood a day",
                List.of("2026-11-21T16:00:00Z: stage 1", "2026-11-22T16:00:00Z: stage 2"));
    }
}
