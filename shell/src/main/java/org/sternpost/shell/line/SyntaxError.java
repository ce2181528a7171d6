package org.sternpost.shell.line;

import java.util.Locale;

/// Why a text is refused, where, and what to write instead.
///
/// The hint may be empty, or have several lines. Messages come in the words of the person who typed.
public record SyntaxError(String code, String message, Span span, String hint) {
    private static final int LINE_COLUMNS_MAX = 160; // Longer source lines are shown as a window around the error.

    public SyntaxError {
        if (!code.matches("[A-Z][A-Z0-9_]*") || message.isEmpty()) {
            throw new IllegalArgumentException("error without a code or message: " + code);
        }
    }

    /// Line of the start in the source, from 1.
    public int line(String source) {
        return (int) source.substring(0, begin(source)).chars().filter(c -> c == '\n').count() + 1;
    }

    /// Column of the start in its line, from 1, in characters as people count them.
    public int column(String source) {
        int begin = begin(source);
        return source.codePointCount(lineStart(source, begin), begin) + 1;
    }

    /// One line without the source: `error[CODE] line 3:27: message (hint)`.
    public String oneLine(String source) {
        var tail = hint.isEmpty() ? "" : " (" + hint.strip().replaceAll("\\s*\\R\\s*", "; ") + ")";
        return String.format(Locale.ROOT, "error[%s] line %d:%d: %s%s", code, line(source), column(source),
                clean(message), clean(tail));
    }

    /// The source line, the place underlined, the message, the hint. Ends without a line break.
    public String terminal(String source) {
        int begin = begin(source);
        int from = lineStart(source, begin);
        int to = lineEnd(source, begin);
        int last = Math.max(begin, Math.min(span.end(), to));
        var before = "";
        if (to - from > LINE_COLUMNS_MAX) {
            int window = Math.max(from, begin - LINE_COLUMNS_MAX / 2);
            before = window > from ? "…" : "";
            from = window;
            to = Math.min(to, from + LINE_COLUMNS_MAX);
            last = Math.min(last, Math.max(begin, to));
        }
        var out = new StringBuilder(before).append(clean(source.substring(from, to))).append('\n');
        out.append(" ".repeat(before.length()));
        source.substring(from, Math.min(begin, to)).codePoints().forEach(c -> out.append(c == '\t' ? '\t' : ' '));
        out.append("~".repeat(Math.max(1, source.codePointCount(begin, last)))).append('\n');
        out.append("error[").append(code).append("]: ").append(clean(message));
        hint.lines().forEach(line -> out.append("\n  ").append(clean(line)));
        return out.toString();
    }

    private int begin(String source) { return Math.min(span.start(), source.length()); }

    private static int lineStart(String source, int position) { return source.lastIndexOf('\n', position - 1) + 1; }

    private static int lineEnd(String source, int position) {
        int end = source.indexOf('\n', position);
        end = end < 0 ? source.length() : end;
        return end > position && source.charAt(end - 1) == '\r' ? end - 1 : end;
    }

    /// Control characters must not reach a terminal from a pasted text.
    private static String clean(String text) { return text.replaceAll("[\\p{Cntrl}&&[^\\t]]", "\uFFFD"); }
}
