package org.sternpost.engine.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
