package org.sternpost.shell.line;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sternpost.shell.line.ParseResult.ParseStopException;

/// The help that a refused token gets: what is wrong, in the words of the person who typed, and what to write.
final class SyntaxErrors {

    private SyntaxErrors() {}

    static ParseStopException stray(Source source) {
        int at = source.at();
        var span = new Span(at, at + 1);
        return switch (source.glance(at)) {
            case ')' -> ParseStopException.refused("SYNTAX_BRACKET", "this ) closes nothing", span,
                    "quote it if it is text: ')'");
            case '}' -> ParseStopException.refused("SYNTAX_BRACKET", "this } closes nothing", span,
                    "quote it if it is text: '}'");
            case ',' -> ParseStopException.refused("SYNTAX_COMMA", "a value must stand before this comma", span, "");
            default -> ParseStopException.refused("SYNTAX_UNEXPECTED", "the statement should end here", span,
                    "put ; between two statements");
        };
    }

    static void doublePipe(Source source) {
        int at = source.at();
        if (source.peek(1) == '|') {
            throw ParseStopException.refused("SYNTAX_OR", "there is no ||", new Span(at, at + 2),
                    "a statement that fails ends the line; to catch a failure use Groovy: try { } catch");
        }
    }

    static void assignable(Source source, String name, int start) {
        if (Set.of("_", "true", "false", "null").contains(name) || name.equalsIgnoreCase("env")) {
            throw ParseStopException.refused("SYNTAX_ASSIGNMENT", "$" + name + " cannot be assigned",
                    source.spanFrom(start),
                    "choose another name");
        }
    }

    static ParseStopException parameterValue(Source source, String name, int start) {
        return ParseStopException.refused("SYNTAX_PARAMETER", "a value must follow the colon without a space",
                source.spanFrom(start), "-" + name + ":value, or -" + name + " value");
    }

    static ParseStopException assignment(String name, Span span) {
        return ParseStopException.refused("SYNTAX_ASSIGNMENT", "a variable is written with $", span,
                "$" + name + " = ...");
    }

    static ParseStopException needsBlank(Source source) {
        int at = source.at();
        return ParseStopException.refused("SYNTAX_BLANK", "put a space before this", new Span(at, at + 1),
                "or quote the whole word if it is text");
    }

    static ParseStopException noValue(Source source) {
        int at = source.at();
        return source.glance(at) == Source.END
                ? ParseStopException.refused("SYNTAX_VALUE", "a value is expected here", new Span(at, at), "")
                : ParseStopException.refused("SYNTAX_VALUE", "a value is expected here", new Span(at, at + 1),
                        "quote it if it is text: '" + (char) source.glance(at) + "'");
    }

    static ParseStopException variableName(Source source, int start) {
        return ParseStopException.refused("SYNTAX_VARIABLE", "after $ a name must follow", source.spanFrom(start),
                "quote it if it is text: '$'");
    }

    static ParseStopException methodCall(Source source, int start) {
        var text = source.since(start);
        return ParseStopException.refused("SYNTAX_CALL", "methods are called in Groovy", source.spanFrom(start),
                "$( " + text + "() )");
    }

    static ParseStopException insertedKey(Span span) {
        return ParseStopException.refused("SYNTAX_TABLE", "a key cannot hold a variable", span,
                "write the key as plain text");
    }

    static void tableKey(Source source, String key, Span span, List<Value.Entry> before) {
        if (key.isEmpty() && span.end() == span.start()) {
            throw ParseStopException.refused("SYNTAX_TABLE", "a key is expected here",
                    new Span(span.start(), span.start() + 1),
                    "@{ Add = 'x'; Remove = 'y' }");
        }
        if (before.stream().anyMatch(entry -> entry.key().equalsIgnoreCase(key))) {
            throw ParseStopException.refused("SYNTAX_TABLE", "the key '" + key + "' is there twice", span, "");
        }
    }

    static ParseStopException inTable(Source source) {
        int at = source.at();
        var wrong = source.glance(at) == Source.END
                ? Optional.<String>empty()
                : Typography.wrongAtStart((char) source.glance(at));
        if (wrong.isPresent()) {
            return Typography.refused(source, wrong.get(), at);
        }
        return ParseStopException.refused("SYNTAX_TABLE", "a table holds 'key = value' separated by ;",
                new Span(at, at + 1),
                "@{ Add = 'x'; Remove = 'y' }");
    }

    static ParseStopException inArray(Source source) {
        int at = source.at();
        return ParseStopException.refused("SYNTAX_ARRAY", "an array holds values separated by commas",
                new Span(at, at + 1),
                "@( 'a', 'b' )");
    }

    static ParseStopException emptyParens(Span span) {
        return ParseStopException.refused("SYNTAX_EMPTY", "nothing stands between the parentheses", span,
                "an empty list is @()");
    }

    static ParseStopException notClosed(Source source, char bracket, Unclosed open) {
        int at = source.at();
        return ParseStopException.refused("SYNTAX_BRACKET",
                "%s is open; a %s should stand here".formatted(open.sign(), bracket),
                new Span(at, at + 1), source.glance(at) == ';' ? "one statement only inside ( )" : "");
    }

    static ParseStopException redirectTarget(Span span) {
        return ParseStopException.refused("SYNTAX_REDIRECT", "after > the name of a file must follow", span,
                "> queue.csv");
    }

    static ParseStopException afterRedirect(Source source) {
        int at = source.at();
        return ParseStopException.refused("SYNTAX_REDIRECT", "the redirect must be last", new Span(at, at + 1), "");
    }

    static ParseStopException emptyNative(Span span) {
        return ParseStopException.refused("SYNTAX_NATIVE", "after ! a command of the system must follow", span,
                "!ls -l");
    }
}
