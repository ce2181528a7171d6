package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management;
import org.sternpost.engine.control.Management.ReportQuery;
import org.sternpost.engine.control.view.DeliveryReportView;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabSettings;

/// Whatever refuses mail, the queue, the trace, the reports and the notice to the sender say the same of it.
class SameWordsTest {

    private static final Duration ROUND = Patience.AMPLE;
    private static final Duration NO_TIME_LEFT = Duration.ofSeconds(1);

    /// One failure of the practice internet for each reason.
    private static final Map<Reason, String> CASES = new EnumMap<>(Map.ofEntries(
            Map.entry(Reason.STARTTLS_NOT_SUPPORTED, "dane-no-starttls.test"),
            Map.entry(Reason.CERTIFICATE_EXPIRED, "sts-enforce-cert-expired.test"),
            Map.entry(Reason.TLSA_INVALID, "dane-mismatch.test"),
            Map.entry(Reason.DNSSEC_INVALID, "dane-bogus-tlsa.test"),
            Map.entry(Reason.CERTIFICATE_HOST_MISMATCH, "sts-enforce-cert-name.test"),
            Map.entry(Reason.CERTIFICATE_NOT_TRUSTED, "sts-enforce-cert-selfsigned.test"),
            Map.entry(Reason.STS_MX_MISMATCH, "sts-enforce-mx-mismatch.test"),
            Map.entry(Reason.DANE_REQUIRED, "plain.test"),
            Map.entry(Reason.STS_REQUIRED, "plain-selfsigned.test"),
            Map.entry(Reason.STS_POLICY_FETCH_ERROR, "sts-policy-missing.test"),
            Map.entry(Reason.STS_POLICY_INVALID, "sts-policy-invalid.test"),
            Map.entry(Reason.STS_WEBPKI_INVALID, "sts-policy-bad-cert.test"),
            Map.entry(Reason.VALIDATION_FAILURE, "plain-starttls-broken.test"),
            Map.entry(Reason.REQUIRETLS_ENCRYPTION, "plain-no-tls.test"),
            Map.entry(Reason.REQUIRETLS_SUPPORT, "requiretls-missing.test")));

    @TempDir
    Path directory;

