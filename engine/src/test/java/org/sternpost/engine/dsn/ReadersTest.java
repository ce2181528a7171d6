package org.sternpost.engine.dsn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.dsn.DsnWriter.Told;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.dkim.DkimKey;
import org.sternpost.engine.dkim.DkimSigner;
import org.sternpost.engine.dsn.StatusPart.Action;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope.BodyType;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Notify;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.Ret;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Composer;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.real.Readers;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// Mail of our own as strangers read it: Python's email package, dkimpy and two parsers of bounces.
class ReadersTest {

    private static final Instant NOW = Instant.parse("2026-11-27T09:08:07Z");

    private final SimTime time = new SimTime();

    @TempDir
    Path directory;

    @Test
    void noticesAreReadAsTheyAreMeant() throws Exception {
        Readers.require();
        var long550 = new Reply(550, List.of("5.1.1 <ghost@one.example>: Empfänger unbekannt",
                "5.1.1 See https://one.example/" + "x".repeat(120), "5.1.1 " + "and more words ".repeat(80)));
        var mismatch = new Failure(Reason.TLSA_INVALID, "no record matches (RFC 7672 §2.2)", "publish “3 1 1”");
        var failed = notice("failed", "me@home.example", "Grüße aus Köln " + "und anderswo ".repeat(12), List.of(
                told(0, "ghost@one.example", "rfc822;gh+2Bost@one.example",
                        new Outcome.Failed("5.1.1", "mx said no", "mx.one.example", Optional.empty(),
                                Optional.of(long550))),
                told(1, "jörg@two.example", "utf-8;jörg@two.example",
                        new Outcome.Failed("5.7.323", mismatch.sentence(), "mx.two.example",
                                Optional.of(mismatch)))));
        var delayed = notice("delayed", "me@home.example", "Hello", List.of(told(0, "a.@three.example", "",
                new Outcome.Deferred("4.2.0", "later", "mx.three.example", Optional.empty(),
                        Optional.of(Reply.of(450, "4.2.0 busy"))))));
        var relayed = notice("relayed", "me@home.example", "Hello", List.of(told(0, "b@four.example", "",
                new Outcome.Delivered("2.0.0", new Reply(250, List.of("2.0.0 Ok")), "mx.four.example", "",
                        org.sternpost.engine.tls.Level.None,
                        "", Optional.empty(), false))));
        var said = Readers.run("mail.py", List.of(failed, delayed, relayed));
        var expected = List.of("failed longest True", "failed seven True", "failed zone 0:00:00",
                "failed to 1 me@home.example", "failed part multipart/report []",
                "failed Subject Undeliverable: Grüße aus Köln " + "und anderswo ".repeat(12).strip(),
                "failed part text/plain []", "failed part message/delivery-status []",
                "failed part text/rfc822-headers []",
                "failed status 0 Original-Envelope-Id: a+b=c", "failed status 0 Reporting-MTA: dns; relay.example",
                "failed status 1 Original-Recipient: rfc822; gh+ost@one.example",
                "failed status 1 Final-Recipient: rfc822; ghost@one.example", "failed status 1 Status: 5.1.1",
                "failed status 1 Diagnostic-Code: smtp; " + String.join(" ", long550.toString().split(" +")),
                "failed status 2 Original-Recipient: utf-8; j\\x{F6}rg@two.example",
                "failed status 2 Final-Recipient: utf-8; j\\x{F6}rg@two.example",
                "failed status 2 Diagnostic-Code: X-Sternpost; no record matches (RFC 7672 section 2.2)",
                "delayed status 1 Action: delayed", "delayed status 1 Final-Recipient: rfc822; a.@three.example",
                "delayed status 1 Diagnostic-Code: smtp; 450 4.2.0 busy", "relayed status 1 Action: relayed",
                "relayed status 1 Status: 2.0.0", "relayed bounced []");
        for (String line : expected)
            assertTrue(said.contains(line), line + "\nis missing in\n" + String.join("\n", said));
        assertTrue(said.stream().anyMatch(line -> line.startsWith("failed text ") && line.contains("(RFC 7672 §2.2)")
                && line.contains("publish “3 1 1”")), said::toString);
        assertTrue(said.contains("failed bounced ['gh+ost@one.example']"), said::toString);
        var bounces = Readers.run("bounce.pl", List.of(failed));
        assertTrue(bounces.contains("failed is_bounce 1"), bounces::toString);
        assertTrue(bounces.contains("failed report gh+ost@one.example failed 5.1.1 550 user_unknown"),
                bounces::toString);
    }

