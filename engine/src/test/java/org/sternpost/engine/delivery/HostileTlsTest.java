package org.sternpost.engine.delivery;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.net.Socket;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.client.RawHost;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.tls.Handshake;
import org.sternpost.engine.tls.Requirement.Proof;
import org.sternpost.engine.tls.Prover;
import org.sternpost.engine.tls.Requirement;
import org.sternpost.engine.tls.ShownCertificate;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Hosts whose handshake or certificate is meant to harm. Where DANE asks for proof, none of them passes without it.
class HostileTlsTest {

    private static final Domain HOST = Domain.of("mx.example.org");
    private static final Duration HANDSHAKE = Duration.ofSeconds(2); // of hosts that end none
    private static final Duration SOON = Patience.AMPLE;

    private final SystemTime time = new SystemTime();
    private final Certificates ca = new Certificates(time.instant());
    private final Certificates.Identity good = ca.good("mx.example.org");
    private final Prover prover = new Prover(ca.anchors(), time);

    private static Requirement dane(Tlsa record) {
        return new Requirement(HOST, new TlsVerdict.Dane(List.of(record), HOST, List.of(HOST)), TlsSettings.None, "");
    }

    private ConnectResult dial(RawHost host, Requirement asked) {
        return dial(host, asked, Timeouts.of(Patience.UNMET));
    }

    private ConnectResult dial(RawHost host, Requirement asked, Timeouts timeouts) {
        var connector = Cargo.connector(new SimTime(), "c", TlsValidation.Enabled, TlsSettings.None, 1);
        return new Dialer(new Handshake(prover), "me.example", timeouts, time)
                .dial(connector, host.address(), asked, false).seen();
    }