    @Test
    void queueTraceReportsAndNoticeSayTheSame() throws Exception {
        // What we could not know is no failure of a domain: OutageTest.
        var ofDomains = EnumSet.allOf(Reason.class);
        ofDomains.removeIf(Reason::isLocal);
        assertEquals(ofDomains, EnumSet.copyOf(CASES.keySet()));
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            Management management = engine.management();
            connectors(management);
            engine.send(CASES.entrySet().stream().filter(one -> !one.getKey().ofSender()).map(Map.Entry::getValue)
                    .toList());
            engine.sendRequiringTls(CASES.entrySet().stream().filter(one -> one.getKey().ofSender())
                    .map(Map.Entry::getValue).toList());
            var failures = new EnumMap<Reason, Failure>(Reason.class);
            for (var one : CASES.entrySet()) {
                Failure why = failure(engine.awaitAttempt(one.getValue(), 1, ROUND).outcome());
                failures.put(one.getKey(), why);
                assertEquals(one.getKey(), why.reason(), one.getValue());
            }
            var wrong = new ArrayList<String>();
            for (var one : CASES.entrySet())
                // What REQUIRETLS asks in vain does not wait (RFC 8689 §4.2.1).
                if (!one.getKey().ofSender()) waiting(management, one.getValue(), failures.get(one.getKey()), wrong);
            for (String connector : List.of("Default", "dane", "sts", "tls"))
                management.connectors().change(connector, now -> SampleConnector.expiring(now, NO_TIME_LEFT))
                        .commit().apply("test");
            engine.retryAll();
            assertTrue(lab.awaitCount(LabDomains.HOME, CASES.size(), ROUND), "notices: " + lab.count(LabDomains.HOME));
            var notices = new ArrayList<String>();
            for (var mail : lab.received(LabDomains.HOME))
                notices.add(Files.readString(mail.message()));
            for (var one : CASES.entrySet())
                returned(management, notices, one.getValue(), failures.get(one.getKey()), wrong);
            assertEquals(List.of(), wrong);
        }
    }

    private static Failure failure(Outcome outcome) {
        return (outcome instanceof Outcome.Failed never ? never.failure() : ((Outcome.Deferred) outcome).failure())
                .orElseThrow();
    }

    private static void waiting(Management management, String domain, Failure why, List<String> wrong)
            throws Exception {
        String code = why.reason().waitingCode();
        var queue = management.queues().all().stream().filter(q -> q.nextHopDomain().equals(domain)).findFirst()
                .orElseThrow();
        all(domain + " Get-Queue", queue.lastError(), why, code, wrong);
        all(domain + " Get-Message", management.queues().messages(1_000).stream()
                .filter(one -> one.queues().contains(queue.identity())).findFirst().orElseThrow().lastError(), why,
                code, wrong);
        var trace = management
                .traces().search(TraceQuery.newest(1).withRecipient("user@" + domain))
                .findFirst().orElseThrow();
        all(domain + " Get-MessageTrace", trace.detail(), why, code, wrong);
        for (var event : management.traces().events(trace.messageTraceId()))
            if (event.event().equals("DEFER") || event.event().equals("EVIDENCE") && !why.reason().ofSender())
                all(domain + " " + event.event(), event.detail(), why, code, wrong);
        // What one sender asks for says nothing of the domain, so no report counts it.
        if (why.reason().ofSender()) return;
        TlsReadinessView.DomainView ready = management.reports().readiness(queue.connector(), Instant.EPOCH, 0)
                .getFirst()
                .details().stream().filter(view -> view.domain().equals(domain)).findFirst().orElseThrow();
        assertEquals(List.of(why.reason().token(), code, why.sentence(), why.remedy(), why.reason().owner().name()),
                List.of(ready.reason(), ready.code(), ready.sentence(), ready.remedy(), ready.owner()));
        DeliveryReportView row = management.reports().deliveries(ReportQuery
                .by(ReportQuery.Group.Domain, ReportQuery.Group.Reason).withDomain(domain)).getFirst();
        assertEquals(List.of(why.reason().token(), code, why.sentence(), why.remedy(), why.reason().owner().name()),
                List.of(row.reason(), row.code(), row.sentence(), row.remedy(), row.owner()));
    }

    private static void returned(Management management, List<String> notices, String domain, Failure why,
            List<String> wrong) throws Exception {
        String code = why.reason().finalCode();
        String notice = notices.stream().filter(text -> text.contains("Final-Recipient: rfc822; user@" + domain))
                .findFirst().orElse("no notice");
        all(domain + " notice", decoded(notice), why, code, wrong);
        if (!notice.contains("Status: " + code + "\r\n")) wrong.add(domain + " notice has no status " + code);
        var trace = management
                .traces().search(TraceQuery.newest(1).withRecipient("user@" + domain))
                .findFirst().orElseThrow();
        assertEquals("Failed", trace.status());
        all(domain + " returned", trace.detail(), why, code, wrong);
    }

    /// Quoted-printable and folded (RFC 2045 §6.7, RFC 5322 §2.2.3).
    private static String decoded(String notice) {
        return notice.replace("=\r\n", "").replace("=C2=A7", "§").replace("=3D", "=").replaceAll("\\s+", " ");
    }

    private static void all(String place, String text, Failure why, String code, List<String> wrong) {
        for (String part : List.of(code + " ", why.sentence(), why.remedy(),
                "must be fixed by " + why.reason().owner().words() + ": "))
            if (!text.contains(part)) wrong.add(place + " lacks <" + part + ">: " + text);
    }

    private static void connectors(Management management) throws Exception {
        management.connectors().change("Default", now -> now.withMode(TlsValidation.Enabled)).commit()
                .apply("test");
        named(management, "dane", SmtpDaneMode.Mandatory, MtaStsMode.None, TlsSettings.None, "plain.test");
        named(management, "sts", SmtpDaneMode.None, MtaStsMode.Mandatory, TlsSettings.None, "plain-selfsigned.test",
                "sts-policy-missing.test", "sts-policy-invalid.test", "sts-policy-bad-cert.test");
        named(management, "tls", SmtpDaneMode.Opportunistic, MtaStsMode.Opportunistic, TlsSettings.EncryptionOnly,
                "plain-starttls-broken.test");
    }

    private static void named(Management management, String name, SmtpDaneMode dane, MtaStsMode sts,
            TlsSettings floor, String... domains) throws Exception {
        management.connectors().create(name, fresh -> SampleConnector.serving(fresh, domains)
                .withTls(fresh.tls().withModes(dane, sts).withTlsSettings(floor)).withMode(TlsValidation.Enabled))
                .commit().apply("test");
    }
}
