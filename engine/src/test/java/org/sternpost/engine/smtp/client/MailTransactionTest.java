package org.sternpost.engine.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.smtp.client.BrokenSessionException.Fault;
import org.sternpost.engine.smtp.client.FlightHost.Turn;
import org.sternpost.engine.smtp.client.OutgoingContent.ContentUnreadableException;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.smtp.client.SmtpSession.Answer;
import org.sternpost.engine.smtp.client.SmtpSession.Stage;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;

/// Which commands go together, octet by octet, and what a message comes to whatever the host says to them, or does not.
class MailTransactionTest {

    private static final String BOTH = "PIPELINING CHUNKING";
    private static final String TEXT = "a: b\r\n\r\n.dot\r\n"; // 14 octets
    private static final String ENVELOPE = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\n";
    private static final String CHUNK = "BDAT 14 LAST\r\n" + TEXT;
    private static final String DATA = "DATA\r\n";
    private static final String DOTTED = "a: b\r\n\r\n..dot\r\n.\r\n";

    private static final Duration SILENCE = Duration.ofSeconds(10); // no host of these says its last word so late

    private final FlightHost host = new FlightHost();
    private SmtpClient client = new SmtpClient(Timeouts.of(Patience.UNMET), new SystemTime());

    private RawHost host(String extensions, Turn... turns) throws IOException {
        return host.of(extensions, List.of(List.of(turns)));
    }

    private SmtpSession open(RawHost mx) throws IOException {
        var session = client.connect(mx.address(), Optional.empty());
        session.banner();
        session.hello("me", false);
        return session;
    }

    private static List<Answer> send(SmtpSession session, String content, String... to) throws IOException {
        return send(session, Content.of(content.getBytes(StandardCharsets.ISO_8859_1)), to);
    }

    private static List<Answer> send(SmtpSession session, Content content, String... to) throws IOException {
        var recipients = to.length > 0 ? List.of(to) : List.of("b@example.org");
        return session.send(new Envelope(ReversePath.of("a@example.com"),
                recipients.stream().map(one -> Recipient.of(Address.of(one))).toList(), MailParameters.NONE), content);
    }

    /// `Content 250` for each recipient; `Lost` where it may have been taken.
    private static String words(List<Answer> answers) {
        return answers.stream().map(answer -> switch (answer) {
            case Answer.Said(var stage, var reply) -> stage + " " + reply.code();
            case Answer.Lost(var why) -> "Lost at " + why.stage();
            case Answer.Unfit(var code, _) -> "Unfit " + code;
        }).collect(Collectors.joining(", "));
    }

    private void allAsWanted() { assertEquals(List.of(), host.wrong()); }

    @Test
    void withBothTheWholeTransactionIsOneFlight() throws Exception {
        try (var mx = host(BOTH, new Turn(ENVELOPE + CHUNK, "250 a|250 b|250 c"),
                new Turn(ENVELOPE + CHUNK, "250 a|250 b|250 c")); var session = open(mx)) {
            assertEquals("Content 250", words(send(session, TEXT)));
            assertEquals("Content 250", words(send(session, TEXT)));
        }
        allAsWanted();
    }

    @Test
    void withPipeliningDataIsTheLastOfItsGroup() throws Exception {
        try (var mx = host("PIPELINING", new Turn(ENVELOPE + DATA, "250 a|250 b|354 c"), new Turn(DOTTED, "250 d"),
                new Turn(ENVELOPE + DATA, "250 a|250 b|354 c"), new Turn(DOTTED, "250 d")); var session = open(mx)) {
            assertEquals("Content 250", words(send(session, TEXT)));
            assertEquals("Content 250", words(send(session, TEXT)));
        }
        allAsWanted();
    }

    @Test
    void withChunkingAloneNoLeaveToSendIsAskedFor() throws Exception {
        try (var mx = host("CHUNKING", new Turn("MAIL FROM:<a@example.com>\r\n", "250 a"),
                new Turn("RCPT TO:<b@example.org>\r\n", "250 b"), new Turn(CHUNK, "250 c")); var session = open(mx)) {
            assertEquals("Content 250", words(send(session, TEXT)));
        }
        allAsWanted();
    }

    @Test
    void withNeitherEachCommandWaitsForTheOneBefore() throws Exception {
        try (var mx = host("8BITMIME", new Turn("MAIL FROM:<a@example.com>\r\n", "250 a"),
                new Turn("RCPT TO:<b@example.org>\r\n", "250 b"), new Turn(DATA, "354 c"), new Turn(DOTTED, "250 d"));
                var session = open(mx)) {
            assertEquals("Content 250", words(send(session, TEXT)));
        }
        allAsWanted();
    }

