package org.sternpost.engine.mail;

import java.nio.charset.StandardCharsets;

/// A mailbox: local part as written, domain in canonical form (RFC 5321 §4.1.2, RFC 6531 §3.3).
///
/// What a local part means is for its own host alone to say (RFC 5321 §2.3.11), so a relay passes on what it got: also
/// one of more than 64 octets, as senders' return addresses have, and one that ends in a dot or has two in a row, as
/// some providers hand out. Departs from RFC 5321 §4.1.2: only what could be read as something else is refused.
public record Address(String localPart, Domain domain) {

    private static final int ADDRESS_OCTETS_MAX = 900; // RFC 5322 §2.1.1: it fits one line of a header, which is 998
    private static final String ATEXT_MARKS = "!#$%&'*+-/=?^_`{|}~"; // RFC 5322 §3.2.3
    private static final String AMBIGUOUS = "<>@\\\""; // outside quotes they end the address or begin another

    public Address {
        int octets = octets(localPart) + 1 + domain.ascii().length();
        if (localPart.isEmpty()) throw new IllegalArgumentException("the local part before '@' is empty");
        if (octets > ADDRESS_OCTETS_MAX)
            throw new IllegalArgumentException("the address has " + octets + " octets; 900 are allowed");
        if (Characters.any(localPart, Address::breaksLines))
            throw new IllegalArgumentException("the local part before '@' has a control character");
        if (!isQuoted(localPart)) refuseAmbiguous(localPart);
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
    public boolean needsUtf8() { return !Characters.areAscii(localPart); }

    /// True for what some reader takes for the end of a line, or for no character at all.
    public static boolean breaksLines(int c) {
        if (c < 0x80) return Character.isISOControl(c);
        int type = Character.getType(c);
        return Character.isISOControl(c) || type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }

    /// As a header field writes it: in quotes where the local part is no dot-atom (RFC 5322 §3.4.1).
    public String inHeader() {
        return isDotAtom(localPart) || isQuoted(localPart) ? toString() : "\"" + localPart + "\"@" + domain;
    }

    @Override
    public String toString() { return localPart + "@" + domain; }

    private static int octets(String text) {
        return Characters.areAscii(text) ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void refuseAmbiguous(String text) {
        for (int i = 0; i < text.length();) {
            int c = text.codePointAt(i);
            if (Character.isSpaceChar(c) || AMBIGUOUS.indexOf(c) >= 0)
                throw new IllegalArgumentException("the local part '" + text + "' has '" + Character.toString(c)
                        + "' outside quotes; write it as its owner gave it, or in quotes");
            i += Character.charCount(c);
        }
    }

    private static boolean isDotAtom(String text) {
        if (text.startsWith(".") || text.endsWith(".") || text.contains("..")) return false;
        return Characters.all(text, c -> c >= 0x80 || c == '.' || Character.isLetterOrDigit(c)
                || ATEXT_MARKS.indexOf(c) >= 0);
    }

    private static boolean isQuoted(String text) {
        if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) return false;
        boolean escaped = false;
        for (int i = 1; i < text.length() - 1; i++) {
            char c = text.charAt(i);
            if (!escaped && c == '"') return false;
            escaped = !escaped && c == '\\';
        }
        return !escaped;
    }
}
