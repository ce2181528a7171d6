package org.sternpost.engine.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.credential.Authenticator;
import org.sternpost.engine.credential.SubmissionUsers;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.tls.ServerIdentity;

/// Who stops in the midst of AUTH, of a first handshake or of a proxy's header is left in time, and its place is free.
class DoorDeadlinesTest {

    private static final int LOOK_MILLIS = 20;
    private static final int LOOKS_MAX = 6_000;

    @TempDir
    Path directory;
    private final SimTime clock = new SimTime();
    private final Certificates ca = new Certificates(clock.instant());
    private Database database;
    private ServerIdentity identity;
    private Admission admission;
    private SmtpServer server;

    @BeforeEach
    void start() throws Exception {
        database = SqliteDatabase.open(directory.resolve("data"), SubmissionUsers.SCHEMA);
        var shown = ca.good("relay.example");
        identity = ServerIdentity.of(Files.writeString(directory.resolve("chain.pem"), shown.chainPem()),
                Files.writeString(directory.resolve("key.pem"), shown.keyPem()));
    }

    private void start(boolean tlsFirst, List<Network> proxies, ServerLimits limits) throws IOException {
        var auth = new ListenerTerms.Auth.Offered(new Authenticator(new SubmissionUsers(database), clock), true);
        admission = new Admission(limits);
        server = SmtpServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ListenerConfig(Domain.of("relay.example"), List.of(), admission,
                        (id, _, _, _, _) -> new MessageSink.Answer.Accepted(id), directory, Optional.of(identity),
                        new ListenerTerms(auth, tlsFirst, false, proxies), clock));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTH LOGIN", "AUTH PLAIN", "AUTH SCRAM-SHA-256"})
    void whoStopsWithinAnExchangeIsLeft(String begun) throws Exception {
        start(false, List.of(), ServerLimits.DEFAULT);
        try (var client = TlsClient.secured(server.address(), ca.trusting())) {
            assertTrue(client.say(begun).startsWith("334 "));
            client.write("AA"); // and never its end
            assertLeft(client);
        }
    }

    /// RFC 5321 §4.5.3.2: who is left for its time hears it within TLS as well as in clear.
    @Test
    void whoIsTooLateHearsItWithinTls() throws Exception {
        start(false, List.of(), ServerLimits.DEFAULT);
        try (var client = TlsClient.secured(server.address(), ca.trusting())) {
            client.write("NO");
            awaitTurnOfTheClient();
            clock.advance(ServerLimits.DEFAULT.times().command());
            client.write("O");
            assertEquals("421 4.4.2 the client finished nothing within 300 s\n", client.reply());
            assertEquals("", client.reply());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u0016\u0003\u0003\u003f\0\u0001"})
    void whoStopsBeforeTheHandshakeIsDoneIsLeft(String begun) throws Exception {
        start(true, List.of(), ServerLimits.DEFAULT);
        try (var client = new TlsClient(server.address(), ca.trusting())) {
            client.write(begun);
            assertLeft(client);
        }
    }

    /// With one place for clients of whom nothing is known yet, the second has it once the first is left.
    @Test
    void aProxyThatSaysNothingIsLeftAndOthersAreHeard() throws Exception {
        var most = ServerLimits.DEFAULT.sessions();
        start(false, List.of(Network.of("127.0.0.0/8")), ServerLimits.DEFAULT.withSessions(
                new ServerLimits.Sessions(most.all(), most.ofAddress(), most.ofNetwork(), 1)));
        try (var silent = new TlsClient(server.address(), ca.trusting())) {
            silent.write(new String(ProxyHeader.SIGNATURE, 0, 5, StandardCharsets.US_ASCII));
            try (var other = new TlsClient(server.address(), ca.trusting())) {
                assertEquals("421 4.3.2 too many sessions; try again later\n", other.reply());
            }
            assertLeft(silent);
        }
        for (int i = 0;; i++)
            try (var other = new TlsClient(server.address(), ca.trusting())) {
                other.write(ProxyHeader.SIGNATURE);
                other.write(new byte[]{0x20, 0, 0, 0});
                String greeted = other.reply();
                if (greeted.startsWith("220 ")) break;
                assertTrue(greeted.startsWith("421 ") && i < LOOKS_MAX, greeted);
            } catch (SocketException closed) {
                // The place was not free yet.
                assertTrue(i < LOOKS_MAX, closed.getMessage());
            }
    }

    /// Until then the time of its command has not begun.
    private void awaitTurnOfTheClient() {
        long end = System.nanoTime() + Patience.AMPLE.toNanos();
        while (admission.silent() == 0) {
            assertTrue(System.nanoTime() < end, "the server does not listen");
            Thread.yield();
        }
    }

    /// Moves the clock until the server has closed the connection.
    private void assertLeft(TlsClient client) throws IOException {
        client.socket().setSoTimeout(LOOK_MILLIS);
        for (int i = 0; i < LOOKS_MAX; i++) {
            clock.advance(Duration.ofSeconds(10));
            try {
                if (client.socket().getInputStream().read() < 0) return;
            } catch (SocketTimeoutException _) {
                // Not yet.
            } catch (SocketException _) {
                return; // reset
            }
        }
        fail("the server waits for ever");
    }
}