    /// Up to the bound in one flight; one octet more waits until somebody was taken, and is not sent for nothing.
    @ParameterizedTest
    @CsvSource({"0, 250, Content 250", "1, 250, Content 250", "1, 550, Recipient 550"})
    void aLargeMessageWaitsForItsRecipients(int beyond, String rcpt, String comesTo) throws Exception {
        int octets = OutgoingContent.SMALL_OCTETS_MAX + beyond;
        String text = "x".repeat(octets - 2) + "\r\n";
        String chunk = "BDAT " + octets + " LAST\r\n" + text;
        var turns = beyond == 0
                ? List.of(new Turn(ENVELOPE + chunk, "250 a|" + rcpt + " b|250 c"))
                : rcpt.equals("250")
                        ? List.of(new Turn(ENVELOPE, "250 a|250 b"), new Turn(chunk, "250 c"))
                        : List.of(new Turn(ENVELOPE, "250 a|550 b"),
                                new Turn("RSET\r\n" + ENVELOPE, "250 r|250 a|550 b"));
        try (var mx = host.of(BOTH, List.of(turns)); var session = open(mx)) {
            assertEquals(comesTo, words(send(session, text)));
            if (rcpt.equals("550")) assertEquals(comesTo, words(send(session, text)));
        }
        allAsWanted();
    }

    /// RFC 3030 §2: BDAT says how many octets follow, and those follow. No dot is doubled, no bare line end leaves.
    @ParameterizedTest
    @CsvSource(textBlock = """
            .|..|...|,     .|..|...|
            a,             a|
            a<.<b,         a|.|b|
            a>.>QUIT>,     a|.|QUIT|
            a|.|QUIT|,     a|.|QUIT|
            """)
    void aChunkHasExactlyTheOctetsThatItAnnounces(String content, String sent) throws Exception {
        String wire = sent.replace("|", "\r\n");
        String chunk = "BDAT " + wire.length() + " LAST\r\n" + wire;
        try (var mx = host(BOTH, new Turn(ENVELOPE + chunk, "250 a|250 b|250 c"),
                new Turn(ENVELOPE + CHUNK, "250 a|250 b|250 c")); var session = open(mx)) {
            send(session, content.replace("|", "\r\n").replace("<", "\n").replace(">", "\r"));
            assertEquals("Content 250", words(send(session, TEXT)));
        }
        allAsWanted();
    }

    /// Each recipient has its own answer, and the message goes to those who were taken.
    @ParameterizedTest
    @CsvSource(textBlock = """
            PIPELINING CHUNKING, 250 b|550 c|452 d|250 e, 'Content 250, Recipient 550, Recipient 452'
            PIPELINING CHUNKING, 250 b|550 c|452 d|451 e, 'Content 451, Recipient 550, Recipient 452'
            PIPELINING CHUNKING, 550 b|550 c|452 d|503 e, 'Recipient 550, Recipient 550, Recipient 452'
            PIPELINING CHUNKING, 550 b|550 c|452 d|250 e, 'Recipient 550, Recipient 550, Recipient 452'
            PIPELINING CHUNKING, 250 b|421 c,             'Recipient 421, Recipient 421, Recipient 421'
            PIPELINING CHUNKING, 250 b|550 c|250 d|421 e, 'Content 421, Recipient 550, Content 421'
            PIPELINING,          250 b|550 c|452 d|354 e, 'Content 250, Recipient 550, Recipient 452'
            PIPELINING,          250 b|550 c|452 d|451 e, 'Data 451, Recipient 550, Recipient 452'
            PIPELINING,          550 b|550 c|452 d|554 e, 'Recipient 550, Recipient 550, Recipient 452'
            """)
    void eachRecipientHasItsOwnAnswer(String extensions, String replies, String comesTo) throws Exception {
        String envelope = ENVELOPE + "RCPT TO:<c@example.org>\r\nRCPT TO:<d@example.org>\r\n";
        boolean chunk = extensions.contains("CHUNKING");
        var first = new Turn(envelope + (chunk ? CHUNK : DATA), "250 a|" + replies);
        var turns = replies.contains("354") ? List.of(first, new Turn(DOTTED, "250 f")) : List.of(first);
        try (var mx = host.of(extensions, List.of(turns)); var session = open(mx)) {
            assertEquals(comesTo, words(send(session, TEXT, "b@example.org", "c@example.org", "d@example.org")));
        }
        allAsWanted();
    }

