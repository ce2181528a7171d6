package org.sternpost.engine.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.process.OpenFiles;
import org.sternpost.engine.smtp.RawClient;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.SystemTime;

/// Thousands of clients that connect, begin something, and then say nothing more for ever. As the settings come, they
/// hold no more than their share of sessions, and that no longer than silence may last where others wait; somebody
/// else's mail is taken meanwhile.
///
/// `-Dsternpost.clients=10000` makes them so many.
@Timeout(900)
class HalfOpenClientsTest {

    private static final int CLIENTS = Integer.getInteger("sternpost.clients", 2_000);
    private static final int NETWORKS = 8; // of 24 bits, which the clients come from
    private static final List<String> BEGUN = List.of("", "EHL", "EHLO c.example\r\n",
            "EHLO c.example\r\nMAIL FROM:<a@x.example>\r\n",
            "EHLO c.example\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@y.example>\r\nDATA\r\nA: b\r\n",
            "EHLO c.example\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@y.example>\r\nBDAT 9000000\r\nA: b\r\n");
    private static final Duration IDLE = ServerLimits.DEFAULT.times().idle();
    private static final int OCTETS_MAX = 64 << 10; // that one session may hold, as Admission counts them

    @TempDir
    Path directory;
    private final SystemTime time = new SystemTime();
    private final SimTime clock = new SimTime();
    private final List<SocketChannel> clients = new ArrayList<>();
    private final Admission admission = new Admission(ServerLimits.DEFAULT);
    private SmtpServer server;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(OpenFiles.most().orElse(0) > CLIENTS + 3_000L,
                "this process may have too few files open for " + CLIENTS + " clients");
        server = SmtpServer.start(new InetSocketAddress("127.0.0.1", 0), new ListenerConfig(Domain.of("relay.example"),
                List.of(Network.of("127.0.0.0/8")), admission,
                (id, _, _, _, _) -> new MessageSink.Answer.Accepted(id), directory, Optional.empty(), clock));
    }

    @AfterEach
    void stop() throws IOException {
        for (SocketChannel client : clients)
            client.close();
        if (server != null) server.close();
    }

    /// Of one network: others come through at any moment.
    @Test
    void thousandsOfOneNetworkHoldItsShareAndNoMore() throws Exception {
        int most = ServerLimits.DEFAULT.sessions().ofNetwork();
        int threads = Thread.activeCount();
        for (int i = 0; i < CLIENTS; i++) {
            open("127.1.1." + (1 + i % 250), BEGUN.get(i % BEGUN.size()));
            requireAtMost(most, threads);
        }
        assertEquals("250 2.0.0 Ok: queued", deliver("127.2.2.2"));
        requireAtMost(most + 1, threads);
        assertTrue(admission.refused() >= CLIENTS - most, admission.refused() + " refused");
        clock.advance(IDLE);
        awaitDelivered("127.1.1.250");
        leave();
        assertEquals("250 2.0.0 Ok: queued", deliver("127.1.1.1"));
    }

    /// Of so many networks that they have all sessions: once they are silent for as long as counts, each gives way to
    /// whoever comes.
    @Test
    void thousandsFromEverywhereGiveWay() throws Exception {
        int most = ServerLimits.DEFAULT.sessions().all();
        int threads = Thread.activeCount();
        for (int i = 0; i < CLIENTS; i++) {
            open("127.1." + (1 + i % NETWORKS) + "." + (1 + i % 250), BEGUN.get(i % BEGUN.size()));
            requireAtMost(most, threads);
        }
        clock.advance(IDLE.minusMillis(1));
        assertEquals("421 4.3.2 too many sessions; try again later", deliver("127.2.2.2"));
        clock.advance(Duration.ofMillis(1));
        for (int i = 0; i < 20; i++)
            awaitDelivered("127.2.2." + (1 + i));
        requireAtMost(most, threads);
        assertTrue(admission.dismissed() > 0);
        leave();
    }

    private void open(String from, String begun) throws IOException {
        var client = SocketChannel.open();
        clients.add(client);
        client.bind(new InetSocketAddress(from, 0));
        client.connect(server.address());
        try {
            client.write(ByteBuffer.wrap(begun.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException _) {
            // One too many, which the server has left.
        }
    }

    private void requireAtMost(int sessions, int threadsBefore) {
        assertTrue(admission.sessions() <= sessions, () -> admission.sessions() + " sessions");
        assertTrue(admission.memoryOctets() <= (long) sessions * OCTETS_MAX, () -> admission.memoryOctets() + " held");
        // A session that has just left may still have its thread for a moment.
        assertTrue(Thread.activeCount() - threadsBefore <= 2 * sessions, () -> Thread.activeCount() + " threads");
    }

    /// Tries again as a client would: a session that has not begun to wait yet is not silent.
    private void awaitDelivered(String from) throws Exception {
        String said = deliver(from);
        for (long i = 0; i < Patience.AMPLE.toMillis() / 10 && said.startsWith("4"); i++) {
            time.sleep(Duration.ofMillis(10));
            said = deliver(from);
        }
        assertEquals("250 2.0.0 Ok: queued", said);
    }

    private void leave() throws Exception {
        for (SocketChannel client : clients)
            client.close();
        for (long i = 0; i < Patience.AMPLE.toMillis() / 10 && admission.sessions() > 0; i++)
            time.sleep(Duration.ofMillis(10));
        assertEquals(0, admission.sessions());
        assertEquals(0, admission.memoryOctets());
    }

    private String deliver(String from) throws IOException {
        try (var client = new Socket()) {
            client.bind(new InetSocketAddress(from, 0));
            client.connect(server.address());
            client.setSoTimeout((int) Patience.AMPLE.toMillis());
            RawClient.sayUnlessEnded(client, "EHLO c.example\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@y.example>\r\n"
                    + "BDAT 4 LAST\r\nA: bQUIT\r\n");
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            return in.lines().filter(line -> line.contains("queued") || line.startsWith("4"))
                    .map(line -> line.replaceAll("queued.*", "queued")).findFirst().orElse("nothing");
        }
    }
}
