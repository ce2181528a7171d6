package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain.Signing;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabHost;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.dns.TlsaSpec;
import org.sternpost.lab.mx.MxFault;

/// What looks like five partners' fault, and is ours: real mail to hosts without STARTTLS, or behind one proxy.
class OwnNetworkLabTest {

    @TempDir
    Path directory;

    /// @param ours our own network is to blame, and not they
    @ParameterizedTest
    @CsvSource({"4, startTls, apart, false", "5, startTls, apart, true", "5, startTls, oneProvider, false",
            "4, issuer, apart, false", "5, issuer, apart, true", "5, issuer, oneProvider, false"})
    void fiveUnrelatedHostsAreOne(int hosts, String fault, String whose, boolean ours) throws Exception {
        var domains = new ArrayList<>(List.of(LabDomains.find(LabDomains.HOME).orElseThrow(),
                LabDomain.of("good.example", Signing.SIGNED, "DANE").host(CertificateKind.SELF_SIGNED,
                        TlsaSpec.right(3, 1, 1))));
        if (whose.equals("oneProvider"))
            domains.add(LabDomain.of("provider.example", Signing.SIGNED, "who runs the hosts").host(
                    CertificateKind.SELF_SIGNED, TlsaSpec.right(3, 1, 1)));
        for (int i = 0; i < hosts; i++)
            domains.add(partner("p" + i + ".example", fault, whose.equals("apart")
                    ? "mx.p" + i + ".example"
                    : "mx" + i + ".provider.example"));
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), domains);
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            engine.setMode("Default", TlsValidation.Opportunistic);
            for (LabDomain one : domains.subList(1, domains.size())) {
                engine.send(List.of(one.ascii()));
                engine.awaitAttempt(one.ascii(), 1, Patience.AMPLE);
            }
            TlsReadinessView view = engine.management().reports().readiness("Default", Instant.EPOCH, 1).getFirst();
            var failing = view.details().stream().filter(one -> one.wouldFail() > 0).toList();
            assertEquals(hosts, failing.size(), view.toString());
            assertTrue(failing.stream().allMatch(one -> one.owner().equals(ours ? "OURS" : "RECIPIENT")),
                    failing.toString());
            assertEquals(ours, view.why().startsWith("it is our own network: "), view.why());
            assertTrue(engine.management().reports().readiness("Default", Instant.EPOCH, 100).getFirst().ready(),
                    "within the limit");
            if (!ours) return;
            assertFalse(view.ready());
            assertTrue(failing.getFirst().remedy().contains("mx.p0.example:25"), failing.getFirst().remedy());
            var refused = assertThrows(ManagementException.class, () -> engine.management().partners().write(
                    Domain.of("p0.example"), "Default", Instant.EPOCH, ""));
            assertTrue(String.valueOf(refused.getMessage()).contains("our own network"), refused.getMessage());
        }
    }

    private static LabDomain partner(String domain, String fault, String host) {
        LabDomain fresh = LabDomain.of(domain, Signing.SIGNED, "DANE, and something on the way");
        return fresh.host(fault.equals("startTls")
                ? LabHost.of(host, MxFault.NO_STARTTLS, CertificateKind.SELF_SIGNED, TlsaSpec.right(3, 1, 1))
                : LabHost.of(host, MxFault.NONE, CertificateKind.PRIVATE, TlsaSpec.wrong(3, 1, 1)));
    }
}
