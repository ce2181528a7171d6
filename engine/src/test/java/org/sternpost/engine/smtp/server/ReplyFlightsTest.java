package org.sternpost.engine.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.smtp.RawClient;
import org.sternpost.engine.smtp.ScriptedSocket;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;

/// When replies leave: together where the client has said more already, and never later than it takes to answer what is
/// here whole (RFC 2920 §3.2).
class ReplyFlightsTest {

    private static final String HELLO = "EHLO c.example|";
    private static final String TO_DATA = "MAIL FROM:<a@x.example>|RCPT TO:<b@y.example>|DATA|";
    private static final String CONTENT = "A: b||c|.|";

    @TempDir
    Path directory;
    private final Time time = new SystemTime();

    /// A client that says all it has gets one flight each time that something is waited for: the go-ahead for a
    /// content, and what became of it. MAIL behind a content is answered with that content.
    ///
    /// @param codes of the replies, those of one flight together
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            NOOP|NOOP|QUIT|                                ; 220 250 250 250 221
            [D][C]QUIT|                                    ; 220 250 250 250 354, 250 221
            [D][C][D][C]QUIT|                              ; 220 250 250 250 354, 250 250 250 354, 250 221
            [D][C][D][C][D][C]                             ; 220 250 250 250 354, 250 250 250 354, 250 250 250 354, 250
            [M]BDAT 4 LAST|A: b[M]BDAT 4 LAST|A: bQUIT|    ; 220 250 250 250 250 250 250, 250 221
            [M]BDAT 2|A:BDAT 2 LAST| bNOOP|QUIT|           ; 220 250 250 250 250 250 250 221
            """)
    void repliesLeaveTogether(String said, String codes) throws IOException {
        var socket = new ScriptedSocket(octets(HELLO + said.strip()), Integer.MAX_VALUE);
        var admission = new Admission(ServerLimits.DEFAULT);
        var admitted = assertInstanceOf(Admission.Answer.Admitted.class,
                admission.admit(InetAddress.getLoopbackAddress(), Admission.Standing.Known));
        new Session(socket, socket.getInetAddress(), config(admission), admitted.place()).run();
        assertEquals(codes.strip(), socket.flights().stream().map(ReplyFlightsTest::codes)
                .collect(Collectors.joining(", ")));
    }

    /// The beginning of a command is none yet: who has sent no more waits for what it has asked before, and might wait
    /// until its time is over, and then send the message once more.
    @ParameterizedTest
    @ValueSource(strings = {"M", "MAIL FROM:<a@x.example>", "MAIL FROM:<a@x.example>\r"})
    void aCommandThatIsNotWholeHoldsUpNoReply(String beginning) throws IOException {
        var admission = new Admission(ServerLimits.DEFAULT.withTimes(
                new ServerLimits.Times(Patience.UNMET, Duration.ofHours(2), Duration.ofSeconds(10), 1_000,
                        Duration.ofSeconds(5))));
        try (var server = SmtpServer.start(new InetSocketAddress("127.0.0.1", 0), config(admission));
                var client = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            client.setSoTimeout((int) Patience.AMPLE.toMillis());
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            say(client, HELLO + TO_DATA);
            await(in, "354");
            say(client, CONTENT + beginning);
            await(in, "250 2.0.0 Ok: queued");
            RawClient.say(client, "MAIL FROM:<a@x.example>\r\n".substring(beginning.length()));
            await(in, "250 2.1.0");
        }
    }

    @Test
    void aRefusedClientToo() throws IOException {
        var config = new ListenerConfig(Domain.of("relay.example"), List.of(), new Admission(ServerLimits.DEFAULT),
                (id, _, _, _, _) -> new MessageSink.Answer.Accepted(id), directory, Optional.empty(), time);
        try (var server = SmtpServer.start(new InetSocketAddress("127.0.0.1", 0), config);
                var client = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            client.setSoTimeout((int) Patience.AMPLE.toMillis());
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            say(client, HELLO + "QU");
            await(in, "554");
            await(in, "503");
        }
    }

    private ListenerConfig config(Admission admission) {
        return new ListenerConfig(Domain.of("relay.example"), List.of(Network.of("127.0.0.0/8")), admission,
                (id, _, _, _, _) -> new MessageSink.Answer.Accepted(id), directory, Optional.empty(), time);
    }

    private static void say(Socket client, String text) throws IOException {
        RawClient.say(client, text.replace("|", "\r\n"));
    }

    private static void await(BufferedReader in, String reply) throws IOException {
        String line = in.readLine();
        while (line != null && !line.startsWith(reply)) {
            assertTrue(!line.startsWith("421"), line);
            line = in.readLine();
        }
        assertTrue(line != null, "nothing was heard of " + reply);
    }

    private static byte[] octets(String said) {
        return said.replace("[D]", TO_DATA).replace("[M]", TO_DATA.replace("DATA|", "")).replace("[C]", CONTENT)
                .replace("|", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static String codes(String flight) {
        return Stream.of(flight.split("\r\n")).filter(line -> line.charAt(3) == ' ').map(line -> line.substring(0, 3))
                .collect(Collectors.joining(" "));
    }
}
