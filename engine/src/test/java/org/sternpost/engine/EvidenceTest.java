package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.view.MessageTraceDetailView;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.evidence.HostEvidence.Finding;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.TraceQuery;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.mx.MxRoute.MxHosts.MxHost;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// What one attempt leaves behind about each host, field by field, on domains of the lab.
class EvidenceTest {

    private static final Duration LIMIT = Patience.AMPLE;

    @TempDir
    static Path directory;
    private static Lab lab;
    private static LabEngine engine;

    @BeforeAll
    static void start() throws Exception {
        lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
        engine = LabEngine.on(lab, directory.resolve("engine"));
        engine.setMode("Default", TlsValidation.Opportunistic);
    }

    @AfterAll
    static void stop() throws Exception {
        engine.close();
        lab.close();
    }

    /// Of the first host's strict pass: first letters of what DNSSEC says of MX, addresses and TLSA; verdicts of DANE,
    /// MTA-STS and PKIX; level achieved and required; the tokens with which Enabled and Mandatory would refuse (`=`: as
    /// Enabled). Opportunistic would deliver to all of them.
    @ParameterizedTest
    @CsvSource(textBlock = """
            dane-ok.test, S S S, holds, none, chain, Dane Dane, -, =
            dane-mismatch.test, S S S, fails, none, chain, Encrypted Dane, tlsa-invalid, =
            dane-no-starttls.test, S S S, fails, none, none, Plaintext Dane, starttls-not-supported, =
            dane-unusable-only.test, S S S, holds, none, chain, Encrypted Encrypted, -, dane-required
            dane-bogus-tlsa.test, S S B, fails, none, none, None None, dnssec-invalid, =
            dane-insecure-mx.test, I S S, holds, none, chain, Dane Dane, -, dane-required
            dane-insecure-host.test, S I N, none, none, chain, Encrypted Plaintext, -, dane-required
            sts-enforce-ok.test, I I N, none, holds, valid, MtaSts MtaSts, -, =
            sts-enforce-cert-name.test, I I N, none, fails, misnamed, Encrypted MtaSts, certificate-host-mismatch, =
            sts-enforce-mx-mismatch.test, I I N, none, fails, none, None None, sts-mx-mismatch, =
            sts-testing-mx-mismatch.test, I I N, none, fails, valid, Encrypted Plaintext, -, dane-required
            dane-and-sts-ok.test, S S S, holds, holds, valid, Dane Dane, -, =
            dane-fail-sts-ok.test, S S S, fails, holds, valid, Encrypted Dane, tlsa-invalid, =
            plain.test, I I N, none, none, valid, Encrypted Plaintext, -, dane-required
            plain-no-tls.test, I I N, none, none, none, Plaintext Plaintext, -, dane-required
            """)
    void eachVerdictStandsByItself(String domain, String dnssec, String dane, String sts, String pkix, String levels,
            String enabled, String mandatory) throws Exception {
        engine.send(List.of(domain));
        HostEvidence seen = engine.awaitAttempt(domain, 1, LIMIT).evidence().getFirst();
        var facts = seen.host().facts();
        assertEquals(dnssec, letter(facts.mxStatus()) + " " + letter(facts.addressStatus()) + " "
                + letter(facts.tlsaStatus()));
        assertEquals(dane, word(seen.findings().dane()), seen.findings().dane().words());
        assertEquals(sts, word(seen.findings().sts()), seen.findings().sts().words());
        String shown = switch (pkix) {
            case "chain" -> "certif|path|CA"; // whoever vouches, it is no authority of ours
            case "misnamed" -> "names";
            case "valid" -> "^valid$";
            default -> "^$";
        };
        assertTrue(Pattern.compile(shown).matcher(seen.session().pkix()).find(), seen.session().pkix());
        assertEquals(levels, seen.session().achieved() + " " + seen.session().required());
        assertEquals(List.of("-", enabled, mandatory.equals("=") ? enabled : mandatory),
                List.of(token(seen.modes().opportunistic().refusal()), token(seen.modes().enabled().refusal()),
                        token(seen.modes().mandatory().refusal())));
        assertEquals(List.of(1, "Default", domain),
                List.of(seen.attempt().pass(), seen.attempt().connector(), seen.attempt().recipientDomain().ascii()));
    }

