package org.sternpost.engine.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

class KeyExchangeTest {

    private static final Domain HOST = Domain.of("mx1.example.org");
    private final SimTime time = new SimTime();
    private final Certificates.Identity shown = new Certificates(time.instant()).good(HOST.ascii());

    @ParameterizedTest
    @CsvSource({"TLSv1.3, x25519", "TLSv1.3, secp256r1", "TLSv1.3, secp384r1", "TLSv1.3, secp521r1",
            "TLSv1.2, x25519", "TLSv1.2, secp256r1"})
    void theGroupIsTheOneTheHostInsistedOn(String version, String group) throws Exception {
        // TLS 1.3 offers a key for its favourites only: for others the host asks again (RFC 8446 §4.1.4).
        var session = handshake(version, group);
        assertEquals(version, session.facts().protocol());
        assertEquals(group, session.facts().group());
        assertFalse(session.facts().chain().isEmpty());
        // RFC 8446 §4.2.3, RFC 8422 §5.4: a key of P-256 signs by this scheme, and a TLS 1.2 host says so in clear.
        assertEquals("ecdsa_secp256r1_sha256", session.facts().proof().signature());
        assertFalse(session.facts().proof().anchored(), "its authority is a stranger's");
        assertEquals("EC 256", session.facts().chain().getFirst().key().words());
        assertEquals("SHA256withECDSA", session.facts().chain().getFirst().key().signature());
        assertFalse(session.facts().isPostQuantum(), "this Java offers none of these groups");
    }

    /// The scheme behind a host's point is told of TLS 1.2 alone, and what is torn off says nothing.
    @ParameterizedTest
    @CsvSource({"0303, 04ffffffff0804, secp256r1, rsa_pss_rsae_sha256",
            "0303, 04ffffffff0201, secp256r1, rsa_pkcs1_sha1",
            "0303, 04ffffffff0999, secp256r1, scheme 0x0999", "0302, 04ffffffff0804, secp256r1, not known",
            "0303, 04ffffffff08, secp256r1, not known", "0303, '', secp256r1, not known"})
    void theSignatureOfTheExchangeIsRead(String version, String behindCurve, String group, String scheme) {
        String hello = version + "00".repeat(32) + "00" + "c02f" + "00";
        String exchange = "030017" + behindCurve;
        String messages = message(2, hello) + message(12, exchange);
        var told = KeyExchange.told(HexFormat.of().parseHex("160303" + number(messages.length() / 2, 4) + messages));
        assertEquals(group, told.group());
        assertEquals(scheme, told.signature());
    }

    /// A prime of a length that begins as the kind of a curve does: 0x0300 octets and more.
    @ParameterizedTest
    @CsvSource({"c02f, secp256r1", "cca8, secp256r1", "c0ac, secp256r1", "009e, not known", "ccaa, not known",
            "c09e, not known"})
    void theSuiteSaysWhetherThereIsACurve(String suite, String group) {
        String messages = message(2, "0303" + "00".repeat(32) + "00" + suite + "00") + message(12, "030017");
        assertEquals(group,
                KeyExchange.group(HexFormat.of().parseHex("160303" + number(messages.length() / 2, 4) + messages)));
    }

    private static String message(int type, String body) {
        return number(type, 2) + number(body.length() / 2, 6) + body;
    }

    private static String number(int value, int digits) { return String.format("%0" + digits + "x", value); }

    /// TLS 1.3 hides the host's signature; only the kind of key says something of it.
    @ParameterizedTest
    @CsvSource({"RSA, '', 'rsa_pss, hash not known'", "EC, secp384r1, ecdsa_secp384r1_sha384",
            "EC, secp521r1, ecdsa_secp521r1_sha512", "Ed25519, '', ed25519", "Ed448, '', ed448",
            "X25519, '', not known"})
    void theKeySaysBySomeSchemes(String algorithm, String curve, String scheme) throws Exception {
        var keys = KeyPairGenerator.getInstance(algorithm);
        if (!curve.isEmpty()) keys.initialize(new ECGenParameterSpec(curve));
        var key = keys.generateKeyPair().getPublic();
        assertEquals(scheme, ShownKey.scheme(KeyExchange.UNKNOWN, "TLSv1.3", key));
        assertEquals(KeyExchange.UNKNOWN, ShownKey.scheme(KeyExchange.UNKNOWN, "TLSv1.2", key));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''
            16
            1603030004
            160303000402000000
            16030300040200ffff
            1603030030020000270303
            170303000411223344
            """)
    void whatTellsNoGroupIsNotKnown(String octets) {
        assertEquals(KeyExchange.UNKNOWN, KeyExchange.group(HexFormat.of().parseHex(octets == null ? "" : octets)));
    }

    @Test
    void noOctetsHangOrBreakIt() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] octets = new byte[random.nextInt(300)];
            random.nextBytes(octets);
            if (octets.length > 9 && random.nextBoolean()) {
                byte[] head = {22, 3, 3, 0, (byte) (octets.length - 5), 2, 0, 0, (byte) (octets.length - 9)};
                System.arraycopy(head, 0, octets, 0, head.length);
            }
            assertFalse(KeyExchange.group(octets).isEmpty(), "seed " + seed);
        }
    }

    private SessionProofs handshake(String version, String group) throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                var plain = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
            var peer = listener.accept();
            var host = Thread.ofVirtual().start(() -> {
                try {
                    var secure = (SSLSocket) shown.context().getSocketFactory().createSocket(peer, null, true);
                    secure.setUseClientMode(false);
                    secure.setEnabledProtocols(new String[]{version});
                    var parameters = secure.getSSLParameters();
                    // Before TLS 1.3 the curve of the certificate must be among them too.
                    parameters.setNamedGroups(version.equals("TLSv1.3") || group.equals("secp256r1")
                            ? new String[]{group}
                            : new String[]{group, "secp256r1"});
                    secure.setSSLParameters(parameters);
                    secure.startHandshake();
                    secure.getInputStream().read();
                } catch (java.io.IOException over) {
                    // The client judges.
                }
            });
            var prover = new Prover(new Certificates(time.instant()).anchors(), time);
            var asked = new Requirement(HOST, new TlsVerdict.None(), TlsSettings.None, "");
            var result = new Handshake(prover).over(plain, asked, Patience.UNMET);
            if (!(result instanceof Handshake.Result.Secured secured)) throw new AssertionError(result.toString());
            plain.shutdownOutput();
            host.join();
            return secured.proofs();
        }
    }
}
