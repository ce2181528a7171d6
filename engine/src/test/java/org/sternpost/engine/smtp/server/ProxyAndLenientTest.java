package org.sternpost.engine.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.SystemTime;

/// Clients behind a proxy, and old devices, over real sockets.
class ProxyAndLenientTest {

    private static final ListenerTerms.Auth NO_AUTH = new ListenerTerms.Auth.NotOffered();

    @TempDir
    Path directory;
    private final List<String> clients = new CopyOnWriteArrayList<>();
    private final List<String> kept = new CopyOnWriteArrayList<>();
    private final List<String> senders = new CopyOnWriteArrayList<>();
    private SmtpServer server;

    private void start(boolean lenient, String proxies, String allowed) throws IOException {
        var terms = new ListenerTerms(NO_AUTH, false, lenient, List.of(Network.of(proxies)));
        server = SmtpServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ListenerConfig(Domain.of("relay.example"), List.of(Network.of(allowed)),
                        new Admission(ServerLimits.DEFAULT), this::take, directory, Optional.empty(), terms,
                        new SystemTime()));
    }

    @AfterEach
    void stop() throws IOException { if (server != null) server.close(); }

    private MessageSink.Answer take(QueueId id, String client, Envelope envelope, Header header, Content content) {
        try (var octets = content.open()) {
            kept.add(new String(octets.readAllBytes(), StandardCharsets.UTF_8));
            clients.add(client);
            senders.add(envelope.sender() + " " + envelope.recipients().getFirst().address());
            return new MessageSink.Answer.Accepted(id);
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    private TlsClient connected() throws IOException {
        try {
            return new TlsClient(server.address(), SSLContext.getDefault());
        } catch (java.security.GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static void assertSaid(String reply, String said) { assertTrue(said.startsWith(reply), said); }

    /// A header with the addresses of a client and of us, and with what proxies add to it.
    private static byte[] header(int command, int family, String client, int more) throws IOException {
        var addresses = new ByteArrayOutputStream();
        if (!client.isEmpty()) {
            byte[] address = InetAddress.ofLiteral(client).getAddress();
            addresses.write(address);
            addresses.write(address);
            addresses.write(new byte[]{0, 1, 0, 25});
        }
        addresses.write(new byte[more]);
        var header = new ByteArrayOutputStream();
        header.write(ProxyHeader.SIGNATURE);
        header.write(new byte[]{(byte) command, (byte) family, (byte) (addresses.size() >> 8),
                (byte) addresses.size()});
        header.write(addresses.toByteArray());
        return header.toByteArray();
    }

    private static ProxyHeader read(byte[] octets) throws IOException {
        return ProxyHeader.read(new ByteArrayInputStream(octets));
    }

    @ParameterizedTest
    @CsvSource({"198.51.100.7, 17", "2001:db8::7, 33"})
    void theClientOfAProxyIsTheOneItSpeaksFor(String client, int family) throws Exception {
        start(false, "127.0.0.0/8", client);
        try (var proxy = connected()) {
            proxy.write(header(0x21, family, client, 30));
            assertSaid("220 ", proxy.reply());
            proxy.say("EHLO c.example");
            proxy.say("MAIL FROM:<a@x.example>");
            proxy.say("RCPT TO:<b@y.example>");
            proxy.say("DATA");
            assertSaid("250", proxy.say("A: b\r\n\r\nx\r\n."));
        }
        String address = InetAddress.ofLiteral(client).getHostAddress();
        assertEquals(List.of(address), clients);
        assertTrue(kept.getFirst().contains(address + "])"), kept.getFirst());
    }

    @Test
    void aClientThatMayNotRelayMayNotBehindAProxyEither() throws Exception {
        start(false, "127.0.0.0/8", "127.0.0.0/8");
        try (var proxy = connected()) {
            proxy.write(header(0x21, ProxyHeader.TCP_IPV4, "198.51.100.7", 0));
            assertSaid("554 5.7.1 198.51.100.7 may not relay", proxy.reply());
        }
        try (var check = connected()) {
            check.write(header(0x20, 0, "", 0));
            assertSaid("220 ", check.reply());
        }
    }

    @Test
    void nobodyElseIsBelieved() throws Exception {
        start(false, "192.0.2.0/24", "127.0.0.0/8");
        try (var liar = connected()) {
            liar.write(header(0x21, ProxyHeader.TCP_IPV4, "198.51.100.7", 0));
            liar.socket().shutdownOutput();
            assertSaid("220 ", liar.reply());
            assertSaid("500", liar.reply());
        }
        try (var client = connected()) {
            assertSaid("220 ", client.reply());
            assertSaid("250", client.say("EHLO c.example"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EHLO c.example\r\nMAIL FROM:<a@x.example>\r\n",
            "PROXY TCP4 198.51.100.7 127.0.0.1 1 25\r\n",
            "\r\n\r\n\0\r\nQUIT\n!\u0011\0\u0004aaaa", "\r\n\r\n\0\r\nQUIT\n!\u0012\0\u0004aaaa",
            "\r\n\r\n\0\r\nQUIT\n1\u0011\0\u0004aaaa", "\r\n\r\n\0\r\nQUIT\n!\u0011~~", "\r\n\r\n"})
    void aHeaderThatIsNoneEndsTheConnectionUnheard(String said) throws Exception {
        start(false, "127.0.0.0/8", "127.0.0.0/8");
        try (var client = connected()) {
            client.write(said);
            client.socket().shutdownOutput();
            assertEquals("", client.reply());
        } catch (SocketException reset) {
            assertTrue(reset.getMessage().contains("reset"), reset.getMessage());
        }
        try (var other = connected()) {
            other.write(header(0x21, ProxyHeader.TCP_IPV4, "127.0.0.9", 0));
            assertSaid("220 ", other.reply());
        }
    }

    @Test
    void headersAreReadToTheirEndAndNoFurther() throws Exception {
        var octets = new ByteArrayInputStream(Arrays.copyOf(header(0x21, ProxyHeader.TCP_IPV4, "198.51.100.7", 5), 34));
        assertInstanceOf(ProxyHeader.OfClient.class, ProxyHeader.read(octets));
        assertEquals(1, octets.available());
        assertInstanceOf(ProxyHeader.OfProxy.class, read(header(0x21, ProxyHeader.UNKNOWN, "", 7)));
        assertInstanceOf(ProxyHeader.Malformed.class, read(header(0x21, ProxyHeader.TCP_IPV4, "0.0.0.0", 0)));
        assertInstanceOf(ProxyHeader.Malformed.class, read(header(0x21, ProxyHeader.TCP_IPV6, "ff02::1", 0)));
        assertInstanceOf(ProxyHeader.Malformed.class, read(header(0x22, ProxyHeader.TCP_IPV4, "192.0.2.1", 0)));
        assertInstanceOf(ProxyHeader.Malformed.class, read(header(0x21, ProxyHeader.TCP_IPV4, "192.0.2.1", 3_000)));
        assertThrows(EOFException.class, () -> read(Arrays.copyOf(header(0x21, 0x11, "192.0.2.1", 0), 20)));
    }

    @Test
    void aLenientListenerTakesWhatOldDevicesSay() throws Exception {
        start(true, "192.0.2.0/24", "127.0.0.0/8");
        try (var device = connected()) {
            assertSaid("220 ", device.reply());
            assertSaid("250", device.say("EHLO"));
            assertSaid("250", device.say("MAIL FROM:scanner@x.example SIZE=10"));
            assertSaid("250", device.say("RCPT TO: b@y.example"));
            device.say("DATA");
            assertSaid("250", device.say("A: b\r\n\r\nx\r\n."));
            assertSaid("250", device.say("HELO Scanner 3rd floor (left)"));
            assertSaid("250", device.say("MAIL FROM:<scanner@x.example>"));
            assertSaid("250", device.say("RCPT TO:<b@y.example>"));
            device.say("DATA");
            assertSaid("250", device.say("A: b\r\n\r\nx\r\n."));
        }
        assertEquals(List.of("scanner@x.example b@y.example"), senders.stream().distinct().toList());
        assertTrue(kept.getFirst().startsWith("Received: from unknown ("), kept.getFirst());
        assertTrue(kept.getLast().startsWith("Received: from Scanner3rdfloorleft ("), kept.getLast());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MAIL FROM:                       | 501
            MAIL FROM:a@x.example>           | 501
            MAIL FROM:<a@x.example           | 501
            MAIL FROM:a b@x.example          | 501
            MAIL FROM:a@x.example NONSENSE=1 | 555
            MAIL FROM:a@x.example            | 250
            MAIL FROM:<>                     | 250
            """)
    void lenientIsNotBlind(String command, String reply) throws Exception {
        start(true, "192.0.2.0/24", "127.0.0.0/8");
        try (var device = connected()) {
            device.reply();
            device.say("EHLO c.example");
            assertSaid(reply, device.say(command));
        }
    }
}
