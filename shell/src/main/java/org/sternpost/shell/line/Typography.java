package org.sternpost.shell.line;

import java.util.Optional;
import org.sternpost.shell.line.ParseResult.ParseStopException;

/// Characters that text programs put where the keyboard has plain ones: they look right and mean nothing to a shell.
///
/// Outside quotes they are refused, never read as if they were plain, and never taken for a part of the text.
final class Typography {
    private static final String DOUBLE_QUOTES = "“”„‟«»″ʺ";
    private static final String SINGLE_QUOTES = "‘’‚‛‹›′ʹʼ´";
    private static final String DASHES = "‐‑‒–—―−﹣";
    private static final int WIDE_FIRST = 0xFF01; // Full-width forms are ASCII moved by this less '!'.
    private static final int WIDE_LAST = 0xFF5E;

    private Typography() {}

    /// What is wrong with a character that stands outside quotes, anywhere in a word.
    static Optional<String> wrong(char c) {
        String code = "U+%04X".formatted((int) c);
        if (DOUBLE_QUOTES.indexOf(c) >= 0 || SINGLE_QUOTES.indexOf(c) >= 0)
            return Optional.of(code + " is a typographic quote");
        if (c >= WIDE_FIRST && c <= WIDE_LAST) return Optional.of(code + " is a full-width character");
        if (c == '\u00A0' || c == '\u202F') return Optional.of(code + " is a no-break space");
        if (Character.isSpaceChar(c) && c != ' ') return Optional.of(code + " is no ordinary space");
        if (Character.getType(c) == Character.FORMAT) return Optional.of(code + " is an invisible character");
        return Optional.empty();
    }

    /// The same at the beginning of a word, where a dash would make it a parameter.
    static Optional<String> wrongAtStart(char c) {
        return DASHES.indexOf(c) >= 0
                ? Optional.of("U+%04X is a typographic dash".formatted((int) c))
                : wrong(c);
    }

    static ParseStopException refused(Source source, String what, int at) {
        return ParseStopException.refused("SYNTAX_TYPOGRAPHY", what, new Span(at, at + 1),
                "did you mean: " + corrected(line(source.text(), at)).strip() + "\nquote it if it is text");
    }

    private static String line(String text, int at) {
        int from = text.lastIndexOf('\n', at - 1) + 1;
        int to = text.indexOf('\n', at);
        return text.substring(from, to < 0 ? text.length() : to);
    }

    /// The line as a keyboard would have written it; what stands in plain quotes stays.
    static String corrected(String line) {
        var plain = new StringBuilder();
        char open = 0;
        boolean typographic = false;
        for (char c : line.toCharArray()) {
            char quote = plainQuote(c);
            boolean closes = open != 0 && quote == open && (c != quote) == typographic;
            if (open != 0 && !closes) {
                plain.append(c);
            } else if (quote != 0) {
                plain.append(quote);
                typographic = c != quote;
                open = closes ? 0 : quote;
            } else if (DASHES.indexOf(c) >= 0) {
                plain.append('-');
            } else if (c >= WIDE_FIRST && c <= WIDE_LAST) {
                plain.append((char) (c - WIDE_FIRST + '!'));
            } else if (Character.isSpaceChar(c)) {
                plain.append(' ');
            } else if (Character.getType(c) != Character.FORMAT) {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    /// `'` or `"` for every kind of quote; 0 for what is none.
    private static char plainQuote(char c) {
        if (c == '"' || DOUBLE_QUOTES.indexOf(c) >= 0 || c == '＂') return '"';
        return c == '\'' || SINGLE_QUOTES.indexOf(c) >= 0 || c == '＇' ? '\'' : 0;
    }
}
