package org.sternpost.shell.line;

import java.util.ArrayList;
import java.util.List;
import org.sternpost.shell.line.ParseResult.ParseStopException;

/// The text under a parse: position, blanks, limits, and the marks left on the way.
///
/// For completion the text ends at the cursor, and a look at its end stops the parse with everything still open.
final class Source {
    static final int END = -1;
    static final int LENGTH_MAX = 1 << 20; // Chars; a script of this size is a program, which belongs in Groovy.
    static final int DEPTH_MAX = 100; // Brackets within brackets; guards the stack.
    private static final int TOKENS_MAX = 200_000; // Keeps the tree of a hostile text within some 50 MB.

    final ParseProgress progress = new ParseProgress();
    private final String text;
    private final boolean toCursor;
    private final List<HighlightedToken> marks = new ArrayList<>();
    private int at;
    private int depth;
    private int tokens;
    private boolean newlineIsBlank;

    Source(String text, int from, boolean toCursor) {
        this.text = text;
        this.at = from;
        this.toCursor = toCursor;
    }

    String text() { return text; }

    int at() { return at; }

    int peek() { return peek(0); }

    int peek(int ahead) {
        if (at + ahead < text.length()) {
            return text.charAt(at + ahead);
        }
        if (toCursor) {
            throw new ParseStopException(null);
        }
        return END;
    }

    void take() { at++; }

    void take(int count) { at += count; }

    /// What stands here, without stopping at the cursor.
    int glance(int position) { return position < text.length() ? text.charAt(position) : END; }

    String since(int start) { return text.substring(start, at); }

    Span spanFrom(int start) { return new Span(start, at); }

    /// Skips blanks: also line breaks where they do not end a statement.
    void blanks() {
        progress.rest();
        while (true) {
            int c = peek();
            if (c == ' ' || c == '\t' || newlineIsBlank && isNewline(c)) {
                take();
            } else if (c == '#') {
                comment();
            } else if (c == '`' && (peek(1) == END || isNewline(peek(1)))) {
                continuation();
            } else {
                return;
            }
        }
    }

    /// Skips blanks and line breaks, as after `|`, `,` and `=`.
    void blanksAndNewlines() {
        var before = newlinesBlank(true);
        blanks();
        newlinesBlank(before);
    }

    /// Sets whether a line break is a blank and answers how it was.
    boolean newlinesBlank(boolean blank) {
        var before = newlineIsBlank;
        newlineIsBlank = blank;
        return before;
    }

    /// Whether a comma follows, blanks allowed.
    boolean commaAhead() {
        int look = at;
        while (isBlank(glance(look)) || newlineIsBlank && isNewline(glance(look))) {
            look++;
        }
        return glance(look) == ',';
    }

    /// Whether the next line that is not empty or comment goes on with a pipe.
    boolean pipeOnNextLine() {
        int look = at;
        while (look < text.length()) {
            int c = glance(look);
            if (c == '#') {
                while (look < text.length() && !isNewline(glance(look))) {
                    look++;
                }
            } else if (isBlank(c) || isNewline(c)) {
                look++;
            } else {
                return c == '|';
            }
        }
        return false;
    }

    /// Enters a bracket; leave it with [#leave()].
    void enter(int start) {
        if (++depth > DEPTH_MAX) {
            throw ParseStopException.refused("SYNTAX_DEPTH", "more than " + DEPTH_MAX + " brackets within brackets",
                    new Span(start, at), "put the inner part into a variable first");
        }
    }

    void leave() { depth--; }

    int depth() { return depth; }

    void mark(HighlightedToken.Kind kind, int start) { mark(kind, start, at); }

    void mark(HighlightedToken.Kind kind, int start, int end) {
        if (++tokens > TOKENS_MAX) {
            throw ParseStopException.refused("SYNTAX_LENGTH", "more than " + TOKENS_MAX + " tokens",
                    new Span(start, end),
                    "split the text into several files");
        }
        if (end > start) {
            marks.add(new HighlightedToken(kind, new Span(start, end)));
        }
    }

    List<HighlightedToken> marks() { return marks; }

    /// Goes back to read the same text in another way; the marks made since are withdrawn.
    void back(int position, int marked) {
        at = position;
        marks.subList(marked, marks.size()).clear();
    }

    /// The text ends while something is open.
    ParseStopException incomplete(Unclosed what, int start) {
        return incomplete(what, start, Math.min(start + what.sign().length(), text.length()));
    }

    private ParseStopException incomplete(Unclosed what, int start, int end) {
        return new ParseStopException(toCursor ? null : new ParseResult.Incomplete(what, new Span(start, end)));
    }

    private void comment() {
        int start = at;
        var before = progress.doing();
        progress.nowhere();
        while (peek() != END && !isNewline(peek())) {
            take();
        }
        mark(HighlightedToken.Kind.COMMENT, start);
        progress.at(before, at);
        progress.rest();
    }

    private void continuation() {
        int start = at;
        take();
        if (peek() == END) {
            throw incomplete(Unclosed.BACKTICK, start);
        }
        take(peek() == '\r' && glance(at + 1) == '\n' ? 2 : 1);
        if (glance(at) == END && !toCursor) {
            throw incomplete(Unclosed.BACKTICK, start);
        }
    }

    static boolean isBlank(int c) { return c == ' ' || c == '\t'; }

    static boolean isNewline(int c) { return c == '\n' || c == '\r'; }

    static boolean isNameStart(int c) { return c == '_' || c != END && Character.isLetter(c); }

    static boolean isName(int c) { return c == '_' || c != END && Character.isLetterOrDigit(c); }

    static boolean isDigit(int c) { return c >= '0' && c <= '9'; }

    /// Whether a token may not go on here.
    static boolean endsToken(int c) { return c == END || isBlank(c) || isNewline(c) || "|;,)}".indexOf(c) >= 0; }

    /// Whether a bare run may go on here.
    static boolean isBare(int c) { return c != END && !isBlank(c) && !isNewline(c) && "|;,(){}'\"`$".indexOf(c) < 0; }
}
