package org.sternpost.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

class LabPolicyTest {
    private static final int PATIENCE_MILLIS = 120_000;

    @TempDir
    static Path directory;
    static Lab lab;

    @BeforeAll
    static void startLab() throws IOException { lab = Lab.start(LabSettings.anyPorts(directory)); }

    @AfterAll
    static void stopLab() throws IOException { lab.close(); }

    private static SSLContext trustingTheLab() throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var pem = Files.newInputStream(lab.caCertificate())) {
            store.setCertificateEntry("lab", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /// The whole answer as text, from a client that checks the certificate by PKIX and name.
    static String fetch(String domain, int patienceMillis) throws Exception {
        var host = "mta-sts." + domain;
        var answer = LabDnsTest.ask(new SimpleResolver(lab.dnsServer()), host, Type.A);
        var address = ((ARecord) answer.getSection(Section.ANSWER).getFirst()).getAddress();
        try (var plain = new Socket(address, lab.httpsPort());
                var tls = (SSLSocket) trustingTheLab().getSocketFactory().createSocket(plain, host, lab.httpsPort(),
                        true)) {
            plain.setSoTimeout(patienceMillis);
            var parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setServerNames(List.of(new SNIHostName(host)));
            tls.setSSLParameters(parameters);
            tls.getOutputStream().write(("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: " + host
                    + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(tls.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void policyIsServedAsItsOwnerWroteIt() throws Exception {
        var answer = fetch("sts-enforce-ok.test", PATIENCE_MILLIS);
        assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
        assertTrue(answer.toLowerCase(java.util.Locale.ROOT).contains("content-type: text/plain"), answer);
        assertTrue(answer.endsWith("""
                version: STSv1\r
                mode: enforce\r
                mx: mx.sts-enforce-ok.test\r
                max_age: 604800\r
                """), answer);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            sts-none.test,              HTTP/1.1 200, mode: none
            sts-testing-mx-mismatch.test, HTTP/1.1 200, mode: testing
            sts-policy-missing.test,    HTTP/1.1 404, No policy
            sts-policy-redirect.test,   HTTP/1.1 302, elsewhere
            sts-policy-wrong-type.test, HTTP/1.1 200, text/html
            sts-policy-invalid.test,    HTTP/1.1 200, Under construction
            """)
    void faultyHostAnswersAsTheTableSays(String domain, String status, String within) throws Exception {
        var answer = fetch(domain, PATIENCE_MILLIS);
        assertTrue(answer.startsWith(status) && answer.contains(within), answer);
    }

    @Test
    void oversizedPolicyIsOver64KiB() throws Exception {
        assertTrue(fetch("sts-policy-oversized.test", PATIENCE_MILLIS).length() > 65_536);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sts-policy-bad-cert.test", "sts-policy-expired-cert.test"})
    void badCertificateFailsTheHandshake(String domain) {
        assertThrows(SSLException.class, () -> fetch(domain, PATIENCE_MILLIS));
    }

    @Test
    void hostThatHangsNeverAnswers() {
        assertThrows(SocketTimeoutException.class, () -> fetch("sts-policy-hangs.test", 500));
    }

    @ParameterizedTest
    @CsvSource({"sts-enforce-ok.test, 1", "sts-two-records.test, 2"})
    void policyIsAnnouncedAsOftenAsTheTableSays(String domain, int times) throws IOException {
        var answer = LabDnsTest.ask(new SimpleResolver(lab.dnsServer()), "_mta-sts." + domain, Type.TXT);
        assertEquals(times, answer.getSection(Section.ANSWER).size());
    }
}
