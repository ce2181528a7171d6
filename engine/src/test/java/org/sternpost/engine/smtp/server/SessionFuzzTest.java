package org.sternpost.engine.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.Envelope;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.message.Header;
import org.sternpost.engine.smtp.ScriptedSocket;
import org.sternpost.engine.smtp.server.Admission.Network;
import org.sternpost.engine.smtp.server.SmtpServer.ListenerConfig;
import org.sternpost.engine.smtp.server.SmtpServer.MessageSink;
import org.sternpost.engine.smtp.server.SmtpServer.ServerLimits;
import org.sternpost.engine.store.Content;
import org.sternpost.engine.time.SimTime;

/// Any octets as a whole session of a client: greeting, transactions, contents, whatever comes between.
class SessionFuzzTest {

    private static final Pattern REPLY = Pattern.compile("[2-5]\\d\\d[ -][^\\p{Cntrl}]*");
    private static final int MESSAGE_OCTETS_MAX = 100_000; // so that a search may reach it
    private static final ServerLimits LIMITS = ServerLimits.DEFAULT.withMessageOctetsMax(MESSAGE_OCTETS_MAX);

    private static final List<Network> ALLOWED = List.of(Network.of("127.0.0.0/8"));
    private static final Path NO_DISK = Path.of("no-disk");

    private final List<Envelope> envelopes = new ArrayList<>();
    private final List<String> contents = new ArrayList<>();

    @FuzzTest
    void aClientMaySayAnything(byte[] said) throws IOException {
        if (said.length == 0) return;
        envelopes.clear(); // a search calls one instance again and again
        contents.clear();
        var socket = new ScriptedSocket(said, 1 + (said[0] & 0xff) * 8);
        var admission = new Admission(LIMITS);
        var admitted = assertInstanceOf(Admission.Answer.Admitted.class,
                admission.admit(InetAddress.getLoopbackAddress(), Admission.Standing.Known));
        // Nothing waits, and nothing is so large that it goes to the disk: a search tries thousands in a second.
        new Session(socket, InetAddress.getLoopbackAddress(), new ListenerConfig(Domain.of("relay.example"), ALLOWED,
                admission, this::take, NO_DISK, Optional.empty(), new SimTime()), admitted.place()).run();
        assertEquals(0, admission.sessions(), "the place is still taken");
        assertEquals(0, admission.memoryOctets(), "memory is still taken");
        String heard = new String(socket.heard(), StandardCharsets.UTF_8);
        assertTrue(heard.startsWith("220 ") && heard.endsWith("\r\n"), heard);
        for (String line : heard.split("\r\n"))
            assertTrue(REPLY.matcher(line).matches(), line);
        String text = new String(said, StandardCharsets.ISO_8859_1);
        // In the midst of a line it may be what the client said, in our answer to that.
        assertEquals(contents.size(), count(heard, "\r\n250 2.0.0 Ok: queued as "), heard);
        // RFC 5321 §4.1.1.4: a message ends nowhere else, so that none is carried behind another's back.
        assertTrue(contents.size() <= count(text, "\r\n.\r\n") + count(text.toUpperCase(Locale.ROOT), "BDAT"),
                "more messages than ends of messages");
        for (String content : contents)
            assertFalse(hasBareEnd(content), "a bare CR or LF was taken");
        for (Envelope envelope : envelopes) {
            assertFalse(envelope.recipients().isEmpty());
            for (var recipient : envelope.recipients())
                assertEquals(recipient.address(), Address.of(recipient.address().toString()));
        }
    }

    private MessageSink.Answer take(QueueId id, String client, Envelope envelope, Header header, Content content) {
        try (InputStream octets = content.open()) {
            byte[] all = octets.readAllBytes();
            assertEquals(content.size(), all.length);
            contents.add(new String(all, StandardCharsets.ISO_8859_1));
            envelopes.add(envelope);
            return new MessageSink.Answer.Accepted(id);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static boolean hasBareEnd(String content) {
        for (int i = 0; i < content.length(); i++)
            switch (content.charAt(i)) {
                case '\r' -> {
                    if (!content.startsWith("\n", ++i)) return true;
                }
                case '\n' -> {
                    return true;
                }
                default -> {
                }
            }
        return false;
    }

    private static int count(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1))
            count++;
        return count;
    }
}
