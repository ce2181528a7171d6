package org.sternpost.engine.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.dns.Question.RecordType;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.MtaSts.PolicyFetch;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup.Kind;
import org.sternpost.engine.net.AddressGuard;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.tls.Certificates;

/// One GET over HTTPS to a real server on loopback (RFC 8461 §3.3).
class HttpsPolicyFetchTest {

    private static final Domain DOMAIN = Domain.of("example.test");
    private static final String HOST = "mta-sts.example.test";
    private static final String POLICY = "version: STSv1\nmode: enforce\nmx: mx.example.test\nmax_age: 86400\n";
    private static final Duration AMPLE = Patience.UNMET;
    private static final Duration WHOLE = Duration.ofMillis(400);
    private static final Duration DRIP = Duration.ofMillis(20);

    private final SystemTime time = new SystemTime();
    private final Certificates ca = new Certificates(time.instant());
    private final FakeResolver dns = new FakeResolver();

    private PolicyHost host(Certificates.Identity identity, String address, String reply) throws IOException {
        return PolicyHost.start(identity.context(), address,
                (_, out) -> out.write(reply.getBytes(StandardCharsets.UTF_8)));
    }

    private static String ok(String type, String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n\r\n" + body;
    }

    private PolicyFetch.Fetched fetch(int port, AddressGuard guard, Duration whole) throws IOException {
        return new HttpsPolicyFetch(dns, ca.trusting(), guard, port, whole, time).of(DOMAIN);
    }

    private PolicyFetch.Fetched fetch(PolicyHost host) throws IOException {
        return fetch(host.port(), new AddressGuard(true), AMPLE);
    }

    private static String failed(Kind kind, PolicyFetch.Fetched fetched) {
        var failed = assertInstanceOf(PolicyFetch.Fetched.Failed.class, fetched);
        assertEquals(kind, failed.kind(), failed.why());
        return failed.why();
    }

    @Test
    void policyIsFetchedAsItIs() throws IOException {
        dns.a(HOST, "127.0.0.1");
        try (var host = host(ca.good(HOST), "127.0.0.1", ok("text/plain", POLICY))) {
            var policy = assertInstanceOf(PolicyFetch.Fetched.Policy.class, fetch(host));
            assertEquals(POLICY, policy.body());
            assertEquals(Policy.Mode.Enforce, policy.policy().mode());
            var asked = host.asked().getFirst();
            assertEquals("text/plain", asked.field("Accept"));
            assertEquals("close", asked.field("Connection"));
            assertEquals(HOST + ":" + host.port(), asked.field("Host"), "a port that is not 443 is named");
        }
    }

