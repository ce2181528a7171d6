package org.sternpost.engine.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.smtp.Command.MailCommand;
import org.sternpost.engine.smtp.Command.RcptCommand;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.smtp.client.SmtpClient;
import org.sternpost.engine.smtp.client.SmtpSession.Answer;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.smtp.server.Admission;
import org.sternpost.engine.smtp.server.Arrived;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;
import org.sternpost.engine.smtp.server.SmtpServer;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;

/// Envelopes made by chance, half of them wrong: whatever one gateway takes in, its client says to the next, who reads
/// the same.
class EnvelopeRoundTripTest {

    private static final int CASES = Integer.getInteger("envelope.cases", 1_500);
    private static final long SEED = Long.getLong("envelope.seed", 8_261_127);
    private static final byte[] CONTENT = "A: b\r\n\r\nx\r\n".getBytes(StandardCharsets.US_ASCII);

    /// What the grammars have, written here once more: RFC 3461 §4 and RFC 6533 §3.
    private static final Pattern SEVEN_BITS = Pattern.compile("[!-~ ]*");
    private static final Pattern ENVID = Pattern.compile("([!-*,-<>-~]|\\+[0-9A-F]{2}){1,100}");
    private static final Pattern ORCPT = Pattern.compile("[A-Za-z0-9-]+;([!-*,-<>-~]|\\+[0-9A-F]{2})+");
    private static final Pattern PARAMETERS = Pattern.compile("( [A-Z0-9]+(=[^= \\p{Cntrl}]+)?)*");

    private static final List<String> PIECES = List.of("a", "b@x.example", ".", "+", "+2B", "+0D", "=", "\\", "\\x{F6}",
            "\"", "<", ">", ",", ";", ":", "@", "[", "]", "(", " ", "\t", "\u0000", "\u007f", "\u0085", "\u00a0", "ä",
            "字",
            "\ud83d\udce8", "\u2028", "\u202e", "\u061c", "rfc822;", "utf-8;", "UTF-8;", "%", "{", "}", "~", "!", "-",
            "");

