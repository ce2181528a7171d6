package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.view.TlsExpiryView;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain.Signing;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.dns.TlsaSpec;
import org.sternpost.lab.policy.PolicyFault;
import org.sternpost.lab.policy.StsPolicy;

/// What ends soon is told with its end, its owner and what becomes of mail.
class EndsSoonLabTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration EVER = Duration.ofDays(36_500);
    private static final StsPolicy POLICY = new StsPolicy("enforce", List.of("mx.policy.example"));

    @TempDir
    Path directory;

    @Test
    void certificatesAndPoliciesEnd() throws Exception {
        var time = new SimTime(NOW, 1);
        var policy = LabDomain.of("policy.example", Signing.UNSIGNED, "policy").host(CertificateKind.TRUSTED);
        var domains = List.of(LabDomains.find(LabDomains.HOME).orElseThrow(),
                LabDomain.of("dane.example", Signing.SIGNED, "DANE").host(CertificateKind.SELF_SIGNED,
                        TlsaSpec.right(3, 1, 1)),
                LabDomain.of("over.example", Signing.UNSIGNED, "expired").host(CertificateKind.EXPIRED),
                policy.sts(POLICY));
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), domains, time);
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"), text -> text, time)) {
            engine.setMode("Default", TlsValidation.Opportunistic);
            for (LabDomain one : domains.subList(1, domains.size())) {
                engine.send(List.of(one.ascii()));
                engine.awaitAttempt(one.ascii(), 1, Patience.AMPLE);
            }
            Map<String, TlsExpiryView> all = ending(engine, EVER);
            assertEquals(List.of("Certificate mx.dane.example", "Certificate mx.over.example",
                    "Certificate mx.policy.example"),
                    all.keySet().stream()
                            .filter(key -> key.startsWith("Certificate")).sorted().toList());
            TlsExpiryView over = all.get("Certificate mx.over.example");
            assertTrue(over.ends().isBefore(NOW) && over.owner().equals("RECIPIENT")
                    && over.domains().equals(List.of("over.example")) && over.then().startsWith("nothing, unless"),
                    over.toString());
            assertTrue(all.get("Certificate mx.policy.example").then().contains("policy asks"), all.toString());
            assertTrue(all.get("Certificate mx.dane.example").then().contains("usage 3"), all.toString());
            // Just before it, and at it.
            Duration left = Duration.between(time.instant(), all.get("Certificate mx.policy.example").ends());
            assertTrue(!ending(engine, left.minusSeconds(60)).containsKey("Certificate mx.policy.example"));
            assertTrue(ending(engine, left).containsKey("Certificate mx.policy.example"));
            policyThatCannotBeRenewed(lab, engine, time, policy);
        }
    }

    private static void policyThatCannotBeRenewed(Lab lab, LabEngine engine, SimTime time, LabDomain policy)
            throws Exception {
        assertTrue(!ending(engine, EVER).containsKey("StsPolicy policy.example"), "most of its life is left");
        lab.replace(policy.sts(POLICY.broken(PolicyFault.MISSING)));
        time.advance(Duration.ofDays(6));
        TlsExpiryView held = ending(engine, Duration.ofDays(2)).get("StsPolicy policy.example");
        assertTrue(held != null && held.owner().equals("RECIPIENT") && held.remedy().contains("Update-StsPolicy"),
                String.valueOf(held));
    }

    /// The practice internet signs for a year, once, when somebody first asks.
    @Test
    void signaturesThatNobodyRenewsEnd() throws Exception {
        var time = new SimTime(NOW, 1);
        var domains = List.of(LabDomains.find(LabDomains.HOME).orElseThrow(),
                LabDomain.of("dane.example", Signing.SIGNED, "DANE").host(CertificateKind.SELF_SIGNED,
                        TlsaSpec.right(3, 1, 1)));
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), domains, time);
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"), text -> text, time)) {
            engine.setMode("Default", TlsValidation.Opportunistic);
            for (long days : List.of(0L, 364L)) {
                time.advance(Duration.ofDays(days));
                engine.send(List.of("dane.example"));
                engine.awaitAttempt("dane.example", 1, Patience.AMPLE);
                assertEquals(days > 0, ending(engine, Duration.ofDays(2)).containsKey("TlsaSignature mx.dane.example"),
                        "a signer renews them late");
            }
            TlsExpiryView signed = ending(engine, Duration.ofDays(2)).get("TlsaSignature mx.dane.example");
            assertTrue(signed != null && signed.ends().isAfter(time.instant()) && signed.then().contains("bogus")
                    && signed.owner().equals("RECIPIENT"), String.valueOf(signed));
        }
    }

    /// Our own, as its files are: several listeners may show the same.
    @Test
    void ourOwnCertificateIsOurs() throws Exception {
        try (var doors = new EveryDoor(directory)) {
            var identity = doors.ca().good("localhost");
            doors.show(identity);
            Instant end = identity.chain().getFirst().getNotAfter().toInstant();
            Path file = directory.resolve("engine/chain.pem");
            TlsExpiryView own = ending(doors.engine(), EVER).get("OwnCertificate " + file);
            assertEquals(List.of("OURS", end.toString()), List.of(own.owner(), own.ends().toString()));
            Files.writeString(file, "nothing of use");
            TlsExpiryView broken = ending(doors.engine(), Duration.ofMinutes(1)).get("OwnCertificate " + file);
            assertTrue(broken.then().contains("is no PEM file of certificates"), broken.then());
        }
    }

    private static Map<String, TlsExpiryView> ending(LabEngine engine, Duration within) throws Exception {
        return engine.management().flows().endsWithin(within).stream()
                .collect(Collectors.toMap(one -> one.kind() + " " + one.subject(), one -> one));
    }
}