    @Test
    void signedMailToManyIsWholeForItsReader() throws Exception {
        Readers.require();
        List<Address> many = IntStream.range(0, 60)
                .mapToObj(i -> Address.of("recipient.number." + i + "@department-" + i + ".example")).toList();
        byte[] mail = new Composer().field("Date", Header.date(NOW))
                .addresses("From", List.of(Address.of("a@x.example")))
                .addresses("To", many).field("Subject", "Zäh " + "=?utf-8?Q?x?= " + "w".repeat(2_000))
                .field("Message-ID", "<1@x.example>")
                .text("Zeile §\n.\nFrom here\n" + "lang ".repeat(400) + "\n \n=20");
        DkimKey key = DkimKey.generate(DkimKey.Algorithm.RSA);
        Path file = Files.write(directory.resolve("many.eml"),
                new DkimSigner(new Domain("x.example"), "s1", key).sign(mail, NOW));
        Files.writeString(directory.resolve("many.dns"), key.dnsText());
        var said = Readers.run("mail.py", List.of(file));
        var expected = List.of("many longest True", "many seven True", "many dkim True", "many Date Fri, 27 Nov 2026 "
                + "09:08:07 +0000",
                "many to 60 " + many.stream().map(Address::toString).collect(Collectors.joining(",")),
                "many Subject Zäh =?utf-8?Q?x?= " + "w".repeat(2_000),
                "many text Zeile § . From here " + "lang ".repeat(400) + "=20");
        for (String line : expected)
            assertTrue(said.contains(line), line + "\nis missing in\n" + String.join("\n", said));
        assertEquals(List.of(), said.stream().filter(line -> line.contains(" defects ") && !line.endsWith(" []"))
                .toList());
    }

    private Path notice(String action, String sender, String subject, List<Told> told) throws Exception {
        byte[] octets = ("Subject: x\r\nX-Long: " + "y".repeat(1_200) + "\r\nX-Raw: é\r\n\r\nHi\r\n")
                .getBytes(StandardCharsets.UTF_8);
        var message = new QueuedMessage(new QueueId("0123456789ABCDEF"), NOW, NOW.plus(Duration.ofDays(1)),
                ReversePath.of(sender),
                new MailParameters(BodyType.SevenBit, false, Ret.None, "a+2Bb+3Dc", RequireTlsTag.None),
                new QueuedMessage.About("127.0.0.1", "", subject, octets.length));
        var writer = new DsnWriter("relay.example", _ -> false, Doors::notice, time);
        var body = new RequireTlsNoticeTest.Kept(octets);
        var made = switch (Action.valueOf(action)) {
            case failed -> writer.failed(message, body, told);
            case delayed -> writer.delayed(message, body, told);
            case relayed -> writer.relayed(message, body, told);
        };
        return Files.write(directory.resolve(action + ".eml"), Doors.octets(made.orElseThrow()));
    }

    private static Told told(int index, String address, String original, Outcome outcome) {
        return new Told(
                new QueuedRecipient(index,
                        new Recipient(Address.of(address), Set.of(Notify.Success, Notify.Failure, Notify.Delay),
                                original),
                        QueuedRecipient.Route.of("c"), QueuedRecipient.State.Failed, 1, NOW),
                outcome, Optional.empty());
    }
}