    /// RFC 2920 §3.1: a host may answer DATA with 354 although it took nobody. A lone dot ends that.
    @ParameterizedTest
    @ValueSource(strings = {"250 a|550 b|354 c", "550 a|503 b|354 c", "451 a|250 b|354 c"})
    void aLoneDotEndsContentThatNobodyGets(String replies) throws Exception {
        for (String toDot : List.of("250 taken", "554 5.5.1 no valid recipients"))
            try (var mx = host("PIPELINING", new Turn(ENVELOPE + DATA, replies), new Turn(".\r\n", toDot),
                    new Turn("RSET\r\n" + ENVELOPE + DATA, "250 r|250 a|250 b|354 c"), new Turn(DOTTED, "250 d"));
                    var session = open(mx)) {
                String refused = words(send(session, TEXT));
                assertEquals(replies.startsWith("250") ? "Recipient 550" : "Mail " + replies.substring(0, 3), refused);
                assertEquals("Content 250", words(send(session, TEXT)));
            }
        allAsWanted();
    }

    /// A transaction that came to nothing is forgotten in front of the next, without a round trip of its own.
    @ParameterizedTest
    @CsvSource({"PIPELINING CHUNKING, 250 a|550 b|503 c", "PIPELINING CHUNKING, 550 a|503 b|503 c",
            "PIPELINING CHUNKING, 250 a|250 b|554 c", "PIPELINING, 250 a|250 b|451 c", "PIPELINING, 250 a|550 b|554 c"})
    void whatCameToNothingIsReset(String extensions, String replies) throws Exception {
        String group = ENVELOPE + (extensions.contains("CHUNKING") ? CHUNK : DATA);
        try (var mx = host(extensions, new Turn(group, replies), new Turn("RSET\r\n" + group, "421 4.3.2 enough"));
                var session = open(mx)) {
            send(session, TEXT);
            assertEquals("Mail 421", words(send(session, TEXT)));
        }
        allAsWanted();
    }

    /// Whoever has the whole message may have taken it, unless it said or did something that tells otherwise.
    @ParameterizedTest
    @CsvSource(textBlock = """
            drop,                     broken at Mail
            250 a|drop,               Lost at Content
            250 a|250 b|drop,         Lost at Content
            550 a|drop,               Mail 550
            421 a|drop,               Mail 421
            250 a|550 b|drop,         Recipient 550
            250 a|421 b|drop,         Recipient 421
            354 a|250 b|250 c,        Lost at Content
            250 a|354 b|250 c,        Lost at Content
            250 a|250 b|354 go,       Lost at Content
            nonsense,                 Lost at Content
            250 a|nonsense,           Lost at Content
            250 a|250 b|nonsense,     Lost at Content
            250 a|250 b|250 c|250 d,  Content 250
            250 a|250 b|250 c|554 d,  Lost at Content
            250 a|250 b|554 c|250 d,  Lost at Content
            """)
    void whatAFlightComesToThatTheHostBreaks(String replies, String comesTo) throws Exception {
        try (var mx = host(BOTH, new Turn(ENVELOPE + CHUNK, replies)); var session = open(mx)) {
            String came;
            try {
                came = words(send(session, TEXT));
            } catch (BrokenSessionException broken) {
                came = "broken at " + broken.stage();
            }
            assertEquals(comesTo, came);
        }
        allAsWanted();
    }

    /// Replies that do not come: the message may have been taken, and the host is asked in another way the next time.
    @ParameterizedTest
    @CsvSource(textBlock = """
            '',           data
            250 a,        one by one
            250 a|250 b,  flight
            """)
    void whoDoesNotAnswerAFlightIsAskedStepByStepTheNextTime(String replies, String next) throws Exception {
        var again = switch (next) {
            case "data" -> List.of(new Turn(ENVELOPE + DATA, "250 a|250 b|354 c"), new Turn(DOTTED, "250 d"));
            case "one by one" -> List.of(new Turn("MAIL FROM:<a@example.com>\r\n", "250 a"),
                    new Turn("RCPT TO:<b@example.org>\r\n", "250 b"), new Turn(CHUNK, "250 c"));
            default -> List.of(new Turn(ENVELOPE + CHUNK, "250 a|250 b|250 c"));
        };
        var patient = client;
        client = patient.with(new Timeouts(Patience.UNMET, Patience.UNMET, Patience.UNMET, Patience.UNMET, SILENCE,
                Patience.UNMET));
        try (var mx = host.of(BOTH, List.of(List.of(new Turn(ENVELOPE + CHUNK, replies)), again))) {
            try (var session = open(mx)) {
                assertEquals("Lost at Content", words(send(session, TEXT)));
            }
            client = patient;
            try (var session = open(mx)) {
                assertEquals("Content 250", words(send(session, TEXT)));
            }
        }
        allAsWanted();
    }