    /// RFC 9110 §8.3.1: the type in any case, with whatever parameters.
    @ParameterizedTest
    @ValueSource(strings = {"Text/Plain; charset=utf-8", "TEXT/PLAIN;charset=\"us-ascii\"", "text/plain ; x=y",
            "text/plain;"})
    void typeOfThePolicyMayHaveAnyCaseAndParameters(String type) throws IOException {
        dns.a(HOST, "127.0.0.1");
        try (var host = host(ca.good(HOST), "127.0.0.1", ok(type, POLICY))) {
            assertInstanceOf(PolicyFetch.Fetched.Policy.class, fetch(host));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 | text/html       | Content-Type 'text/html' is not text/plain
            200 | text/plaintext  | Content-Type 'text/plaintext' is not text/plain
            404 | text/plain      | HTTP status 404, not 200
            302 | text/plain      | HTTP status 302, not 200
            """)
    void answersThatAreNoPolicyFileFailTheFetch(int status, String type, String why) throws IOException {
        dns.a(HOST, "127.0.0.1");
        try (var host = host(ca.good(HOST), "127.0.0.1",
                ok(type, POLICY).replace("200 OK", status + " Said"))) {
            assertEquals(why, failed(Kind.Fetch, fetch(host)));
        }
    }

    @Test
    void fileThatBreaksTheGrammarIsInvalid() throws IOException {
        dns.a(HOST, "127.0.0.1");
        try (var host = host(ca.good(HOST), "127.0.0.1", ok("text/plain; charset=utf-8", "version: STSv2\n"))) {
            assertEquals("version is 'STSv2', not STSv1", failed(Kind.Invalid, fetch(host)));
        }
    }

    @Test
    void certificateThatDoesNotVerifyIsTheWebPkis() throws IOException {
        dns.a(HOST, "127.0.0.1");
        for (var identity : new Certificates.Identity[]{ca.expired(HOST), ca.selfSigned(HOST), ca.good("other.test"),
                ca.commonNameOnly(HOST), ca.good("mta-*.example.test")})
            try (var host = host(identity, "127.0.0.1", ok("text/plain", POLICY))) {
                failed(Kind.WebPki, fetch(host));
                assertTrue(host.asked().isEmpty(), "nothing is asked of a stranger");
            }
        try (var host = host(ca.good("*.Example.Test"), "127.0.0.1", ok("text/plain", POLICY))) {
            assertInstanceOf(PolicyFetch.Fetched.Policy.class, fetch(host));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            stranger,   the certificate is self-signed
            other,      'the certificate names [other.test], not mta-sts.example.test'
            commonName, 'the certificate names nobody (a common name does not count), not mta-sts.example.test'
            """)
    void certificateThatDoesNotVerifyIsToldInWords(String which, String why) throws IOException {
        dns.a(HOST, "127.0.0.1");
        var identity = switch (which) {
            case "stranger" -> ca.selfSigned(HOST);
            case "other" -> ca.good("other.test");
            default -> ca.commonNameOnly(HOST);
        };
        try (var host = host(identity, "127.0.0.1", ok("text/plain", POLICY))) {
            assertEquals(why, failed(Kind.WebPki, fetch(host)));
        }
    }

    /// Who must renew it wants to know which one, and since when.
    @Test
    void certificateOutsideItsDatesIsToldWithTheDate() throws IOException {
        dns.a(HOST, "127.0.0.1");
        try (var host = host(ca.expired(HOST), "127.0.0.1", ok("text/plain", POLICY))) {
            String why = failed(Kind.WebPki, fetch(host));
            assertTrue(why.matches("the certificate '.*' .* expired on 20[0-9-]+T[0-9:.]+Z"), why);
        }
    }

    /// What ends a fetch that lasts too long does not outlive a fetch that is over.
    @Test
    void nothingWaitsForTheDeadlineOfAFetchThatIsOver() throws Exception {
        dns.a(HOST, "127.0.0.1");
        var still = new SimTime();
        try (var host = host(ca.good(HOST), "127.0.0.1", ok("text/plain", POLICY))) {
            assertInstanceOf(PolicyFetch.Fetched.Policy.class, new HttpsPolicyFetch(dns, ca.trusting(),
                    new AddressGuard(true), host.port(), AMPLE, still).of(DOMAIN));
        }
        assertEquals(0, still.alarms());
    }

    @Test
    void peerThatIsNoTlsServerFailsTheFetch() throws Exception {
        dns.a(HOST, "127.0.0.1");
        try (var listener = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(new FutureTask<>(() -> {
                try (var peer = listener.accept()) {
                    peer.getOutputStream().write("220 mx.example.test ESMTP\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                return null;
            }));
            failed(Kind.Fetch, fetch(listener.getLocalPort(), new AddressGuard(true), AMPLE));
        }
    }

    /// RFC 8461 §3.3 and RFC 8996: nothing below TLS 1.2 is offered. And SNI is the policy host.
    @Test
    void helloOffersTls12And13AloneAndNamesTheHost() throws Exception {
        dns.a(HOST, "127.0.0.1");
        var hello = new CompletableFuture<String>();
        try (var listener = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(new FutureTask<>(() -> {
                try (Socket peer = listener.accept()) {
                    byte[] head = peer.getInputStream().readNBytes(5);
                    int octets = (head[3] & 0xff) << 8 | head[4] & 0xff;
                    hello.complete(HexFormat.of().formatHex(peer.getInputStream().readNBytes(octets)));
                }
                return null;
            }));
            failed(Kind.Fetch, fetch(listener.getLocalPort(), new AddressGuard(true), AMPLE));
        }
        String seen = hello.get(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS);
        assertTrue(seen.contains("002b00050403040303"), "supported_versions (RFC 8446 §4.2.1): " + seen);
        assertTrue(seen.contains(HexFormat.of().formatHex(HOST.getBytes(StandardCharsets.US_ASCII))), seen);
    }

    @Test
    void nextAddressIsTriedWhenOneCannotBeReached() throws IOException {
        dns.a(HOST, "127.0.9.1", "127.0.9.2", "127.0.9.3", "127.0.9.4");
        try (var host = host(ca.good(HOST), "127.0.9.4", ok("text/plain", POLICY))) {
            assertInstanceOf(PolicyFetch.Fetched.Policy.class, fetch(host));
            // Four are enough: a host may publish a thousand.
            dns.a(HOST, "127.0.9.1", "127.0.9.2", "127.0.9.3", "127.0.9.5", "127.0.9.4");
            assertEquals("no connection to port " + host.port() + " of " + HOST
                    + " at [127.0.9.1, 127.0.9.2, 127.0.9.3, 127.0.9.5]", failed(Kind.Fetch, fetch(host)));
        }
    }

    @Test
    void addressesOfOurOwnNetworksAreNotDialled() throws IOException {
        dns.a(HOST, "127.0.0.1", "10.0.0.1");
        try (var host = host(ca.good(HOST), "127.0.0.1", ok("text/plain", POLICY))) {
            assertEquals(HOST + " has only addresses of private networks [/127.0.0.1, /10.0.0.1]",
                    failed(Kind.Fetch, fetch(host.port(), new AddressGuard(false), AMPLE)));
            assertTrue(host.asked().isEmpty());
        }
    }

    @Test
    void hostThatCannotBeFoundFailsTheFetch() throws IOException {
        assertTrue(failed(Kind.Fetch, fetch(1, new AddressGuard(true), AMPLE)).contains(HOST));
        dns.fails(HOST, RecordType.A, Answer.Kind.Bogus);
        assertEquals("addresses of " + HOST + ": by the test",
                failed(Kind.Fetch, fetch(1, new AddressGuard(true), AMPLE)));
        dns.fails(HOST, RecordType.A, Answer.Kind.NoServer);
        failed(Kind.Local, fetch(1, new AddressGuard(true), AMPLE));
        String longName = "a".repeat(63) + "." + "b".repeat(63) + "." + "c".repeat(63) + "." + "d".repeat(55);
        assertTrue(
                failed(Kind.Fetch, new HttpsPolicyFetch(dns, ca.trusting(), new AddressGuard(true), 1, AMPLE,
                        time).of(Domain.of(longName))).contains("is too long for a name"));
    }

    @Test
    void wholeFetchHasOneLimitHoweverOftenAnOctetComes() throws IOException {
        dns.a(HOST, "127.0.0.1");
        var clock = new SimTime(); // which the host alone turns: it is being asked by then
        try (var host = PolicyHost.start(ca.good(HOST).context(), "127.0.0.1", (_, out) -> {
            out.write(ok("text/plain", "").getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write('\n');
                out.flush();
                clock.advance(DRIP);
                time.sleep(DRIP);
            }
        })) {
            assertEquals("no complete answer within 0.4 s", failed(Kind.Fetch, new HttpsPolicyFetch(dns, ca.trusting(),
                    new AddressGuard(true), host.port(), WHOLE, clock).of(DOMAIN)));
        }
        // Nothing is left of the time: no address is dialled any more.
        try (var host = host(ca.good(HOST), "127.0.0.1", ok("text/plain", POLICY))) {
            assertTrue(failed(Kind.Fetch, fetch(host.port(), new AddressGuard(true), Duration.ZERO))
                    .startsWith("no connection to port"));
        }
    }

    @Test
    void policyHasItsPlace() {
        assertEquals("https://mta-sts.example.test/.well-known/mta-sts.txt", PolicyFetch.url(DOMAIN));
    }
}
