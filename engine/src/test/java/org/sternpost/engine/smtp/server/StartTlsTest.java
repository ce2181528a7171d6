package org.sternpost.engine.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.RawClient;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;
import org.sternpost.engine.tls.Certificates;
import org.sternpost.engine.tls.ServerIdentity;

/// STARTTLS and REQUIRETLS as a submitting client sees them, over real sockets (RFC 3207, RFC 8689).
class StartTlsTest {

    @TempDir
    Path directory;
    private final SystemTime time = new SystemTime();
    private final Certificates ca = new Certificates(time.instant());
    private final List<Arrived> letters = new CopyOnWriteArrayList<>();
    private final List<String> kept = new CopyOnWriteArrayList<>();
    private SmtpServer server;

    @BeforeEach
    void start() throws IOException { start(time); }

    private void start(Time clock) throws IOException {
        var shown = ca.good("relay.example");
        var identity = ServerIdentity.of(Files.writeString(directory.resolve("chain.pem"), shown.chainPem()),
                Files.writeString(directory.resolve("key.pem"), shown.keyPem()));
        server = SmtpServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ListenerConfig(Domain.of("relay.example"), List.of(Network.of("127.0.0.0/8")),
                        new Admission(ServerLimits.DEFAULT), this::take, directory, Optional.of(identity), clock));
    }

    @AfterEach
    void stop() throws IOException { server.close(); }

    @Test
    void requireTlsIsAnnouncedWithinTlsAndStartTlsBeforeIt() throws Exception {
        try (var client = client()) {
            String clear = client.say("EHLO c.example");
            assertTrue(clear.contains("STARTTLS") && !clear.contains("REQUIRETLS"), clear);
            startTls(client);
            String secure = client.say("EHLO c.example");
            assertTrue(secure.contains("REQUIRETLS") && !secure.contains("STARTTLS"), secure);
        }
    }

    @Test
    void messageWithRequireTlsIsTaggedAndTraced() throws Exception {
        try (var client = client()) {
            client.say("EHLO c.example");
            startTls(client);
            client.say("EHLO c.example");
            assertTrue(client.say("MAIL FROM:<a@x.example> SIZE=10 requiretls RET=FULL").startsWith("250"));
            client.say("RCPT TO:<b@y.example>");
            client.say("DATA");
            assertTrue(client.say("A: b\r\n\r\nx\r\n.").startsWith("250 2.0.0"));
            client.say("MAIL FROM:<a@x.example> SMTPUTF8");
            client.say("RCPT TO:<b@y.example>");
            client.say("DATA");
            client.say("A: b\r\n\r\nx\r\n.");
            assertTrue(client.say("QUIT").startsWith("221"));
            assertEquals("", client.reply());
        }
        assertEquals(List.of(true, false), letters.stream()
                .map(letter -> letter.envelope().parameters().requireTls() == RequireTlsTag.Required).toList());
        assertTrue(kept.getFirst().contains(" with ESMTPS id "), kept.getFirst());
        assertTrue(kept.getLast().contains(" with UTF8SMTPS id "), kept.getLast());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            clear | MAIL FROM:<a@x.example> REQUIRETLS        | 530 5.7.10
            clear | MAIL FROM:<a@x.example> REQUIRETLS=1      | 530 5.7.10
            tls   | MAIL FROM:<a@x.example> REQUIRETLS        | 250 2.1.0
            tls   | MAIL FROM:<> REQUIRETLS                   | 250 2.1.0
            tls   | MAIL FROM:<a@x.example> REQUIRETLS=       | 501 5.5.4
            tls   | MAIL FROM:<a@x.example> REQUIRETLS=YES    | 501 5.5.4
            tls   | MAIL FROM:<a@x.example> REQUIRETLS REQUIRETLS | 501 5.5.4
            tls   | RCPT TO:<b@y.example> REQUIRETLS          | 503 5.5.1
            tls   | STARTTLS                                  | 503 5.5.1
            clear | STARTTLS now                              | 501 5.5.4
            """)
    void commandGetsItsReply(String where, String command, String reply) throws Exception {
        try (var client = client()) {
            client.say("EHLO c.example");
            if (where.equals("tls")) {
                startTls(client);
                client.say("EHLO c.example");
            }
            String said = client.say(command);
            assertTrue(said.startsWith(reply), said);
        }
    }

    @Test
    void whatWasSaidInClearIsForgotten() throws Exception {
        try (var client = client()) {
            client.say("EHLO c.example");
            client.say("MAIL FROM:<evil@x.example>");
            client.say("RCPT TO:<b@y.example>");
            startTls(client);
            assertTrue(client.say("DATA").startsWith("503"));
            assertTrue(client.say("MAIL FROM:<a@x.example>").startsWith("503 5.5.1 say EHLO"));
            client.say("EHLO c.example");
            assertTrue(client.say("MAIL FROM:<a@x.example>").startsWith("250"));
        }
    }

    /// CVE-2011-0411: an attacker's commands behind STARTTLS must not be obeyed within TLS.
    @ParameterizedTest
    @CsvSource(textBlock = """
            'EHLO evil\r\nMAIL FROM:<evil@x.example>\r\n'
            'NOOP\r\n'
            'N'
            """)
    void commandsInClearBehindStartTlsEndTheSession(String injected) throws Exception {
        try (var client = client()) {
            client.say("EHLO c.example");
            client.write("STARTTLS\r\n" + injected.replace("\\r\\n", "\r\n"));
            assertTrue(client.reply().startsWith("554"));
            assertEquals("", client.reply());
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            TLSv1.3, true
            TLSv1.2, true
            TLSv1.1, false
            TLSv1,   false
            """)
    void oldVersionsAreRefused(String version, boolean taken) throws Exception {
        String disabled = String.valueOf(java.security.Security.getProperty("jdk.tls.disabledAlgorithms"));
        java.security.Security.setProperty("jdk.tls.disabledAlgorithms", "");
        try (var client = client()) {
            client.say("EHLO c.example");
            if (taken) {
                startTls(client, version);
                assertEquals(version, client.version());
            } else
                assertThrows(SSLException.class, () -> startTls(client, version));
        } finally {
            java.security.Security.setProperty("jdk.tls.disabledAlgorithms", disabled);
        }
    }

    @Test
    void garbageInsteadOfAHandshakeEndsTheSessionAndNoOther() throws Exception {
        try (var client = client(); var other = client()) {
            client.say("EHLO c.example");
            client.say("STARTTLS");
            RawClient.sayUnlessEnded(client.socket(), "MAIL FROM:<evil@x.example>\r\n".repeat(10));
            assertFalse(RawClient.heard(client.socket()).contains("250"));
            assertTrue(other.say("EHLO c.example").startsWith("250"));
        }
    }

    @Test
    void closingSaysFarewellWithinTls() throws Exception {
        try (var client = client()) {
            client.say("EHLO c.example");
            startTls(client);
            client.say("EHLO c.example");
            server.close();
            assertTrue(client.reply().startsWith("421 4.3.2"));
        }
    }

    /// In clear and within TLS, where a close that waits for a blocked write would wait for ever.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoTakesNoRepliesIsLeft(boolean secure) throws Exception {
        var clock = new SimTime();
        server.close();
        start(clock);
        try (var client = client()) {
            client.say("EHLO c.example");
            if (secure) startTls(client);
            Thread.startVirtualThread(() -> {
                try {
                    client.write("EHLO c.example\r\n".repeat(90_000));
                } catch (IOException _) {
                    // The server closed first.
                }
            });
            assertAllLeft(clock);
        }
    }

    @Test
    void whoDripsAHandshakeIsLeft() throws Exception {
        var clock = new SimTime();
        server.close();
        start(clock);
        try (var client = client()) {
            client.say("EHLO c.example");
            client.say("STARTTLS");
            Thread.startVirtualThread(() -> {
                try {
                    client.write("\u0016\u0003\u0003\u003f\0\u0001");
                    for (int i = 0; i < 1000; i++) {
                        client.write("x");
                        time.sleep(Duration.ofMillis(20));
                    }
                } catch (IOException | InterruptedException _) {
                    // The server closed first.
                }
            });
            assertAllLeft(clock);
        }
    }

    /// Moves the clock until the server has had enough.
    private void assertAllLeft(SimTime clock) throws InterruptedException {
        assertEquals(1, server.sessions());
        for (int i = 0; i < 6000 && server.sessions() > 0; i++) {
            clock.advance(Duration.ofSeconds(10));
            time.sleep(Duration.ofMillis(50));
        }
        assertEquals(0, server.sessions());
    }

    private MessageSink.Answer take(QueueId id, String client, Envelope envelope, Header header, Content content) {
        try (var octets = content.open()) {
            kept.add(new String(octets.readAllBytes(), StandardCharsets.UTF_8));
            letters.add(new Arrived(id, envelope, header));
            return new MessageSink.Answer.Accepted(id);
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    /// Greeted, in clear.
    private TlsClient client() throws IOException {
        var client = new TlsClient(server.address(), ca.trusting());
        client.reply();
        return client;
    }

    private static void startTls(TlsClient client, String... versions) throws IOException {
        assertTrue(client.say("STARTTLS").startsWith("220"));
        client.shakeHands(versions);
    }
}