    /// RFC 3030 §2: a host that announced CHUNKING and refuses the command, not the message, gets DATA from then on.
    @ParameterizedTest
    @ValueSource(strings = {"500 what", "501 no", "502 5.5.1 no", "503 5.5.1 no", "504 no"})
    void whoDoesNotKnowBdatGetsData(String reply) throws Exception {
        try (var mx = host.of(BOTH, List.of(List.of(new Turn(ENVELOPE + CHUNK, "250 a|250 b|" + reply)),
                List.of(new Turn(ENVELOPE + DATA, "250 a|250 b|354 c"), new Turn(DOTTED, "250 d"))))) {
            try (var session = open(mx)) {
                assertEquals(Fault.Chunking,
                        assertThrows(BrokenSessionException.class, () -> send(session, TEXT)).fault());
            }
            try (var session = open(mx)) {
                assertEquals("Content 250", words(send(session, TEXT)));
            }
        }
        allAsWanted();
    }

    /// A message refused at its end stays refused: that is no word on the command.
    @ParameterizedTest
    @CsvSource({"550 5.7.1 spam, Content 550", "552 5.3.4 large, Content 552", "554 no, Content 554",
            "451 later, Content 451"})
    void aRefusedChunkIsARefusedMessage(String reply, String comesTo) throws Exception {
        try (var mx = host(BOTH, new Turn(ENVELOPE + CHUNK, "250 a|250 b|" + reply),
                new Turn("RSET\r\n" + ENVELOPE + CHUNK, "250 r|250 a|250 b|250 c")); var session = open(mx)) {
            assertEquals(comesTo, words(send(session, TEXT)));
            assertEquals("Content 250", words(send(session, TEXT)));
        }
        allAsWanted();
    }

    /// A host that took nobody and read the octets of a chunk as commands answers each: nobody goes on with it.
    @Test
    void repliesToTheOctetsOfAChunkEndTheSession() throws Exception {
        try (var mx = host.of(BOTH, List.of(List.of(new Turn(ENVELOPE + CHUNK, "250 a|550 b|503 c|500 d|500 e")),
                List.of(new Turn(ENVELOPE + DATA, "250 a|250 b|354 c"), new Turn(DOTTED, "250 d"))))) {
            try (var session = open(mx)) {
                assertEquals("Recipient 550", words(send(session, TEXT)));
                assertThrows(BrokenSessionException.class, () -> send(session, TEXT));
            }
            try (var session = open(mx)) {
                assertEquals("Content 250", words(send(session, TEXT)));
            }
        }
        allAsWanted();
    }

    /// A host that leaves before it has the whole message has not taken it, and what it said first may be heard.
    @Test
    void whoLeavesWithinAFlightHasNothing() throws Exception {
        String text = "x".repeat(OutgoingContent.SMALL_OCTETS_MAX - 2) + "\r\n";
        try (var mx = host(BOTH, new Turn("MAIL FROM:<a", "421 4.3.2 enough|drop")); var session = open(mx)) {
            try {
                assertEquals("Mail 421", words(send(session, text)));
            } catch (BrokenSessionException reset) {
                assertEquals(Stage.Mail, reset.stage()); // the reply was lost to the reset
            }
        }
        allAsWanted();
    }

    /// A copy of ours that changes under the sending never becomes commands, nor a message that ends early.
    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void aMessageThatIsNotAsLongAsItWasIsNotSent(int change) throws Exception {
        int octets = OutgoingContent.SMALL_OCTETS_MAX + 2;
        var content = new Content() {
            private int opened;

            @Override
            public long size() { return octets; }

            @Override
            public InputStream open() {
                byte[] text = ("x".repeat(octets - 2 + (opened++ > 0 ? change : 0)) + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
                return new ByteArrayInputStream(text);
            }
        };
        try (var mx = host(BOTH, new Turn(ENVELOPE, "250 a|250 b")); var session = open(mx)) {
            var why = assertThrows(ContentUnreadableException.class, () -> send(session, content));
            assertTrue(String.valueOf(why.getMessage()).contains("not as long"), why.getMessage());
            assertInstanceOf(BrokenSessionException.class,
                    assertThrows(IOException.class, () -> send(session, TEXT)));
        }
        allAsWanted();
    }
}
