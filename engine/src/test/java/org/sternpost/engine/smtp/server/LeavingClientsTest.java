package org.sternpost.engine.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.RawClient;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.tls.ServerIdentity;

/// Clients that leave, at each octet of a session and in each way: nothing of theirs stays, and what they did not end
/// was not sent.
class LeavingClientsTest {

    private static final String ENVELOPE = "EHLO c.example\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@y.example>\r\n";
    private static final String BY_DATA = ENVELOPE + "DATA\r\nA: b\r\n\r\n..c\r\n.\r\nQUIT\r\n";
    private static final String BY_BDAT = ENVELOPE + "BDAT 6\r\nA: b\r\nBDAT 5 LAST\r\n\r\nc\r\nQUIT\r\n";

    @TempDir
    Path directory;
    @TempDir
    Path keys;
    private final SystemTime time = new SystemTime();
    private final Certificates ca = new Certificates(time.instant());
    private final AtomicInteger kept = new AtomicInteger();
    private Admission admission;
    private SmtpServer server;

    @BeforeEach
    void start() throws IOException {
        admission = new Admission(ServerLimits.DEFAULT);
        var shown = ca.good("relay.example");
        var identity = ServerIdentity.of(Files.writeString(keys.resolve("chain.pem"), shown.chainPem()),
                Files.writeString(keys.resolve("key.pem"), shown.keyPem()));
        server = SmtpServer.start(new InetSocketAddress("127.0.0.1", 0), new ListenerConfig(Domain.of("relay.example"),
                List.of(Network.of("127.0.0.0/8")), admission, (id, _, _, _, _) -> {
                    kept.incrementAndGet();
                    return new MessageSink.Answer.Accepted(id);
                }, directory, Optional.of(identity), time));
    }

    @AfterEach
    void stop() throws IOException { server.close(); }

    /// How a client goes.
    private enum Way {
        /// It says that it has said all, and reads on.
        HALF,
        /// It closes, as most do.
        CLOSE,
        /// It is gone at once, and the system says so with a reset.
        RESET
    }

    @ParameterizedTest
    @EnumSource
    void whoLeavesAtAnyOctetLeavesNothingBehind(Way way) throws Exception {
        for (String session : List.of(BY_DATA, BY_BDAT)) {
            int end = session.indexOf("QUIT");
            for (int octets = 0; octets <= session.length(); octets++) {
                int before = kept.get();
                boolean heard = leave(session.substring(0, octets), way);
                assertGone();
                assertTrue(octets >= end || kept.get() == before, () -> "kept without its end");
                // Who reads on hears of each message that was kept, and of no other.
                if (way == Way.HALF) assertEquals(octets >= end, heard);
                if (heard) assertEquals(before + 1, kept.get());
            }
        }
    }

    /// A message that is on the disk in part when its client goes.
    @ParameterizedTest
    @ValueSource(strings = {"DATA\r\n", "BDAT 2000000\r\n"})
    void whatWentToTheDiskIsRemoved(String command) throws Exception {
        for (Way way : Way.values()) {
            leave(ENVELOPE + command + "A: b\r\n\r\n" + ("x".repeat(998) + "\r\n").repeat(600), way);
            assertGone();
        }
        assertEquals(0, kept.get());
    }

    /// The same within TLS, after each line, and with half a handshake.
    @ParameterizedTest
    @EnumSource
    void whoLeavesWithinTlsLeavesNothingBehindEither(Way way) throws Exception {
        leave("EHLO c.example\r\nSTARTTLS\r\n\u0016\u0003\u0003\u003f\0\u0001", way);
        assertGone();
        for (String session : List.of(BY_DATA, BY_BDAT)) {
            int end = session.indexOf("QUIT");
            for (int octets = 0; octets >= 0 && octets <= session.length(); octets = next(session, octets)) {
                int before = kept.get();
                boolean heard = leaveWithinTls(session.substring(0, octets), way);
                assertGone();
                int said = octets;
                assertTrue(said >= end || kept.get() == before, () -> "kept without its end");
                if (way == Way.HALF) assertEquals(said >= end, heard);
            }
        }
    }

    private static int next(String session, int from) {
        return from == session.length() ? -1 : session.indexOf("\n", from) + 1;
    }

    private boolean leaveWithinTls(String said, Way way) throws Exception {
        try (var plain = new Socket()) {
            plain.connect(server.address());
            plain.setSoTimeout((int) Patience.AMPLE.toMillis());
            var clear = new BufferedReader(new InputStreamReader(plain.getInputStream(), StandardCharsets.US_ASCII), 1);
            RawClient.say(plain, "HELO c.example\r\nSTARTTLS\r\n");
            for (int reply = 0; reply < 3; reply++)
                clear.readLine();
            var tls = (SSLSocket) ca.trusting().getSocketFactory().createSocket(plain, "relay.example", 25, true);
            tls.startHandshake();
            if (way == Way.RESET) plain.setSoLinger(true, 0);
            RawClient.say(tls, said);
            if (way != Way.HALF) return false; // the connection ends below TLS, which hears nothing of it
            tls.shutdownOutput();
            return RawClient.heard(tls).contains("queued as");
        }
    }

    /// @return true if the client heard that a message was kept
    private boolean leave(String said, Way way) throws IOException {
        try (var client = new Socket()) {
            client.connect(server.address());
            client.setSoTimeout((int) Patience.AMPLE.toMillis());
            if (way == Way.RESET) client.setSoLinger(true, 0);
            client.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
            if (way != Way.HALF) return false;
            client.shutdownOutput();
            return RawClient.heard(client).contains("queued as");
        }
    }

    private void assertGone() throws Exception {
        // A connection that nobody has taken yet counts as none; the server has taken all before one that it greets.
        try (var last = new Socket()) {
            last.connect(server.address());
            last.setSoTimeout((int) Patience.AMPLE.toMillis());
            assertEquals('2', last.getInputStream().read());
        }
        Patience.until("no session is left", () -> admission.sessions() == 0);
        assertEquals(0, admission.memoryOctets());
        try (var left = Files.list(directory)) {
            assertEquals(0, left.count());
        }
    }
}
