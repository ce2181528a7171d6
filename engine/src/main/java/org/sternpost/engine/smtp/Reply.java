package org.sternpost.engine.smtp;

import java.util.List;
import java.util.Optional;

/// A complete SMTP reply (RFC 5321 §4.2).
///
/// @param code  200 to 599
/// @param lines text of each line after code and separator; at least one, may be empty
public record Reply(int code, List<String> lines) {

    public Reply {
        lines = List.copyOf(lines);
        if (code < 200 || code > 599) throw new IllegalArgumentException("no SMTP reply code: " + code);
        if (lines.isEmpty()) throw new IllegalArgumentException("a reply has a line");
    }

    public static Reply of(int code, String text) { return new Reply(code, List.of(text)); }

    /// What the first digit says; the worse, the later (RFC 5321 §4.2.1).
    public enum Severity {
        /// 2yz: done. No other reply accepts anything.
        Completion,
        /// 3yz: more is expected of the client first; nothing is done yet.
        Intermediate,
        /// 4yz: not now.
        Transient,
        /// 5yz: never.
        Permanent
    }

    public Severity severity() { return Severity.values()[code / 100 - 2]; }

    /// True if what was asked is done (RFC 5321 §4.2.1).
    public boolean accepts() { return severity() == Severity.Completion; }

    /// The enhanced status code said, or the generic one of the class: `5.0.0` (RFC 3463 §3.1).
    public String enhancedCode() { return saidCode().orElse(code / 100 + ".0.0"); }

    /// The enhanced status code said, if one was; of several that which fits the code.
    public Optional<String> saidCode() {
        // RFC 2034 §4: each line has it; some hosts begin with a line that has none, or another.
        var said = lines.stream().map(Reply::codeOf).flatMap(Optional::stream).toList();
        return said.stream().filter(one -> one.charAt(0) - '0' == code / 100).findFirst()
                .or(() -> said.stream().findFirst());
    }

    /// What a line begins with, if that is a code: `5.1.1` (RFC 2034 §4).
    private static Optional<String> codeOf(String line) {
        if (line.isEmpty() || "245".indexOf(line.charAt(0)) < 0) return Optional.empty();
        int subject = numberEnd(line, 1);
        int end = subject < 0 ? -1 : numberEnd(line, subject);
        boolean whole = end == line.length() || end > 0 && line.charAt(end) == ' ';
        return whole ? Optional.of(line.substring(0, end)) : Optional.empty();
    }

    /// Where a dot with one to three digits ends; -1 if there is none.
    private static int numberEnd(String line, int dot) {
        if (dot >= line.length() || line.charAt(dot) != '.') return -1;
        int end = dot + 1;
        while (end < line.length() && end <= dot + 3 && line.charAt(end) >= '0' && line.charAt(end) <= '9')
            end++;
        return end > dot + 1 ? end : -1;
    }

    /// One line for logs and sentences: `550 5.1.1 No such user`.
    @Override
    public String toString() { return code + " " + String.join(" ", lines).strip(); }
}
