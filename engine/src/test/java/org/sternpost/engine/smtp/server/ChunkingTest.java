package org.sternpost.engine.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.RawClient;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;

/// CHUNKING as clients see it, over real sockets (RFC 3030 §2).
class ChunkingTest {

    private static final int MESSAGE_OCTETS_MAX = 1 << 20;
    private static final Pattern CHUNK = Pattern.compile("\\{([^}]*)\\}(!?)");
    private static final String MAIL = "MAIL FROM:<a@x.example>|RCPT TO:<b@y.example>|";

    @TempDir
    Path directory;
    private final List<String> kept = new CopyOnWriteArrayList<>();
    private final CountDownLatch second = new CountDownLatch(1);
    private volatile boolean secondWaits;
    private final SystemTime time = new SystemTime();
    private Admission admission;
    private SmtpServer server;

    @BeforeEach
    void start() throws IOException {
        admission = new Admission(ServerLimits.DEFAULT.withMessageOctetsMax(MESSAGE_OCTETS_MAX));
        server = SmtpServer.start(new InetSocketAddress("127.0.0.1", 0), new ListenerConfig(Domain.of("relay.example"),
                List.of(Network.of("127.0.0.0/8")), admission, this::take, directory, Optional.empty(),
                time));
    }

    @AfterEach
    void stop() throws IOException { server.close(); }

    @Test
    void chunkingIsAnnouncedAndBinaryIsNot() throws IOException {
        String said = String.join("\n", replies("HELP|"));
        assertTrue(said.contains("250-CHUNKING") && !said.contains("BINARYMIME"), said);
        assertTrue(said.contains(" BDAT "), said);
    }

