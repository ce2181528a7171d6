package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.OutboundConnector.MessageLimits;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.dns.DnsFault;
import org.sternpost.lab.mx.Received;

/// What a sender's wish, `REQUIRETLS` or `TLS-Required: No`, makes of mail to the practice internet (RFC 8689).
class LabRequireTlsTest {

    private static final Duration ROUND = Patience.AMPLE;

    /// Where a message with REQUIRETLS goes, whatever the mode.
    private static final Set<String> REACHED = Set.of("dane-ok.test", "dane-ee-full.test", "dane-ta.test",
            "dane-ta-2-1-1.test", "dane-ta-full.test", "dane-rollover.test", "dane-second-mx-ok.test",
            "dane-expired-ee.test", "dane-cname-host.test", "dane-cname-tlsa.test", "dane-cname-insecure.test",
            "sts-enforce-ok.test", "sts-enforce-wildcard.test", "dane-and-sts-ok.test", "lab.test", "bücher.test",
            "requiretls-second-mx.test", "requiretls-pkix.test", "requiretls-implicit.test", "dane-tlsa-alias.test",
            "dane-ta-key.test", "underscore.test", "seven-bit.test", "dane-nameless-ca.test", "sts-long-chain.test",
            "dane-ta-subject-only.test", "dane-ta-next-hop.test", "dane-short-rsa.test", "dane-rsa-key-exchange.test",
            "dane-warns-of-names.test", "dane-p521.test", "dane-ed25519.test");

    /// Where it comes back at once in every mode, since every host answered, and the code.
    private static final Map<String, String> RETURNED = Map.ofEntries(Map.entry("requiretls-missing.test", "5.7.30"),
            Map.entry("requiretls-sts-missing.test", "5.7.30"), Map.entry("plain-signed.test", "5.7.30"),
            Map.entry("requiretls-selfsigned.test", "5.7.10"), Map.entry("requiretls-unproven.test", "5.7.10"),
            Map.entry("requiretls-testing.test", "5.7.10"), Map.entry("plain.test", "5.7.10"),
            Map.entry("plain-no-tls.test", "5.7.10"), Map.entry("dane-insecure-mx.test", "5.7.10"),
            Map.entry("dane-insecure-host.test", "5.7.10"), Map.entry("dane-unusable-only.test", "5.7.10"),
            Map.entry("sts-none.test", "5.7.10"), Map.entry("dane-mismatch.test", "5.7.10"),
            Map.entry("dane-fail-sts-ok.test", "5.7.10"), Map.entry("dane-no-starttls.test", "5.7.10"),
            Map.entry("dane-starttls-refused.test", "5.7.10"), Map.entry("sts-enforce-cert-name.test", "5.7.10"),
            Map.entry("dane-ta-expired.test", "5.7.10"), Map.entry("sts-policy-invalid.test", "5.7.10"),
            Map.entry("sts-two-records.test", "5.7.10"));

    /// Where it waits, since a lookup failed or a policy may change: the code in Disabled and Opportunistic, and the
    /// one in Enabled.
    private static final Map<String, String> WAITING = Map.of("sts-enforce-mx-mismatch.test", "4.7.10 4.4.8",
            "dane-ok-sts-mx-mismatch.test", "4.7.10 4.4.8", "dane-bogus-tlsa.test", "4.7.10 4.7.324",
            "dane-servfail-tlsa.test", "4.7.10 4.7.324", "bogus-mx.test", "4.7.10 4.7.324",
            "bogus-address.test", "4.7.10 4.7.324", "servfail-mx.test", "4.7.10 4.7.324",
            "sts-policy-missing.test", "4.7.10 4.7.10", "sts-policy-bad-cert.test", "4.7.10 4.7.10",
            "sts-servfail-txt.test", "4.7.10 4.7.10");

    @TempDir
    static Path directory;
    private static Lab lab;
    private static LabEngine engine;
    private static LabEngine impatient;

    @BeforeAll
    static void start() throws Exception {
        lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
        engine = LabEngine.on(lab, directory.resolve("engine"));
        impatient = LabEngine.impatient(lab, directory.resolve("impatient"));
    }

    private static LabEngine engineFor(LabDomain row) { return row.hangs() ? impatient : engine; }

    @AfterAll
    static void stop() throws Exception {
        engine.close();
        impatient.close();
        lab.close();
    }

    @BeforeEach
    void forget() throws Exception {
        lab.reset();
        engine.setMode("Default", TlsValidation.Opportunistic);
    }

