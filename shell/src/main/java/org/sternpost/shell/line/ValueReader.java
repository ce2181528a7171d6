package org.sternpost.shell.line;

import static org.sternpost.shell.line.HighlightedToken.Kind.BLOCK;
import static org.sternpost.shell.line.HighlightedToken.Kind.OPERATOR;
import static org.sternpost.shell.line.HighlightedToken.Kind.STRING;
import static org.sternpost.shell.line.HighlightedToken.Kind.VARIABLE;
import static org.sternpost.shell.line.HighlightedToken.Kind.WORD;
import static org.sternpost.shell.line.Source.END;

import java.util.ArrayList;
import java.util.List;

/// Reads values: arrays, tables, blocks, variables, subpipelines; words by [WordReader].
final class ValueReader {
    private static final int INDEX_DIGITS_MAX = 9; // Fits an int.

    private final Source source;
    private final LineParser parser;
    private final WordReader words;

    ValueReader(Source source, LineParser parser) {
        this.source = source;
        this.parser = parser;
        this.words = new WordReader(source);
    }

    Value.Word word() { return words.word(); }

    /// One value, or several joined by commas: then an array.
    Value value() {
        int start = source.at();
        var frame = source.progress.frame();
        var before = frame.given;
        var elements = new ArrayList<Value>();
        frame.given = elements;
        elements.add(single());
        int end = source.at();
        while (source.commaAhead()) {
            source.blanks();
            int comma = source.at();
            source.take();
            source.mark(OPERATOR, comma);
            source.progress.at(ParseProgress.Expected.VALUE, source.at());
            source.blanksAndNewlines();
            if (source.peek() == END) {
                throw source.incomplete(Unclosed.COMMA, comma);
            }
            elements.add(single());
            end = source.at();
        }
        if (elements.size() == 1) {
            source.peek();
        }
        frame.given = before;
        return elements.size() == 1 ? elements.getFirst() : new Value.Array(elements, new Span(start, end));
    }

    private Value single() {
        int start = source.at();
        source.progress.at(ParseProgress.Expected.VALUE, start);
        int c = source.peek();
        return switch (c) {
            case '{' -> block();
            case '(' -> subpipeline();
            case '$' -> dollar();
            case '@' -> switch (source.peek(1)) {
                case '(' -> array();
                case '{' -> table();
                default -> words.word();
            };
            default -> words.word();
        };
    }

    private Value block() {
        int start = source.at();
        source.progress.at(ParseProgress.Expected.BLOCK, start);
        int end = GroovyScanner.end(source, start + 1, Unclosed.BRACE, start);
        var inside = new Span(start + 1, end);
        source.take(end + 1 - start);
        source.mark(OPERATOR, start, start + 1);
        source.mark(BLOCK, start + 1, end);
        source.mark(OPERATOR, end, end + 1);
        return new Value.Block(inside.of(source.text()), inside, source.spanFrom(start));
    }

    private Value subpipeline() {
        int start = source.at();
        source.take();
        source.enter(start);
        source.mark(OPERATOR, start);
        var before = source.newlinesBlank(true);
        var frame = source.progress.frame();
        source.progress.at(ParseProgress.Expected.COMMAND, source.at());
        source.progress.enterPipeline();
        source.blanks();
        if (source.peek() == ')') {
            source.take();
            throw SyntaxErrors.emptyParens(source.spanFrom(start));
        }
        if (source.peek() == END) {
            throw source.incomplete(Unclosed.PAREN, start);
        }
        var statement = parser.statement();
        source.blanks();
        close(')', Unclosed.PAREN, start);
        source.progress.leavePipeline();
        source.newlinesBlank(before);
        source.progress.at(ParseProgress.Expected.NOTHING, source.at());
        if (frame != source.progress.frame()) {
            throw new IllegalStateException("pipelines do not nest");
        }
        var path = path(start);
        return new Value.Subpipeline(statement, path, source.spanFrom(start));
    }

    private Value array() {
        int start = source.at();
        source.take(2);
        source.enter(start);
        source.mark(OPERATOR, start);
        var before = source.newlinesBlank(true);
        var elements = new ArrayList<Value>();
        var frame = source.progress.frame();
        frame.given = elements;
        while (true) {
            source.progress.at(ParseProgress.Expected.VALUE, source.at());
            source.blanks();
            int c = source.peek();
            if (c == ')' || c == END) {
                break;
            }
            if (c == ';' || c == '|' || c == '}' || c == ',') {
                throw SyntaxErrors.inArray(source);
            }
            elements.add(single());
            if (!Source.endsToken(source.peek())) {
                throw SyntaxErrors.needsBlank(source);
            }
            source.blanks();
            if (source.peek() == ',') {
                int comma = source.at();
                source.take();
                source.mark(OPERATOR, comma);
            }
        }
        close(')', Unclosed.ARRAY, start);
        source.newlinesBlank(before);
        return new Value.Array(elements, source.spanFrom(start));
    }

