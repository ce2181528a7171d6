package org.sternpost.engine.smtp.server;

import java.util.Set;
import org.sternpost.engine.smtp.Command.MalformedCommandException;

/// What begins a line and is no command of ours.
final class UnknownVerb {

    private static final Set<String> OTHER_PROTOCOLS = Set.of("GET", "HEAD", "POST", "PUT", "OPTIONS", "CONNECT");
    private static final int SHOWN_MAX = 20;

    private UnknownVerb() {}

    /// True of a browser made to talk to us.
    static boolean isOfOtherProtocol(String verb) { return OTHER_PROTOCOLS.contains(verb); }

    /// Says it back as far as that harms nobody.
    static MalformedCommandException refusal(String verb) {
        var shown = new StringBuilder();
        verb.chars().limit(SHOWN_MAX).forEach(
                c -> shown.append(c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' ? (char) c : '?'));
        return new MalformedCommandException(500, "5.5.1 command '" + shown + "' is not known");
    }
}
