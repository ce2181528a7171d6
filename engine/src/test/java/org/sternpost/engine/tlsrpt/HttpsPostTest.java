package org.sternpost.engine.tlsrpt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.dns.FakeResolver;
import org.sternpost.engine.net.AddressGuard;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.lab.FreePort;

class HttpsPostTest {

    private static final String HOST = "reports.example.org";
    private static final byte[] BODY = {1, 2, 3};

    private final Certificates ca = new Certificates(Instant.now());
    private final FakeResolver resolver = new FakeResolver().a(HOST, "127.0.0.1");

    @ParameterizedTest
    @CsvSource({"/200, Accepted", "/201, Accepted", "/302, Refused", "/400, Refused", "/404, Refused", "/413, Refused",
            "/408, Failed", "/429, Failed", "/500, Failed", "/503, Failed"})
    void statusSaysWhetherTheReportIsTakenAndWhetherToTryAgain(String path, String result) throws Exception {
        try (var collector = new Collector(ca.good(HOST).context())) {
            assertEquals(result, sent(collector.uri(HOST, path), true).getClass().getSimpleName());
            // RFC 8460 §5.4: one POST, and no second one to where a redirect points.
            assertEquals(1, collector.posted().size());
            assertEquals("POST", collector.posted().getFirst().method());
            assertEquals("application/tlsrpt+gzip", collector.posted().getFirst().type());
            assertArrayEquals(BODY, collector.posted().getFirst().body());
        }
    }

    @Test
    void reportGoesAlthoughTheCertificateDoesNotVerifyAndThatIsTold() throws Exception {
        for (var identity : new Certificates.Identity[]{ca.expired(HOST), ca.selfSigned(HOST), ca.good("x.example")})
            try (var collector = new Collector(identity.context())) {
                var result = sent(collector.uri(HOST, "/200"), true);
                assertTrue(result instanceof HttpsPost.Result.Accepted(var status, var note) && status == 200
                        && note.startsWith("the certificate did not verify: "), result.toString());
                assertEquals(1, collector.posted().size());
            }
    }

    @ParameterizedTest
    @CsvSource({"reports.example.org", "127.0.0.1", "[::1]"})
    void ourOwnNetworksAreNeverCalled(String host) throws Exception {
        try (var collector = new Collector(ca.good(HOST).context())) {
            assertEquals("Refused", sent(collector.uri(host, "/200"), false).getClass().getSimpleName());
            assertEquals(0, collector.posted().size());
        }
    }

    @Test
    void whoNeverAnswersHasHisTimeAndNoMore() throws Exception {
        try (var collector = new Collector(ca.good(HOST).context())) {
            var clock = new SimTime();
            Thread.ofVirtual().start(() -> {
                collector.awaitPost();
                clock.advance(Patience.UNMET);
            });
            var result = sent(collector.uri(HOST, "/hang"), true, clock);
            assertTrue(result instanceof HttpsPost.Result.Failed(var why) && why.contains("within"),
                    result.toString());
        }
    }

    @Test
    void whoIsNotThereOrSpeaksNoTlsFailsAndIsTriedAgain() throws Exception {
        assertEquals("Failed", sent(URI.create("https://nowhere.example.org/x"), true).getClass().getSimpleName());
        int closed = FreePort.find();
        assertEquals("Failed",
                sent(URI.create("https://" + HOST + ":" + closed + "/x"), true).getClass().getSimpleName());
        try (var plain = new ServerSocket(0)) {
            Thread.ofVirtual().start(() -> sayNonsense(plain));
            assertEquals("Failed", sent(URI.create("https://" + HOST + ":" + plain.getLocalPort() + "/x"), true)
                    .getClass().getSimpleName());
        }
    }

    private static void sayNonsense(ServerSocket plain) {
        try (var socket = plain.accept()) {
            socket.getOutputStream().write("220 hello\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        } catch (IOException gone) {
            throw new java.io.UncheckedIOException(gone);
        }
    }

    private HttpsPost.Result sent(URI target, boolean allowPrivate) throws IOException {
        return sent(target, allowPrivate, new SystemTime());
    }

    private HttpsPost.Result sent(URI target, boolean allowPrivate, Time time) throws IOException {
        var post = new HttpsPost(resolver, ca.trusting(), new AddressGuard(allowPrivate), Patience.UNMET, time);
        return post.send(new HttpsPost.Report(target, "application/tlsrpt+gzip", BODY));
    }
}
