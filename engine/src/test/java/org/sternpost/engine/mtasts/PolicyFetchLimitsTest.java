package org.sternpost.engine.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.MtaSts.PolicyFetch.Fetched;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup.Kind;
import org.sternpost.engine.net.AddressGuard;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.tls.Certificates;

/// One GET against hosts that are slow on purpose, or not where a stranger's host may be.
class PolicyFetchLimitsTest {

    private static final Domain DOMAIN = Domain.of("example.test");
    private static final String NAME = "mta-sts.example.test";
    private static final String GOOD = "version: STSv1\r\nmode: enforce\r\nmx: mx.example.test\r\nmax_age: 86400\r\n";
    private static final Duration WHOLE = Duration.ofMillis(700);
    private static final Duration DRIP = Duration.ofMillis(20); // far below any limit on a single read
    private static final Duration AT_MOST = Patience.AMPLE;

    private final SystemTime time = new SystemTime();
    private final SimTime clock = new SimTime();
    private final Certificates ca = new Certificates(time.instant());
    private final FakeResolver dns = new FakeResolver().a(NAME, "127.0.0.1");

    @Test
    void theWholeFetchMayTakeAMinute() { assertEquals(Duration.ofSeconds(60), HttpsPolicyFetch.WHOLE_MAX); }

    /// Every octet comes in time and the whole never ends.
    @ParameterizedTest
    @ValueSource(strings = {"status", "header", "length", "chunks", "untilEnd"})
    void octetNowAndThenDoesNotHoldTheFetchBeyondItsDeadline(String where) throws Exception {
        try (var host = PolicyHost.start(ca.good(NAME).context(), "127.0.0.1", (_, out) -> {
            String ok = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
            write(out, switch (where) {
                case "status" -> "HTTP/1.1 200 ";
                case "header" -> ok + "X-Long: ";
                case "length" -> ok + "Content-Length: 60000\r\n\r\n" + GOOD;
                case "chunks" -> ok + "Transfer-Encoding: chunked\r\n\r\n";
                default -> ok + "\r\n" + GOOD;
            });
            for (int i = 0; i < 10_000; i++) {
                write(out, where.equals("chunks") ? "1\r\na\r\n" : "a");
                passDrip();
            }
        })) {
            timesOut(host.port(), Kind.Fetch);
        }
    }

    /// The peer speaks TCP, begins a TLS record and never finishes it; or says nothing at all.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void handshakeThatNeverEndsIsWithinTheDeadlineToo(boolean drips) throws Exception {
        try (var listener = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> {
                try (Socket peer = listener.accept()) {
                    // A handshake record of 16 KiB, octet by octet.
                    if (drips)
                        peer.getOutputStream().write(new byte[]{0x16, 3, 3, 0x40, 0, 2, 0, 0x3f, (byte) 0xfc, 3, 3});
                    for (int i = 0; i < 10_000; i++) {
                        if (drips) peer.getOutputStream().write(0);
                        passDrip();
                    }
                } catch (IOException | InterruptedException over) {
                    Thread.currentThread().interrupt();
                }
            });
            timesOut(listener.getLocalPort(), Kind.Fetch);
        }
    }

    /// A good policy on a forbidden address is not fetched, nor is anything sent there.
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::ffff:127.0.0.1", "::1", "10.0.0.1", "169.254.169.254"})
    void addressesOfOurOwnNetworksAreNotEvenDialled(String address) throws Exception {
        try (var host = PolicyHost.start(ca.good(NAME).context(), "127.0.0.1", (_, out) -> write(out, reply("")))) {
            InetAddress target = InetAddress.ofLiteral(address);
            var own = new FakeResolver();
            if (target instanceof java.net.Inet4Address) own.a(NAME, target.getHostAddress());
            else
                own.found(NAME, org.sternpost.engine.dns.Question.RecordType.AAAA, address);
            var failed = assertInstanceOf(Fetched.Failed.class, new HttpsPolicyFetch(own, ca.trusting(),
                    new AddressGuard(false), host.port(), AT_MOST, time).of(DOMAIN));
            assertTrue(failed.why().contains("only addresses of private networks"), failed::why);
            assertEquals(List.of(), host.asked());
        }
    }

    /// RFC 8461 §3.3: HTTP caching is not used; and each fetch is a request of its own.
    @Test
    void whatHttpSaysOfCachingIsNotHeard() throws Exception {
        try (var host = PolicyHost.start(ca.good(NAME).context(), "127.0.0.1",
                (_, out) -> write(out, reply("Cache-Control: max-age=86400\r\nAge: 1\r\n")))) {
            var fetch = fetch(host.port(), new AddressGuard(true), AT_MOST);
            for (int i = 1; i <= 2; i++) {
                assertInstanceOf(Fetched.Policy.class, fetch.of(DOMAIN));
                assertEquals(i, host.asked().size());
            }
            assertEquals("", host.asked().getLast().field("If-None-Match"));
        }
    }

    /// The host alone turns the clock: it is being asked by then, however late this machine comes to that.
    private void passDrip() throws InterruptedException {
        clock.advance(DRIP);
        time.sleep(DRIP);
    }

    private void timesOut(int port, Kind kind) throws IOException {
        var failed = assertInstanceOf(Fetched.Failed.class,
                new HttpsPolicyFetch(dns, ca.trusting(), new AddressGuard(true), port, WHOLE, clock).of(DOMAIN));
        assertEquals(kind, failed.kind());
        assertTrue(failed.why().contains("no complete answer within"), failed::why);
    }

    private HttpsPolicyFetch fetch(int port, AddressGuard guard, Duration whole) throws IOException {
        return new HttpsPolicyFetch(dns, ca.trusting(), guard, port, whole, time);
    }

    private static String reply(String more) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + more + "Content-Length: " + GOOD.length()
                + "\r\n\r\n" + GOOD;
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
