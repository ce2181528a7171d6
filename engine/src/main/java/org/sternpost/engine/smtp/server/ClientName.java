package org.sternpost.engine.smtp.server;

import java.util.Optional;
import org.sternpost.engine.mail.Characters;

/// What a client calls itself in EHLO or HELO.
final class ClientName {

    private static final int CHARACTERS_MAX = 255; // RFC 5321 §4.5.3.1.2
    private static final String NAMELESS = "unknown";

    private ClientName() {}

    /// The name as `Received` shows it; empty if it is none.
    ///
    /// @param lenient whatever is given is taken, and what cannot be shown is left out of it
    static Optional<String> of(String given, boolean lenient) {
        if (given.length() <= CHARACTERS_MAX && isHostOrLiteral(given)) return Optional.of(given);
        // docs/transport-security.md#intake-lenient
        return lenient ? Optional.of(shown(given)) : Optional.empty();
    }

    /// Old devices send no name, or the words that somebody gave them for one.
    private static String shown(String given) {
        var name = new StringBuilder();
        given.chars().limit(CHARACTERS_MAX).filter(c -> isOfName(c) || c == '_').forEach(c -> name.append((char) c));
        return name.isEmpty() ? NAMELESS : name.toString();
    }

    /// A name with whatever marks hosts call themselves by, or an address in brackets (RFC 5321 §4.1.3).
    private static boolean isHostOrLiteral(String name) {
        boolean literal = name.startsWith("[") && name.endsWith("]");
        String inner = literal ? name.substring(1, name.length() - 1) : name;
        return !inner.isEmpty() && Characters.all(inner, c -> isOfName(c) || c == (literal ? ':' : '_'));
    }

    private static boolean isOfName(int c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-';
    }
}
