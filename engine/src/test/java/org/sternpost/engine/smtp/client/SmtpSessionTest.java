package org.sternpost.engine.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.BodyType;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.Ret;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.smtp.client.SmtpSession.Answer;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;

class SmtpSessionTest {

    private static final Timeouts SHORT = Timeouts.of(Patience.UNMET);

    @ParameterizedTest
    @ValueSource(strings = {"abc", "99 x", "600 x", ""})
    void whatIsNoReplyBreaksTheSession(String reply) {
        assertThrows(BrokenSessionException.class, () -> read(reply + "\r\n"));
    }

    /// RFC 5321 §4.2.1: one reply, one code. Hosts that mix them are taken at the worst, in their own words.
    @ParameterizedTest
    @CsvSource(textBlock = """
            250-a|251 b,                           251 a b,               2.0.0
            220-mx|521 5.7.1 blocked,              521 mx 5.7.1 blocked,  5.7.1
            550-5.1.1 who|250 2.0.0 ok,            550 5.1.1 who 2.0.0 ok, 5.1.1
            250-2.0.0 a|450-4.2.0 b|250 c,         450 2.0.0 a 4.2.0 b c, 4.2.0
            550-5.1.1 a|550-5.7.1 b|550 c,         550 5.1.1 a 5.7.1 b c, 5.1.1
            451-x|452 y,                           452 x y,               4.0.0
            """)
    void ofSeveralCodesTheWorstDecidesAndOfOneClassTheLast(String said, String read, String code) throws Exception {
        Reply reply = read(said.replace("|", "\r\n") + "\r\n");
        assertEquals(read, reply.toString());
        assertEquals(code, reply.enhancedCode());
    }

