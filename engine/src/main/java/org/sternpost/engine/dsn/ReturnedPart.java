package org.sternpost.engine.dsn;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.sternpost.engine.dsn.StatusPart.Action;
import org.sternpost.engine.mail.Envelope.RequireTlsTag;
import org.sternpost.engine.mail.Envelope.Ret;
import org.sternpost.engine.message.Part;
import org.sternpost.engine.message.SevenBit;
import org.sternpost.engine.queue.QueuedMessage.MessageContent;
import org.sternpost.engine.queue.QueuedMessage;

/// What a notification brings back of the message it tells of (RFC 3461 §4.3, RFC 6522 §3).
///
/// @param part       the message, or its header
/// @param onlyHeader why the whole message does not come back though its sender asked for it; goes on `because`
record ReturnedPart(Part part, Optional<String> onlyHeader) {

    private static final int RETURNED_OCTETS_MAX = 1 << 20;
    private static final int HEADER_OCTETS_MAX = 64 << 10;
    private static final String UNFIT = "the message has lines or octets that not every host takes";

    /// @param utf8      the sender's host takes eight bits and UTF-8, or gets nothing at all
    /// @param noContent the way back proves nothing though it should
    static ReturnedPart of(QueuedMessage message, MessageContent body, Action action, boolean utf8, boolean noContent) {
        try {
            // RFC 3461 §4.3: the whole message only if asked for, and never of a delay.
            if (message.parameters().ret() != Ret.Full || action != Action.failed)
                return new ReturnedPart(header(message, body, utf8), Optional.empty());
            Optional<String> kept = withheld(message, body, noContent);
            if (kept.isPresent()) return new ReturnedPart(header(message, body, utf8), kept);
            byte[] octets;
            try (InputStream in = body.open()) {
                octets = in.readAllBytes();
            }
            if (Part.isPlain(octets)) return whole(Part.of("message/rfc822", octets));
            if (utf8 && Part.isEightBit(octets)) return whole(Part.eightBit("message/global", octets));
            if (utf8) return new ReturnedPart(header(message, body, true), Optional.of(UNFIT));
            // RFC 2046 §5.2.1: a message within a message is not encoded, so eight bits of it would keep the notice
            // from hosts that take seven; but what is in it may be (RFC 6152 §3).
            return switch (SevenBit.plan(new ByteArrayInputStream(octets))) {
                case SevenBit.Plan.Convert convert -> {
                    byte[] converted = SevenBit.of(new ByteArrayInputStream(octets), convert).readAllBytes();
                    yield Part.isPlain(converted)
                            ? whole(Part.of("message/rfc822", converted))
                            : new ReturnedPart(header(message, body, false),
                                    Optional.of(UNFIT));
                }
                case SevenBit.Plan.Impossible(var why) ->
                    new ReturnedPart(header(message, body, false), Optional.of("the message " + why));
            };
        } catch (IOException unreadable) {
            return new ReturnedPart(Part.of("text/rfc822-headers", "X-Note: the message can no longer be read\r\n"
                    .getBytes(StandardCharsets.US_ASCII)), Optional.empty());
        }
    }

    private static ReturnedPart whole(Part part) { return new ReturnedPart(part, Optional.empty()); }

    /// Why content that could come back shall not.
    private static Optional<String> withheld(QueuedMessage message, MessageContent body, boolean noContent) {
        // RFC 8689 §5: of a message with REQUIRETLS never more than the header, whatever RET says.
        if (message.tls() == RequireTlsTag.Required) return Optional.of("you required TLS for it (RFC 8689)");
        if (noContent) return Optional.of("the way back to you does not prove itself");
        if (body.size() > RETURNED_OCTETS_MAX)
            return Optional.of("the message has more than " + RETURNED_OCTETS_MAX + " octets");
        return Optional.empty();
    }

    private static Part header(QueuedMessage message, MessageContent body, boolean utf8) throws IOException {
        byte[] header;
        try (InputStream in = body.open()) {
            header = header(in.readNBytes(HEADER_OCTETS_MAX));
        }
        // RFC 2046 §5.2.1: what has to be encoded is text, for no reader looks into an encoded message.
        if (!utf8 || Part.isPlain(header) || !Part.isEightBit(header)) return Part.of("text/rfc822-headers", header);
        // RFC 6533 §6
        return Part.eightBit(message.parameters().smtpUtf8() ? "message/global-headers" : "text/rfc822-headers",
                header);
    }

    private static byte[] header(byte[] octets) {
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        return text.substring(0, end < 0 ? text.lastIndexOf("\r\n") + 2 : end + 2)
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
