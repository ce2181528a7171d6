package org.sternpost.engine.smtp.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.sternpost.engine.smtp.MailParameters;
import org.sternpost.engine.smtp.RecipientParameters;

/// One message as a session sends it: the envelope in the words of SMTP, and its octets.
///
/// @param from      between the angle brackets; empty for the null path
/// @param asked     what the sender asked for; what the host hears of it depends on what it announces
/// @param size      octets of the content
public record Parcel(String from, List<To> to, MailParameters asked, long size, Content content) {

    /// @param asked what the sender asked for this one
    public record To(String address, RecipientParameters asked) {}

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
    Parcel with(Content octets, long octetsSize) { return new Parcel(from, to, asked, octetsSize, octets); }

    public Parcel {
        to = List.copyOf(to);
        if (to.isEmpty()) throw new IllegalArgumentException("a parcel without a recipient");
    }
}
