package org.sternpost.engine.smtp;

import java.util.List;
import java.util.regex.Pattern;

/// A complete SMTP reply (RFC 5321 §4.2).
///
/// @param code  200 to 599
/// @param lines text of each line after code and separator; at least one, may be empty
public record Reply(int code, List<String> lines) {

    private static final Pattern ENHANCED = Pattern.compile("^([245]\\.\\d{1,3}\\.\\d{1,3})(?: |$)"); // RFC 2034 §4

    public Reply {
        lines = List.copyOf(lines);
        if (code < 200 || code > 599) throw new IllegalArgumentException("no SMTP reply code: " + code);
        if (lines.isEmpty()) throw new IllegalArgumentException("a reply has a line");
    }

    public static Reply of(int code, String text) { return new Reply(code, List.of(text)); }

    public boolean isPositive() { return code < 400; }

    public boolean isTransient() { return code >= 400 && code < 500; }

    public boolean isPermanent() { return code >= 500; }

    /// The enhanced status code said, or the generic one of the class: `5.0.0` (RFC 3463 §3.1).
    public String enhancedCode() {
        var found = ENHANCED.matcher(lines.getFirst());
        return found.find() ? found.group(1) : code / 100 + ".0.0";
    }

    /// One line for logs and sentences: `550 5.1.1 No such user`.
    @Override
    public String toString() { return code + " " + String.join(" ", lines).strip(); }
}
