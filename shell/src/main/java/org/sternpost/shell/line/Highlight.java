package org.sternpost.shell.line;

import java.util.ArrayList;
import java.util.List;

/// Classes of tokens for colouring, also of text that is unfinished or refused.
public final class Highlight {
    private static final int ERRORS_MAX = 20; // Keeps the work of one keystroke linear.

    private Highlight() {}

    /// The marks of a text in order, without overlap. Blanks carry none; after an error reading starts again.
    public static List<Mark> of(String text) {
        var marks = new ArrayList<Mark>();
        int from = 0;
        for (int errors = 0; errors < ERRORS_MAX && from < text.length(); errors++) {
            var source = new Source(text, from, false);
            var result = LineParser.run(source);
            marks.addAll(source.marks());
            if (!(result instanceof ParseResult.Refused(var error))) {
                break;
            }
            from = Math.max(error.span().end(), from + 1);
            wrong(marks, error.span(), text.length());
        }
        return List.copyOf(marks);
    }

    private static void wrong(List<Mark> marks, Span error, int length) {
        marks.removeIf(mark -> mark.span().end() > error.start());
        int end = Math.min(length, error.end());
        if (end > error.start()) {
            marks.add(new Mark(Mark.Kind.ERROR, new Span(error.start(), end)));
        }
    }
}
