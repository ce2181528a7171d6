package org.sternpost.engine.dsn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.dsn.DsnWriter;
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
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage.NewMessage;
import org.sternpost.engine.queue.QueuedMessage.QueuedRecipient;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.time.SimTime;

/// Notifications about mail with REQUIRETLS are protected as it is, and tell less (RFC 8689 §5).
class RequireTlsNoticeTest {

    private static final byte[] MESSAGE = "Subject: x\r\n\r\nsecret\r\n".getBytes(StandardCharsets.US_ASCII);
    private final SimTime time = new SimTime();

    /// Wish, RET, failed or delayed; then REQUIRETLS of the notification, and whether it holds the text.
    @ParameterizedTest
    @CsvSource(textBlock = """
            Required,    Full,  failed,  true,  false
            Required,    None, failed,  true,  false
            Required,    Full,  delayed, true,  false
            None,        Full,  failed,  false, true
            None,        None,  failed,  false, false
            None,        Headers, failed, false, false
            NotRequired, Full,  failed,  false, true
            """)
    void wishDecidesWhatComesBackAndHow(RequireTlsTag wish, Ret back, String action, boolean requireTls,
            boolean whole) {
        var message = new QueuedMessage(QueueId.fresh(time.instant(), time.random()), time.instant(), time.instant(),
                ReversePath.of("a@x.example"), new MailParameters(BodyType.SevenBit, false, back, "", wish),
                new QueuedMessage.About("test", "<1@x>", "x", MESSAGE.length));
        var recipient = new QueuedRecipient(0, new Recipient(Address.of("b@y.example"), Set.of(), ""),
                QueuedRecipient.Route.of("Default"), QueuedRecipient.State.Active, 1, time.instant());
        var told = List.of(new DsnWriter.Told(recipient, new Outcome.Failed("5.7.30", "no", "mx.y.example",
                Optional.empty()), Optional.empty()));
        var notifier = new DsnWriter("relay.example", _ -> false, Doors::notice, time);
        NewMessage notice = (action.equals("failed")
                ? notifier.failed(message, new Kept(MESSAGE), told)
                : notifier.delayed(message, new Kept(MESSAGE), told)).orElseThrow();
        assertEquals(requireTls ? RequireTlsTag.Required : RequireTlsTag.Notice, notice.row().message().tls());
        String text = new String(Doors.octets(notice), StandardCharsets.UTF_8);
        assertEquals(whole, text.contains("secret"), text);
        assertEquals(!whole, text.contains("text/rfc822-headers"), text);
        assertEquals(new ReversePath.Null(), notice.row().message().sender());
    }

    record Kept(byte[] octets) implements MessageContent {
        @Override
        public long size() { return octets.length; }

        @Override
        public InputStream open() { return new ByteArrayInputStream(octets); }
    }
}