    private Value table() {
        int start = source.at();
        source.take(2);
        source.enter(start);
        source.mark(OPERATOR, start);
        var before = source.newlinesBlank(false);
        var entries = new ArrayList<Value.Entry>();
        while (true) {
            source.progress.nowhere();
            source.blanksAndNewlines();
            int c = source.peek();
            if (c == '}' || c == END) {
                break;
            }
            if (c == ';') {
                int semicolon = source.at();
                source.take();
                source.mark(OPERATOR, semicolon);
                continue;
            }
            entries.add(entry(entries, start));
            source.blanks();
            c = source.peek();
            if (c != ';' && c != '}' && c != END && !Source.isNewline(c)) {
                throw SyntaxErrors.inTable(source);
            }
        }
        close('}', Unclosed.TABLE, start);
        source.newlinesBlank(before);
        return new Value.Table(entries, source.spanFrom(start));
    }

    private Value.Entry entry(List<Value.Entry> before, int table) {
        int start = source.at();
        String key;
        if (source.peek() == '\'' || source.peek() == '"') {
            key = words.quotedKey();
            source.mark(STRING, start);
        } else {
            while (Source.isName(source.peek())) {
                source.take();
            }
            key = source.since(start);
            source.mark(WORD, start);
        }
        var keySpan = source.spanFrom(start);
        SyntaxErrors.tableKey(source, key, keySpan, before);
        source.blanks();
        source.progress.nowhere();
        if (source.peek() == END) {
            throw source.incomplete(Unclosed.TABLE, table);
        }
        if (source.peek() != '=') {
            throw SyntaxErrors.inTable(source);
        }
        int equals = source.at();
        source.take();
        source.mark(OPERATOR, equals);
        source.progress.at(ParseProgress.Expected.VALUE, source.at());
        source.blanksAndNewlines();
        if (source.peek() == END) {
            throw source.incomplete(Unclosed.EQUALS, equals);
        }
        if (source.peek() == ';' || source.peek() == '}') {
            throw SyntaxErrors.inTable(source);
        }
        return new Value.Entry(key, keySpan, value());
    }

    private void close(char bracket, Unclosed open, int start) {
        if (source.peek() == END) {
            throw source.incomplete(open, start);
        }
        if (source.peek() != bracket) {
            throw SyntaxErrors.notClosed(source, bracket, open);
        }
        int at = source.at();
        source.take();
        source.mark(OPERATOR, at);
        source.leave();
    }

    /// `$name.path` and `$( )` if they are the whole token, else the start of a word.
    private Value dollar() {
        int start = source.at();
        int marked = source.marks().size();
        var first = words.dollar();
        int pathStart = source.at();
        var path = path(start);
        source.progress.at(ParseProgress.Expected.VALUE, start);
        if (source.at() > pathStart && source.glance(source.at()) == '(') {
            throw SyntaxErrors.methodCall(source, start);
        }
        if (!Source.endsToken(source.glance(source.at()))) {
            source.back(start, marked);
            return words.word();
        }
        return switch (first) {
            case Value.Part.Inserted(var name, _) -> {
                source.back(source.at(), marked);
                source.mark(VARIABLE, start);
                yield new Value.Variable(name, path, source.spanFrom(start));
            }
            case Value.Part.Evaluated(var text, var textSpan, _) ->
                new Value.Groovy(text, textSpan, path, source.spanFrom(start));
            case Value.Part.Text _ -> throw new IllegalStateException("a dollar made text");
        };
    }

    private List<Value.Step> path(int owner) {
        var steps = new ArrayList<Value.Step>();
        while (true) {
            int start = source.at();
            if (source.peek() == '.') {
                source.progress.property(source.since(owner), start + 1);
                if (!Source.isNameStart(source.peek(1))) {
                    return steps;
                }
                source.take();
                while (Source.isName(source.peek())) {
                    source.take();
                }
                steps.add(new Value.Step.Property(source.since(start + 1), source.spanFrom(start)));
            } else if (source.peek() == '[' && indexEnd() > 0) {
                source.take(indexEnd() - start + 1);
                int index = Integer.parseInt(source.text(), start + 1, source.at() - 1, 10);
                steps.add(new Value.Step.Index(index, source.spanFrom(start)));
            } else {
                return steps;
            }
        }
    }

    /// Where the bracket of `[n]` closes, or -1 if this is no index.
    private int indexEnd() {
        int from = source.at() + 1;
        int digits = source.glance(from) == '-' ? from + 1 : from;
        int look = digits;
        while (Source.isDigit(source.glance(look))) {
            look++;
        }
        boolean number = look > digits && look - digits <= INDEX_DIGITS_MAX;
        return number && source.glance(look) == ']' ? look : -1;
    }
}
