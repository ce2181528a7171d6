package org.sternpost.shell.filter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.sternpost.shell.filter.Filter.Operand;
import org.sternpost.shell.filter.Token.Kind;
import org.sternpost.shell.line.Script.Argument;
import org.sternpost.shell.line.Span;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.shell.line.SyntaxError;
import org.sternpost.shell.line.Value;

/// Reads filters, from a block or from `Property -op Value`, and tells them from Groovy.
public final class FilterReader {
    private FilterReader() {}

    /// Tells what a block is. `command` is how the corrected forms begin: `Where-Object`.
    public static FilterParseResult block(String command, Value.Block block) {
        return block(command, block.text(), block.textSpan().start());
    }

    /// The same for the text inside the braces; spans of errors are moved by `offset`.
    public static FilterParseResult block(String command, String text, int offset) {
        var tokens = FilterLexer.tokens(text, offset);
        boolean filterSigns = tokens.stream().anyMatch(Token::filterSign);
        try {
            var filter = FilterParser.parse(tokens, new Span(offset, offset + text.length()));
            if (!filterSigns && !namesProperty(filter)) {
                return new FilterParseResult.IsGroovy();
            }
            return check(filter);
        } catch (FilterException refusal) {
            if (!filterSigns) {
                return new FilterParseResult.IsGroovy();
            }
            return new FilterParseResult.Refused(tokens.stream().anyMatch(token -> token.is(Kind.GROOVY))
                    ? MixedSyntax.error(command, text, offset, tokens)
                    : refusal.error());
        }
    }

    /// Without operators only `$_.Property` and `$true`, perhaps negated, are taken from Groovy.
    private static boolean namesProperty(Filter filter) {
        return switch (filter) {
            case Filter.Not(var what) -> namesProperty(what);
            case Filter.Truth(var operand) -> operand instanceof Operand.Bool
                    || operand instanceof Operand.Property(var path, _) && !path.isEmpty();
            case Filter.Or _,Filter.And _,Filter.Test _ -> false;
        };
    }

    /// Reads the block-free form: `Property -op Value`, or `Property` alone.
    public static FilterParseResult words(List<Argument> words, Span whole) {
        try {
            var tokens = new ArrayList<Token>();
            for (var word : words) {
                addTokens(tokens, word);
            }
            return check(FilterParser.parse(tokens, whole));
        } catch (FilterException refusal) {
            return new FilterParseResult.Refused(refusal.error());
        }
    }

    private static void addTokens(List<Token> tokens, Argument word) {
        switch (word) {
            case Argument.Parameter(var name, _, var value, var span) -> {
                tokens.add(new Token(Kind.WORD, "-" + name, List.of(), span));
                value.ifPresent(given -> addValue(tokens, given));
            }
            case Argument.Splat(_, var span) -> throw notHere(span);
            case Argument.Free(var value, _) when tokens.isEmpty() -> {
                var name = value instanceof Value.Word text ? text.plain() : Optional.<String>empty();
                var path = FilterLexer.tokens("$_." + name.orElseThrow(() -> notHere(value.span())), 0);
                if (path.size() != 1 || path.getFirst().path().isEmpty()) {
                    throw new FilterException("FILTER_SYNTAX", "a property is expected here", value.span(),
                            "Where-Object Status -eq Retry");
                }
                var steps = path.getFirst().path().stream().map(step -> placed(step, value.span())).toList();
                tokens.add(new Token(Kind.DOLLAR, "_", steps, value.span()));
            }
            case Argument.Free(var value, _) -> addValue(tokens, value);
        }
    }

    private static Value.Step placed(Value.Step step, Span span) {
        return switch (step) {
            case Value.Step.Property(var name, _) -> new Value.Step.Property(name, span);
            case Value.Step.Index(var index, _) -> new Value.Step.Index(index, span);
        };
    }