    /// Mail that waits must not arrive in the midst of the next test.
    @AfterEach
    void clearTheQueue() throws Exception {
        for (var waiting : engine.management().queues().messages(10_000))
            try {
                engine.management().queues().removeMessage(waiting.identity(), false).commit().apply("test");
            } catch (ManagementException settledMeanwhile) {
                assertEquals(ManagementException.Kind.NotFound, settledMeanwhile.kind());
            }
    }

    @ParameterizedTest
    @EnumSource
    void everyModeGivesTheMessageToTheSameHostsAndOnlyToThose(TlsValidation mode) throws Exception {
        engine.setMode("Default", mode);
        impatient.setMode("Default", mode);
        for (LabDomain row : lab.domains())
            engineFor(row).sendRequiringTls(List.of(row.ascii()));
        var wrong = new TreeMap<String, String>();
        for (LabDomain row : lab.domains()) {
            var outcome = engineFor(row).awaitAttempt(row.ascii(), 1, ROUND).outcome();
            boolean reached = outcome instanceof Outcome.Delivered;
            if (reached != REACHED.contains(row.domain())) wrong.put(row.domain(), outcome.sentence());
            String waiting = WAITING.get(row.domain());
            String code = waiting == null
                    ? RETURNED.get(row.domain())
                    : waiting.split(" ")[mode == TlsValidation.Enabled ? 1 : 0];
            if (code != null && !outcome.code().equals(code))
                wrong.put(row.domain(), code + " expected: " + outcome.sentence());
            for (Received got : lab.received(row.ascii()))
                if (!got.encrypted() || !requiresTls(got))
                    wrong.put(row.domain() + " received", got.toString());
        }
        assertEquals(Map.of(), wrong);
    }

    @Test
    void mixedRouteUsesTheHostThatAnnouncesIt() throws Exception {
        engine.sendRequiringTls(List.of("requiretls-second-mx.test"));
        var settled = engine.awaitAttempt("requiretls-second-mx.test", 1, ROUND);
        assertEquals("mx2.requiretls-second-mx.test", ((Outcome.Delivered) settled.outcome()).host());
        assertTrue(settled.evidence().getFirst().result().text().contains("does not announce REQUIRETLS"));
        assertEquals(List.of(),
                settled.evidence().stream().flatMap(one -> one.modes().enabled().refusal().stream()).toList());
    }