    @Test
    void replyLimitsHold() throws IOException {
        assertEquals(100, read("250-x\r\n".repeat(99) + "250 x\r\n").lines().size());
        assertThrows(BrokenSessionException.class, () -> read("250-x\r\n".repeat(100) + "250 x\r\n"));
        assertEquals(250, read("250 " + "x".repeat(2000) + "\r\n").code());
        assertThrows(BrokenSessionException.class, () -> read("250 " + "x".repeat(2100) + "\r\n"));
        assertEquals("220 a\\x1bb", read("220 a\u001bb\r\n").toString());
        assertEquals("220", read("220\r\n").toString().strip());
        String said = String
                .valueOf(assertThrows(BrokenSessionException.class, () -> read("x\u001b[2J\r\n")).getMessage());
        assertEquals("the host said 'x\\x1b[2J', which is no reply of SMTP",
                said.substring(Math.max(0, said.indexOf("the host said"))));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            a|b|,          a|b|.|
            .a|..|,        ..a|...|.|
            a,             a|.|
            a<b|,          a|b|.|
            a>b|,          a|b|.|
            a<.|,          a|..|.|
            a>.>b,         a|..|b|.|
            a>,            a|.|
            """)
    void contentLeavesWithDoubledDotsAndNoBareLineEnds(String content, String sent) throws IOException {
        var out = new ByteArrayOutputStream();
        byte[] octets = content.replace("|", "\r\n").replace("<", "\n").replace(">", "\r")
                .getBytes(StandardCharsets.US_ASCII);
        new OutgoingContent(Content.of(octets)).writeData(out);
        assertEquals(sent, out.toString(StandardCharsets.US_ASCII).replace("\r\n", "|"));
    }

    @Test
    void aGreetingMayHaveLinesAndAllItsTimeAndComeOctetByOctet() throws Exception {
        // RFC 5321 §4.5.3.2.1: hosts that look up who calls take their time.
        assertEquals(Duration.ofMinutes(5), Timeouts.STANDARD.banner());
        try (var host = new RawHost((self, client) -> {
            self.dripOnce(client, "220-a\r\n220-\r\n220 c\r\n");
            RawHost.answer(client, "250-mx\r\n250-starttls   \r\n250 Size 10");
        });
                var session = new SmtpClient(Timeouts.of(Patience.UNMET), new SystemTime()).connect(host.address(),
                        Optional.empty())) {
            assertEquals("220 a  c", session.banner().toString());
            session.hello("me", true);
            assertTrue(session.offers("STARTTLS"));
        }
    }

    /// RFC 5321 §4.3.2: a reply that nobody asked for would be taken for that of the next command, and so on.
    @ParameterizedTest
    @CsvSource({"EHLO, true", "MAIL, true", "RCPT, true", "RSET, true", "EHLO, false", "MAIL, false", "RCPT, false",
            "RSET, false"})
    void aReplyThatNobodyAskedForEndsTheSession(String at, boolean pipelining) throws Exception {
        try (var host = ScriptedHost.inClear().says("EHLO", pipelining ? "250-x\r\n250 PIPELINING" : "250 x")) {
            host.says(at, (at.equals("EHLO") && pipelining ? "250-x\r\n250 PIPELINING" : "250 x") + "\r\n250 again");
            if (at.equals("RSET")) host.says("RCPT", "550 5.1.1 who"); // what was not taken is reset
            try (var session = open(host)) {
                var why = assertThrows(BrokenSessionException.class, () -> {
                    session.hello("me", false);
                    send(session, mail("x\r\n", false));
                    send(session, mail("y\r\n", false));
                    send(session, mail("z\r\n", false));
                });
                // One that comes a moment late is found where the next has no place.
                assertTrue(
                        why.fault() == BrokenSessionException.Fault.Unasked
                                || why.fault() == BrokenSessionException.Fault.Protocol,
                        why.fault() + "");
                // A lone dot ends content that nobody gets.
                assertTrue(host.messages().stream().allMatch(String::isEmpty), host.messages() + "");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"MAIL, Mail", "RCPT, Recipient", "DATA, Data", "content, Content"})
    void aHostThatLeavesWith421SaysSoForAllItDidNotTake(String at, Stage stage) throws Exception {
        for (String hello : List.of("250-x\r\n250 PIPELINING", "250 x"))
            try (var host = ScriptedHost.inClear().says("EHLO", hello).says(at, "421 4.3.2 enough");
                    var session = open(host)) {
                session.hello("me", false);
                var answer = (Answer.Said) send(session, mail("x\r\n", false)).getFirst();
                assertEquals(421, answer.reply().code());
                assertEquals(stage, answer.stage());
            }
    }

    /// What such a host still says to commands of the same group does not hide the 421 (RFC 5321 §3.8).
    @Test
    void repliesBehindA421BelongToTheGroup() throws Exception {
        try (var host = ScriptedHost.inClear().says("EHLO", "250-x\r\n250 PIPELINING")
                .says("MAIL", "421 4.3.2 going down\r\n503 5.5.1 no transaction");
                var session = open(host)) {
            session.hello("me", false);
            assertEquals(421, ((Answer.Said) send(session, mail("x\r\n", false)).getFirst()).reply().code());
        }
    }

    @Test
    void whatFollowsTheReplyToStartTlsBreaksTheSession() throws Exception {
        try (var host = ScriptedHost.inClear().says("STARTTLS", "220 go\r\n250 injected");
                var session = open(host)) {
            session.hello("me", false);
            var why = assertThrows(BrokenSessionException.class, session::startTls);
            assertEquals(Stage.StartTls, why.stage());
        }
    }

    /// RFC 3461 §5.2.1: as the sender said it, and nothing where it said nothing.
    @ParameterizedTest
    @CsvSource({"None, SIZE=6 ENVID=e1", "Headers, SIZE=6 RET=HDRS ENVID=e1", "Full, SIZE=6 RET=FULL ENVID=e1"})
    void whatShallComeBackIsPassedOnToHostsWithDsn(Ret wish, String parameters) throws Exception {
        try (var dsn = ScriptedHost.inClear();
                var without = ScriptedHost.inClear().says("EHLO", "250-x\r\n250 SIZE")) {
            for (var host : List.of(dsn, without))
                try (var session = open(host)) {
                    session.hello("me", false);
                    send(session, mail("a: b\r\n", false, wish));
                }
            assertTrue(dsn.heard().contains("MAIL FROM:<a@example.com> " + parameters), dsn.heard() + "");
            assertTrue(without.heard().contains("MAIL FROM:<a@example.com> SIZE=6"), without.heard() + "");
        }
    }

    @Test
    void anEnvelopeCarriesWhatTheHostAnnounces() throws Exception {
        try (var host = ScriptedHost.inClear(); var session = open(host)) {
            session.hello("me", false);
            var answers = send(session, mail("Subject: x\r\n\r\n.dot\r\n", false));
            assertTrue(((Answer.Said) answers.getFirst()).delivered());
            assertTrue(host.heard().contains("MAIL FROM:<a@example.com> SIZE=20 RET=FULL ENVID=e1"),
                    host.heard().toString());
            assertTrue(host.heard().contains("RCPT TO:<b@example.org> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b@x"));
            assertEquals(List.of("Subject: x\n\n..dot\n"), host.messages());
        }
    }

    @Test
    void oneRefusedRecipientDoesNotStopTheOthers() throws Exception {
        try (var host = ScriptedHost.inClear().says("EHLO", "250 plain").says("RCPT", "550 5.1.1 who");
                var session = open(host)) {
            session.hello("me", false);
            var answer = (Answer.Said) send(session, mail("x\r\n", false)).getFirst();
            assertEquals(Stage.Recipient, answer.stage());
            assertEquals(0, host.messages().size());
            assertTrue(host.heard().contains("MAIL FROM:<a@example.com>"), host.heard().toString());
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            250 bare,                      \u00e4, false, 5.6.3
            250-x|250 SMTPUTF8,            \u00e4, true,  5.6.3
            250-x|250 8BITMIME,            \u00e4, true,  5.6.7
            250-x|250-8BITMIME|250 SIZE 3, abcdef, false, 5.3.4
            """)
    void whatTheHostLacksIsFinal(String hello, String content, boolean utf8, String code) throws Exception {
        try (var host = ScriptedHost.inClear().says("EHLO", hello.replace("|", "\r\n")); var session = open(host)) {
            session.hello("me", false);
            var answer = send(session, mail(content + "\r\n", utf8)).getFirst();
            assertEquals(code, assertInstanceOf(Answer.Unfit.class, answer).code());
            assertTrue(host.heard().stream().noneMatch(line -> line.startsWith("MAIL")));
        }
    }

