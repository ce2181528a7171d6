package org.sternpost.engine.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.Ret;
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

/// The dialogue as clients see it, over real sockets.
class SmtpServerTest {

    private static final String GREETED = "EHLO c.example\n";
    private static final String TO_DATA = GREETED + "MAIL FROM:<a@x.example>\nRCPT TO:<b@y.example>\nDATA\n";

    @TempDir
    Path directory;
    private final List<String> kept = new CopyOnWriteArrayList<>();
    private final List<Arrived> letters = new CopyOnWriteArrayList<>();
    private SmtpServer server;

    @BeforeEach
    void start() throws IOException {
        server = start(ServerLimits.DEFAULT.withMessageOctetsMax(2 << 20), "127.0.0.0/8");
    }

    @AfterEach
    void stop() throws IOException { server.close(); }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NOOP                                                             | 250 2.0.0
            VRFY joe                                                         | 252 2.5.2
            HELP                                                             | 214 2.0.0
            RSET                                                             | 250 2.0.0
            QUIT                                                             | 221 2.0.0
            STARTTLS                                                         | 502 5.5.1
            AUTH PLAIN AA==                                                  | 502 5.5.1
            NONSENSE                                                         | 500 5.5.1
            DATA                                                             | 503 5.5.1
            RCPT TO:<b@y.example>                                            | 503 5.5.1
            MAIL FROM:<a@x.example>                                          | 250 2.1.0
            MAIL FROM:<>                                                     | 250 2.1.0
            MAIL from: <a@x.example>                                         | 250 2.1.0
            MAIL FROM:a@x.example                                            | 501 5.5.4
            MAIL FROM:<a@x.example                                           | 501 5.5.4
            MAIL FROM:<a@[127.0.0.1]>                                        | 501 5.1.7
            MAIL FROM:<a..b@x.example>                                       | 250 2.1.0
            MAIL FROM:<a b@x.example>                                        | 501 5.1.7
            MAIL FROM:<a@x.example> SIZE=1000                                | 250 2.1.0
            MAIL FROM:<a@x.example> SIZE=99999999                            | 552 5.3.4
            MAIL FROM:<a@x.example> SIZE=99999999999999999999                | 552 5.3.4
            MAIL FROM:<a@x.example> SIZE=x                                   | 501 5.5.4
            MAIL FROM:<a@x.example> SIZE=1 SIZE=1                            | 501 5.5.4
            MAIL FROM:<a@x.example> BODY=8BITMIME RET=HDRS ENVID=a+20b       | 250 2.1.0
            MAIL FROM:<a@x.example> BODY=BINARYMIME                          | 501 5.5.4
            MAIL FROM:<a@x.example> ENVID=a+2                                | 501 5.5.4
            MAIL FROM:<a@x.example> RET=ALL                                  | 501 5.5.4
            MAIL FROM:<a@x.example> FOO=1                                    | 555 5.5.4
            MAIL FROM:<a@x.example> REQUIRETLS                               | 555 5.5.4
            MAIL FROM:<a@x.example> REQUIRETLS=1                             | 555 5.5.4
            MAIL FROM:<ä@x.example> SMTPUTF8                                 | 250 2.1.0
            MAIL FROM:<ä@x.example>                                          | 550 5.6.7
            """)
    void commandGetsItsReply(String command, String reply) throws IOException {
        assertTrue(last(GREETED + command + "\n").startsWith(reply), () -> kept + "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            RCPT TO:<b@y.example>                                 | 250 2.1.5
            RCPT TO:<b@y.example> NOTIFY=SUCCESS,DELAY            | 250 2.1.5
            RCPT TO:<b@y.example> NOTIFY=NEVER                    | 250 2.1.5
            RCPT TO:<b@y.example> NOTIFY=NEVER,DELAY              | 501 5.5.4
            RCPT TO:<b@y.example> NOTIFY=DELAY,DELAY              | 501 5.5.4
            RCPT TO:<b@y.example> ORCPT=rfc822;b+2Bc@y.example    | 250 2.1.5
            RCPT TO:<b@y.example> ORCPT=b@y.example               | 501 5.5.4
            RCPT TO:<b@y.example> SIZE=1                          | 555 5.5.4
            RCPT TO:<@relay.example:b@y.example>                  | 250 2.1.5
            RCPT TO:<"a > b"@y.example>                           | 250 2.1.5
            RCPT TO:<b.@y.example>                                | 250 2.1.5
            RCPT TO:<b c@y.example>                               | 501 5.1.3
            RCPT TO:<b@a\u0378\u00fc.example>                     | 501 5.1.3
            RCPT TO:<b@xn--zzzz-.example>                         | 501 5.1.3
            RCPT TO:<b>                                           | 501 5.1.3
            RCPT TO:<>                                            | 501 5.1.3
            RCPT TO:<b@[10.0.0.1]>                                | 501 5.1.3
            RCPT TO:<b@-y.example>                                | 501 5.1.3
            RCPT TO:<ö@y.example>                                 | 553 5.6.7
            MAIL FROM:<c@x.example>                               | 503 5.5.1
            DATA                                                  | 554 5.5.1
            """)
    void recipientGetsItsReply(String command, String reply) throws IOException {
        String said = last(GREETED + "MAIL FROM:<a@x.example>\n" + command + "\n");
        assertTrue(said.startsWith(reply), said);
    }

    /// What is taken here must be said to the next host: a value that no command can carry is refused.
    ///
    /// @param parameter `<9>` stands for the character of that number
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ORCPT=utf-8;a<9>b        | 500 5.5.2
            ORCPT=utf-8;a<0>b        | 500 5.5.2
            ORCPT=utf-8;a<85>b       | 501 5.5.4
            ORCPT=utf-8;ä<2028>b     | 501 5.5.4
            ORCPT=utf-8;ä=b          | 501 5.5.4
            ORCPT=utf-8;ä<2003>b     | 250 2.1.5
            ORCPT=utf-8;ä+b@x        | 250 2.1.5
            ORCPT=utf-8;a<5C>x{F6}b@x | 250 2.1.5
            ORCPT=rfc822;ä@x         | 501 5.5.4
            ORCPT=rfc822;a+2@x       | 501 5.5.4
            ORCPT=                   | 501 5.5.4
            ORCPT                    | 501 5.5.4
            ORCPT=;                  | 501 5.5.4
            NOTIFY=                  | 501 5.5.4
            NOTIFY                   | 501 5.5.4
            """)
    void originalRecipientIsTakenIfItCanBeSaid(String parameter, String reply) throws IOException {
        String sent = Pattern.compile("<([0-9A-F]+)>").matcher(parameter).replaceAll(
                found -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(found.group(1), 16))));
        String said = last(GREETED + "MAIL FROM:<a@x.example> SMTPUTF8\nRCPT TO:<b@y.example> " + sent + "\n");
        assertTrue(said.startsWith(reply), said);
    }

    /// IDNA2003 made `strasse.example` of it, which may be a stranger's.
    @Test
    void aDomainInUnicodeKeepsItsLetters() throws IOException {
        last(GREETED + "MAIL FROM:<a@faß.example> SMTPUTF8\nRCPT TO:<u@straße.example>\nDATA\n\n.\n");
        assertEquals("xn--strae-oqa.example",
                letters.getFirst().envelope().recipients().getFirst().address().domain().ascii());
        assertEquals("a@xn--fa-hia.example", letters.getFirst().envelope().sender().toString());
    }

    @ParameterizedTest
    @CsvSource({"'', None", "' RET=HDRS', Headers", "' ret=full', Full"})
    void whatShallComeBackIsOneOfThree(String parameter, Ret wish) throws IOException {
        last(GREETED + "MAIL FROM:<a@x.example>" + parameter + "\nRCPT TO:<b@y.example>\nDATA\n\n.\n");
        assertEquals(wish, letters.getFirst().envelope().parameters().ret());
    }

    @Test
    void listenerWithoutCertificateAnnouncesNothingOfTls() throws IOException {
        String said = lines(GREETED + "QUIT\n").toString();
        assertTrue(said.contains("PIPELINING") && !said.contains("TLS"), said);
    }

    @Test
    void messageIsKeptWithOurFieldInFrontAndWithoutTheDotsOfTransport() throws IOException {
        String said = last(TO_DATA + "Subject: hi\n\n..dot\nend\n.\n");
        assertTrue(said.startsWith("250 2.0.0 Ok: queued as " + letters.getFirst().id()), said);
        String text = kept.getFirst();
        assertTrue(text.startsWith("Received: from c.example ([127.0.0.1])\r\n\tby relay.example with ESMTP id "
                + letters.getFirst().id() + ";\r\n\t"), text);
        assertTrue(text.endsWith("Subject: hi\r\n\r\n.dot\r\nend\r\n"), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "\n.\n", "\n.\r\n", "\r\n.\n", "\r\n.\r", "\r.\r\n", "\r\r\n", "\r\n.\r.",
            ".\n"})
    void messageWithBareLineEndIsRefusedAndNothingBehindItIsObeyed(String inside) throws IOException {
        List<String> said = raw(crlf(TO_DATA) + "A: b\r\n\r\n" + inside
                + "\r\nMAIL FROM:<evil@x.example>\r\n.\r\nNOOP\r\n" + TO_DATA.replace("\n", "\r\n")
                + "\r\n.\r\nQUIT\r\n");
        assertEquals("554 5.6.0 the message has a bare CR or LF; the connection is closed", said.getLast());
        assertTrue(kept.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOOP\n", "NOOP\nMAIL FROM:<a@x.example>\r\n", "NO\rOP\r\n", "\n\r\n", "\r\r\n",
            "EHLO c.example\nMAIL FROM:<a@x.example>\r\n"})
    void commandWithABareLineEndEndsTheSession(String command) throws IOException {
        List<String> said = raw("EHLO c.example\r\n" + command + "\r\n" + crlf(TO_DATA) + "\r\n.\r\nQUIT\r\n");
        assertEquals("500 5.5.2 a command ends in CRLF and has no other CR or LF; the connection is closed",
                said.getLast());
        assertTrue(kept.isEmpty());
    }

    /// One octet decides: the header with its empty line fits, or nothing of the message is taken.
    @ParameterizedTest
    @CsvSource(textBlock = """
            262144, 0,      250 2.0.0
            262145, 0,      552 5.3.4
            262144, 900000, 250 2.0.0
            262145, 900000, 552 5.3.4
            300000, 0,      552 5.3.4
            300000, 900000, 552 5.3.4
            """)
    void headerBeyondTheLimitIsRefused(int octets, int body, String reply) throws IOException {
        String field = "Subject: " + "x".repeat(octets - 31) + "\r\nTLS-Required: No\r\n\r\n";
        List<String> said = raw(crlf(TO_DATA) + field + ("y".repeat(98) + "\r\n").repeat(body / 100) + ".\r\nQUIT\r\n");
        assertTrue(said.get(said.size() - 2).startsWith(reply), said.toString());
        assertTrue(letters.stream().allMatch(letter -> letter.header().tlsNotRequired()));
    }

    @ParameterizedTest
    @CsvSource({"9999, 250 2.0.0", "10000, 250 2.0.0", "10001, 552 5.3.4"})
    void fieldsBeyondTheLimitAreRefused(int fields, String reply) throws IOException {
        String said = last(TO_DATA + "A: b\n".repeat(fields - 1) + "TLS-Required: No\n\nx\n.\n");
        assertTrue(said.startsWith(reply), said);
        assertTrue(letters.stream().allMatch(letter -> letter.header().tlsNotRequired()));
    }

    /// RFC 5322 §3.5: a message may be a header alone.
    @ParameterizedTest
    @CsvSource({"262144, 250 2.0.0", "262145, 552 5.3.4"})
    void headerWithoutABodyHasTheSameLimit(int octets, String reply) throws IOException {
        List<String> said = raw(crlf(TO_DATA) + "A: " + "x".repeat(octets - 5) + "\r\n.\r\nQUIT\r\n");
        assertTrue(said.get(said.size() - 2).startsWith(reply), said.toString());
    }

    @Test
    void messageBeyondTheLimitIsRefusedAndTheSessionGoesOn() throws IOException {
        String big = TO_DATA + "A: b\n\n" + ("x".repeat(998) + "\n").repeat(2200) + ".\n";
        List<String> said = lines(
                big + "MAIL FROM:<a@x.example>\nRCPT TO:<b@y.example>\nDATA\nA: b\n\nsmall\n.\nQUIT\n");
        assertEquals(1, said.stream().filter(line -> line.startsWith("552 5.3.4")).count());
        assertEquals(1, kept.size());
    }

    @Test
    void messageLargerThanMemoryPassesThroughATemporaryFile() throws IOException {
        String body = ("y".repeat(98) + "\n").repeat(15_000);
        last(TO_DATA + "A: b\n\n" + body + ".\n");
        assertTrue(kept.getFirst().endsWith(crlf("A: b\n\n" + body)));
        try (var left = Files.list(directory)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void pipelinedCommandsAreAllAnswered() throws IOException {
        assertEquals(4, lines(GREETED + "MAIL FROM:<a@x.example>\nRCPT TO:<b@y.example>\nRCPT TO:<c@y.example>\n"
                + "RSET\nQUIT\n").stream().filter(line -> line.startsWith("250 2.")).count());
    }

    @Test
    void strangersMayNotRelay() throws IOException {
        server.close();
        server = start(ServerLimits.DEFAULT, "10.0.0.0/8");
        List<String> said = lines(GREETED + "MAIL FROM:<a@x.example>\nQUIT\n");
        assertEquals("554 5.7.1 127.0.0.1 may not relay here", said.getFirst());
        assertEquals(List.of("503", "503", "221"), said.stream().skip(1).map(line -> line.substring(0, 3)).toList());
    }

    @Test
    void messageThatPassedTooManyHostsIsALoop() throws IOException {
        assertTrue(last(TO_DATA + "Received: by somebody\n".repeat(51) + "\nx\n.\n").startsWith("554 5.4.6"));
        assertTrue(last(TO_DATA + "Received: from a by relay.example with SMTP id 1\n".repeat(6) + "\nx\n.\n")
                .startsWith("554 5.4.6"));
        assertTrue(last(TO_DATA + "Received: by somebody\n".repeat(50) + "\nx\n.\n").startsWith("250 2.0.0"));
    }

    @Test
    void recipientBeyondTheLimitIsAskedToComeLater() throws IOException {
        var many = new StringBuilder(GREETED + "MAIL FROM:<a@x.example>\n");
        for (int i = 0; i <= 1_000; i++)
            many.append("RCPT TO:<b").append(i).append("@y.example>\n");
        assertTrue(last(many.toString()).startsWith("452 4.5.3"));
    }

    @Test
    void lineWithoutEndIsDroppedWithoutKeepingIt() throws IOException {
        assertTrue(last(GREETED + "NOOP " + "x".repeat(1_000_000) + "\n").startsWith("500 5.5.2"));
    }

    @Test
    void tooManyErrorsEndTheSession() throws IOException {
        List<String> said = lines("FOO\n".repeat(60) + "QUIT\n");
        assertTrue(said.getLast().startsWith("421 4.7.0"), said.getLast());
    }

    @Test
    void addressInUseIsSaidWithItsRemedy() {
        var taken = assertThrows(IOException.class, () -> SmtpServer.start(server.address(),
                new ListenerConfig(Domain.of("relay.example"), List.of(), new Admission(ServerLimits.DEFAULT),
                        this::take,
                        directory,
                        Optional.empty(),
                        new SystemTime())));
        assertTrue(taken.getMessage().contains("127.0.0.1:" + server.address().getPort()), taken.getMessage());
        assertTrue(taken.getMessage().contains("settings"), taken.getMessage());
    }

    @Test
    void closingSaysFarewellToIdleClients() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.getOutputStream().write(crlf("NOOP\n").getBytes(StandardCharsets.UTF_8));
            var in = new java.io.BufferedReader(new java.io.InputStreamReader(socket.getInputStream(),
                    StandardCharsets.UTF_8));
            in.readLine();
            in.readLine();
            server.close();
            assertTrue(in.readLine().startsWith("421 4.3.2"));
        }
    }

    private SmtpServer start(ServerLimits limits, String allowed) throws IOException {
        return SmtpServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ListenerConfig(Domain.of("relay.example"), List.of(Network.of(allowed)), new Admission(limits),
                        this::take, directory,
                        Optional.empty(),
                        new SystemTime()));
    }

    private MessageSink.Answer take(QueueId id, String client, Envelope envelope, Header header, Content content) {
        try (InputStream octets = content.open()) {
            var copy = new ByteArrayOutputStream();
            octets.transferTo(copy);
            assertEquals(content.size(), copy.size());
            kept.add(copy.toString(StandardCharsets.UTF_8));
            letters.add(new Arrived(id, envelope, header));
            return new MessageSink.Answer.Accepted(id);
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    private String last(String dialogue) throws IOException {
        List<String> said = lines(dialogue + (dialogue.endsWith("QUIT\n") ? "" : "QUIT\n"));
        return dialogue.endsWith("QUIT\n") ? said.getLast() : said.get(said.size() - 2);
    }

    private List<String> lines(String dialogue) throws IOException { return raw(crlf(dialogue)); }

    /// All replies to octets sent at once, as a pipelining client would.
    private List<String> raw(String octets) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.setSoTimeout((int) Patience.AMPLE.toMillis());
            Thread.startVirtualThread(() -> RawClient.sayUnlessEnded(socket, octets));
            return RawClient.heard(socket).lines().toList();
        }
    }

    private static String crlf(String text) { return text.replace("\n", "\r\n"); }
}
