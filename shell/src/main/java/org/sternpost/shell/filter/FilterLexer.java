package org.sternpost.shell.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sternpost.shell.filter.Token.Kind;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Value.Step;

/// Cuts a block into tokens; never refuses, for a block may be Groovy.
final class FilterLexer {
    private static final Pattern DOLLAR = Pattern
            .compile("\\$(?:\\{(\\w+)}|(\\w+))((?:\\.[\\p{L}_]\\w*|\\[-?\\d{1,9}])*+)");
    private static final Pattern STEP = Pattern.compile("\\.([\\p{L}_]\\w*)|\\[(-?\\d{1,9})]");
    private static final Pattern GROOVY = Pattern.compile("[=!<>&|+*/%?:~^-]*(?:==|&&|\\|\\||!=|<=|>=|=~|->|\\?\\.)"
            + "[=!<>&|+*/%?:~^-]*|[=<>+/%?:^-]|[|;{}\\[\\]]");
    private static final Pattern WORD = Pattern.compile("[^\\s(){},;|'\"$]+");

    private final String text;
    private final int offset;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private FilterLexer(String text, int offset) {
        this.text = text;
        this.offset = offset;
    }

    static List<Token> tokens(String text, int offset) {
        var lexer = new FilterLexer(text, offset);
        while (lexer.at < text.length()) {
            lexer.next();
        }
        return lexer.tokens;
    }

    private void next() {
        char c = text.charAt(at);
        if (Character.isWhitespace(c)) {
            at++;
        } else if (c == '\'' || c == '"') {
            quoted(c);
        } else if (text.startsWith("@(", at)) {
            add(Kind.AT_OPEN, at + 2);
        } else if (c == '(') {
            boolean call = touchesName();
            add(call ? Kind.GROOVY : Kind.OPEN, at + 1);
        } else if (c == ')') {
            add(Kind.CLOSE, at + 1);
        } else if (c == ',') {
            add(Kind.COMMA, at + 1);
        } else if (c == '$') {
            dollar();
        } else if (c == '!' && !text.startsWith("!=", at)) {
            add(Kind.BANG, at + 1);
        } else {
            word();
        }
    }

    /// Whether a name ends right here, so that a parenthesis calls it; `-not(` is no call.
    private boolean touchesName() {
        if (tokens.isEmpty() || tokens.getLast().span().end() != offset + at) {
            return false;
        }
        var last = tokens.getLast();
        return last.is(Kind.DOLLAR) || last.is(Kind.WORD) && !last.filterSign();
    }

    private void word() {
        var groovy = at(GROOVY);
        var word = at(WORD);
        int end = word.lookingAt() ? word.end() : at + 1;
        // Signs at the start of a longer word are part of it: -5, *.gov; but x==5 is Groovy wherever the signs stand.
        if (groovy.lookingAt() && (groovy.end() >= end || groovy.end() - at > 1)) {
            add(Kind.GROOVY, groovy.end());
        } else if (text.substring(at, end).matches(".*(?:==|!=|&&|=~|->|<=|>=).*")) {
            add(Kind.GROOVY, end);
        } else {
            add(Kind.WORD, end);
        }
    }

    private void dollar() {
        var matcher = at(DOLLAR);
        if (!matcher.lookingAt()) {
            add(Kind.GROOVY, at + 1);
            return;
        }
        var braced = matcher.group(1);
        var name = braced == null ? String.valueOf(matcher.group(2)) : braced;
        int start = at;
        at = matcher.end();
        tokens.add(new Token(Kind.DOLLAR, name, steps(matcher.start(3), matcher.end(3)), span(start)));
    }

    private List<Step> steps(int from, int to) {
        var steps = new ArrayList<Step>();
        var matcher = STEP.matcher(text).region(from, to);
        while (matcher.find()) {
            var span = new Span(offset + matcher.start(), offset + matcher.end());
            var name = matcher.group(1);
            steps.add(name == null
                    ? new Step.Index(Integer.parseInt(matcher.group(2)), span)
                    : new Step.Property(name, span));
        }
        return steps;
    }

    private void quoted(char quote) {
        int start = at++;
        var value = new StringBuilder();
        boolean inserted = false;
        while (at < text.length()) {
            char c = text.charAt(at++);
            char following = at < text.length() ? text.charAt(at) : ' ';
            if (c == quote && quote == '\'' && following == quote) {
                value.append(c);
                at++;
            } else if (c == quote) {
                break;
            } else if (c == '`' && quote == '"' && at < text.length()) {
                value.append(following);
                at++;
            } else {
                inserted |= quote == '"' && c == '$'
                        && (Character.isLetter(following) || "_{(".indexOf(following) >= 0);
                value.append(c);
            }
        }
        var inside = value.toString();
        var whole = DOLLAR.matcher(inside);
        if (inserted && whole.matches() && whole.start(3) == whole.end(3)) {
            tokens.add(new Token(Kind.DOLLAR, inside.replaceAll("[${}]", ""), List.of(), span(start)));
        } else {
            tokens.add(new Token(inserted ? Kind.INSERTED : Kind.QUOTED, inside, List.of(), span(start)));
        }
    }

    private void add(Kind kind, int end) {
        int start = at;
        at = end;
        tokens.add(new Token(kind, text.substring(start, end), List.of(), span(start)));
    }

    private Matcher at(Pattern pattern) { return pattern.matcher(text).region(at, text.length()); }

    private Span span(int start) { return new Span(offset + start, offset + at); }
}