    /// RFC 6152 §2, §3: what is sent is declared by what it is, and converted where the host takes seven bits only.
    @ParameterizedTest
    @CsvSource(textBlock = """
            250-x|250 8BITMIME, a: b||gr\u00fcn, true,  gr\u00c3\u00bcn
            250-x|250 8BITMIME, a: b||green,     false, green
            250 bare,           a: b||gr\u00fcn, false, gr=C3=BCn
            250 bare,           a: b||green,     false, green
            """)
    void eightBitContentIsDeclaredOrConverted(String hello, String content, boolean declared, String sent)
            throws Exception {
        try (var host = ScriptedHost.inClear().says("EHLO", hello.replace("|", "\r\n")); var session = open(host)) {
            session.hello("me", false);
            var answer = send(session, mail(content.replace("|", "\r\n") + "\r\n", false)).getFirst();
            assertTrue(((Answer.Said) answer).delivered());
            assertEquals(declared, host.heard().get(1).contains("BODY=8BITMIME"), host.heard() + "");
            assertTrue(host.messages().getFirst().endsWith(sent + "\n"), host.messages() + "");
        }
    }

    /// RFC 6531 §3.2: what was submitted with SMTPUTF8 and needs none of it goes to any host.
    @ParameterizedTest
    @CsvSource({"250 bare", "250-x|250 8BITMIME", "250-x|250-8BITMIME|250 SMTPUTF8"})
    void mailTaggedWithSmtpUtf8ThatIsAsciiGoesToEveryHost(String hello) throws Exception {
        try (var host = ScriptedHost.inClear().says("EHLO", hello.replace("|", "\r\n")); var session = open(host)) {
            session.hello("me", false);
            var answer = send(session, mail("Subject: x\r\n\r\nhello\r\n", true)).getFirst();
            assertTrue(((Answer.Said) answer).delivered());
            assertEquals("MAIL FROM:<a@example.com>", host.heard().get(1));
            assertEquals(List.of("Subject: x\n\nhello\n"), host.messages());
        }
    }

