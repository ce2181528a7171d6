package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sternpost.lab.ca.CertificateKind.SELF_SIGNED;
import static org.sternpost.lab.dns.TlsaSpec.wrong;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.Management.ReportQuery;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.trust.Reason.Owner;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabDomain.Signing;
import org.sternpost.lab.LabHost;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.dns.TlsaSpec;
import org.sternpost.lab.mx.MxFault;

/// The recipient has no part in a smart host of ours: what goes wrong there is never told as his to mend.
class SmartHostTest {

    private static final List<LabDomain> TABLE = List.of(
            relay("strict.test", MxFault.NONE),
            relay("clear.test", MxFault.NO_STARTTLS, wrong(3, 1, 1)),
            relay("mismatch.test", MxFault.NONE, wrong(3, 1, 1)));

    @TempDir
    Path directory;
    private Lab lab;
    private LabEngine engine;

    @BeforeEach
    void start() throws Exception {
        lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), TABLE);
        engine = LabEngine.on(lab, directory.resolve("engine"));
    }

    @AfterEach
    void stop() throws Exception {
        engine.close();
        lab.close();
    }

    @Test
    void aSmartHostThatRelaysNothingIsForWhoeverChoseIt() throws Exception {
        send("mx.strict.test:" + lab.smtpPort());
        var never = assertInstanceOf(Outcome.Failed.class, attempted());
        assertEquals("5.7.1", never.code());
        assertEquals(Owner.SMART_HOST, never.remedy().orElseThrow().owner(), never.status().text());
        assertFalse(never.status().text().contains(Owner.RECIPIENT.words()), never.status().text());
    }

    @Test
    void aSmartHostThatNobodyListensAtIsForWhoeverChoseIt() throws Exception {
        assertEquals("4.4.1", blamed("127.77.77.77:1").code());
    }

    @Test
    void aSmartHostWithoutAddressIsForWhoeverChoseIt() throws Exception {
        assertEquals("4.4.4", blamed("nowhere.strict.test:" + lab.smtpPort()).code());
    }

    @Test
    void aSmartHostWithoutEncryptionIsForWhoeverChoseIt() throws Exception {
        assertEquals("4.7.321", blamed("mx.clear.test:" + lab.smtpPort()).code());
        reported("starttls-not-supported");
    }

    @Test
    void aSmartHostOfAnotherCertificateIsForWhoeverChoseIt() throws Exception {
        assertEquals("4.7.323", blamed("mx.mismatch.test:" + lab.smtpPort()).code());
        reported("tlsa-invalid");
    }

    /// The outcome of mail over the smart host, in which nobody but its own side is named.
    private Outcome.Deferred blamed(String smartHost) throws Exception {
        send(smartHost);
        var waits = assertInstanceOf(Outcome.Deferred.class, attempted());
        assertEquals(Owner.SMART_HOST, waits.remedy().orElseThrow().owner(), waits.status().text());
        var queue = engine.management().queues().all().stream()
                .filter(one -> one.nextHopDomain().equals("far.test")).findFirst().orElseThrow();
        assertTrue(queue.lastError().contains("must be fixed by " + Owner.SMART_HOST.words()), queue.lastError());
        assertFalse(queue.lastError().contains(Owner.RECIPIENT.words()), queue.lastError());
        return waits;
    }

    private Outcome attempted() throws Exception {
        return engine.awaitAttempt("far.test", 1, Patience.AMPLE).outcome();
    }

    private void send(String smartHost) throws Exception {
        engine.management().connectors().create("relay",
                fresh -> SampleConnector.over(SampleConnector.serving(fresh, "far.test"), smartHost)
                        .withMode(TlsValidation.Enabled))
                .commit().apply("test");
        engine.send(List.of("far.test"));
    }

    private void reported(String reason) throws Exception {
        var row = engine.management().reports()
                .deliveries(ReportQuery.by(ReportQuery.Group.Domain, ReportQuery.Group.Reason).withDomain("far.test"))
                .getFirst();
        assertEquals(List.of(reason, "SMART_HOST"), List.of(row.reason(), row.owner()));
        var ready = engine.management().reports().readiness("relay", Instant.EPOCH, 0).getFirst().details()
                .getFirst();
        assertEquals(List.of(reason, "SMART_HOST"), List.of(ready.reason(), ready.owner()));
    }

    private static LabDomain relay(String name, MxFault fault, TlsaSpec... tlsa) {
        return LabDomain.of(name, Signing.SIGNED, "its mail host is a smart host of ours")
                .host(LabHost.of("mx." + name, fault, SELF_SIGNED, tlsa));
    }
}