    @TempDir
    Path directory;
    private final SystemTime time = new SystemTime();
    private final BlockingQueue<Arrived> first = new LinkedBlockingQueue<>();
    private final BlockingQueue<Arrived> second = new LinkedBlockingQueue<>();
    private final List<SmtpServer> servers = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        for (var letters : List.of(first, second))
            servers.add(SmtpServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    new ListenerConfig(Domain.of("relay.example"), List.of(Network.of("127.0.0.0/8")),
                            new Admission(ServerLimits.DEFAULT),
                            (id, _, envelope, header, _) -> {
                                letters.add(new Arrived(id, envelope, header));
                                return new MessageSink.Answer.Accepted(id);
                            }, directory, Optional.empty(), time)));
    }

    @AfterEach
    void stop() throws IOException {
        for (SmtpServer server : servers)
            server.close();
    }

    @Test
    void whatIsTakenInIsSaidAgainAndReadTheSame() throws Exception {
        int taken = 0;
        for (int i = 0; i < CASES; i++) {
            var chance = new Random(SEED + i);
            String mail = "MAIL FROM:<" + address(chance) + ">" + mailParameters(chance);
            String rcpt = "RCPT TO:<" + address(chance) + ">" + rcptParameters(chance);
            String which = "seed " + SEED + ", case " + i + ": " + mail + " / " + rcpt;
            submit(mail, rcpt);
            Arrived arrived = first.poll();
            if (arrived == null) continue;
            Envelope letter = arrived.envelope();
            taken++;
            assertGrammar(letter, which);
            pass(letter, which);
            Envelope read = second.remove().envelope();
            assertEquals(letter.sender(), read.sender(), which);
            assertEquals(letter.recipients(), read.recipients(), which);
            assertEquals(letter.parameters().envid(), read.parameters().envid(), which);
            assertEquals(letter.parameters().ret(), read.parameters().ret(), which);
        }
        System.out.println("envelopes: " + taken + " of " + CASES + " taken and passed on, seed " + SEED);
        assertTrue(taken > CASES / 10 && taken < CASES * 9 / 10, taken + " of " + CASES);
    }

    private static void assertGrammar(Envelope letter, String which) {
        String id = letter.parameters().envid();
        assertTrue(id.isEmpty() || ENVID.matcher(id).matches(), which);
        assertTrue(PARAMETERS.matcher(new MailCommand(OptionalLong.empty(), letter.parameters()).written()).matches(),
                which);
        for (var to : letter.recipients()) {
            assertTrue(PARAMETERS.matcher(RcptCommand.written(to, true)).matches(), which);
            String clear = RcptCommand.written(to, false);
            assertTrue(SEVEN_BITS.matcher(clear).matches(), which);
            int original = clear.indexOf(" ORCPT=");
            if (original >= 0) {
                String value = clear.substring(original + " ORCPT=".length());
                assertTrue(value.length() <= 500 && ORCPT.matcher(value).matches(), which + ": " + value);
            }
        }
    }

    private void submit(String mail, String rcpt) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), servers.getFirst().address().getPort())) {
            socket.setSoTimeout((int) Patience.AMPLE.toMillis());
            RawClient.sayUnlessEnded(socket,
                    "EHLO c.example\r\n" + mail + "\r\n" + rcpt + "\r\nDATA\r\nA: b\r\n.\r\nQUIT\r\n");
            RawClient.heard(socket);
        }
    }

    private void pass(Envelope letter, String which) throws IOException {
        try (var session = new SmtpClient(Timeouts.STANDARD, time).connect(servers.getLast().address(),
                Optional.empty())) {
            session.banner();
            session.hello("me.example", false);
            for (Answer answer : session.send(letter, Content.of(CONTENT)))
                assertTrue(answer instanceof Answer.Said(_, var reply) && reply.accepts(), which + ": " + answer);
            session.quit();
        }
    }

    private static String address(Random chance) {
        return switch (chance.nextInt(4)) {
            case 0 -> "a@x.example";
            case 1 -> pieces(chance, 3) + "@x.example";
            case 2 -> "\"" + pieces(chance, 4) + "\"@ä.example";
            default -> "ab+c/d='e@xn--4ca.example";
        };
    }

    private static String mailParameters(Random chance) {
        var text = new StringBuilder(chance.nextInt(3) > 0 ? " SMTPUTF8" : "");
        if (chance.nextInt(3) == 0) text.append(" ENVID=").append(pieces(chance, 3));
        if (chance.nextInt(3) == 0) text.append(" RET=").append(List.of("FULL", "hdrs", "x").get(chance.nextInt(3)));
        if (chance.nextInt(4) == 0) text.append(" BODY=").append(chance.nextInt(9) == 0 ? "" : "8bitmime");
        if (chance.nextInt(4) == 0) text.append(" SIZE=").append(chance.nextInt(9) == 0 ? "x" : "10");
        if (chance.nextInt(9) == 0) text.append(" ").append(pieces(chance, 3));
        return text.toString();
    }

    private static String rcptParameters(Random chance) {
        var text = new StringBuilder();
        if (chance.nextInt(3) == 0)
            text.append(" NOTIFY=")
                    .append(List.of("NEVER", "SUCCESS,delay", "FAILURE", "NEVER,DELAY", "DELAY,DELAY", "")
                            .get(chance.nextInt(6)));
        if (chance.nextBoolean())
            text.append(" ORCPT=").append(List.of("rfc822;", "utf-8;", "").get(chance.nextInt(3)))
                    .append(pieces(chance, chance.nextInt(30) == 0 ? 200 : 4));
        return text.toString();
    }

    private static String pieces(Random chance, int most) {
        var text = new StringBuilder();
        for (int i = chance.nextInt(most) + 1; i > 0; i--)
            text.append(chance.nextBoolean() ? "a" : PIECES.get(chance.nextInt(PIECES.size())));
        return text.toString();
    }
}
