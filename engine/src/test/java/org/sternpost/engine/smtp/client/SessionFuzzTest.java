package org.sternpost.engine.smtp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Envelope.MailParameters;
import org.sternpost.engine.mail.Envelope.Recipient;
import org.sternpost.engine.mail.Envelope.ReversePath;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.smtp.ScriptedSocket;
import org.sternpost.engine.smtp.client.SmtpClient.Timeouts;
import org.sternpost.engine.smtp.client.SmtpSession.Answer;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.SystemTime;

/// Any octets as all that a mail host says in a session, in which two messages are to be sent.
class SessionFuzzTest {

    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 25);
    private static final String CONTENT = "Subject: x\r\n\r\n.dot\r\nlast line\r\n";
    private static final String DOTTED = CONTENT.replace("\r\n.", "\r\n..") + ".\r\n";
    private static final Envelope ENVELOPE = new Envelope(ReversePath.of("a@example.com"),
            List.of(Recipient.of(Address.of("b@example.org")), Recipient.of(Address.of("c@example.org"))),
            MailParameters.NONE);

    @FuzzTest
    void aHostMaySayAnything(byte[] said) throws IOException {
        if (said.length == 0) return;
        var socket = new ScriptedSocket(said, 1 + (said[0] & 0xff));
        var client = new SmtpClient(Timeouts.of(Duration.ofMinutes(1)), new SystemTime());
        int taken = 0;
        try (var session = client.over(socket, PEER)) {
            session.banner();
            session.hello("relay.example", true);
            for (int message = 0; message < 2; message++) {
                List<Answer> answers = session.send(ENVELOPE, Content.of(CONTENT.getBytes(StandardCharsets.US_ASCII)));
                assertEquals(ENVELOPE.recipients().size(), answers.size());
                if (answers.stream().anyMatch(one -> one instanceof Answer.Said told && told.delivered())) taken++;
            }
            session.quit();
        } catch (BrokenSessionException broken) {
            assertFalse(String.valueOf(broken.getMessage()).isBlank());
        }
        String heard = new String(socket.heard(), StandardCharsets.ISO_8859_1);
        // What counts as delivered was said whole, and the host has said yes to it.
        assertTrue(taken <= count(heard, DOTTED) + count(heard, CONTENT), heard);
        assertTrue(taken <= count(new String(said, StandardCharsets.ISO_8859_1), "2"), "nobody said yes");
        assertFalse(heard.replace("\r\n", "").matches("(?s).*[\r\n].*"), "a bare CR or LF was sent");
    }

    private static int count(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1))
            count++;
        return count;
    }
}
