package org.sternpost.engine.credential;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;

/// A password as it is compared: prepared by rules on which RFC 4013 (SASLprep) and RFC 8265 §4.2 (OpaqueString) agree.
///
/// The two differ where a character has a compatibility form, is a blank other than the space, or came to Unicode
/// after version 3.2. A client prepares by the one or by the other, or not at all: so a password has the characters of
/// ASCII, and the letters of U+00C0 to U+017F that both leave alone. Whatever else is refused when it is set.
public final class Password {

    private static final int CHARACTERS_MIN = 8; // NIST SP 800-63B §5.1.1.1
    private static final int OCTETS_MAX = 256;

    private final String prepared;

    private Password(String prepared) { this.prepared = prepared; }

    /// One that somebody wants to have.
    ///
    /// @throws IllegalArgumentException with a sentence that shows nothing of it
    public static Password of(String typed) {
        String composed = Normalizer.normalize(typed, Normalizer.Form.NFC);
        int characters = composed.codePointCount(0, composed.length());
        if (characters < CHARACTERS_MIN)
            throw new IllegalArgumentException("the password has " + characters + " characters; it needs "
                    + CHARACTERS_MIN + " at least");
        if (composed.getBytes(StandardCharsets.UTF_8).length > OCTETS_MAX)
            throw new IllegalArgumentException("the password has more than " + OCTETS_MAX + " octets");
        for (int i = 0; i < composed.length(); i++)
            if (!isAlike(composed.charAt(i)))
                throw new IllegalArgumentException("the password has a character at place "
                        + (composed.codePointCount(0, i) + 1) + " that clients send in different forms; letters, "
                        + "digits, the signs of ASCII and the letters from À to ž are fine");
        return new Password(composed);
    }

    /// One that a client sends; empty for what cannot be anybody's.
    static Optional<Password> heard(byte[] utf8) {
        if (utf8.length == 0 || utf8.length > 2 * OCTETS_MAX) return Optional.empty(); // it may come decomposed
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
            return Optional.of(new Password(Normalizer.normalize(text, Normalizer.Form.NFC)));
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    /// True if both ways to prepare it leave it as it is.
    private static boolean isAlike(char c) {
        if (c >= ' ' && c <= '~') return true;
        if (c < '\u00C0' || c > '\u017F' || !Character.isLetter(c)) return false;
        return Normalizer.isNormalized(String.valueOf(c), Normalizer.Form.NFKC);
    }

    char[] characters() { return prepared.toCharArray(); }

    /// Shows nothing of it.
    @Override
    public String toString() { return "(password)"; }
}
