package org.sternpost.shell.filter;

import java.util.ArrayList;
import java.util.List;
import org.sternpost.shell.filter.Filter.Operand;
import org.sternpost.shell.filter.Token.Kind;
import org.sternpost.shell.line.Span;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.shell.filter.FilterReader.FilterException;

/// Reads tokens by recursive descent; refuses with [FilterException].
final class FilterParser {
    private static final int DEPTH_MAX = 100; // As the line's brackets.

    private final List<Token> tokens;
    private final Span whole;
    private int at;
    private int depth;

    private FilterParser(List<Token> tokens, Span whole) {
        this.tokens = tokens;
        this.whole = whole;
    }

    static Filter parse(List<Token> tokens, Span whole) {
        var parser = new FilterParser(tokens, whole);
        var filter = parser.any();
        if (parser.at < tokens.size()) {
            throw parser.unexpected();
        }
        return filter;
    }

    private Filter any() {
        if (++depth > DEPTH_MAX) {
            throw new FilterException("FILTER_DEPTH", "too many parentheses", whole, "");
        }
        var parts = new ArrayList<Filter>(List.of(all()));
        while (takeWord("-or")) {
            parts.add(all());
        }
        depth--;
        return parts.size() == 1 ? parts.getFirst() : new Filter.Or(parts);
    }

    private Filter all() {
        var parts = new ArrayList<Filter>(List.of(not()));
        while (takeWord("-and")) {
            parts.add(not());
        }
        return parts.size() == 1 ? parts.getFirst() : new Filter.And(parts);
    }

    private Filter not() {
        boolean negated = takeWord("-not") || take(Kind.BANG);
        var test = test();
        return negated ? new Filter.Not(test) : test;
    }

    private Filter test() {
        if (sees(Kind.OPEN) && !listAhead()) {
            at++;
            var inner = any();
            close();
            return inner;
        }
        var left = operand();
        if (at >= tokens.size() || sees(Kind.CLOSE) || current().isWord("-and") || current().isWord("-or")) {
            if (left instanceof Operand.Property || left instanceof Operand.Outer || left instanceof Operand.Bool) {
                return new Filter.Truth(left);
            }
            throw new FilterException("FILTER_SYNTAX", "a comparison is expected: a property, an operator, a value",
                    left.span(), "{ $_.Name -eq 'value' }");
        }
        var operator = operator();
        var right = operands();
        return new Filter.Test(left, operator.operator(), operator.caseSensitive(), right,
                new Span(left.span().start(), right.span().end()));
    }

    /// Whether the parenthesis here holds values: after the first one comes a comma, or `)` and an operator.
    private boolean listAhead() {
        if (at + 2 >= tokens.size()) {
            return false;
        }
        if (tokens.get(at + 1).is(Kind.CLOSE)) {
            return true;
        }
        var second = tokens.get(at + 2);
        return second.is(Kind.COMMA) || second.is(Kind.CLOSE) && at + 3 < tokens.size()
                && Operator.read(tokens.get(at + 3).text()).isPresent();
    }

    private Operator.Typed operator() {
        var token = current();
        if (!token.is(Kind.WORD) || !token.text().startsWith("-")) {
            throw unexpected();
        }
        at++;
        return Operator.read(token.text()).orElseThrow(() -> unknown(token));
    }

    private static FilterException unknown(Token token) {
        var plain = "-" + token.lower().substring(Math.min(2, token.text().length()));
        var hint = token.foreign() && Operator.read(plain).isPresent()
                ? plain + " already ignores case; -c" + plain.substring(1) + " does not"
                : Nearest.to(token.text(), Operator.signs()).map(near -> "did you mean: " + near)
                        .orElse("operators: " + String.join(" ", Operator.signs()));
        return new FilterException("FILTER_OPERATOR", "a filter has no operator " + token.text(), token.span(), hint);
    }

    /// One value, or several joined by commas.
    private Operand operands() {
        var first = operand();
        if (!sees(Kind.COMMA)) {
            return first;
        }
        var items = new ArrayList<Operand>(List.of(first));
        while (take(Kind.COMMA)) {
            items.add(operand());
        }
        return new Operand.Items(items, new Span(first.span().start(), items.getLast().span().end()));
    }

    private Operand operand() {
        if (at >= tokens.size()) {
            throw new FilterException("FILTER_SYNTAX", "the filter ends too early", new Span(whole.end(), whole.end()),
                    "{ $_.Name -eq 'value' }");
        }
        var token = tokens.get(at++);
        return switch (token.kind()) {
            case DOLLAR -> dollar(token);
            case QUOTED -> new Operand.Text(token.text(), token.span());
            case WORD -> {
                if (token.filterSign()) {
                    at--;
                    throw unexpected();
                }
                yield new Operand.Text(token.text(), token.span());
            }
            case OPEN, AT_OPEN -> items(token.span().start());
            case INSERTED -> throw new FilterException("FILTER_SYNTAX", "a filter does not build text", token.span(),
                    "put the text into a variable first: $x = \"...\"; then -eq $x");
            case CLOSE, COMMA, BANG, GROOVY -> {
                at--;
                throw unexpected();
            }
        };
    }

    private static Operand dollar(Token token) {
        if (!token.path().isEmpty()) {
            return token.text().equals("_")
                    ? new Operand.Property(token.path(), token.span())
                    : new Operand.Outer(token.text(), token.path(), token.span());
        }
        return switch (token.lower()) {
            case "_" -> new Operand.Property(List.of(), token.span());
            case "true" -> new Operand.Bool(true, token.span());
            case "false" -> new Operand.Bool(false, token.span());
            case "null" -> new Operand.Null(token.span());
            default -> new Operand.Outer(token.text(), List.of(), token.span());
        };
    }

    private Operand items(int start) {
        var items = new ArrayList<Operand>();
        if (++depth > DEPTH_MAX) {
            throw new FilterException("FILTER_DEPTH", "too many parentheses", whole, "");
        }
        while (at < tokens.size() && !sees(Kind.CLOSE)) {
            items.add(operand());
            if (!sees(Kind.CLOSE) && !take(Kind.COMMA)) {
                throw unexpected();
            }
        }
        depth--;
        return new Operand.Items(items, new Span(start, close()));
    }

    private int close() {
        if (!take(Kind.CLOSE)) {
            throw unexpected();
        }
        return tokens.get(at - 1).span().end();
    }

    private Token current() { return tokens.get(at); }

    private boolean sees(Kind kind) { return at < tokens.size() && current().is(kind); }

    private boolean take(Kind kind) {
        boolean there = sees(kind);
        at += there ? 1 : 0;
        return there;
    }

    private boolean takeWord(String word) {
        boolean there = at < tokens.size() && current().isWord(word);
        at += there ? 1 : 0;
        return there;
    }

    private FilterException unexpected() {
        if (at >= tokens.size()) {
            return new FilterException("FILTER_SYNTAX", "the filter ends too early", new Span(whole.end(), whole.end()),
                    "");
        }
        return new FilterException("FILTER_SYNTAX", "'" + current().text() + "' does not fit here", current().span(),
                "a filter is comparisons joined by -and, -or: $_.Name -eq 'value'; text with blanks is quoted");
    }
}