    @Test
    void routeRecordsPolicySessionAndChainAreAllThere() throws Exception {
        String domain = "dane-and-sts-ok.test";
        Instant before = Instant.now();
        engine.send(List.of(domain));
        HostEvidence seen = engine.awaitAttempt(domain, 1, LIMIT).evidence().getFirst();
        var facts = seen.host().facts();
        String address = lab.host("mx." + domain).getAddress().getHostAddress();
        assertEquals(List.of(new MxHost(new Domain("mx." + domain), 10, false)), facts.mx());
        assertEquals(List.of(lab.host("mx." + domain).getAddress()), facts.addresses());
        assertEquals(address + ":" + lab.smtpPort(), seen.host().addressText());
        assertEquals(Optional.of(new Domain("mx." + domain)), facts.tlsaBase());
        assertTrue(facts.tlsa().getFirst().record().brief().startsWith("3 1 1 "), facts.tlsa().toString());
        var policy = facts.sts().orElseThrow();
        assertTrue(facts.stsRecord().contains("v=STSv1; id=" + policy.id()), facts.stsRecord());
        assertEquals(List.of(new Domain(domain), "enforce", List.of(MxPattern.of("mx." + domain))),
                List.of(policy.policyDomain(), policy.mode().word(), policy.mx()));
        assertTrue(policy.ageSeconds(seen.attempt().at()) >= 0 && policy.fetched().isAfter(before.minusSeconds(60)));
        var session = seen.session().tls().orElseThrow();
        assertEquals("TLSv1.3", session.protocol());
        assertTrue(session.cipher().startsWith("TLS_AES_"), session.cipher());
        assertTrue(session.group().matches("x25519|secp256r1|X25519MLKEM768"), session.group());
        assertEquals("mx." + domain, session.sni());
        var leaf = session.chain().getFirst();
        assertTrue(leaf.sha256().matches("[0-9a-f]{64}") && leaf.spkiSha256().matches("[0-9a-f]{64}"));
        // What `3 1 1` publishes is the digest of the key that was shown.
        assertTrue(facts.tlsa().getFirst().record().toString().contains(leaf.spkiSha256()));
        assertTrue(leaf.names().contains("mx." + domain), leaf.names().toString());
        assertTrue(leaf.notBefore().isBefore(seen.attempt().at()) && leaf.notAfter().isAfter(seen.attempt().at()));
        assertTrue(seen.result().delivered() && seen.result().text().startsWith("250 "));
    }

    @Test
    void theDetailOfATraceShowsAnOperatorAllOfIt() throws Exception {
        String domain = "dane-fail-sts-ok.test";
        engine.send(List.of(domain));
        engine.awaitAttempt(domain, 1, LIMIT);
        MessageTraceDetailView strict = details(domain).stream().filter(one -> one.action().equals("judged"))
                .findFirst()
                .orElseThrow();
        for (String key : List.of("connector", "mode", "mx", "mxStatus", "addresses", "address", "addressStatus",
                "tlsaBase", "tlsaStatus", "tlsa", "dane", "mtaSts", "stsRecord", "policy", "tls", "group", "sni",
                "certificate", "names", "dates", "sha256", "spkiSha256", "pkix", "achieved", "required",
                "opportunistic", "enabled", "mandatory"))
            assertFalse(strict.data().getOrDefault(key, "").isEmpty(), key + " is missing in " + strict.data());
        assertTrue(strict.data().get("dane").startsWith("fails, tlsa-invalid"), strict.data().get("dane"));
        assertTrue(strict.data().get("mtaSts").startsWith("holds"), strict.data().get("mtaSts"));
        assertEquals(List.of("delivers", "tlsa-invalid", "tlsa-invalid"), List.of(strict.data().get("opportunistic"),
                strict.data().get("enabled"), strict.data().get("mandatory")));
        assertTrue(strict.data().get("policy").matches("id \\w+, mode enforce, age \\d+ s, mx mx\\." + domain),
                strict.data().get("policy"));
        assertTrue(strict.detail().startsWith("Enabled refuses: "), strict.detail());
    }

    private static List<MessageTraceDetailView> details(String domain) throws Exception {
        var query = TraceQuery.newest(10).withRecipient("user@" + domain);
        Instant end = Instant.now().plus(LIMIT);
        // An attempt is seen a moment before it is settled.
        while (Instant.now().isBefore(end)) {
            var row = engine.management().traces().search(query).findFirst().orElseThrow();
            if (row.status().equals("Delivered"))
                return engine.management().traces().events(row.messageTraceId());
            LockSupport.parkNanos(20_000_000);
        }
        return List.of();
    }

    private static String letter(DnsStatus status) { return status.name().substring(0, 1); }

    private static String word(Finding finding) {
        return switch (finding) {
            case Finding.Holds _ -> "holds";
            case Finding.Fails _ -> "fails";
            case Finding.NotJudged _ -> "none";
        };
    }

    private static String token(Optional<Failure> failure) { return failure.map(f -> f.reason().token()).orElse("-"); }
}
