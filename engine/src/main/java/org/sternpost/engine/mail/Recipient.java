package org.sternpost.engine.mail;

import java.util.Set;

/// One recipient of a message, and what RCPT asked for it.
///
/// @param notifyOn `NOTIFY` (RFC 3461 §4.1); empty when not said. Java keeps the name `notify` for itself
/// @param orcpt    `ORCPT` as sent, `rfc822;user@example.org` (RFC 3461 §4.2); empty text when none
public record Recipient(Address address, Set<Notify> notifyOn, String orcpt) {

    private static final int ORCPT_CHARACTERS_MAX = 500; // RFC 3461 §4.2
    private static final String UTF8 = "utf-8"; // RFC 6533 §3

    /// @throws IllegalArgumentException if the grammar of RCPT has no such parameter
    public Recipient {
        notifyOn = Set.copyOf(notifyOn);
        // RFC 3461 §4.1: NEVER stands alone.
        if (notifyOn.contains(Notify.Never) && notifyOn.size() > 1)
            throw new IllegalArgumentException("NOTIFY=NEVER stands alone");
        if (!orcpt.isEmpty()) refuseBad(orcpt);
    }

    /// Of whom nothing is asked.
    public static Recipient of(Address address) { return new Recipient(address, Set.of(), ""); }

    /// The same in seven bits (RFC 6533 §3).
    public Recipient sevenBit() {
        int at = orcpt.indexOf(';') + 1;
        return isAscii(orcpt)
                ? this
                : new Recipient(address, notifyOn, orcpt.substring(0, at) + Xtext.sevenBit(orcpt.substring(at)));
    }

    private static void refuseBad(String orcpt) {
        int semicolon = orcpt.indexOf(';');
        if (semicolon < 1 || !isType(orcpt.substring(0, semicolon)))
            throw new IllegalArgumentException("ORCPT needs a type and an address: rfc822;user@example.org");
        String address = orcpt.substring(semicolon + 1);
        boolean utf8 = orcpt.substring(0, semicolon).equalsIgnoreCase(UTF8);
        boolean good = !isAscii(address) && utf8 ? isUnitext(address) : Xtext.is(address);
        // What may be sent on in seven bits must fit in seven bits.
        int length = semicolon + 1 + (isAscii(address) ? address : Xtext.sevenBit(address)).length();
        if (address.isEmpty() || !good || length > ORCPT_CHARACTERS_MAX)
            throw new IllegalArgumentException("ORCPT needs 1 to " + ORCPT_CHARACTERS_MAX + " characters of xtext");
    }

    private static boolean isType(String text) {
        return text.chars().allMatch(
                c -> c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-');
    }

    /// RFC 6533 §3: an address as it is, or with escapes; of ASCII all that is visible but "=".
    private static boolean isUnitext(String address) {
        return address.codePoints().allMatch(c -> c > ' ' && c != '=' && !Address.breaksLines(c));
    }

    private static boolean isAscii(String text) { return text.chars().allMatch(c -> c < 0x80); }
}
