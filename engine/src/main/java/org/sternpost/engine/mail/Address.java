package org.sternpost.engine.mail;

import java.nio.charset.StandardCharsets;

/// A mailbox: local part as written, domain in canonical form (RFC 5321 §4.1.2, RFC 6531 §3.3).
public record Address(String localPart, Domain domain) {

    private static final int LOCAL_PART_OCTETS_MAX = 64; // RFC 5321 §4.5.3.1.1
    private static final int PATH_OCTETS_MAX = 254; // RFC 5321 §4.5.3.1.3, without the angle brackets
    private static final String ATEXT_MARKS = "!#$%&'*+-/=?^_`{|}~"; // RFC 5322 §3.2.3

    public Address {
        int octets = localPart.getBytes(StandardCharsets.UTF_8).length;
        if (octets == 0) throw new IllegalArgumentException("the local part before '@' is empty");
        if (octets > LOCAL_PART_OCTETS_MAX)
            throw new IllegalArgumentException("the local part has " + octets + " octets; 64 are allowed");
        if (octets + 1 + domain.ascii().length() > PATH_OCTETS_MAX)
            throw new IllegalArgumentException("the address has more than 254 octets");
        if (!isDotString(localPart) && !isQuoted(localPart))
            throw new IllegalArgumentException("'" + localPart + "' is neither a dot-string nor a quoted string");
    }

    /// Reads `local@domain`; the domain may have U-labels.
    ///
    /// @throws IllegalArgumentException with a sentence that names the place and the reason
    public static Address of(String text) {
        int at = text.lastIndexOf('@');
        if (at < 0) throw new IllegalArgumentException("'" + text + "' has no '@'");
        String domain = text.substring(at + 1);
        if (domain.startsWith("["))
            throw new IllegalArgumentException("'" + text + "' names an address literal; a domain name is needed");
        return new Address(text.substring(0, at), Domain.of(domain));
    }

    /// True if the address needs SMTPUTF8 (RFC 6531 §3.3): its local part has characters outside ASCII.
    public boolean needsUtf8() { return localPart.chars().anyMatch(c -> c >= 0x80); }

    @Override
    public String toString() { return localPart + "@" + domain; }

    private static boolean isDotString(String text) {
        if (text.startsWith(".") || text.endsWith(".") || text.contains("..")) return false;
        return text.chars().allMatch(c -> c >= 0xa0 || c == '.' || Character.isLetterOrDigit(c) && c < 0x80
                || ATEXT_MARKS.indexOf(c) >= 0);
    }

    private static boolean isQuoted(String text) {
        if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) return false;
        boolean escaped = false;
        for (int i = 1; i < text.length() - 1; i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c == 0x7f) return false;
            if (!escaped && c == '"') return false;
            escaped = !escaped && c == '\\';
        }
        return !escaped;
    }
}
