package org.sternpost.engine.tlsrpt;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.sternpost.engine.mail.Address;

/// The one mailbox of a `mailto:` URI (RFC 6068 §2); its header fields are ignored.
final class MailtoAddress {

    private MailtoAddress() {}

    /// Empty if it has none, or more than one.
    public static Optional<Address> of(URI uri) {
        String part = uri.getRawSchemeSpecificPart();
        int query = part.indexOf('?');
        String text = query < 0 ? part : part.substring(0, query);
        // RFC 6068 §2: a bare comma parts two mailboxes; one within a mailbox is encoded.
        if (text.indexOf(',') >= 0) return Optional.empty();
        try {
            // RFC 6068 §2: '+' is itself, so it is kept from the decoder of forms.
            return Optional.of(mailbox(URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Address mailbox(String text) {
        int at = text.lastIndexOf('@');
        if (at < 0 || text.startsWith("\"") || !needsQuotes(text.substring(0, at))) return Address.of(text);
        // RFC 5321 §4.1.2: a local part that is no dot-string is written as a quoted one.
        return Address.of("\"" + text.substring(0, at).replaceAll("([\"\\\\])", "\\\\$1") + "\"" + text.substring(at));
    }

    private static boolean needsQuotes(String localPart) {
        return localPart.chars().anyMatch(c -> " \"(),:;<>@[\\]".indexOf(c) >= 0);
    }
}