    /// @param said    `|` is a line end, `[M]` MAIL and RCPT, `{...}` a chunk with its command, `{...}!` the last one
    /// @param replies codes after that of EHLO
    /// @param message what is kept of each, after our own field
    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "-", textBlock = """
            [M]{A: b||c||}!                                         ; 250 250 250                 ; A: b||c||
            [M]{A: b||}{c||}!                                       ; 250 250 250 250             ; A: b||c||
            [M]{A: b||}{}{}!                                        ; 250 250 250 250 250         ; A: b||
            [M]{}!                                                  ; 250 250 250                 ; ''
            [M]bdat 6 last|A: b|                                    ; 250 250 250                 ; A: b|
            [M]BDAT 6  LAST|A: b|                                   ; 250 250 250                 ; A: b|
            [M]BDAT 00006 LAST |A: b|                               ; 250 250 250                 ; A: b|
            [M]{A: b||..}!                                          ; 250 250 250                 ; A: b||..|
            [M]{A: b||.|QUIT||}!                                    ; 250 250 250                 ; A: b||.|QUIT||
            [M]{A: b<CR>}{<LF>|}!                                   ; 250 250 250 250             ; A: b||
            [M]{A: b}![M]{C: d}!                                    ; 250 250 250 250 250 250     ; A: b|#C: d|
            [M]{A: b}NOOP|VRFY x|{|}!                               ; 250 250 250 250 252 250     ; A: b|
            [M]{A: b}RSET|[M]{C: d}!                                ; 250 250 250 250 250 250 250 ; C: d|
            [M]{A: b}EHLO c.example|[M]{C: d}!                      ; 250 250 250 250 250 250 250 ; C: d|
            [M]{A: b}DATA|{c|}!                                     ; 250 250 250 503 250         ; A: bc|
            [M]{A: b}MAIL FROM:<e@x.example>|{|}!                   ; 250 250 250 503 250         ; A: b|
            [M]{A: b}RCPT TO:<e@x.example>|{|}!                     ; 250 250 250 503 250         ; A: b|
            {NOOP|}![M]{A: b}!                                      ; 503 250 250 250             ; A: b|
            MAIL FROM:<a@x.example>|{NOOP|}!NOOP|                   ; 250 554 250                 ; -
            MAIL FROM:<a@x.example>|RCPT TO:<b>|{A: b}{|}![M]{A: b}! ; 250 501 554 503 250 250 250 ; A: b|
            [M]{A: b}!{NOOP|}!NOOP|                                 ; 250 250 250 503 250         ; A: b|
            [M]{a<LF>b}{NOOP|}!NOOP|                                ; 250 250 554 503 250         ; -
            [M]{a<CR>b}!NOOP|                                       ; 250 250 554 250             ; -
            [M]{a<CR>}{b}!NOOP|                                     ; 250 250 250 554 250         ; -
            [M]{a<CR>}!NOOP|                                        ; 250 250 554 250             ; -
            [M]{<LF>}!NOOP|                                         ; 250 250 554 250             ; -
            """)
    void chunksMakeOneMessage(String said, String replies, String message) throws Exception {
        assertEquals(replies.strip(), codes(said.strip()), said);
        assertEquals(message == null ? "" : crlf(message), String.join("#", kept));
        assertNothingIsLeft();
    }

    /// Where a chunk ends is not known, so the client's message must not be taken for commands (RFC 5321 §7.8).
    @ParameterizedTest
    @ValueSource(strings = {"BDAT", "BDAT x", "BDAT -1", "BDAT +4 LAST", "BDAT 4 FIRST", "BDAT 4 LAST LAST",
            "BDAT LAST",
            "BDAT 1000000000000000000 LAST", "BDAT 4,LAST", "BDAT 0x4", "BDAT 4LAST"})
    void whatCannotBeReadAsAChunkEndsTheSession(String command) throws IOException {
        List<String> said = replies(MAIL + command + "|MAIL FROM:<evil@x.example>|NOOP|");
        assertTrue(said.getLast().startsWith("501 5.5.4 write BDAT"), said.toString());
        assertTrue(kept.isEmpty());
    }

    /// The same where not even the line can be read: what begins like BDAT may have a chunk behind it.
    ///
    /// @param command `<FF>` is an octet that no UTF-8 has
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            'BDAT 4<FF>'           ; 500 5.5.2 the command is not UTF-8
            'bdat<FF> 4 LAST'      ; 500 5.5.2 the command is not UTF-8
            'BDAT 4 LAST<NUL>'     ; 500 5.5.2 the command has a control character
            'BDAT<TAB>4 LAST'      ; 500 5.5.2 the command has a control character
            '<TAB>BDAT 4 LAST'     ; 500 5.5.2 the command has a control character
            'BDAT 4 LAST<LONG>'    ; 500 5.5.2 the command line is too long
            'BDAT4 LAST'           ; 500 5.5.1 command 'BDAT4' is not known
            ' BDAT 4 LAST'         ; 500 5.5.1 command '' is not known
            """)
    void whatOnlyBeginsLikeAChunkEndsTheSession(String command, String reply) throws IOException {
        List<String> said = raw(said(crlf("EHLO c.example|" + MAIL) + command + "\r\n"
                + crlf("RSET|MAIL FROM:<evil@x.example>|NOOP|QUIT|")));
        assertEquals(reply, said.getLast(), said.toString());
        assertTrue(kept.isEmpty());
    }

    /// No other line that cannot be read has octets behind it.
    @ParameterizedTest
    @ValueSource(strings = {"BDA 4<FF>", "NOOP BDAT 4<FF>", "XBDAT 4", "NOOP<NUL>", "DATA<LONG>", "RCPT<TAB>BDAT 4"})
    void whatIsNoChunkMayBeReadWrong(String command) throws IOException {
        List<String> said = raw(said(crlf("EHLO c.example|" + MAIL) + command + "\r\n" + crlf("NOOP|QUIT|")));
        assertTrue(said.get(said.size() - 3).startsWith("500 "), said.toString());
        assertTrue(said.getLast().startsWith("221 "), said.toString());
    }

    private static byte[] said(String text) {
        return text.replace("<FF>", "\u00ff").replace("<NUL>", "\0").replace("<TAB>", "\t")
                .replace("<LONG>", " ".repeat(5_000)).getBytes(StandardCharsets.ISO_8859_1);
    }

    /// One octet decides. Whatever has come of a message that is too large is read to its end, and not kept.
    @ParameterizedTest
    @CsvSource(textBlock = """
            1048576, 1,  250
            1048577, 1,  552
            1048576, 64, 250
            1048577, 64, 552
            """)
    void aMessageBeyondTheLimitIsRefusedAndTheSessionGoesOn(int octets, int chunks, String reply) throws Exception {
        String message = "A: b\r\n\r\n" + "x".repeat(octets - 10) + "\r\n";
        var said = new StringBuilder(crlf(MAIL));
        int each = octets / chunks;
        for (int i = 0; i < chunks; i++) {
            String part = message.substring(i * each, i == chunks - 1 ? octets : (i + 1) * each);
            said.append("BDAT ").append(part.length()).append(i == chunks - 1 ? " LAST" : "").append("\r\n")
                    .append(part);
        }
        List<String> replies = raw("EHLO c.example\r\n" + said + "NOOP\r\nQUIT\r\n");
        assertTrue(replies.get(replies.size() - 3).startsWith(reply), replies.toString());
        assertTrue(replies.get(replies.size() - 2).startsWith("250 2.0.0 Ok"), replies.toString());
        assertEquals(reply.equals("250") ? 1 : 0, kept.size());
        if (!kept.isEmpty()) assertEquals(message, kept.getFirst());
        assertNothingIsLeft();
    }

    /// RFC 3030 §2: what is too large fails at the chunk that makes it so, and those behind it find no transaction.
    @Test
    void chunksBehindOneThatFailsAreReadAndRefused() throws Exception {
        String half = "x".repeat(MESSAGE_OCTETS_MAX / 2 + 1);
        String chunk = "BDAT " + half.length() + "\r\n" + half;
        List<String> said = raw("EHLO c.example\r\n" + crlf(MAIL) + chunk + chunk + chunk
                + "BDAT 0 LAST\r\n" + crlf(MAIL) + "BDAT 4 LAST\r\nA: bQUIT\r\n");
        assertEquals("250 250 250 552 503 503 250 250 250 221", said.stream().filter(line -> line.charAt(3) == ' ')
                .skip(2).map(line -> line.substring(0, 3)).collect(Collectors.joining(" ")), said.toString());
        assertEquals(List.of("A: b\r\n"), kept);
        assertNothingIsLeft();
    }

    /// Replies wait for company (RFC 2920 §3.2), but not for the disk: a client that hears nothing sends it all again.
    @Test
    void anAcceptanceDoesNotWaitForTheNextMessage() throws IOException {
        secondWaits = true;
        try (var client = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            client.setSoTimeout((int) Patience.AMPLE.toMillis());
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            RawClient.say(client, ("EHLO c.example|" + MAIL + "BDAT 4 LAST|A: b" + MAIL + "BDAT 4 LAST|C: dNOOP|")
                    .replace("|", "\r\n"));
            String line = in.readLine();
            while (line != null && !line.contains("queued as"))
                line = in.readLine();
            assertTrue(line != null, "nothing was heard of the first message");
            second.countDown();
            line = in.readLine();
            while (line != null && !line.contains("queued as"))
                line = in.readLine();
            assertTrue(line != null, "nothing was heard of the second message");
        }
    }

    /// Whoever leaves within a chunk, or between two, leaves nothing behind.
    @ParameterizedTest
    @ValueSource(strings = {"BDAT 4|", "BDAT 4|A", "BDAT 4|A: b", "BDAT 4|A: bBDAT 900000 LAST|x", "BDAT 9 LAST|A: b|"})
    void aMessageThatDoesNotEndIsNotKept(String said) throws Exception {
        try (var client = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            RawClient.say(client, ("EHLO c.example|" + MAIL + said).replace("|", "\r\n"));
            client.shutdownOutput();
            client.setSoTimeout((int) Patience.AMPLE.toMillis());
            assertFalse(RawClient.heard(client).contains("queued"));
        }
        assertNothingIsLeft();
        assertTrue(kept.isEmpty());
    }

    private void assertNothingIsLeft() throws IOException, InterruptedException {
        Patience.until("no session is left", () -> admission.sessions() == 0);
        assertEquals(0, admission.memoryOctets());
        try (var left = Files.list(directory)) {
            assertEquals(0, left.count());
        }
    }

    private MessageSink.Answer take(QueueId id, String client, Envelope envelope, Header header, Content content) {
        try (InputStream octets = content.open()) {
            String text = new String(octets.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(content.size(), text.length());
            // Received has three lines.
            int own = text.indexOf("\r\n", text.indexOf("\r\n", text.indexOf("\r\n") + 2) + 2) + 2;
            if (secondWaits && !kept.isEmpty()) second.await();
            kept.add(text.substring(own));
            return new MessageSink.Answer.Accepted(id);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    private String codes(String said) throws IOException {
        return replies(said).stream().filter(line -> line.charAt(3) == ' ').skip(2).map(line -> line.substring(0, 3))
                .filter(code -> !code.equals("221")).collect(Collectors.joining(" "));
    }

    private List<String> replies(String said) throws IOException {
        String octets = crlf("EHLO c.example|" + said.replace("[M]", MAIL) + "QUIT|");
        return raw(CHUNK.matcher(octets).replaceAll(chunk -> Matcher.quoteReplacement("BDAT " + chunk.group(1).length()
                + (chunk.group(2).isEmpty() ? "" : " LAST") + "\r\n" + chunk.group(1))));
    }

    private static String crlf(String text) {
        return text.replace("|", "\r\n").replace("<CR>", "\r").replace("<LF>", "\n");
    }

    private List<String> raw(String text) throws IOException { return raw(text.getBytes(StandardCharsets.UTF_8)); }

    private List<String> raw(byte[] octets) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.setSoTimeout((int) Patience.AMPLE.toMillis());
            Thread.startVirtualThread(() -> RawClient.sayUnlessEnded(socket, octets));
            return RawClient.heard(socket).lines().toList();
        }
    }
}
