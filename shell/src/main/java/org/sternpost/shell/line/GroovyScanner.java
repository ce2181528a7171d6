package org.sternpost.shell.line;

import org.sternpost.shell.line.ParseResult.ParseStopException;

/// Finds where Groovy source ends: brackets, strings, slashy strings where unambiguous, comments.
///
/// Light enough for every keystroke. Dollar-slashy strings are left out; Groovy's own lexer is the referee on Enter.
final class GroovyScanner {
    private static final String BEFORE_SLASHY = "([{,;=:?&|!~<>+-*%^";

    private final Source source;
    private final String text;
    private final Unclosed open;
    private final int start;
    private int at;
    private int depth;

    private GroovyScanner(Source source, int from, Unclosed open, int start) {
        this.source = source;
        this.text = source.text();
        this.at = from;
        this.open = open;
        this.start = start;
    }

    /// The position of the bracket that closes what was opened at `start`.
    static int end(Source source, int from, Unclosed open, int start) {
        var scan = new GroovyScanner(source, from, open, start);
        scan.code(open == Unclosed.BRACE ? '}' : ')');
        return scan.at;
    }

    /// Moves to the closing bracket.
    private void code(char close) {
        var closing = new StringBuilder().append(close);
        deeper(0);
        while (true) {
            char c = next(open, start);
            switch (c) {
                case '\'', '"' -> string(c);
                case '/' -> slash();
                case '(', '[', '{' -> {
                    closing.append(c == '(' ? ')' : c == '[' ? ']' : '}');
                    deeper(closing.length());
                    at++;
                }
                case ')', ']', '}' -> {
                    if (c != closing.charAt(closing.length() - 1)) {
                        throw ParseStopException.refused("SYNTAX_BRACKET",
                                "a %s should stand here".formatted(closing.charAt(closing.length() - 1)),
                                new Span(at, at + 1), "quote brackets that are text");
                    }
                    closing.setLength(closing.length() - 1);
                    if (closing.isEmpty()) {
                        depth--;
                        return;
                    }
                    at++;
                }
                default -> {
                    var wrong = Typography.wrongAtStart(c);
                    if (wrong.isPresent()) {
                        throw Typography.refused(source, wrong.get(), at);
                    }
                    at++;
                }
            }
        }
    }

    private void deeper(int brackets) {
        if (brackets == 0) {
            depth++;
        }
        if (depth + brackets + source.depth() > Source.DEPTH_MAX) {
            throw ParseStopException.refused("SYNTAX_DEPTH",
                    "more than " + Source.DEPTH_MAX + " brackets within brackets",
                    new Span(start, Math.min(at + 1, text.length())), "put the inner part into a variable first");
        }
    }

    private char next(Unclosed waiting, int from) {
        if (at >= text.length()) {
            throw source.incomplete(waiting, from);
        }
        return text.charAt(at);
    }

    private void string(char quote) {
        int from = at;
        var waiting = quote == '\'' ? Unclosed.SINGLE_QUOTE : Unclosed.DOUBLE_QUOTE;
        boolean triple = text.startsWith(String.valueOf(quote).repeat(3), at);
        at += triple ? 3 : 1;
        while (true) {
            char c = next(waiting, from);
            if (c == '\\') {
                at += 2;
            } else if (quote == '"' && text.startsWith("${", at)) {
                at += 2;
                code('}');
                at++;
            } else if (c == quote && (!triple || text.startsWith(String.valueOf(quote).repeat(3), at))) {
                at += triple ? 3 : 1;
                return;
            } else {
                at++;
            }
        }
    }

    private void slash() {
        if (text.startsWith("/*", at)) {
            int from = at;
            int end = text.indexOf("*/", at + 2);
            if (end < 0) {
                throw source.incomplete(Unclosed.COMMENT, from);
            }
            at = end + 2;
        } else if (text.startsWith("//", at) && text.charAt(at - 1) != ':') {
            while (at < text.length() && !Source.isNewline(text.charAt(at))) {
                at++;
            }
        } else {
            int end = valueMayStart() ? slashyEnd() : -1;
            at = end < 0 ? at + 1 : end;
        }
    }

    /// Whether a division cannot stand here, judged by the last character that is no blank.
    private boolean valueMayStart() {
        int before = at - 1;
        while (before >= start && (Source.isBlank(text.charAt(before)) || Source.isNewline(text.charAt(before)))) {
            before--;
        }
        return before < start || BEFORE_SLASHY.indexOf(text.charAt(before)) >= 0;
    }

    /// Where a slashy string on this line ends, or -1 if there is none.
    private int slashyEnd() {
        for (int i = at + 1; i < text.length() && !Source.isNewline(text.charAt(i)); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '/') {
                return i + 1;
            }
        }
        return -1;
    }
}