    @Test
    void aDropAfterTheDotSaysThatItMayHaveBeenDelivered() throws Exception {
        try (var host = ScriptedHost.inClear().says("content", "drop"); var session = open(host)) {
            session.hello("me", false);
            var answer = assertInstanceOf(Answer.Lost.class, send(session, mail("x\r\n", false)).getFirst());
            assertEquals(Stage.Content, answer.why().stage());
        }
    }

    @Test
    void aHostThatDoesNotTakeContentIsLeft() throws Exception {
        // The limit of the transfer ends a write that blocks; RFC 5321 §4.5.3.2.5.
        var limits = new Timeouts(Patience.UNMET, Patience.UNMET, Patience.UNMET, Patience.UNMET, Patience.UNMET,
                Duration.ofMillis(200));
        try (var listener = new java.net.ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> {
                try {
                    var peer = listener.accept();
                    RawHost.say(peer, "220 a");
                    for (String reply : List.of("250 b", "250 c", "250 d", "354 e"))
                        RawHost.answer(peer, reply);
                } catch (IOException over) {
                    // The test is over.
                }
            });
            try (var session = new SmtpClient(limits, new SystemTime())
                    .connect(new InetSocketAddress("127.0.0.1", listener.getLocalPort()), Optional.empty())) {
                session.banner();
                session.hello("me", false);
                byte[] large = new byte[64 << 20];
                var envelope = new Envelope(new ReversePath.Null(), List.of(Recipient.of(Address.of("b@example.org"))),
                        MailParameters.NONE);
                assertThrows(BrokenSessionException.class, () -> session.send(envelope, Content.of(large)));
            }
        }
    }

    @Test
    void requireTlsIsSaidToHostsThatAnnounceItAndOtherHostsGetNothing() throws Exception {
        byte[] octets = "a: b\r\n".getBytes(StandardCharsets.US_ASCII);
        var mail = new Mail(
                new Envelope(ReversePath.of("a@example.com"), List.of(Recipient.of(Address.of("b@example.org"))),
                        MailParameters.NONE.tagged(RequireTlsTag.Required)),
                octets);
        try (var willing = ScriptedHost.inClear().says("EHLO", "250-x\r\n250 requiretls");
                var silent = ScriptedHost.inClear()) {
            try (var session = open(willing)) {
                session.hello("me", false);
                send(session, mail);
                assertTrue(willing.heard().contains("MAIL FROM:<a@example.com> REQUIRETLS"), willing.heard() + "");
            }
            try (var session = open(silent)) {
                session.hello("me", false);
                assertEquals("5.7.30", ((Answer.Unfit) send(session, mail).getFirst()).code());
                assertEquals(List.of("EHLO me"), silent.heard());
            }
        }
    }

    private static Reply read(String text) throws BrokenSessionException {
        return new ReplyReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))).read(Stage.Banner);
    }

    private static SmtpSession open(ScriptedHost host) throws BrokenSessionException {
        var session = new SmtpClient(SHORT, new SystemTime()).connect(new InetSocketAddress("127.0.0.1", host.port()),
                Optional.empty());
        session.banner();
        return session;
    }

    private record Mail(Envelope envelope, byte[] octets) {}

    private static List<Answer> send(SmtpSession session, Mail mail) throws IOException {
        return session.send(mail.envelope(), Content.of(mail.octets()));
    }

    private static Mail mail(String content, boolean utf8) { return mail(content, utf8, Ret.Full); }

    private static Mail mail(String content, boolean utf8, Ret ret) {
        var to = new Recipient(Address.of("b@example.org"), Set.of(Notify.Success, Notify.Failure), "rfc822;b@x");
        return new Mail(new Envelope(ReversePath.of("a@example.com"), List.of(to),
                new MailParameters(BodyType.SevenBit, utf8, ret, "e1", RequireTlsTag.None)),
                content.getBytes(StandardCharsets.UTF_8));
    }
}