    @Test
    void mailWithoutTheWishGoesToHostsThatDoNotAnnounceIt() throws Exception {
        engine.send(List.of("requiretls-missing.test"));
        assertTrue(lab.awaitCount("requiretls-missing.test", 1, ROUND));
        assertFalse(requiresTls(lab.received("requiretls-missing.test").getFirst()));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            mx.requiretls-unproven.test,   requiretls-unproven.test,   CertificateValidation, 2.0.0
            mx.requiretls-unproven.test,   requiretls-unproven.test,   None,                  2.0.0
            mx.requiretls-selfsigned.test, requiretls-selfsigned.test, None,                  5.7.10
            mx.requiretls-selfsigned.test, requiretls-selfsigned.test, CertificateValidation, 5.7.10
            mx.plain.test,                 plain.test,                 CertificateValidation, 5.7.30
            mx.plain-no-tls.test,          plain-no-tls.test,          None,                  5.7.10
            mx.plain-no-tls.test,          plain-no-tls.test,          EncryptionOnly,        5.7.10
            """)
    void smartHostIsProvenByTheSettingsThatNameIt(String host, String domain, TlsSettings floor, String code)
            throws Exception {
        engine.management().connectors().create("smart",
                fresh -> SampleConnector.over(SampleConnector.serving(fresh, domain), host)
                        .withTls(fresh.tls().withTlsSettings(floor)).withMode(TlsValidation.Disabled))
                .commit().apply("test");
        try {
            engine.sendRequiringTls(List.of(domain));
            assertEquals(code, engine.awaitAttempt(domain, 1, ROUND).outcome().code());
        } finally {
            engine.management().connectors().remove("smart").commit().apply("test");
        }
    }

    /// Mode, refinements and floor of the connector can add to what REQUIRETLS asks, and never take from it.
    @ParameterizedTest
    @CsvSource(textBlock = """
            Enabled,       None,          None,          None,             dane-mismatch.test,       5.7.10
            Enabled,       None,          None,          None,             dane-ok.test,             2.0.0
            Enabled,       None,          None,          None,             sts-enforce-ok.test,      2.0.0
            Disabled,      None,          None,          None,             dane-mismatch.test,       5.7.10
            Enabled,       Mandatory,     Opportunistic, None,             sts-enforce-ok.test,      4.7.327
            Opportunistic, Mandatory,     Opportunistic, None,             sts-enforce-ok.test,      2.0.0
            Enabled,       Mandatory,     Opportunistic, None,             plain.test,               5.7.10
            Opportunistic, Opportunistic, Opportunistic, EncryptionOnly,   dane-no-starttls.test,    5.7.10
            Opportunistic, Opportunistic, Opportunistic, CertificateValidation, requiretls-unproven.test, 5.7.10
            Opportunistic, Opportunistic, Opportunistic, DomainValidation, requiretls-unproven.test, 2.0.0
            Opportunistic, Opportunistic, Opportunistic, DomainValidation, dane-ok.test,             4.7.326
            """)
    void connectorCanOnlyAddToTheWish(TlsValidation mode, SmtpDaneMode dane, MtaStsMode sts, TlsSettings floor,
            String domain, String code) throws Exception {
        engine.management().connectors()
                .create("own", fresh -> {
                    var tls = fresh.tls().withModes(dane, sts);
                    return SampleConnector.serving(fresh, domain).withTls(floor == TlsSettings.DomainValidation
                            ? tls.withTlsDomain("*." + domain)
                            : tls.withTlsSettings(floor)).withMode(mode);
                }).commit().apply("test");
        try {
            engine.sendRequiringTls(List.of(domain));
            var outcome = engine.awaitAttempt(domain, 1, ROUND).outcome();
            assertEquals(code, outcome.code(), outcome.sentence());
        } finally {
            clearTheQueue();
            engine.management().connectors().remove("own").commit().apply("test");
        }
    }

    @Test
    void readinessDoesNotBlameADomainForWhatOneSenderAsked() throws Exception {
        engine.management().connectors().create("watched",
                fresh -> SampleConnector.serving(fresh, "requiretls-testing.test")).commit().apply("test");
        try {
            engine.sendRequiringTls(List.of("requiretls-testing.test"));
            assertEquals("5.7.10", engine.awaitAttempt("requiretls-testing.test", 1, ROUND).outcome().code());
            engine.send(List.of("requiretls-testing.test"));
            assertEquals("2.0.0", engine.awaitAttempt("requiretls-testing.test", 1, ROUND).outcome().code());
            var ready = engine.management().reports().readiness("watched", Instant.EPOCH, 0).getFirst();
            assertEquals("1 0", ready.messages() + " " + ready.wouldFail());
        } finally {
            clearTheQueue();
            engine.management().connectors().remove("watched").commit().apply("test");
        }
    }

    @Test
    void notificationIsProtectedLikeTheMessage() throws Exception {
        engine.sendRequiringTls(List.of("nxdomain.test"));
        var notice = notice("nxdomain.test");
        assertTrue(requiresTls(notice), notice.parameters());
        String text = Files.readString(notice.message());
        assertTrue(text.contains("Status: 5.1.2") && text.contains("text/rfc822-headers"), text);
        assertFalse(text.contains("Hello."), text);
    }

    @Test
    void notificationIsNotLostWhereTheSendersHostDoesNotAnnounceIt() throws Exception {
        LabDomain home = LabDomains.find(LabDomains.HOME).orElseThrow();
        lab.replace(home.requireTls(false));
        try {
            for (TlsValidation mode : TlsValidation.values()) {
                lab.reset();
                engine.setMode("Default", mode);
                engine.sendRequiringTls(List.of("nxdomain.test"));
                assertFalse(requiresTls(notice("nxdomain.test")), mode.name());
            }
        } finally {
            lab.replace(home);
        }
    }

    @Test
    void expiredMessageComesBackWithTheFinalCode() throws Exception {
        engine.management().connectors()
                .change("Default", now -> SampleConnector.expiring(now, Duration.ofMillis(1)))
                .commit().apply("test");
        try {
            engine.sendRequiringTls(List.of("sts-enforce-mx-mismatch.test"));
            String text = Files.readString(notice("sts-enforce-mx-mismatch.test").message()).replaceAll("\\s+", " ");
            assertTrue(text.contains("Status: 5.7.10")
                    && text.contains("Remedy: must be fixed by the recipient's postmaster: "), text);
        } finally {
            engine.management().connectors()
                    .change("Default", now -> now.withLimits(MessageLimits.OF_ENGINE)).commit().apply("test");
        }
    }

    @ParameterizedTest
    @EnumSource
    void messageThatNoHostCanTakeComesBackAtOnce(TlsValidation mode) throws Exception {
        engine.setMode("Default", mode);
        engine.sendRequiringTls(List.of("requiretls-missing.test"));
        // RFC 2045 §6.7: "=" at the end of a line breaks no line of the text.
        String text = Files.readString(notice("requiretls-missing.test").message()).replaceAll("=\r?\n", "")
                .replaceAll("\\s+", " ");
        assertTrue(text.contains("Status: 5.7.30")
                && text.contains("Remedy: must be fixed by the recipient's postmaster: Enable "
                        + "REQUIRETLS on mx.requiretls-missing.test"),
                text);
        var outcome = engine.awaitAttempt("requiretls-missing.test", 1, ROUND).outcome();
        assertTrue(outcome instanceof Outcome.Failed, outcome.sentence());
    }

    @Test
    void headerSetsTheRecipientsPolicyAside() throws Exception {
        engine.setMode("Default", TlsValidation.Enabled);
        String id = engine.send("dane-mismatch.test", Map.of("TLS-Required", "no"), false);
        var settled = engine.awaitAttempt("dane-mismatch.test", 1, ROUND);
        assertEquals("2.0.0", settled.outcome().code(), settled.outcome().sentence());
        assertEquals("TLSv1.3", lab.received("dane-mismatch.test").getFirst().tls().orElse("none"));
        var seen = settled.evidence().getFirst();
        assertEquals(TlsValidation.Disabled, seen.attempt().mode());
        assertEquals("DANE is not looked at", seen.host().facts().dane());
        assertTrue(engine.management().traces().events(id).getFirst().detail().contains("TLS-Required: No"));
    }

    @Test
    void headerNeverGoesBelowTheFloorOfTheConnector() throws Exception {
        setFloor(TlsSettings.CertificateValidation);
        try {
            engine.send("dane-mismatch.test", Map.of("TLS-Required", "No"), false);
            assertEquals("4.7.326", engine.awaitAttempt("dane-mismatch.test", 1, ROUND).outcome().code());
        } finally {
            setFloor(TlsSettings.None);
        }
    }

    @Test
    void headerIsIgnoredBesideRequireTls() throws Exception {
        engine.setMode("Default", TlsValidation.Enabled);
        String id = engine.send("dane-mismatch.test", Map.of("TLS-Required", "No"), true);
        assertEquals("5.7.10", engine.awaitAttempt("dane-mismatch.test", 1, ROUND).outcome().code());
        assertTrue(engine.management().traces().events(id).getFirst().detail().contains("REQUIRETLS"));
    }

    @Test
    void otherValueOfTheHeaderAsksForNothing() throws Exception {
        engine.setMode("Default", TlsValidation.Enabled);
        engine.send("dane-mismatch.test", Map.of("TLS-Required", "No please"), false);
        assertEquals("4.7.323", engine.awaitAttempt("dane-mismatch.test", 1, ROUND).outcome().code());
    }

    /// It waits while the domain's name servers fail, and still is what its sender asked for when they are back.
    @Test
    void wishSurvivesARestart() throws Exception {
        String domain = "dane-ok.test";
        LabDomain row = LabDomains.find(domain).orElseThrow();
        Path home = directory.resolve("restarted");
        lab.replace(row.dns(DnsFault.SERVFAIL_MX));
        try (LabEngine first = LabEngine.on(lab, home)) {
            first.sendRequiringTls(List.of(domain));
            assertEquals("4.7.10", first.awaitAttempt(domain, 1, ROUND).outcome().code());
        } finally {
            lab.replace(row);
        }
        try (LabEngine second = LabEngine.on(lab, home)) {
            second.retryAll();
            assertTrue(lab.awaitCount(domain, 1, ROUND));
            assertTrue(requiresTls(lab.received(domain).getFirst()));
        }
    }

    /// The first notification about mail to a domain.
    private static Received notice(String about) throws Exception {
        for (int seen = 0;; seen++) {
            assertTrue(lab.awaitCount(LabDomains.HOME, seen + 1, ROUND), "no notification arrived");
            var notice = lab.received(LabDomains.HOME).get(seen);
            if (Files.readString(notice.message()).contains("Final-Recipient: rfc822; user@" + about)) return notice;
        }
    }

    private static void setFloor(TlsSettings floor) throws Exception {
        engine.management().connectors()
                .change("Default", now -> now.withTls(now.tls().withTlsSettings(floor)))
                .commit().apply("test");
    }

    private static boolean requiresTls(Received got) {
        return List.of(got.parameters().split(" ")).contains("REQUIRETLS");
    }
}
