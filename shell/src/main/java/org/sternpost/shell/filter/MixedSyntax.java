package org.sternpost.shell.filter;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sternpost.shell.filter.FilterReader.FilterException;
import org.sternpost.shell.filter.Token.Kind;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.SyntaxError;

/// The error for a block that mixes filter and Groovy, with the block written in either language.
final class MixedSyntax {
    private static final Map<String, String> TO_FILTER = Map.of("==", "-eq", "!=", "-ne", ">", "-gt", ">=", "-ge", "<",
            "-lt", "<=", "-le", "=~", "-match", "==~", "-match");
    private static final Map<String, String> TO_GROOVY = Map.of("-eq", "==", "-ne", "!=", "-gt", ">", "-ge", ">=",
            "-lt", "<", "-le", "<=", "-match", "=~", "-not", "!", "-in", "in");

    private MixedSyntax() {}

    static SyntaxError error(String command, String text, int offset, List<Token> tokens) {
        var clauses = clauses(tokens);
        var filter = clauses.stream().map(clause -> filter(clause, text, offset)).collect(joining(" "));
        var groovy = clauses.stream().map(clause -> groovy(clause, text, offset)).collect(joining(" "));
        return new SyntaxError("MIXED_BLOCK", "a block is either a filter (-eq, -and, ...) or Groovy (==, &&, ...)",
                mixed(tokens), "filter:  %s { %s }\nGroovy:  %s { %s }".formatted(command, filter, command, groovy));
    }

    /// The first filter operator, with the property before it.
    private static Span mixed(List<Token> tokens) {
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).filterSign()) {
                var span = tokens.get(i).span();
                return i > 0 && tokens.get(i - 1).is(Kind.DOLLAR)
                        ? new Span(tokens.get(i - 1).span().start(), span.end())
                        : span;
            }
        }
        return tokens.getFirst().span();
    }

    /// Comparisons, and the joins between them, each a list of its own.
    private static List<List<Token>> clauses(List<Token> tokens) {
        var clauses = new ArrayList<List<Token>>();
        var clause = new ArrayList<Token>();
        int depth = 0;
        for (var token : tokens) {
            boolean call = token.is(Kind.GROOVY) && token.text().equals("(");
            depth += call || token.is(Kind.OPEN) || token.is(Kind.AT_OPEN) ? 1 : token.is(Kind.CLOSE) ? -1 : 0;
            if (depth == 0 && !join(token, true).isEmpty()) {
                clauses.add(List.copyOf(clause));
                clauses.add(List.of(token));
                clause.clear();
            } else {
                clause.add(token);
            }
        }
        clauses.add(clause);
        return clauses.stream().filter(part -> !part.isEmpty()).toList();
    }

    private static String join(Token token, boolean filter) {
        return switch (token.lower()) {
            case "-and", "&&" -> token.is(Kind.QUOTED) ? "" : filter ? "-and" : "&&";
            case "-or", "||" -> token.is(Kind.QUOTED) ? "" : filter ? "-or" : "||";
            default -> "";
        };
    }

    private static String filter(List<Token> clause, String text, int offset) {
        if (!join(clause.getFirst(), true).isEmpty()) {
            return join(clause.getFirst(), true);
        }
        var changed = clause.stream().map(token -> token.is(Kind.GROOVY) && TO_FILTER.containsKey(token.text())
                ? new Token(Kind.WORD, TO_FILTER.getOrDefault(token.text(), ""), List.of(), token.span())
                : token).toList();
        try {
            FilterParser.parse(changed, clause.getFirst().span());
        } catch (FilterException notOfAFilter) {
            return "...";
        }
        return spaced(clause, changed.stream().map(token -> token.is(Kind.WORD)
                ? token.text()
                : source(token, text,
                        offset))
                .toList());
    }

    private static String groovy(List<Token> clause, String text, int offset) {
        if (!join(clause.getFirst(), false).isEmpty()) {
            return join(clause.getFirst(), false);
        }
        var words = new ArrayList<String>();
        for (int i = 0; i < clause.size(); i++) {
            var token = clause.get(i);
            var previous = i > 0 ? clause.get(i - 1) : token;
            var operator = TO_GROOVY.getOrDefault(token.lower(), "");
            if (!token.is(Kind.WORD)) {
                words.add(source(token, text, offset));
            } else if (!operator.isEmpty()) {
                words.add(operator);
            } else if (token.filterSign()) {
                return "...";
            } else {
                boolean bare = i > 0 && previous.filterSign() && !token.text().matches("-?\\d+(?:\\.\\d+)?");
                words.add(bare ? "'" + token.text() + "'" : token.text());
            }
        }
        return spaced(clause, words);
    }

    /// Puts blanks where the source had them.
    private static String spaced(List<Token> clause, List<String> words) {
        var out = new StringBuilder();
        for (int i = 0; i < words.size(); i++) {
            boolean blank = i > 0 && clause.get(i - 1).span().end() < clause.get(i).span().start();
            out.append(blank ? " " : "").append(words.get(i));
        }
        return out.toString();
    }

    private static String source(Token token, String text, int offset) {
        return text.substring(token.span().start() - offset, token.span().end() - offset);
    }
}
