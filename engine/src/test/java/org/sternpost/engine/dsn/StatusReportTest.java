package org.sternpost.engine.dsn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.dsn.DsnWriter.Told;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.dns.Vectors;
import org.sternpost.engine.dsn.StatusPart.Action;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.BodyType;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.Ret;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tls.Level;

/// The reader agrees with notifications of others, and then reads our own.
class StatusReportTest {

    private final SimTime time = new SimTime();

    @Test
    void notificationsOfOthersAreReadAsTheyAre() throws Exception {
        Vectors.run("dsn/cases.json", "samples", one -> {
            var read = StatusReport.of(Files.readString(one.folder().resolve(one.text("file"))));
            var expected = one.map("expected");
            var recipients = Vectors.list(expected.get("per_recipient")).stream().map(Vectors::map)
                    .map(StatusReportTest::words).toList();
            boolean same = words(Vectors.map(expected.get("per_message"))).equals(words(read.message()))
                    && recipients.equals(read.recipients().stream().map(StatusReportTest::words).toList());
            return same ? "" : read.toString();
        });
    }

    /// Runs of blanks within a field have no meaning of their own (RFC 5322 §3.2.2).
    private static Map<String, String> words(Map<String, ?> fields) {
        var plain = new LinkedHashMap<String, String>();
        fields.forEach((name, value) -> plain.put(name, String.valueOf(value).replaceAll("\\s+", " ")));
        return plain;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            report-type=delivery-status  | report-type=disposition-notification
            message/delivery-status      | text/plain
            Reporting-MTA: dns; a.test   | X: y
            Reporting-MTA: dns; a.test   | Reporting-MTA: a.test
            Final-Recipient: rfc822;b@c  | X: y
            Final-Recipient: rfc822;b@c  | Final-Recipient: b@c
            Action: failed               | Action: lost
            Status: 5.1.1                | Status: 550
            Status: 5.1.1                | Status: 3.1.1
            Status: 5.1.1                | no field at all
            Status: 5.1.1                | Action: failed
            """)
    void readerRefusesWhatBreaksARule(String from, String to) {
        String good = """
                Content-Type: multipart/report; report-type=delivery-status; boundary=x

                --x

                Words.
                --x
                Content-Type: message/delivery-status

                Reporting-MTA: dns; a.test

                Final-Recipient: rfc822;b@c
                Action: failed
                Status: 5.1.1
                --x--
                """;
        assertEquals("5.1.1", StatusReport.of(good).recipients().getFirst().get("Status"));
        String broken = good.replace(from, to);
        assertTrue(!broken.equals(good));
        assertThrows(IllegalArgumentException.class, () -> StatusReport.of(broken));
    }

    @Test
    void ownNotificationTellsEachRecipientInItsGroup() {
        var read = report(true, told(0, "a@one.example", "rfc822;a@alias.example", failed("5.1.1", "no such user")),
                told(1, "b@two.example", "", failed("5.7.323", "550 evil\r\nAction: delivered\r\n\r\nStatus: 2.0.0")));
        assertEquals("dns; relay.example", read.message().get("Reporting-MTA"));
        assertEquals("envelope=1", read.message().get("Original-Envelope-Id"));
        assertEquals(2, read.recipients().size(), "a peer's words open no group of their own");
        var first = read.recipients().getFirst();
        assertEquals("rfc822; a@alias.example", first.get("Original-Recipient"));
        assertEquals("rfc822; a@one.example", first.get("Final-Recipient"));
        assertEquals("failed", first.get("Action"));
        assertEquals("5.1.1", first.get("Status"));
        assertEquals("dns; mx.example", first.get("Remote-MTA"));
        var second = read.recipients().get(1);
        assertEquals("5.7.323", second.get("Status"));
        assertEquals(false, second.containsKey("Original-Recipient"));
    }

    @Test
    void ownNoticeOfDelaySaysUntilWhen() {
        var read = report(false, told(0, "a@one.example", "",
                new Outcome.Deferred("4.4.1", "no answer", "", Optional.empty())));
        var only = read.recipients().getFirst();
        assertEquals("delayed", only.get("Action"));
        assertEquals("4.4.1", only.get("Status"));
        assertTrue(only.containsKey("Will-Retry-Until"));
        assertEquals(false, only.containsKey("Remote-MTA"), "nobody was spoken to");
    }

    /// What the host said comes joined from its lines, without a word of ours.
    @Test
    void diagnosticCodeIsTheReplyItself() {
        var reply = new Reply(550, List.of("5.1.1 no such user", "5.1.1 here", "5.1.1 at all"));
        var read = report(true, told(0, "a@one.example", "", new Outcome.Failed("5.1.1", "mx said so",
                "mx.example", Optional.empty(), Optional.of(reply))),
                told(1, "b@one.example", "", failed("5.4.4", "lost")));
        assertEquals("smtp; 550 5.1.1 no such user 5.1.1 here 5.1.1 at all",
                read.recipients().getFirst().get("Diagnostic-Code"));
        assertEquals("X-Sternpost; lost", read.recipients().getLast().get("Diagnostic-Code"));
    }

    /// A bounce parser shows the field as it stands, and our own words need no encoded words.
    @Test
    void ownWordsOfTheMachinesPartAreAscii() {
        String sentence = "no record matches (RFC 7672 §2.2); publish “3 1 1” for grün.example…";
        for (String sender : List.of("me@relay.example", "mé@relay.example")) {
            var notice = new DsnWriter("relay.example", _ -> false, Doors::notice, time).failed(message(sender), body(),
                    List.of(told(0, "a@one.example", "", failed("5.7.323", sentence)))).orElseThrow();
            assertEquals("X-Sternpost; no record matches (RFC 7672 section 2.2); publish \"3 1 1\" for"
                    + " gr\\x{FC}n.example...",
                    StatusReport.of(text(notice)).recipients().getFirst().get("Diagnostic-Code"));
        }
    }

    @ParameterizedTest
    @CsvSource({"Success,true", "Failure,false", "Never,false"})
    void onlyWhoAsksForSuccessHearsThatMailWasPassedOn(Notify when, boolean told) {
        var to = new QueuedRecipient(0, new Recipient(Address.of("a@one.example"), Set.of(when), ""),
                QueuedRecipient.Route.of("c"), QueuedRecipient.State.Delivered, 1, time.instant());
        var taken = new Outcome.Delivered("2.0.0", new Reply(250, List.of("2.0.0 Ok")), "mx.example", "", Level.None,
                "", Optional.empty(),
                false);
        var made = new DsnWriter("relay.example", _ -> false, Doors::notice, time).relayed(message("me@relay.example"),
                body(),
                List.of(new Told(to, taken, Optional.empty())));
        assertEquals(told, made.isPresent());
        made.ifPresent(notice -> assertEquals("relayed", StatusReport.of(text(notice)).recipients().getFirst()
                .get("Action")));
    }

    /// RFC 6533 §3: seven bits for every sender but one whose own address needs SMTPUTF8.
    @ParameterizedTest
    @CsvSource({"me@relay.example, false, 'utf-8; j\\x{F6}rg\\x{2B}1@one.example'",
            "mé@relay.example, true, utf-8; jörg+1@one.example"})
    void anAddressOutsideAsciiHasAFormForEverySender(String sender, boolean utf8, String recipient) {
        var notice = new DsnWriter("relay.example", _ -> false, Doors::notice, time).failed(message(sender), body(),
                List.of(told(0, "jörg+1@one.example", "", failed("5.1.1", "no § here")))).orElseThrow();
        assertEquals(utf8, notice.row().message().parameters().smtpUtf8());
        assertEquals(utf8, notice.row().message().parameters().body() == BodyType.EightBitMime);
        assertEquals(utf8, text(notice).contains("message/global-delivery-status"));
        assertEquals(!utf8, text(notice).chars().allMatch(c -> c < 0x80));
        assertEquals(recipient, StatusReport.of(text(notice)).recipients().getFirst().get("Final-Recipient"));
    }

    private static String text(NewMessage notice) { return new String(Doors.octets(notice), StandardCharsets.UTF_8); }

    private QueuedMessage message(String sender) {
        return new QueuedMessage(new QueueId("0123456789ABCDEF"), time.instant(),
                time.instant().plus(Duration.ofDays(1)), ReversePath.of(sender),
                new MailParameters(BodyType.SevenBit, false, Ret.None, "envelope+3D1", RequireTlsTag.None),
                new QueuedMessage.About("127.0.0.1", "", "Hello", 20));
    }

    private StatusReport report(boolean failed, Told... told) {
        var message = message("me@relay.example");
        var writer = new DsnWriter("relay.example", _ -> false, Doors::notice, time);
        var made = failed
                ? writer.failed(message, body(), List.of(told))
                : writer.delayed(message, body(), List.of(told));
        return StatusReport.of(new String(Doors.octets(made.orElseThrow()), StandardCharsets.UTF_8));
    }

    private static MessageContent body() {
        byte[] octets = "Subject: Hello\r\n\r\nHi\r\n".getBytes(StandardCharsets.US_ASCII);
        return new MessageContent() {
            @Override
            public java.io.InputStream open() { return new java.io.ByteArrayInputStream(octets); }

            @Override
            public long size() { return octets.length; }
        };
    }

    private Told told(int index, String address, String original, Outcome outcome) {
        return new Told(new QueuedRecipient(index, new Recipient(Address.of(address), Set.<Notify>of(), original),
                QueuedRecipient.Route.of("c"), QueuedRecipient.State.Failed, 1, time.instant()), outcome,
                Optional.empty());
    }

    private static Outcome failed(String code, String sentence) {
        return new Outcome.Failed(code, sentence, "mx.example", Optional.empty());
    }
}