    private static void addValue(List<Token> tokens, Value value) {
        switch (value) {
            case Value.Word word -> tokens.add(new Token(Kind.QUOTED,
                    word.plain().orElseThrow(() -> notHere(word.span())), List.of(), word.span()));
            case Value.Variable(var name, var path, var span) when !name.environment() ->
                tokens.add(new Token(Kind.DOLLAR, name.name(), path, span));
            case Value.Array(var elements, var span) -> {
                tokens.add(new Token(Kind.OPEN, "(", List.of(), new Span(span.start(), span.start())));
                for (int i = 0; i < elements.size(); i++) {
                    if (i > 0) {
                        tokens.add(new Token(Kind.COMMA, ",", List.of(), elements.get(i).span()));
                    }
                    addValue(tokens, elements.get(i));
                }
                tokens.add(new Token(Kind.CLOSE, ")", List.of(), new Span(span.end(), span.end())));
            }
            case Value.Variable _,Value.Table _,Value.Subpipeline _,Value.Groovy _,Value.Block _ ->
                throw notHere(value.span());
        }
    }

    private static FilterException notHere(Span span) {
        return new FilterException("FILTER_SYNTAX", "a filter compares with plain values and variables", span,
                "put the value into a variable first: $x = ...; then -eq $x");
    }

    /// A broken regular expression is found before anything runs.
    private static FilterParseResult check(Filter filter) {
        for (var test : tests(filter)) {
            if ((test.operator() == Operator.MATCH || test.operator() == Operator.NOTMATCH)
                    && test.right() instanceof Operand.Text(var text, var span)) {
                try {
                    Pattern.compile(text);
                } catch (PatternSyntaxException | StackOverflowError broken) {
                    return new FilterParseResult.Refused(Patterns.broken(text, span, broken));
                }
            }
        }
        return new FilterParseResult.IsFilter(filter);
    }

    /// Checks the properties a filter names against those of a type, before anything runs.
    public static Optional<SyntaxError> check(Filter filter, String typeName, Collection<String> names) {
        for (var operand : operands(filter)) {
            if (operand instanceof Operand.Property(var path, _) && !path.isEmpty()
                    && path.getFirst() instanceof Value.Step.Property(var name, var span)
                    && names.stream().noneMatch(name::equalsIgnoreCase)) {
                return Optional.of(unknown(name, span, typeName, names));
            }
        }
        return Optional.empty();
    }

    static SyntaxError unknown(String name, Span span, String typeName, Collection<String> names) {
        var listed = typeName + " has: " + String.join(", ", names);
        return new SyntaxError("PROPERTY_UNKNOWN", typeName + " has no property " + name, span,
                Nearest.to(name, names).map(near -> "did you mean: " + near + "\n" + listed).orElse(listed));
    }

    private static List<Filter.Test> tests(Filter filter) {
        return switch (filter) {
            case Filter.Or(var of) -> of.stream().flatMap(part -> tests(part).stream()).toList();
            case Filter.And(var of) -> of.stream().flatMap(part -> tests(part).stream()).toList();
            case Filter.Not(var what) -> tests(what);
            case Filter.Test test -> List.of(test);
            case Filter.Truth _ -> List.of();
        };
    }

    private static List<Operand> operands(Filter filter) {
        return switch (filter) {
            case Filter.Or(var of) -> of.stream().flatMap(part -> operands(part).stream()).toList();
            case Filter.And(var of) -> of.stream().flatMap(part -> operands(part).stream()).toList();
            case Filter.Not(var what) -> operands(what);
            case Filter.Test test -> List.of(flat(test.left()), flat(test.right())).stream().flatMap(List::stream)
                    .toList();
            case Filter.Truth(var operand) -> List.of(operand);
        };
    }

    private static List<Operand> flat(Operand operand) {
        return operand instanceof Operand.Items(var of, _)
                ? of.stream().flatMap(item -> flat(item).stream()).toList()
                : List.of(operand);
    }

    /// What a block turns out to be.
    public sealed interface FilterParseResult {
        /// A comparison; it never reaches Groovy.
        record IsFilter(Filter filter) implements FilterParseResult {}

        /// Groovy, as far as we can see.
        record IsGroovy() implements FilterParseResult {}

        /// A broken filter, or a mixture of both languages.
        record Refused(SyntaxError error) implements FilterParseResult {}
    }

    /// Carries an error up to the package's border, where it turns into a value.
    @SuppressWarnings("serial")
    static final class FilterException extends RuntimeException {
        private final transient SyntaxError error;

        FilterException(SyntaxError error) {
            super(error.message(), null, false, false);
            this.error = error;
        }

        FilterException(String code, String message, Span span, String hint) {
            this(new SyntaxError(code, message, span, hint));
        }

        SyntaxError error() { return error; }
    }
}
