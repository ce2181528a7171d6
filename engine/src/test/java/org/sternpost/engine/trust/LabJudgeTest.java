package org.sternpost.engine.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.SampleConnector;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dns.CachingResolver;
import org.sternpost.engine.dns.Servers;
import org.sternpost.engine.dnssec.LocalValidation;
import org.sternpost.engine.dnssec.ZoneTrustAnchors;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.HttpsPolicyFetch;
import org.sternpost.engine.mtasts.MemoryPolicyStore;
import org.sternpost.engine.mtasts.MtaSts;
import org.sternpost.engine.net.AddressGuard;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.trust.JudgedRoute.Explained;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// The judge against signed zones, faulty name servers and policy hosts of the lab.
class LabJudgeTest {

    @TempDir
    static Path directory;
    static Lab lab;
    static TrustJudge judge;
    static TrustJudge impatient;

    @BeforeAll
    static void start() throws Exception {
        lab = Lab.start(LabSettings.anyPorts(directory));
        judge = judge(Patience.UNMET);
        impatient = judge(Patience.SHORT);
    }

    private static TrustJudge judge(Duration patience) throws Exception {
        var time = new SystemTime();
        var resolver = new CachingResolver(new LocalValidation(new Servers(List.of(lab.dnsServer()), patience),
                ZoneTrustAnchors.of(lab.trustAnchors()), time), time);
        var fetch = new HttpsPolicyFetch(resolver, trusting(lab.caCertificate()), new AddressGuard(true),
                lab.httpsPort(), patience, time);
        return new TrustJudge(resolver, new MtaSts(resolver, fetch, new MemoryPolicyStore(), time), time,
                lab.smtpPort());
    }

    @AfterAll
    static void stop() throws Exception { lab.close(); }

    private static SSLContext trusting(Path pem) throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = Files.newInputStream(pem)) {
            store.setCertificateEntry("lab", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private static Explained explained(String domain, TlsValidation mode) {
        var connector = SampleConnector.of("c", mode, TlsSettings.None, 1);
        boolean hangs = lab.domains().stream().anyMatch(row -> row.ascii().equals(domain) && row.hangs());
        return (hangs ? impatient : judge).explain(connector, mode, Domain.of(domain));
    }

    private static String seen(JudgedRoute destination) {
        return switch (destination) {
            case JudgedRoute.Impossible(var code, _) -> code;
            case JudgedRoute.Unknown(var why) -> "unknown " + why.reason().token();
            case JudgedRoute.Hosts hosts -> switch (hosts.hosts().getFirst().enabled()) {
                case TlsVerdict.Dane _ -> hosts.hosts().getFirst().facts().notes().isEmpty() ? "dane" : "half";
                case TlsVerdict.Encrypted _ -> "encrypted";
                case TlsVerdict.Sts _ -> "sts";
                case TlsVerdict.None _ -> hosts.hosts().getFirst().facts().notes().stream().findFirst()
                        .map(note -> "none " + note.reason().token()).orElse("none");
                case TlsVerdict.Refused(var why) -> "refused " + why.reason().token();
            };
        };
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            dane-ok.test,                   dane
            dane-ta.test,                   dane
            dane-unusable-only.test,        encrypted
            dane-bogus-tlsa.test,           refused dnssec-invalid
            dane-servfail-tlsa.test,        refused dnssec-invalid
            dane-expired-signature.test,    unknown dnssec-invalid
            bogus-mx.test,                  unknown dnssec-invalid
            bogus-address.test,             refused dnssec-invalid
            dane-insecure-mx.test,          half
            dane-insecure-host.test,        none dane-required
            servfail-mx.test,               unknown dnssec-invalid
            dane-cname-host.test,           dane
            dane-cname-tlsa.test,           dane
            dane-cname-insecure.test,       dane
            sts-enforce-ok.test,            sts
            sts-enforce-wildcard.test,      sts
            sts-enforce-mx-mismatch.test,   refused sts-mx-mismatch
            sts-testing-mx-mismatch.test,   none sts-mx-mismatch
            sts-none.test,                  none
            sts-shared-a.test,              refused sts-mx-mismatch
            sts-shared-b.test,              none
            sts-policy-missing.test,        none sts-policy-fetch-error
            sts-policy-redirect.test,       none sts-policy-fetch-error
            sts-policy-wrong-type.test,     none sts-policy-fetch-error
            sts-policy-oversized.test,      none sts-policy-fetch-error
            sts-policy-invalid.test,        none sts-policy-invalid
            sts-policy-bad-cert.test,       none sts-webpki-invalid
            sts-policy-expired-cert.test,   none sts-webpki-invalid
            sts-policy-hangs.test,          none sts-policy-fetch-error
            sts-two-records.test,           none sts-policy-invalid
            sts-servfail-txt.test,          none sts-policy-fetch-error
            dane-and-sts-ok.test,           dane
            no-such-domain.test,            5.1.2
            """)
    void enabledSeesWhatTheLabShows(String domain, String expected) {
        Explained explained = explained(domain, TlsValidation.Enabled);
        assertEquals(expected, seen(explained.destination()), () -> explained.toString());
    }

    @Test
    void opportunisticFindsTheHostsOfBogusRoutes() {
        for (String domain : List.of("bogus-mx.test", "bogus-address.test")) {
            var hosts = (JudgedRoute.Hosts) explained(domain, TlsValidation.Opportunistic).destination();
            assertEquals(1, hosts.hosts().getFirst().addresses().size(), domain);
            assertTrue(hosts.hosts().getFirst().enabled() instanceof TlsVerdict.Refused, domain);
        }
    }

    @Test
    void aBogusAnswerIsToldApartFromServfail() {
        var bogus = (JudgedRoute.Unknown) explained("bogus-mx.test", TlsValidation.Enabled).destination();
        var failed = (JudgedRoute.Unknown) explained("servfail-mx.test", TlsValidation.Enabled).destination();
        assertTrue(bogus.why().sentence().contains("bogus"), bogus.why().sentence());
        assertTrue(failed.why().sentence().contains(": failed"), failed.why().sentence());
    }
}
