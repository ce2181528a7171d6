package org.sternpost.engine.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.RawClient;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;

/// Clients that take more than their share: of time, of sessions, of memory.
class SessionLimitsTest {

    private static final String TO_MAIL = "EHLO c.example\r\nMAIL FROM:<a@x.example>\r\n";
    private static final String TO_DATA = TO_MAIL + "RCPT TO:<b@y.example>\r\nDATA\r\n";
    private static final String STRANGER = "127.0.0.2";

    @TempDir
    Path directory;
    private final SystemTime time = new SystemTime();
    private final AtomicInteger kept = new AtomicInteger();
    private final List<Socket> clients = new ArrayList<>();
    private Admission admission;
    private SmtpServer server;

    private void start(ServerLimits limits) throws IOException { start(limits, time); }

    private void start(ServerLimits limits, Time clock) throws IOException {
        admission = new Admission(limits);
        server = SmtpServer.start(new InetSocketAddress("127.0.0.1", 0), new ListenerConfig(Domain.of("relay.example"),
                List.of(Network.of("127.0.0.1")), admission, (id, _, _, _, _) -> {
                    kept.incrementAndGet();
                    return new MessageSink.Answer.Accepted(id);
                }, directory, Optional.empty(), clock));
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket client : clients)
            client.close();
        server.close();
    }

    @Test
    void aThousandStrangersThatDripShutOutNobody() throws Exception {
        start(ServerLimits.DEFAULT);
        for (int i = 0; i < 1_000; i++)
            RawClient.sayUnlessEnded(connect(STRANGER), "E");
        assertEquals("250 2.0.0 Ok: queued", deliver(""));
        assertEquals(1_000, admission.refused());
        assertTrue(String.valueOf(reader(connect(STRANGER)).readLine()).startsWith("554 5.7.1 127.0.0.2 may not"));
    }

    @Test
    void oneClientThatHoldsAllItMayLeavesSomeToOthers() throws Exception {
        start(ServerLimits.DEFAULT.withSessions(ServerLimits.Sessions.of(20)));
        for (int i = 0; i < 10; i++)
            assertTrue(String.valueOf(reader(connect("127.0.0.1")).readLine()).startsWith("220"));
        assertEquals("421 4.7.0 too many sessions from 127.0.0.1; try again later",
                reader(connect("127.0.0.1")).readLine());
    }

    /// Whoever says something stays; of the others the one that has been silent for longest is the first to go.
    @Test
    void whoIsSilentGivesWayToWhoComes() throws Exception {
        var clock = new SimTime();
        start(ServerLimits.DEFAULT.withSessions(new ServerLimits.Sessions(3, 3, 3, 3)), clock);
        Socket busy = connect("127.0.0.1");
        var heard = greeted(busy);
        var silent = new ArrayList<BufferedReader>();
        for (int i = 0; i < 2; i++) {
            clock.advance(Duration.ofSeconds(5));
            silent.add(greeted(connect("127.0.0.1")));
            awaitSilent(i + 2);
        }
        for (BufferedReader one : silent) {
            RawClient.say(busy, "NOOP\r\n");
            assertEquals("250 2.0.0 Ok", heard.readLine());
            awaitSilent(3);
            clock.advance(Duration.ofSeconds(4));
            assertEquals("421 4.7.0 too many sessions from 127.0.0.1; try again later",
                    reader(connect("127.0.0.1")).readLine());
            clock.advance(Duration.ofSeconds(1));
            greeted(connect("127.0.0.1"));
            assertEquals("421 4.4.2 nothing came for long and others wait; connect again", one.readLine());
        }
        RawClient.say(busy, "NOOP\r\n");
        assertEquals("250 2.0.0 Ok", heard.readLine());
        assertEquals(2, admission.dismissed());
        assertEquals(3, admission.sessions());
    }

    /// Each octet comes in time, and the whole never ends.
    @ParameterizedTest
    @ValueSource(strings = {"", TO_MAIL, TO_DATA})
    void whoDripsIsLeft(String before) throws Exception {
        start(ServerLimits.DEFAULT.withTimes(times(Duration.ofSeconds(1), Duration.ofHours(1))));
        Socket client = connect("127.0.0.1");
        RawClient.sayUnlessEnded(client, before);
        drip(client, "x");
        assertTrue(RawClient.heard(client).contains("421 4.4.2 the client finished nothing within 1 s"));
        assertGone();
    }

    /// What is said is whole and in time, and goes on for ever.
    @Test
    void whoNeverLeavesIsLeft() throws Exception {
        start(ServerLimits.DEFAULT.withTimes(times(Duration.ofMinutes(1), Duration.ofSeconds(2))));
        Socket client = connect("127.0.0.1");
        drip(client, "NOOP\r\n");
        assertTrue(RawClient.heard(client).contains("421 4.4.2 a session lasts 2 s at most"));
        assertGone();
    }

    @ParameterizedTest
    @CsvSource({"89, 250 2.1.0", "90, 421 4.3.2 this session has lasted long"})
    void aSessionThatIsOldTakesNoFurtherMessage(int minutes, String reply) throws Exception {
        var clock = new SimTime();
        start(ServerLimits.DEFAULT.withTimes(times(Duration.ofHours(3), Duration.ofHours(2))), clock);
        Socket client = connect("127.0.0.1");
        var replies = reader(client);
        assertTrue(String.valueOf(replies.readLine()).startsWith("220"));
        RawClient.say(client, "HELO c.example\r\n");
        assertTrue(String.valueOf(replies.readLine()).startsWith("250"));
        clock.advance(Duration.ofMinutes(minutes));
        RawClient.say(client, "MAIL FROM:<a@x.example>\r\n");
        String said = String.valueOf(replies.readLine());
        assertTrue(said.startsWith(reply), said);
    }

    /// Somebody sets the machine's clock: nobody is left for that, and whoever stays too long is left when it is time.
    @ParameterizedTest
    @ValueSource(longs = {86_400, -30 * 86_400})
    void aSessionLastsAsLongWhateverTheClockIsSetTo(long seconds) throws Exception {
        var clock = new SimTime();
        start(ServerLimits.DEFAULT.withTimes(times(Duration.ofHours(3), Duration.ofHours(2))), clock);
        Socket client = connect("127.0.0.1");
        var replies = reader(client);
        assertTrue(String.valueOf(replies.readLine()).startsWith("220"));
        clock.set(clock.instant().plusSeconds(seconds));
        RawClient.say(client, "HELO c.example\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@y.example>\r\nDATA\r\n");
        for (String reply : List.of("250", "250", "250", "354"))
            assertTrue(String.valueOf(replies.readLine()).startsWith(reply));
        clock.set(clock.instant().plusSeconds(seconds));
        RawClient.say(client, "A: b\r\n\r\n.\r\n");
        assertTrue(String.valueOf(replies.readLine()).startsWith("250 2.0.0 Ok: queued"));
        clock.advance(Duration.ofMinutes(91));
        RawClient.say(client, "MAIL FROM:<a@x.example>\r\n");
        String said = String.valueOf(replies.readLine());
        assertTrue(said.startsWith("421 4."), said);
    }

    @ParameterizedTest
    @CsvSource({"250, false", "250, true", "900, true"})
    void whatDoesNotFitInMemoryComesLater(int kilobytes, boolean ended) throws Exception {
        start(ServerLimits.DEFAULT.withMemoryOctetsMax(2 << 20));
        String header = "A: " + ("x".repeat(996) + "\r\n ").repeat(250) + "\r\n\r\n" + ("y".repeat(998) + "\r\n")
                .repeat(kilobytes - 250);
        var crowd = new ArrayList<Socket>();
        for (int i = 0; i < 12; i++) {
            crowd.add(connect("127.0.0.1"));
            RawClient.sayUnlessEnded(crowd.getLast(), TO_DATA + header);
        }
        var said = new ArrayList<String>();
        for (Socket client : crowd)
            if (ended) {
                RawClient.sayUnlessEnded(client, "\r\n.\r\nQUIT\r\n");
                said.add(RawClient.heard(client));
            } else
                client.close();
        assertTrue(!ended || said.stream().anyMatch(one -> one.contains("452 4.3.1 too much mail arrives at once")),
                said.toString());
        assertGone();
        assertEquals(0, admission.memoryOctets());
        int before = kept.get();
        assertEquals("250 2.0.0 Ok: queued", deliver("A: b\r\n\r\n"));
        assertEquals(before + 1, kept.get());
        try (var left = Files.list(directory)) {
            assertEquals(0, left.count());
        }
    }

    /// A thousand recipients, each as long as can be, in many sessions: what is kept of them counts too.
    @Test
    void recipientsTakeMemoryToo() throws Exception {
        start(ServerLimits.DEFAULT.withMemoryOctetsMax(2 << 20));
        var commands = new StringBuilder("EHLO c.example\r\nMAIL FROM:<a@x.example>\r\n");
        for (int i = 0; i < 1_000; i++)
            commands.append("RCPT TO:<").append("b".repeat(800)).append(i).append("@y.example>\r\n");
        Socket client = connect("127.0.0.1");
        RawClient.sayUnlessEnded(client, commands + "QUIT\r\n");
        String said = RawClient.heard(client);
        assertTrue(said.contains("250 2.1.5") && said.contains("452 4.3.1"), said);
        assertGone();
        assertEquals(0, admission.memoryOctets());
    }

    /// The reply arrives although the client has much more to say: closing over it would take the reply back.
    @Test
    void whoIsCutShortHearsWhy() throws Exception {
        start(ServerLimits.DEFAULT);
        Socket client = connect("127.0.0.1");
        RawClient.sayUnlessEnded(client, "NOOP\n\r\n" + "NOOP\r\n".repeat(20_000));
        assertTrue(RawClient.heard(client).contains("500 5.5.2 a command ends in CRLF"));
    }

    private static ServerLimits.Times times(Duration command, Duration session) {
        return new ServerLimits.Times(command, session, Duration.ofSeconds(10), 1_000, Duration.ofSeconds(5));
    }

    private Socket connect(String from) throws IOException {
        var client = new Socket();
        clients.add(client);
        client.bind(new InetSocketAddress(from, 0));
        client.connect(server.address());
        client.setSoTimeout((int) Patience.AMPLE.toMillis());
        return client;
    }

    private static BufferedReader greeted(Socket client) throws IOException {
        var replies = reader(client);
        assertTrue(String.valueOf(replies.readLine()).startsWith("220"));
        return replies;
    }

    private void awaitSilent(int sessions) throws InterruptedException {
        for (long i = 0; i < Patience.AMPLE.toMillis() / 10 && admission.silent() < sessions; i++)
            time.sleep(Duration.ofMillis(10));
        assertEquals(sessions, admission.silent());
    }

    private static BufferedReader reader(Socket client) throws IOException {
        return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
    }

    /// Says the same again and again until the other side has gone.
    private void drip(Socket client, String what) {
        Thread.startVirtualThread(() -> {
            try {
                while (!client.isClosed()) {
                    RawClient.say(client, what);
                    time.sleep(Duration.ofMillis(50));
                }
            } catch (IOException | InterruptedException _) {
                // The server closed first.
            }
        });
    }

    private String deliver(String content) throws IOException {
        try (Socket client = connect(InetAddress.getLoopbackAddress().getHostAddress())) {
            RawClient.sayUnlessEnded(client, TO_DATA + content + ".\r\nQUIT\r\n");
            return RawClient.heard(client).lines().filter(line -> line.contains("queued") || line.startsWith("4"))
                    .map(line -> line.replaceAll("queued.*", "queued")).findFirst().orElse("nothing");
        }
    }

    private void assertGone() throws InterruptedException {
        Patience.until("no session is left", () -> admission.sessions() == 0);
    }
}
