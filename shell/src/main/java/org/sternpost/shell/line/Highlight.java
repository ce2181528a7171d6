package org.sternpost.shell.line;

import java.util.ArrayList;
import java.util.List;

/// Classes of tokens for colouring, also of text that is unfinished or refused.
public final class Highlight {
    private static final int ERRORS_MAX = 20; // Keeps the work of one keystroke linear.

    private Highlight() {}

    /// The marks of a text in order, without overlap. Blanks carry none; after an error reading starts again.
    public static List<HighlightedToken> of(String text) {
        var marks = new ArrayList<HighlightedToken>();
        int from = 0;
        for (int errors = 0; errors < ERRORS_MAX && from < text.length(); errors++) {
            var source = new Source(text, from, false);
            var result = LineParser.run(source).orElseThrow();
            marks.addAll(source.marks());
            switch (result) {
                case ParseResult.Parsed _ -> from = text.length();
                case ParseResult.Incomplete(var what, var span) -> {
                    open(marks, what, span, text.length());
                    from = text.length();
                }
                case ParseResult.Refused(var error) -> {
                    from = Math.max(error.span().end(), from + 1);
                    wrong(marks, error.span(), text.length());
                }
            }
        }
        return List.copyOf(marks);
    }

    /// What is still being typed has its colour already.
    private static void open(List<HighlightedToken> marks, Unclosed what, Span span, int length) {
        int start = marks.isEmpty() ? span.start() : Math.max(span.start(), marks.getLast().span().end());
        if (start >= length) {
            return;
        }
        switch (what) {
            case SINGLE_QUOTE, DOUBLE_QUOTE ->
                marks.add(new HighlightedToken(HighlightedToken.Kind.STRING, new Span(start, length)));
            case BRACE, GROOVY, COMMENT ->
                marks.add(new HighlightedToken(HighlightedToken.Kind.BLOCK, new Span(start, length)));
            case PAREN, ARRAY, TABLE, VARIABLE, PIPE, COMMA, EQUALS, BACKTICK -> {
                // Their content has been marked as it was read.
            }
        }
    }

    private static void wrong(List<HighlightedToken> marks, Span error, int length) {
        marks.removeIf(mark -> mark.span().end() > error.start());
        int end = Math.min(length, error.end());
        if (end > error.start()) {
            marks.add(new HighlightedToken(HighlightedToken.Kind.ERROR, new Span(error.start(), end)));
        }
    }
}
