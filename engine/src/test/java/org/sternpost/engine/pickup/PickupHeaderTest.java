package org.sternpost.engine.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who sends a file to whom, and which of its header goes on.
class PickupHeaderTest {

    @TempDir
    Path home;

    private Dropbox box;

    @BeforeEach
    void open() throws IOException { box = new Dropbox(home); }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            From: a@x.test;To: b@y.test | a@x.test | b@y.test
            From: A <a@x.test>;Sender: s@x.test;To: b@y.test | s@x.test | b@y.test
            From: a@x.test, c@x.test;Sender: S <s@x.test>;To: b@y.test | s@x.test | b@y.test
            from: a@x.test;TO: b@y.test;cc: c@y.test;bCC: d@y.test | a@x.test | b@y.test c@y.test d@y.test
            From: a@x.test;To: b@y.test;To: c@y.test,B <b@Y.test> | a@x.test | b@y.test c@y.test
            From: a@x.test;To: undisclosed-recipients:\\;;Bcc: d@y.test | a@x.test | d@y.test
            From: a@x.test;To:;Bcc: d@y.test | a@x.test | d@y.test
            X-Sender: s@x.test;X-Receiver: r@z.test;X-Receiver: <q@z.test>;From: a@x.test | s@x.test | r@z.test q@z.test
            X-Receiver: r@z.test;From: a@x.test;To: b@y.test | a@x.test | r@z.test
            X-Sender: old client;From: a@x.test;To: b@y.test | a@x.test | b@y.test
            """)
    void theHeaderSaysWhoSendsItToWhom(String header, String from, String to) throws IOException {
        var mail = box
                .mailOf(header.replace("\\;", "\u0000").replace(";", "\n").replace('\u0000', ';') + "\n\nHello\n");
        assertEquals(from, mail.from());
        assertEquals(to, String.join(" ", mail.to()));
        assertEquals("pickup", mail.client());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            To: b@y.test | it has no From
            From: a@x.test;From: a@x.test;To: b@y.test | it has From twice
            From: a@x.test, c@x.test;To: b@y.test | From has 2 addresses and there is no Sender
            From: a@x.test;Sender: s@x.test, t@x.test;To: b@y.test | Sender has 2 addresses
            From: a@x.test;Sender: s@x.test;Sender: t@x.test;To: b@y.test | it has Sender twice
            From: ;To: b@y.test | From has no address
            From: <>;To: b@y.test | From: there is no address between '<' and '>'
            From: a@x.test | it has no recipient
            From: a@x.test;To: b@y.test, c | To: 'c' has no '@'
            From: a@x.test;To: b@[192.0.2.1] | To: an address literal is named
            From: a@x.test;To: b@y.test;Bcc: c@nowhere..example | Bcc: 'nowhere..example' has an empty label
            From: a@x.test;To: b@y.test;Resent-To: c@z.test | it has the field Resent-To
            From: a@x.test;X-Sender: s;X-Receiver: r@z.test | X-Sender: 's' has no '@'
            From: a@x.test;X-Receiver: r | X-Receiver: 'r' has no '@'
            From: a@x.test;To: b@y.test;no field | line 3 of the header is no field: 'no field'
            From a@x.test Mon Nov 23;From: a@x.test | line 1 of the header is no field
             ^folded: a;From: a@x.test | line 1 of the header is no field
            """, ignoreLeadingAndTrailingWhitespace = true)
    void aHeaderThatDoesNotSaySoIsSetAsideWithTheReason(String header, String reason) throws IOException {
        String told = box.reasonOf(
                (header.replace(";", "\n").replace('^', ' ') + "\n\nHello\n").getBytes(StandardCharsets.UTF_8));
        assertTrue(told.startsWith(reason), told);
        assertTrue(told.lines().count() >= 3, told);
    }

    /// What .NET writes has the hidden recipients in the envelope alone.
    @Test
    void nobodyIsShownWhoElseHasACopy() throws IOException {
        var mail = box.mailOf("X-Sender: ann@example.org\nX-Receiver: bob@example.net\nX-Receiver: eve@example.com\n"
                + "From: ann@example.org\nTo: bob@example.net\nBcc: x@example.com,\n\teve@example.com\nSubject: x\n\n"
                + "Bcc: this is text\n");
        assertEquals(List.of("bob@example.net", "eve@example.com"), mail.to());
        assertFalse(mail.header().contains("eve"), mail.header());
        assertFalse(mail.header().contains("x@example.com"), mail.header());
        assertTrue(mail.header().contains("To: bob@example.net\r\nSubject: x\r\n"), mail.header());
        assertEquals("Bcc: this is text\r\n", mail.body());
    }

    /// Of others X-Sender is no envelope: it is left as it is.
    @Test
    void whatItLacksIsAddedAndWhatItHasStays() throws IOException {
        var bare = box.mailOf(Dropbox.HEAD + "X-Sender: x\n\nHello\n");
        assertEquals("Received: by relay.example.org (Sternpost) via pickup id " + bare.id()
                + ";\r\n\tMon, 23 Nov 2026 10:00:00 +0000\r\nFrom: Ann <ann@example.org>\r\nTo: bob@example.net\r\n"
                + "X-Sender: x\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <" + bare.id()
                + "@relay.example.org>\r\n", bare.header());
        String whole = Dropbox.HEAD + "Date: Sun, 22 Nov 2026 10:00:00 +0100\nmessage-id: <a@b>\nSubject: a\n b\n\tc\n";
        var mail = box.mailOf(whole + "\nHello\n");
        assertEquals(whole.replace("\n", "\r\n"), mail.header().substring(mail.header().indexOf("From:")));
        assertEquals("Hello\r\n", mail.body());
    }

    @Test
    void itEndsWithItsFileOrAnEmptyLineWhateverEndsItsLines() throws IOException {
        assertEquals("", box.mailOf(Dropbox.HEAD.strip()).body());
        assertEquals("a\r\n\r\nb\r\n", box.mailOf(Dropbox.HEAD.replace("\n", "\r\n") + "\na\r\n\nb").body());
        assertEquals("x\r\n", box.mailOf("\uFEFF" + Dropbox.HEAD + "\nx").body());
    }

    @Test
    void textInUtf8GoesInEncodedWordsAndAddressesInUtf8Ask() throws IOException {
        var words = box.mailOf("From: J\u00fcrgen <j@example.org>\nTo: \"Lee, Ann\" <ann@example.net>, \u00c4nne"
                + " <b@b\u00fccher.example>\nSubject: Gr\u00fc\u00dfe an alle\n\nGr\u00fc\u00dfe\n");
        assertFalse(words.envelope().parameters().smtpUtf8());
        assertEquals(List.of("ann@example.net", "b@xn--bcher-kva.example"), words.to());
        assertTrue(words.header().chars().allMatch(c -> c < 0x80), words.header());
        assertTrue(words.header().contains("\"Lee, Ann\" <ann@example.net>"), words.header());
        assertEquals("Gr\u00fc\u00dfe\r\n", words.body());
        String signed = "DKIM-Signature: v=1\nSubject: Gr\u00fc\u00dfe\n";
        assertTrue(box.mailOf(Dropbox.HEAD + signed + "\nx\n").header().contains(signed.replace("\n", "\r\n")));
        var address = box.mailOf("From: a@example.org\nTo: \u00fc@example.net\n\nx\n");
        assertTrue(address.envelope().parameters().smtpUtf8());
        assertEquals(List.of("\u00fc@example.net"), address.to());
        assertTrue(box.mailOf(Dropbox.HEAD + "X-Odd: \u00fc\n\nx\n").envelope().parameters().smtpUtf8());
    }

    @Test
    void aHeaderInAnotherCharsetIsSetAside() throws IOException {
        String told = box.reasonOf((Dropbox.HEAD + "Subject: \u00fc\n\nx\n").getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(told.startsWith("the header is not UTF-8"), told);
    }

    @Test
    void asManyRecipientsAsAllowedAndNoMore() throws IOException {
        assertEquals(100, box.mailOf(many(100)).to().size());
        String told = box.reasonOf(many(101).getBytes(StandardCharsets.US_ASCII));
        assertTrue(told.startsWith("it has 101 recipients; 100 are allowed\n"), told);
        assertTrue(told.contains("pickup.maxRecipients"), told);
        assertEquals(1, box.mailOf("From: a@x.test\nTo: " + "b@y.test, ".repeat(200) + "\n\nx\n").to().size());
    }

    @Test
    void aHeaderAsLongAsAllowedAndNoLonger() throws IOException {
        String end = "X: y\n\n";
        int octets = Dropbox.HEAD.replace("\n", "\r\n").length() + end.length() + 2;
        String long1 = Dropbox.HEAD + "X: y" + "z".repeat(PickupTerms.HEADER_OCTETS - octets) + "\n\n";
        assertEquals("text\r\n", box.mailOf(long1 + "text\n").body());
        String told = box.reasonOf((long1.replace("X: ", "X: z") + "text\n").getBytes(StandardCharsets.US_ASCII));
        assertTrue(told.startsWith("the header has more than 65536 octets, or no empty line behind it"), told);
    }

    @Test
    void mailThatGoesRoundInCirclesIsSetAside() throws IOException {
        String hops = "Received: by x\n".repeat(51);
        String told = box.reasonOf((hops + Dropbox.HEAD + "\nx\n").getBytes(StandardCharsets.US_ASCII));
        assertTrue(told.startsWith("the message is in a loop: it has passed 51 hosts"), told);
        box.mailOf(hops.substring(hops.indexOf('\n') + 1) + Dropbox.HEAD + "\nx\n");
    }

    private static String many(int count) {
        return "From: a@x.test\nTo: " + IntStream.range(0, count).mapToObj(i -> "u" + i + "@y.test")
                .collect(Collectors.joining(",\n ")) + "\n\nx\n";
    }
}