    private static void serve(Socket client, SSLContext identity) throws Exception {
        RawHost.untilTls(client);
        try (var tls = (SSLSocket) identity.getSocketFactory().createSocket(client, null, false)) {
            tls.setUseClientMode(false);
            tls.startHandshake();
            var in = tls.getInputStream();
            for (int octet = in.read(); octet >= 0; octet = in.read())
                if (octet == '\n') {
                    tls.getOutputStream().write("250 ok\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    tls.getOutputStream().flush();
                }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a record in drips", "records in drips", "records without end", "no TLS at all"})
    void aHandshakeThatNeverEndsIsNoSession(String what) throws Exception {
        try (var host = new RawHost((self, client) -> {
            RawHost.untilTls(client);
            switch (what) {
                case "a record in drips" -> {
                    client.getOutputStream().write(new byte[]{22, 3, 3, 0x3f, 0x00, 2, 0, 0x3e, 0x00});
                    self.drip(client, "x");
                }
                // RFC 8446 §5.1: each record is as small as it may be, and none completes a message.
                case "records in drips" -> self.drip(client, "\u0016\u0003\u0003\u0000\u0001\u0002");
                case "records without end" ->
                    self.repeat(client, "\u0016\u0003\u0003\u0000\u0004\u0002\0\u00ff\u00ff"
                            + "\u0016\u0003\u0003\u0010\u0000" + "x".repeat(4096));
                default -> self.repeat(client, "250 ok\r\n");
            }
        })) {
            var limits = new Timeouts(Patience.UNMET, Patience.UNMET, HANDSHAKE, Patience.UNMET, Patience.UNMET,
                    Patience.UNMET);
            var seen = assertTimeoutPreemptively(SOON, () -> dial(host, dane(good.tlsa()), limits));
            switch (seen) {
                case ConnectResult.Broken(var why, _) -> assertTrue(
                        !what.equals("a record in drips") || why.sentence().contains("within 2 s"), why.sentence());
                default -> throw new AssertionError(seen);
            }
            // When it closes, JSSE skips what has arrived, which costs no memory and may be much from a fast host.
            assertTrue(host.written() < 256 << 20, host.written() + " octets were taken");
        }
    }

    /// What is taken is bounded ([TlsLimits]); to put that together of its records JSSE copies what it has with each of
    /// them, some 140 MB in all.
    @ParameterizedTest
    @CsvSource({"1000000, 1", "33000, 1", "1000, 200"})
    void aHugeChainIsNoSession(int octets, int count) throws Exception {
        var chain = new ArrayList<>(List.of(good.leaf()));
        chain.addAll(Collections.nCopies(count, new ShownCertificate(good.leaf(), padded(octets))));
        try (var host = new RawHost((_, client) -> serve(client, ShownCertificate.context(good.pair(), chain)))) {
            var taken = new AtomicLong();
            var seen = assertTimeoutPreemptively(SOON, () -> {
                long before = allocated();
                var came = dial(host, dane(good.tlsa()));
                taken.set(allocated() - before);
                return came;
            });
            assertInstanceOf(ConnectResult.Broken.class, seen, seen.toString());
            assertTrue(taken.get() < 256 << 20, taken + " octets were allocated");
        }
    }

    /// By this thread so far, whatever others take and a collection gives back.
    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static byte[] padded(int octets) {
        var der = new ByteArrayOutputStream();
        der.writeBytes(new byte[]{0x30, (byte) 0x83, (byte) (octets >> 16), (byte) (octets >> 8), (byte) octets});
        der.writeBytes(new byte[octets]);
        return der.toByteArray();
    }

    /// DANE-EE looks at octets (RFC 7671 §5.1), so odd names neither hinder nor help.
    @ParameterizedTest
    @CsvSource({"'',CN=x", "CN=x,''", "'',''", "CN=x,CN=x"})
    void oddNamesOfACertificateNeverWeakenDane(String issuer, String subject) throws Exception {
        byte[] der = named(new X500Name(issuer), new X500Name(subject));
        var shown = List.of(new ShownCertificate(good.leaf(), der));
        try (var host = new RawHost((_, client) -> serve(client, ShownCertificate.context(good.pair(), shown)))) {
            var right = dane(new Tlsa(3, 0, 1, MessageDigest.getInstance("SHA-256").digest(der)));
            var seen = dial(host, right);
            var secure = assertInstanceOf(ConnectResult.Secured.class, seen, seen.toString());
            assertInstanceOf(Proof.Proven.class, secure.proofs().of(right));
            var wrong = dane(new Tlsa(3, 0, 1, new byte[32]));
            if (dial(host, wrong) instanceof ConnectResult.Secured tls)
                assertInstanceOf(Proof.Refused.class, tls.proofs().of(wrong));
        }
    }

    @Test
    void aNameThatIsNoTextHindersDaneAsLittle() throws Exception {
        byte[] der = named(new X500Name("CN=x"), new X500Name("CN=xyzzy"));
        int at = new String(der, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("xyzzy");
        der[at] = (byte) 0xff; // no octet of UTF-8
        var shown = List.of(new ShownCertificate(good.leaf(), der));
        try (var host = new RawHost((_, client) -> serve(client, ShownCertificate.context(good.pair(), shown)))) {
            var right = dane(new Tlsa(3, 0, 1, MessageDigest.getInstance("SHA-256").digest(der)));
            var secure = assertInstanceOf(ConnectResult.Secured.class, dial(host, right));
            assertInstanceOf(Proof.Proven.class, secure.proofs().of(right));
        }
    }

    /// Signed like any other; builders of certificates refuse an empty issuer, so it is put in afterwards.
    private byte[] named(X500Name issuer, X500Name subject) throws Exception {
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(good.pair().getPrivate());
        var whole = new X509v3CertificateBuilder(new X500Name("CN=x"), BigInteger.ONE,
                Date.from(time.instant().minusSeconds(60)), Date.from(time.instant().plusSeconds(60)), subject,
                SubjectPublicKeyInfo.getInstance(good.pair().getPublic().getEncoded())).build(signer);
        var parts = new ASN1EncodableVector();
        for (var part : ASN1Sequence.getInstance(whole.toASN1Structure().getTBSCertificate().toASN1Primitive()))
            parts.add(parts.size() == 3 ? issuer : part); // RFC 5280 §4.1: version, serial, signature, issuer
        var signed = new DERSequence(parts);
        signer.getOutputStream().write(signed.getEncoded());
        return new DERSequence(new ASN1Encodable[]{signed, whole.getSignatureAlgorithm(),
                new DERBitString(signer.getSignature())}).getEncoded();
    }

    @Test
    void octetsThatAreNoCertificateProveNothing() throws Exception {
        for (byte[] der : List.of(new byte[0], new byte[]{0x30, 0}, new byte[]{0x30, (byte) 0x80}, new byte[1000])) {
            var shown = List.of(new ShownCertificate(good.leaf(), der));
            try (var host = new RawHost((_, client) -> serve(client, ShownCertificate.context(good.pair(), shown)))) {
                assertFalse(dial(host, dane(good.tlsa())) instanceof ConnectResult.Secured tls
                        && tls.proofs().of(dane(good.tlsa())) instanceof Proof.Proven);
            }
        }
    }
}
