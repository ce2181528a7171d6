package org.sternpost.engine.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.net.ConnectionDeadline.DeadlineInput;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.KeyExchange.TappedSocket;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// What a connection below TLS takes ahead.
class TappedSocketTest {

    private static final Domain HOST = Domain.of("mx1.example.org");
    private static final String REPLY = "250 one\r\n";

    private final SimTime time = new SimTime();

    /// A stray reply in a record of its own came with the record before it.
    @Test
    void aRecordThatWasTakenAheadIsThereToBeRead() throws Exception {
        var shown = new Certificates(time.instant()).good(HOST.ascii());
        try (var listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                var plain = new Socket(listener.getInetAddress(), listener.getLocalPort());
                var peer = listener.accept()) {
            var host = Thread.ofVirtual().start(() -> {
                try {
                    var tls = (SSLSocket) shown.context().getSocketFactory().createSocket(peer, null, true);
                    tls.setUseClientMode(false);
                    tls.startHandshake();
                    for (String reply : List.of(REPLY, "250 stray\r\n"))
                        tls.getOutputStream().write(reply.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException broken) {
                    throw new AssertionError(broken);
                }
            });
            var asked = new Requirement(HOST, new TlsVerdict.None(), TlsSettings.None, "");
            var secured = assertInstanceOf(Handshake.Result.Secured.class,
                    new Handshake(new Prover(new Certificates(time.instant()).anchors(), time)).over(plain, asked,
                            Patience.AMPLE));
            host.join();
            var input = new DeadlineInput(secured.socket(), secured.below(), time, "unfinished");
            input.begin(Patience.AMPLE);
            assertEquals(REPLY, new String(input.readNBytes(REPLY.length()), StandardCharsets.US_ASCII));
            assertTrue(input.available() > 0);
        }
    }

    /// However it is asked, and however its peer's octets come, they come whole and in order.
    @Test
    void noOctetIsLostOrMoved() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[] sent = new byte[50_000];
        random.nextBytes(sent);
        var reads = new ArrayList<Integer>();
        try (var tapped = new TappedSocket(piecewise(sent, random, reads))) {
            InputStream in = tapped.getInputStream();
            byte[] came = new byte[sent.length];
            for (int at = 0; at < came.length;) {
                int most = Math.min(came.length - at, 1 + random.nextInt(random.nextBoolean() ? 6 : 3_000));
                int read = most == 1 ? 1 : in.read(came, at, most);
                if (most == 1) came[at] = (byte) in.read();
                assertTrue(read > 0 && read <= most, "seed " + seed);
                at += read;
            }
            assertArrayEquals(sent, came, "seed " + seed);
            assertEquals(-1, in.read(), "seed " + seed);
            assertArrayEquals(sent, tapped.heard(), "seed " + seed);
        }
    }

    @Test
    void aRecordOfSmallOctetsIsOneRead() throws Exception {
        var reads = new ArrayList<Integer>();
        try (var tapped = new TappedSocket(piecewise(new byte[100], new Random(1) {
            private static final long serialVersionUID = 1;

            @Override
            public int nextInt(int bound) { return bound - 1; }
        }, reads))) {
            InputStream in = tapped.getInputStream();
            assertEquals(5, in.readNBytes(5).length);
            assertEquals(95, in.available());
            assertEquals(95, in.readNBytes(95).length);
            assertEquals(1, reads.size());
        }
    }

    /// As Java's TLS does with what is left when it closes.
    @Test
    void whatWasTakenAheadIsPassedOverToo() throws Exception {
        byte[] sent = new byte[1_000];
        sent[999] = 7;
        try (var tapped = new TappedSocket(piecewise(sent, new Random(2), new ArrayList<>()))) {
            InputStream in = tapped.getInputStream();
            assertEquals(0, in.read());
            for (int left = 998; left > 0;)
                left -= (int) in.skip(Math.min(left, in.available() + 1));
            assertEquals(7, in.read());
            assertEquals(0, in.available());
        }
    }

    /// A connection whose octets come in pieces.
    private static Socket piecewise(byte[] sent, Random random, List<Integer> reads) {
        var octets = new ByteArrayInputStream(sent) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                int read = super.read(into, offset, Math.min(length, 1 + random.nextInt(2_000)));
                reads.add(read);
                return read;
            }

            @Override
            public synchronized int available() { return 0; }
        };
        return new Socket() {
            @Override
            public InputStream getInputStream() { return octets; }
        };
    }
}
