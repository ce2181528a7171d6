package org.sternpost.engine.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.FutureTask;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.tls.OddCertificates.OddCertificate;
import org.sternpost.engine.tls.Requirement.Proof;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Certificates that the runtime refuses to read: TLS is spoken with their owners, and DANE-EE matches them.
class OddCertificatesTest {

    private static final Domain HOST = Domain.of("mx.example.org");

    private final SystemTime time = new SystemTime();
    private final Certificates ca = new Certificates(time.instant());
    private final Certificates.Identity plain = ca.selfSigned("mx.example.org");
    private final Handshake handshake = new Handshake(new Prover(ca.anchors(), time));

    /// The same certificate without issuer and subject; its signature is of no matter here.
    private static byte[] nameless(X509Certificate certificate) throws Exception {
        var outer = ASN1Sequence.getInstance(certificate.getEncoded());
        var inner = ASN1Sequence.getInstance(outer.getObjectAt(0)).toArray();
        inner[3] = new DERSequence();
        inner[5] = new DERSequence();
        return new DERSequence(new ASN1Encodable[]{new DERSequence(inner), outer.getObjectAt(1), outer.getObjectAt(2)})
                .getEncoded();
    }

    private Handshake.Result meet(X509Certificate shown, Requirement asked, String protocol) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[]{new Showing(shown, plain.pair().getPrivate())}, null, null);
        try (var listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(new FutureTask<>(() -> {
                try (var peer = listener.accept();
                        var tls = (SSLSocket) context.getSocketFactory().createSocket(peer, null, true)) {
                    tls.setUseClientMode(false);
                    tls.setEnabledProtocols(new String[]{protocol});
                    tls.startHandshake();
                    return tls.getInputStream().read();
                }
            }));
            try (var socket = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
                return handshake.over(socket, asked, Patience.UNMET);
            }
        }
    }

    @Test
    void whatOurLibraryIsTooNarrowForIsOurs() {
        var long11 = new SSLException("The certificate chain length (11) exceeds the maximum allowed length (10)");
        assertTrue(handshake.failure(dane(ca.good("x.example").tlsa()), long11).isLocal());
        var alert = new SSLException("Received fatal alert: handshake_failure");
        assertFalse(handshake.failure(dane(ca.good("x.example").tlsa()), alert).isLocal());
    }

    private static Requirement dane(Tlsa record) {
        return new Requirement(HOST, new TlsVerdict.Dane(List.of(record), HOST, List.of(HOST)), TlsSettings.None, "");
    }

    private String token(X509Certificate shown, Requirement asked, String protocol) throws Exception {
        return assertInstanceOf(Proof.Refused.class, secured(shown, asked, protocol).of(asked)).why().reason().token();
    }

    private SessionProofs secured(X509Certificate shown, Requirement asked, String protocol) throws Exception {
        return assertInstanceOf(Handshake.Result.Secured.class, meet(shown, asked, protocol)).proofs();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void certificateWithoutIssuerAndSubjectMatchesByItsKey(String protocol) throws Exception {
        var odd = new OddCertificate(nameless(plain.leaf()));
        var proofs = secured(odd, dane(plain.tlsa()), protocol);
        assertEquals(new Proof.Proven(Level.Dane), proofs.of(dane(plain.tlsa())));
        assertEquals("", proofs.facts().chain().getFirst().subject());
        assertTrue(proofs.pkix().contains("lacks an issuer"), proofs.pkix());
        assertEquals("tlsa-invalid", token(odd, dane(ca.good("x.example").tlsa()), protocol));
    }

    @Test
    void certificateThatCannotBeReadIsGoodForEncryptionAndForNothingMore() throws Exception {
        var odd = new OddCertificate(nameless(plain.leaf()));
        var encrypted = new Requirement(HOST, new TlsVerdict.None(), TlsSettings.EncryptionOnly, "");
        assertEquals(new Proof.Proven(Level.Encrypted), secured(odd, encrypted, "TLSv1.3").of(encrypted));
        assertEquals("certificate-not-trusted", token(odd,
                new Requirement(HOST, new TlsVerdict.None(), TlsSettings.CertificateValidation, ""), "TLSv1.3"));
        assertEquals("certificate-not-trusted", token(odd,
                new Requirement(HOST, new TlsVerdict.Sts(HOST, "1"), TlsSettings.None, ""), "TLSv1.3"));
    }

    @Test
    void ownerOfTheKeyMustProveIt() throws Exception {
        var stolen = new OddCertificate(nameless(ca.selfSigned("mx.example.org").leaf()));
        assertInstanceOf(Handshake.Result.Broken.class, meet(stolen, dane(plain.tlsa()), "TLSv1.3"));
    }

    @Test
    void oddCertificateSaysWhatItsOctetsSay() throws Exception {
        var odd = new OddCertificate(nameless(plain.leaf()));
        var leaf = plain.leaf();
        assertEquals(List.of(leaf.getVersion(), leaf.getSerialNumber(), leaf.getNotBefore(), leaf.getNotAfter(),
                leaf.getPublicKey(), leaf.getSigAlgOID()),
                List.of(odd.getVersion(), odd.getSerialNumber(), odd.getNotBefore(), odd.getNotAfter(),
                        odd.getPublicKey(), odd.getSigAlgOID()));
        assertThrows(CertificateException.class, () -> odd.verify(odd.getPublicKey()));
        for (byte[] broken : List.of(new byte[0], new byte[]{0x30, 0}, new byte[]{5, 0}))
            assertThrows(CertificateException.class, () -> new OddCertificate(broken));
    }

    @Test
    void outsideOurHandshakesTheRuntimeIsAsStrictAsEver() throws Exception {
        byte[] nameless = nameless(plain.leaf());
        assertInstanceOf(OddCertificate.class, OddCertificates.acceptMalformed(() -> read(nameless)));
        assertThrows(CertificateException.class, () -> read(nameless));
        assertThrows(CertificateException.class,
                () -> OddCertificates.acceptMalformed(() -> read(new byte[]{1, 2, 3})));
        assertEquals(plain.leaf(), OddCertificates.acceptMalformed(() -> read(plain.leaf().getEncoded())));
        assertEquals(plain.leaf(), read(plain.leaf().getEncoded()));
    }

    /// The runtime verifies chains of HTTPS by the first factory it finds, which is ours from now on.
    @Test
    void factoryDoesAllThatTheRuntimesDoes() throws Exception {
        OddCertificates.acceptMalformed(() -> null);
        var factory = CertificateFactory.getInstance("X.509");
        assertEquals(OddCertificates.class, factory.getProvider().getClass());
        var path = factory.generateCertPath(List.of(plain.leaf()));
        assertEquals(path, factory.generateCertPath(new ByteArrayInputStream(path.getEncoded())));
        for (var names = factory.getCertPathEncodings(); names.hasNext();) {
            String name = names.next();
            assertEquals(path, factory.generateCertPath(new ByteArrayInputStream(path.getEncoded(name)), name));
        }
        assertEquals(List.of(plain.leaf()),
                List.copyOf(factory.generateCertificates(new ByteArrayInputStream(plain.leaf().getEncoded()))));
        assertEquals(List.of(), List.copyOf(factory.generateCRLs(new ByteArrayInputStream(new byte[0]))));
        assertThrows(CRLException.class, () -> factory.generateCRL(new ByteArrayInputStream(new byte[]{1})));
    }

    private static Object read(byte[] der) throws CertificateException {
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    /// Shows one certificate, whatever it is.
    private static final class Showing extends X509ExtendedKeyManager {

        private final X509Certificate shown;
        private final PrivateKey key;

        Showing(X509Certificate shown, PrivateKey key) {
            this.shown = shown;
            this.key = key;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) { return new String[0]; }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) { return null; }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) { return new String[]{"one"}; }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return type.startsWith("EC") ? "one" : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) { return new X509Certificate[]{shown}; }

        @Override
        public PrivateKey getPrivateKey(String alias) { return key; }
    }
}
