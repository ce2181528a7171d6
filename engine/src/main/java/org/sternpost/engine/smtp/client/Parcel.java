package org.sternpost.engine.smtp.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.sternpost.engine.mail.ReturnWish;

/// One message as a session sends it: the envelope in the words of SMTP, and its octets.
///
/// @param from      between the angle brackets; empty for the null path
/// @param utf8      the sender asked for SMTPUTF8 (RFC 6531)
/// @param envelopeId and `returnWish` of the DSN extension (RFC 3461 §4)
/// @param requireTls say `REQUIRETLS` (RFC 8689 §2)
/// @param size      octets of the content
public record Parcel(String from, List<To> to, boolean utf8, String envelopeId, ReturnWish returnWish,
        boolean requireTls, long size, Content content) {

    /// @param notifyOn value of NOTIFY, `SUCCESS,FAILURE`; empty text when none
    /// @param original value of ORCPT as sent to us; empty text when none
    public record To(String address, String notifyOn, String original) {}

    /// Where the octets come from, afresh each time.
    @FunctionalInterface
    public interface Content {
        InputStream open() throws IOException;
    }

    /// Our own copy of the message could not be read: trouble on our side, not the peer's.
    public static final class Unreadable extends IOException {
        private static final long serialVersionUID = 1;

        Unreadable(IOException cause) { super(cause.getMessage(), cause); }
    }

    /// The same with other octets.
    Parcel with(Content octets, long octetsSize) {
        return new Parcel(from, to, utf8, envelopeId, returnWish, requireTls, octetsSize, octets);
    }

    public Parcel {
        to = List.copyOf(to);
        if (to.isEmpty()) throw new IllegalArgumentException("a parcel without a recipient");
    }
}
