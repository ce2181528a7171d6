package org.sternpost.engine.tlsrpt;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.sternpost.engine.mail.Address;

/// The one mailbox of a `mailto:` URI (RFC 6068 §2); its header fields are ignored.
public final class MailtoAddress {

    private MailtoAddress() {}

    /// Empty if it has none, or more than one.
    public static Optional<Address> of(URI uri) {
        String part = uri.getRawSchemeSpecificPart();
        int query = part.indexOf('?');
        String text = query < 0 ? part : part.substring(0, query);
        try {
            // RFC 6068 §2: '+' is itself, so it is kept from the decoder of forms.
            return Optional.of(Address.of(URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
