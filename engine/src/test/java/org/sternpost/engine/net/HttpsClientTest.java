package org.sternpost.engine.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.mtasts.PolicyHost;
import org.sternpost.engine.net.HttpsClient.Outcome;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.lab.FreePort;

/// One request to a real server on loopback: each bound and each rule, whoever asks.
class HttpsClientTest {

    private static final String HOST = "host.example.test";
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int BODY_MAX = 10;

    private final SystemTime time = new SystemTime();
    private final Certificates ca = new Certificates(time.instant());

    private PolicyHost host(Certificates.Identity identity, String reply) throws IOException {
        return PolicyHost.start(identity.context(), "127.0.0.1",
                (_, out) -> out.write(reply.getBytes(StandardCharsets.UTF_8)));
    }

    private Outcome ask(int port, boolean allowPrivate, Duration whole) throws IOException {
        return ask(port, allowPrivate, whole, time);
    }

    private Outcome ask(int port, boolean allowPrivate, Duration whole, Time clock) throws IOException {
        var client = new HttpsClient(new AddressGuard(allowPrivate), whole, clock);
        return client.ask(request(port), List.of(LOOPBACK), new HttpsClient.Certificates(ca.trusting(), true),
                client.limit());
    }

    private static HttpsClient.Request request(int port) {
        return new HttpsClient.Request("GET", HOST, port, "/file", List.of(), new byte[0], BODY_MAX);
    }

    private Outcome ask(PolicyHost host) throws IOException { return ask(host.port(), true, Patience.UNMET); }

    /// RFC 8461 §3.3: redirects are not followed; a redirect is a status like others, and asked once.
    @ParameterizedTest
    @ValueSource(ints = {200, 301, 302, 307, 404})
    void anyStatusIsTheAnswer(int status) throws IOException {
        try (var host = host(ca.good(HOST),
                "HTTP/1.1 " + status + " Said\r\nLocation: https://" + HOST + "/\r\n\r\n")) {
            assertEquals(status, assertInstanceOf(Outcome.Replied.class, ask(host)).reply().status());
            assertEquals(1, host.asked().size());
            assertEquals("GET /file HTTP/1.1", host.asked().getFirst().line());
            assertEquals(HOST, host.asked().getFirst().sni());
        }
    }

    @Test
    void bodyEndsAtItsBound() throws IOException {
        try (var host = host(ca.good(HOST), "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(BODY_MAX))) {
            assertEquals(BODY_MAX, assertInstanceOf(Outcome.Replied.class, ask(host)).reply().body().length);
        }
        try (var host = host(ca.good(HOST), "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(BODY_MAX + 1))) {
            assertInstanceOf(Outcome.Broken.class, ask(host));
        }
    }

    @Test
    void nothingIsAskedBehindABadCertificate() throws IOException {
        for (var identity : List.of(ca.expired(HOST), ca.selfSigned(HOST), ca.good("other.test")))
            try (var host = host(identity, "HTTP/1.1 200 OK\r\n\r\n")) {
                assertInstanceOf(Outcome.Uncertified.class, ask(host));
                assertEquals(List.of(), host.asked());
            }
    }

    @Test
    void ourOwnNetworksAreNeverCalled() throws IOException {
        try (var host = host(ca.good(HOST), "HTTP/1.1 200 OK\r\n\r\n")) {
            assertEquals(new Outcome.Forbidden(List.of(LOOPBACK)), ask(host.port(), false, Patience.UNMET));
            assertEquals(List.of(), host.asked());
        }
    }

    @Test
    void whoNeverEndsHasTheWholeSpanAndNoMore() throws IOException {
        var clock = new SimTime(); // which the host alone turns: it is being asked by then
        try (var host = PolicyHost.start(ca.good(HOST).context(), "127.0.0.1", (_, out) -> {
            begin(out);
            clock.advance(Patience.UNMET);
            rest(out);
        })) {
            assertEquals(new Outcome.Broken("no complete answer within " + ConnectionWords.span(Patience.UNMET)),
                    ask(host.port(), true, Patience.UNMET, clock));
        }
    }

    /// Who waited for one of our own places has no more time than others; that it is over is the host's doing only
    /// where the host had more than half of it.
    @ParameterizedTest
    @CsvSource({"0.4, 0.7, false", "0.6, 0.5, true", "0.4, 0.5, "})
    void waitingForAPlaceIsPartOfTheWholeSpan(double waited, double took, Boolean ours) throws Exception {
        Duration whole = Patience.UNMET;
        var clock = new SimTime();
        var exchanges = new Semaphore(0);
        try (var host = PolicyHost.start(ca.good(HOST).context(), "127.0.0.1", (_, out) -> {
            begin(out);
            clock.advance(part(whole, took));
            if (ours != null) rest(out);
            out.write("1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        })) {
            var client = new HttpsClient(new AddressGuard(true), whole, clock, exchanges);
            var places = Thread.ofVirtual().start(() -> {
                while (!exchanges.hasQueuedThreads())
                    Thread.yield();
                clock.advance(part(whole, waited));
                exchanges.release();
            });
            Outcome outcome = client.ask(request(host.port()), List.of(LOOPBACK),
                    new HttpsClient.Certificates(ca.trusting(), true), client.limit());
            places.join();
            String late = "no complete answer within " + ConnectionWords.span(whole);
            if (ours == null) assertInstanceOf(Outcome.Replied.class, outcome);
            else
                assertEquals(ours
                        ? new Outcome.Unreachable(true,
                                late + ", while this gateway had too many connections for lookups")
                        : new Outcome.Broken(late), outcome);
            assertEquals(1, exchanges.availablePermits());
        }
    }

    private static Duration part(Duration whole, double part) {
        return Duration.ofMillis((long) (whole.toMillis() * part));
    }

    private static void begin(OutputStream out) throws IOException {
        out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static void rest(OutputStream out) {
        synchronized (out) {
            try {
                out.wait(Patience.AMPLE.toMillis());
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void whoIsNotThereIsUnreachableAndThatIsNotOurs() throws IOException {
        int closed = FreePort.find();
        var none = assertInstanceOf(Outcome.Unreachable.class, ask(closed, true, Patience.UNMET));
        assertEquals(new Outcome.Unreachable(false,
                "no connection to port " + closed + " of " + HOST + " at [127.0.0.1]"), none);
        // Nothing is left of the time: no address is dialled any more, and that is not our network either.
        assertInstanceOf(Outcome.Unreachable.class, ask(closed, true, Duration.ZERO));
    }

    /// RFC 8461 §3.3 and RFC 8996, whatever the context would do: both versions, the name of the host, its certificate.
    @Test
    void settingsOfTheConnectionAreOurOwn() {
        var lax = new SSLParameters();
        lax.setProtocols(new String[]{"TLSv1.1"});
        lax.setCipherSuites(new String[]{"TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256"});
        var strict = HttpsClient.strict(lax, HOST, true);
        assertEquals(List.of("TLSv1.3", "TLSv1.2"), List.of(strict.getProtocols()));
        assertEquals(List.of("TLS_AES_128_GCM_SHA256"), List.of(strict.getCipherSuites()));
        assertEquals(List.of(new SNIHostName(HOST)), strict.getServerNames());
        assertEquals("HTTPS", strict.getEndpointIdentificationAlgorithm());
        var address = HttpsClient.strict(new SSLParameters(), "[::1]", false);
        assertTrue(address.getServerNames() == null || address.getServerNames().isEmpty());
        assertNull(address.getEndpointIdentificationAlgorithm());
    }
}
