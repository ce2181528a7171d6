package org.sternpost.engine.dsn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.dsn.DsnWriter.Told;
import org.sternpost.engine.delivery.Outcome;
import org.sternpost.engine.intake.Doors;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.BodyType;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.Ret;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.SimTime;

/// How much of a message comes back, and what a notification says when it is less than was asked for.
class ReturnedPartTest {

    private final SimTime time = new SimTime();

    /// RET, the message, type of what comes back, what stands in it, why it is the header alone.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Full|Subject: x~~hello~|message/rfc822|hello|
            Headers|Subject: x~~hello~|text/rfc822-headers|Subject: x|
            None|Subject: x~~gr\u00fcn~|text/rfc822-headers|Subject: x|
            Full|Subject: x~~gr\u00fcn~|message/rfc822|gr=C3=BCn|
            Full|Subject: x~~\u001b$B>!\u001b(B~|message/rfc822|$B>!|
            Full|Content-Type: image/png~~\u00ff~|message/rfc822|w78NCg==|
            Full|DKIM-Signature: v=1~~gr\u00fcn~|text/rfc822-headers|v=1|the message has a signature
            Full|DKIM-Signature: v=1~~green~|message/rfc822|green|
            Full|Subject: gr\u00fcn~~hello~|text/rfc822-headers|gr=C3=BCn|the message has header fields
            Full|Subject: x~~LONG~|text/rfc822-headers|Subject: x|the message has lines
            """)
    void asMuchComesBackAsEveryHostTakes(Ret wish, String message, String type, String holds, String why) {
        String text = notice(wish, RequireTlsTag.None, "me@home.example", message, false);
        assertTrue(text.chars().allMatch(c -> c < 0x80), text);
        said(text, type, holds, why);
    }

    @Test
    void aSenderWhoseHostTakesUtf8GetsTheMessageAsItIs() {
        String text = notice(Ret.Full, RequireTlsTag.None, "m\u00e9@home.example", "DKIM-Signature: v=1~~gr\u00fcn~",
                false);
        said(text, "message/global", "gr\u00fcn", null);
    }

    /// UTF-8 lengthens no line: what SMTP has no lines for comes back in others, or not.
    @ParameterizedTest
    @CsvSource({"Full, 'Subject: gr\u00fcn~~LONG~', text/rfc822-headers, true",
            "None, 'Subject: gr\u00fcn~X-Long: LONG~~hello~', text/rfc822-headers, false"})
    void aSenderWhoseHostTakesUtf8GetsNoLineThatSmtpHasNot(Ret wish, String message, String type, boolean told) {
        String text = notice(wish, RequireTlsTag.None, "m\u00e9@home.example", message, false);
        assertTrue(text.lines().allMatch(line -> line.length() <= 998), text);
        said(text, type, "Subject: gr", told ? "the message has lines" : null);
    }

    @Test
    void contentThatIsWithheldIsSpokenOf() {
        String plain = "Subject: x~~hello~";
        said(notice(Ret.Full, RequireTlsTag.Required, "me@home.example", plain, false), "text/rfc822-headers",
                "Subject: x", "you required TLS");
        said(notice(Ret.Full, RequireTlsTag.None, "me@home.example", plain, true), "text/rfc822-headers",
                "Subject: x", "the way back to you");
        said(notice(Ret.Full, RequireTlsTag.None, "me@home.example", "Subject: x~~" + "hello~".repeat(200_000),
                false), "text/rfc822-headers", "Subject: x", "the message has more than");
    }

    private static void said(String text, String type, String holds, String why) {
        String[] returned = text.split("Content-Type: (?=message/rfc822|message/global\r|text/rfc822-headers)", 2);
        assertTrue(returned.length == 2 && returned[1].startsWith(type + "\r\n") && returned[1].contains(holds), text);
        String words = returned[0].replaceAll("=\r\n", "").replaceAll("\\s+", " ");
        assertEquals(why != null, words.contains("Only the header of your message comes back, because "), text);
        if (why != null) assertTrue(words.contains("comes back, because " + why), words);
    }

    private String notice(Ret wish, RequireTlsTag tls, String sender, String message, boolean enforced) {
        byte[] octets = message.replace("LONG", "y".repeat(1_200)).replace("~", "\r\n")
                .getBytes(StandardCharsets.UTF_8);
        var queued = new QueuedMessage(QueueId.fresh(time.instant(), time.random()), time.instant(), time.instant(),
                ReversePath.of(sender), new MailParameters(BodyType.SevenBit, false, wish, "", tls),
                new QueuedMessage.About("127.0.0.1", "", "x", octets.length));
        var told = new Told(
                new QueuedRecipient(0, new Recipient(Address.of("b@y.example"), Set.of(), ""),
                        QueuedRecipient.Route.of("c"), QueuedRecipient.State.Failed, 1, time.instant()),
                new Outcome.Failed("5.1.1", "no", "mx.y.example", Optional.empty()), Optional.empty());
        var notice = new DsnWriter("relay.example", _ -> enforced, Doors::notice, time)
                .failed(queued, new RequireTlsNoticeTest.Kept(octets), List.of(told)).orElseThrow();
        return new String(Doors.octets(notice), StandardCharsets.UTF_8);
    }
}
