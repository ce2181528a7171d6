package org.sternpost.shell.line;

import static org.sternpost.shell.line.HighlightedToken.Kind.BLOCK;
import static org.sternpost.shell.line.HighlightedToken.Kind.NUMBER;
import static org.sternpost.shell.line.HighlightedToken.Kind.OPERATOR;
import static org.sternpost.shell.line.HighlightedToken.Kind.STRING;
import static org.sternpost.shell.line.HighlightedToken.Kind.VARIABLE;
import static org.sternpost.shell.line.HighlightedToken.Kind.WORD;
import static org.sternpost.shell.line.Source.END;
import static org.sternpost.shell.line.Value.Part;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Reads words: bare runs, quoted text, escapes, inserted variables and Groovy.
final class WordReader {
    private static final Pattern LIKE_NUMBER = Pattern.compile("-?\\d[\\w.:]*%?");

    private final Source source;

    WordReader(Source source) { this.source = source; }

    Value.Word word() {
        int start = source.at();
        var parts = new ArrayList<Part>();
        while (true) {
            int c = source.peek();
            if (c == '\'') {
                parts.add(single());
            } else if (c == '"') {
                doubleQuoted(parts);
            } else if (c == '$') {
                parts.add(dollar());
                source.progress.at(ParseProgress.Expected.VALUE, start);
            } else if (c == '`' && source.peek(1) != END && !Source.isNewline(source.peek(1))) {
                int at = source.at();
                source.take(2);
                parts.add(new Part.Text(source.since(at + 1), true, source.spanFrom(at)));
            } else if (Source.isBare(c)) {
                parts.add(bare());
            } else {
                break;
            }
        }
        if (parts.isEmpty()) {
            throw SyntaxErrors.noValue(source);
        }
        var word = new Value.Word(parts, source.spanFrom(start));
        TokenRules.word(source, word);
        return word;
    }

    private Part.Text bare() {
        int start = source.at();
        while (Source.isBare(source.peek())) {
            source.take();
        }
        var text = source.since(start);
        source.mark(LIKE_NUMBER.matcher(text).matches() ? NUMBER : WORD, start);
        return new Part.Text(text, false, source.spanFrom(start));
    }

    private Part.Text single() {
        int start = source.at();
        var text = new StringBuilder();
        source.take();
        while (true) {
            int c = source.peek();
            if (c == END) {
                throw source.incomplete(Unclosed.SINGLE_QUOTE, start);
            }
            source.take();
            if (c != '\'') {
                text.append((char) c);
            } else if (source.peek() == '\'') {
                text.append('\'');
                source.take();
            } else {
                source.mark(STRING, start);
                return new Part.Text(text.toString(), true, source.spanFrom(start));
            }
        }
    }

    /// A quoted key of a table: nothing can be inserted into it.
    String quotedKey() {
        int start = source.at();
        int marked = source.marks().size();
        var parts = new ArrayList<Part>();
        if (source.peek() == '\'') {
            parts.add(single());
        } else {
            doubleQuoted(parts);
        }
        var key = new Value.Word(parts, source.spanFrom(start)).plain();
        source.back(source.at(), marked);
        return key.orElseThrow(() -> SyntaxErrors.insertedKey(source.spanFrom(start)));
    }

    private void doubleQuoted(List<Part> parts) {
        int start = source.at();
        int piece = start;
        int before = parts.size();
        var text = new StringBuilder();
        source.take();
        while (true) {
            int c = source.peek();
            if (c == END) {
                throw source.incomplete(Unclosed.DOUBLE_QUOTE, start);
            }
            if (c == '"') {
                source.take();
                source.mark(STRING, piece);
                if (!text.isEmpty() || parts.size() == before) {
                    parts.add(new Part.Text(text.toString(), true, source.spanFrom(piece)));
                }
                return;
            }
            if (c == '$' && inserts(source.peek(1))) {
                source.mark(STRING, piece);
                if (!text.isEmpty() || parts.size() == before) {
                    parts.add(new Part.Text(text.toString(), true, source.spanFrom(piece)));
                    text.setLength(0);
                }
                parts.add(dollar());
                source.progress.at(ParseProgress.Expected.VALUE, start);
                piece = source.at();
            } else if (c == '`') {
                source.take();
                text.append(escaped(source.peek(), start));
                source.take();
            } else {
                text.append((char) c);
                source.take();
            }
        }
    }

    private static boolean inserts(int c) { return c == '{' || c == '(' || Source.isNameStart(c); }

    private char escaped(int c, int start) {
        return switch (c) {
            case END -> throw source.incomplete(Unclosed.DOUBLE_QUOTE, start);
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> (char) c;
        };
    }

    /// `$name`, `${name}`, `$env:name` or `$( groovy )`, without any path.
    Part dollar() {
        int start = source.at();
        source.progress.at(ParseProgress.Expected.VARIABLE, start);
        source.take();
        if (source.peek() == '(') {
            return evaluated(start);
        }
        boolean braces = source.peek() == '{';
        if (braces) {
            source.take();
        }
        var name = name();
        boolean environment = name.equalsIgnoreCase("env") && source.peek() == ':';
        if (environment) {
            source.take();
            name = name();
        }
        if (braces && source.peek() == END) {
            throw source.incomplete(Unclosed.VARIABLE, start);
        }
        if (braces && !name.isEmpty()) {
            if (source.peek() != '}') {
                throw SyntaxErrors.variableName(source, start);
            }
            source.take();
        }
        if (name.isEmpty()) {
            throw SyntaxErrors.variableName(source, start);
        }
        source.mark(VARIABLE, start);
        return new Part.Inserted(new Value.VariableName(name, environment), source.spanFrom(start));
    }

    private String name() {
        int start = source.at();
        if (Source.isNameStart(source.peek())) {
            while (Source.isName(source.peek())) {
                source.take();
            }
        }
        return source.since(start);
    }

    private Part evaluated(int start) {
        source.progress.nowhere();
        source.take();
        int from = source.at();
        int end = GroovyScanner.end(source, from, Unclosed.GROOVY, start);
        source.take(end + 1 - from);
        var inside = new Span(from, end);
        if (inside.of(source.text()).isBlank()) {
            throw SyntaxErrors.emptyParens(source.spanFrom(start));
        }
        source.mark(OPERATOR, start, from);
        source.mark(BLOCK, from, end);
        source.mark(OPERATOR, end, end + 1);
        return new Part.Evaluated(inside.of(source.text()), inside, source.spanFrom(start));
    }
}
