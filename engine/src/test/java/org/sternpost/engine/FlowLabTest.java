package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.FlowPort.Shown;
import org.sternpost.engine.control.FlowPort.Span;
import org.sternpost.engine.control.FlowPort;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.control.view.MailFlowView;
import org.sternpost.engine.control.view.TlsInventoryView;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain.Signing;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabDomains;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.dns.TlsaSpec;
import org.sternpost.lab.mx.MxFault;
import org.sternpost.lab.policy.StsPolicy;

/// Flows and the inventory of TLS, of mail that a real engine gave to real hosts.
class FlowLabTest {

    private static final Span ALL = new Span(Instant.EPOCH, null);
    private static final List<LabDomain> PARTNERS = List.of(LabDomains.find(LabDomains.HOME).orElseThrow(),
            LabDomain.of("good.example", Signing.SIGNED, "DANE").host(CertificateKind.SELF_SIGNED_RSA,
                    TlsaSpec.right(3, 1, 1)),
            LabDomain.of("bad.example", Signing.SIGNED, "TLSA of another key").host(CertificateKind.SELF_SIGNED,
                    TlsaSpec.wrong(3, 1, 1)),
            LabDomain.of("policy.example", Signing.UNSIGNED, "policy")
                    .sts(new StsPolicy("enforce", List.of("mx.policy.example"))).host(CertificateKind.TRUSTED),
            LabDomain.of("clear.example", Signing.UNSIGNED, "no TLS").host(MxFault.NO_STARTTLS,
                    CertificateKind.TRUSTED),
            LabDomain.of("sub.bank.example", Signing.UNSIGNED, "nothing published").host(CertificateKind.TRUSTED),
            LabDomain.of("quiet.example", Signing.SIGNED, "DANE that nobody looks for").host(
                    CertificateKind.SELF_SIGNED, TlsaSpec.right(3, 1, 1)));

    @TempDir
    Path directory;

    @Test
    void whatWentWhereIsShownWithWhatItDeserves() throws Exception {
        try (Lab lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), PARTNERS);
                LabEngine engine = LabEngine.on(lab, directory.resolve("engine"), settings -> settings
                        + "\nflows: { sensitive: ['*.bank.example'], minMessages: 2 }\n")) {
            engine.setMode("Default", TlsValidation.Opportunistic);
            engine.management().connectors().create("quiet", fresh -> SampleConnector.serving(fresh, "quiet.example")
                    .withMode(TlsValidation.Disabled)).commit().apply("test");
            for (int i = 0; i < 2; i++)
                for (LabDomain partner : PARTNERS.subList(1, PARTNERS.size())) {
                    engine.send(List.of(partner.ascii()));
                    engine.awaitAttempt(partner.ascii(), 1, Patience.AMPLE);
                }
            flows(engine.management().flows());
            inventory(engine.management().flows());
            String command = flow(engine.management().flows(), "good.example").command();
            assertEquals("New-OutboundConnector good.example -RecipientDomains good.example -TlsValidation Enabled "
                    + "-SmtpDaneMode Mandatory -MtaStsMode Mandatory", command);
            engine.management().connectors().create("good.example", fresh -> SampleConnector.serving(fresh,
                    "good.example")).commit().apply("test");
            assertEquals("", flow(engine.management().flows(), "good.example").suggestion(), "it has one now");
        }
    }

    private static void flows(FlowPort flows) throws Exception {
        List<MailFlowView> all = flows.flows(ALL, "*", null);
        assertEquals(6, all.size(), all.toString());
        assertTrue(all.stream().allMatch(one -> one.messages() == 2 && one.octets() > 100 && one.senders() == 1
                && one.topSenders().equals(List.of("lab.test 2"))), all.toString());
        Map<String, String> shares = all.stream().collect(Collectors.toMap(MailFlowView::domain,
                one -> one.tlsPercent() + " " + one.danePercent() + " " + one.mtaStsPercent() + " "
                        + one.provenPercent() + " " + one.refusedPercent() + " " + one.suggestion()));
        assertEquals("100.0 100.0 0.0 100.0 0.0 AlwaysValid", shares.get("good.example"));
        assertEquals("100.0 100.0 0.0 0.0 100.0 NeverValid", shares.get("bad.example"));
        assertEquals("100.0 0.0 100.0 100.0 0.0 AlwaysValid", shares.get("policy.example"));
        assertEquals("0.0 0.0 0.0 0.0 0.0 ", shares.get("clear.example"));
        assertEquals("100.0 0.0 0.0 0.0 0.0 Sensitive", shares.get("sub.bank.example"));
        var quiet = flow(flows, "quiet.example");
        assertEquals("quiet", quiet.connector());
        assertNull(quiet.danePercent(), "Disabled looks for none, so nobody knows");
        assertEquals(100.0, quiet.tlsPercent());
        assertEquals(100.0, flow(flows, "good.example").tls13Percent());
        assertEquals(List.of("quiet.example"), flows.flows(ALL, "QUI*", null).stream().map(MailFlowView::domain)
                .toList());
        assertEquals(List.of("sub.bank.example"), flows.flows(ALL, null, "*.bank.*").stream()
                .map(MailFlowView::domain).toList());
        assertEquals(List.of(), flows.flows(new Span(Instant.EPOCH, Instant.EPOCH.plusSeconds(1)), "*", null));
        assertThrows(ManagementException.class, () -> flows.flows(ALL, null, "no domain"));
    }

    private static MailFlowView flow(FlowPort flows, String domain) throws Exception {
        return flows.flows(ALL, "*", domain).getFirst();
    }

    private static void inventory(FlowPort flows) throws Exception {
        List<TlsInventoryView> all = flows.inventory(ALL, List.of(Shown.values()), Map.of(), null);
        assertEquals(6, all.size(), all.toString());
        var good = all.stream().filter(one -> one.domain().equals("good.example")).findFirst().orElseThrow();
        assertEquals(List.of("mx.good.example", "TLSv1.3", "RSA 2048", "rsa_pss, hash not known", "SHA256withRSA"),
                List.of(good.host(), good.protocol(), good.key(), good.signature(), good.certificateSignature()));
        assertTrue(good.cipher().startsWith("TLS_") && !good.keyExchange().equals("not known")
                && !good.issuer().isEmpty() && good.seen() == 2, good.toString());
        assertEquals(List.of("good.example"), flows.inventory(ALL, List.of(Shown.Domain), Map.of(Shown.Key,
                "rsa *"), null).stream().map(TlsInventoryView::domain).toList());
        assertEquals(List.of("clear.example"), flows.inventory(ALL, List.of(Shown.Domain), Map.of(Shown.Protocol,
                "none"), null).stream().map(TlsInventoryView::domain).toList());
        assertEquals(5, flows.inventory(ALL, List.of(Shown.Host), Map.of(), false).size());
    }
}
