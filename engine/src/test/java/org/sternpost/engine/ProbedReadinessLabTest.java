package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.FlowPort;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.TlsReadinessView.DomainView;
import org.sternpost.engine.control.view.TlsReadinessView;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain.Signing;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.dns.TlsaSpec;

/// A connector that is `Disabled` learns by probes what `Enabled` would do to its mail, and no host gets any for it.
class ProbedReadinessLabTest {

    private static final List<LabDomain> PARTNERS = List.of(LabDomains.find(LabDomains.HOME).orElseThrow(),
            LabDomain.of("good.example", Signing.SIGNED, "DANE").host(CertificateKind.SELF_SIGNED,
                    TlsaSpec.right(3, 1, 1)),
            LabDomain.of("bad.example", Signing.SIGNED, "TLSA of another key").host(CertificateKind.SELF_SIGNED,
                    TlsaSpec.wrong(3, 1, 1)),
            LabDomain.of("plain.example", Signing.UNSIGNED, "nothing published").host(CertificateKind.TRUSTED));

    @TempDir
    Path directory;

    @Test
    void hostsAreAskedWithoutMail() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), PARTNERS);
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"))) {
            engine.setMode("Default", TlsValidation.Disabled);
            for (String domain : List.of("good.example", "bad.example", "bad.example", "plain.example")) {
                engine.send(List.of(domain));
                engine.awaitAttempt(domain, 1, Patience.AMPLE);
            }
            var unproven = engine.management().reports().readiness("Default", Instant.EPOCH, 1).getFirst();
            assertEquals(0, unproven.messages(), "Disabled judges no mail");
            FlowPort flows = engine.management().flows();
            TlsReadinessView view = flows.probed("default", Instant.EPOCH, 1, 100).getFirst();
            assertEquals(List.of(4L, 2L, 3L), List.of(view.messages(), view.wouldFail(), view.mandatoryWouldFail()));
            assertFalse(view.ready());
            assertTrue(view.why().startsWith("mail like that of 2 of 4 messages would fail now (50.0 %"), view.why());
            assertEquals(List.of("bad.example"), view.failingDomains());
            Map<String, DomainView> details = view.details().stream()
                    .collect(Collectors.toMap(DomainView::domain, one -> one));
            assertEquals(List.of("tlsa-invalid", "RECIPIENT", "mx.bad.example"), List.of(
                    details.get("bad.example").reason(), details.get("bad.example").owner(),
                    details.get("bad.example").host()));
            assertEquals("", details.get("good.example").reason());
            assertTrue(flows.probed("Default", Instant.EPOCH, 50, 100).getFirst().ready(), "within the limit");
            assertEquals(List.of(1L, 2L, 1L), List.of(lab.count("good.example"), lab.count("bad.example"),
                    lab.count("plain.example")), "mail is what was sent before");
            TlsReadinessView one = flows.probed("Default", Instant.EPOCH, 100, 1).getFirst();
            assertEquals(List.of("bad.example"), one.details().stream().map(DomainView::domain).toList());
            assertTrue(one.ready(), "what was not asked counts neither way");
            assertTrue(one.why().contains("1 of 3 domains were asked"), one.why());
            assertThrows(ManagementException.class, () -> flows.probed("nobody", Instant.EPOCH, 1, 1));
        }
    }
}
