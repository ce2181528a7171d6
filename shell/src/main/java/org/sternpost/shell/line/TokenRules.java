package org.sternpost.shell.line;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.sternpost.shell.line.ParseResult.ParseStopException;

/// The rules for single tokens that admins meet: what looks right in another shell and is refused in ours, with help.
final class TokenRules {
    private static final Set<String> CONTROL = Set.of("if", "else", "elseif", "foreach", "for", "while", "do",
            "until", "switch", "function", "return", "try", "catch", "finally", "throw", "break", "continue", "param",
            "class", "import", "def", "begin", "process", "end", "trap", "var");
    private static final Pattern ASSIGNS = Pattern.compile("[\\w.]+[-+*/]?=.*");
    private static final Pattern STREAM = Pattern.compile("[0-9*]>.*");
    private static final String PIPE_HINT = "to go on in the next line end this one with | or , (or a backtick `)";

    private TokenRules() {}

    /// Checks a value that stands where a command could: only a pipe or the end may follow.
    static void valueAlone(Source source, Value value, boolean first) {
        if (!first) {
            throw ParseStopException.refused("SYNTAX_COMMAND", "after | a command must follow, not a value",
                    value.span(),
                    "start the line with the value: $x | Get-Queue");
        }
        int look = source.at();
        while (Source.isBlank(source.glance(look))) {
            look++;
        }
        int next = source.glance(look);
        boolean assigns = next == '>' && source.glance(look + 1) == '=';
        if (!assigns && (next == Source.END || ";|>)}#`\r\n".indexOf(next) >= 0)) {
            return;
        }
        int end = look;
        while (Source.isBare(source.glance(end))) {
            end++;
        }
        var span = new Span(look, Math.max(end, look + 1));
        var text = value.span().of(source.text());
        var rest = span.of(source.text());
        if (Source.isDigit(text.charAt(0)) || "+*/%".contains(rest)) {
            throw ParseStopException.refused("SYNTAX_ARITHMETIC", "the shell does not calculate", span,
                    "Groovy does: $( 2 + 2 )");
        }
        if (rest.startsWith("-") || rest.startsWith("=") || rest.startsWith("!") || rest.startsWith("+") || assigns
                || rest.startsWith("<") || rest.startsWith("?") || rest.startsWith("&")) {
            throw ParseStopException.refused("SYNTAX_OPERATOR", "operators work only inside a filter or Groovy", span,
                    "compare in a filter: ... | Where-Object { $_.Name -eq 'x' }; calculate in Groovy: $( x + 1 )");
        }
        throw ParseStopException.refused("SYNTAX_VALUE", "after a value only | may follow", span,
                "a command name is never quoted; two statements are separated by ;");
    }

    /// Checks the bare run that stands where a command name must.
    static void commandName(Source source, String name, Span span) {
        int next = source.glance(source.at());
        if (name.isEmpty()) {
            var missing = next == '|' ? "a command must stand before |" : "a command is expected here";
            throw ParseStopException.refused("SYNTAX_COMMAND", missing, new Span(span.start(), span.start() + 1), "");
        }
        if (name.startsWith("-")) {
            throw ParseStopException.refused("SYNTAX_COMMAND", "a command is expected here, not a parameter", span,
                    "to go on with the line before, end that line with a backtick `");
        }
        if (name.startsWith(">")) {
            throw ParseStopException.refused("SYNTAX_REDIRECT", "there is nothing to redirect", span,
                    "Get-Queue > queue.csv");
        }
        if (name.startsWith("@")) {
            throw ParseStopException.refused("SYNTAX_COMMAND", "a command must stand before a splat", span,
                    "Get-Queue " + name);
        }
        if (name.equals(".")) {
            throw ParseStopException.refused("SYNTAX_COMMAND", "there is no dot-sourcing", span,
                    "write the path of the script");
        }
        for (int i = 0; i < name.length(); i++) {
            var wrong = Typography.wrongAtStart(name.charAt(i));
            if (wrong.isPresent()) {
                throw Typography.refused(source, wrong.get(), span.start() + i);
            }
        }
        ampersand(name, span);
        if (name.indexOf('>') > 0) {
            var command = name.substring(0, name.indexOf('>'));
            throw ParseStopException.refused("SYNTAX_REDIRECT", "put a space before >", span,
                    command + " " + name.substring(command.length()));
        }
        if (ASSIGNS.matcher(name).matches()) {
            throw SyntaxErrors.assignment(name.substring(0, name.indexOf('=')).replaceAll("[-+*/]$", ""), span);
        }
        if (CONTROL.contains(name.toLowerCase(Locale.ROOT))) {
            throw ParseStopException.refused("SYNTAX_CONTROL", "the shell has no '" + name + "'", span,
                    name.equalsIgnoreCase("foreach")
                            ? "for each record: ... | ForEach-Object { ... }"
                            : "write programs in Groovy: $( ... ) or a script file.groovy");
        }
        text(source, name, span);
        if (next == '(') {
            throw ParseStopException.refused("SYNTAX_CALL", "arguments are not put in parentheses", span,
                    name + " -Name value; or in Groovy: $( ... )");
        }
        if (next == '\'' || next == '"' || next == '$' || next == '`' || next == ',') {
            throw ParseStopException.refused("SYNTAX_COMMAND", "a command name is a plain word", span,
                    "put a space after the name");
        }
    }

    /// Checks how an argument starts; `command` is the name before it if this is the first one, else empty.
    static void argumentStart(Source source, String command) {
        int at = source.at();
        int c = source.peek();
        int end = at;
        while (Source.isBare(source.glance(end))) {
            end++;
        }
        var token = source.text().substring(at, end);
        if (c == '-' && source.peek(1) == '-') {
            var name = token.replaceFirst("^-+", "");
            throw ParseStopException.refused("SYNTAX_DASHES", "parameters have one dash", new Span(at, end),
                    name.isEmpty() ? "quote it if it is text: '--'" : "did you mean: -" + name);
        }
        if (!command.isEmpty() && (token.equals("=") || token.equals("==") || token.equals("+="))) {
            throw SyntaxErrors.assignment(command, new Span(at, end));
        }
        if (c == ',') {
            throw SyntaxErrors.stray(source);
        }
    }

    static void parameterEnd(Source source, int start) {
        if (Source.endsToken(source.peek()) && source.peek() != ',') {
            return;
        }
        int end = source.at();
        while (Source.isBare(source.glance(end))) {
            var wrong = Typography.wrongAtStart((char) source.glance(end));
            if (wrong.isPresent()) {
                throw Typography.refused(source, wrong.get(), end);
            }
            end++;
        }
        var span = new Span(start, Math.max(end, start + 1));
        var name = source.since(start);
        var hint = switch (source.peek()) {
            case '=' -> name + " value";
            case ',' -> "a list that starts with a dash: '" + name + "', ...";
            default -> "put a space after the name; or quote the text: '" + span.of(source.text()) + "'";
        };
        throw ParseStopException.refused("SYNTAX_PARAMETER", "a parameter is a dash and a name", span, hint);
    }

    /// Checks a word that has been read.
    static void word(Source source, Value.Word word) {
        for (var part : word.parts()) {
            if (part instanceof Value.Part.Text(var text, var quoted, var span) && !quoted) {
                boolean start = span.start() == word.span().start();
                if (start && STREAM.matcher(text).matches()) {
                    throw ParseStopException.refused("SYNTAX_STREAM",
                            "messages go to stderr; redirect them in the calling shell",
                            span, "sternpost -Command '...' 2> messages.txt");
                }
                ampersand(text, span);
                int arrow = text.indexOf('>');
                if (arrow >= 0 && text.lastIndexOf('<', arrow) < 0) {
                    throw ParseStopException.refused("SYNTAX_REDIRECT", "put a space before >, or quote the word", span,
                            text.substring(0, arrow) + " " + text.substring(arrow));
                }
                text(source, text, span);
            }
        }
    }

    private static void ampersand(String text, Span span) {
        if (text.contains("&&")) {
            throw ParseStopException.refused("SYNTAX_AND", "there is no &&", span,
                    "use ; (a statement that fails ends the line anyway)");
        }
        if (text.equals("&")) {
            throw ParseStopException.refused("SYNTAX_AMPERSAND", "there is no & to call or to run in the background",
                    span,
                    "write the command's name; long work belongs to the engine and goes on without the shell");
        }
    }

    private static void text(Source source, String text, Span span) {
        if (text.endsWith("\\") && (source.glance(span.end()) == Source.END
                || Source.isNewline(source.glance(span.end())))) {
            throw ParseStopException.refused("SYNTAX_BACKSLASH", "a backslash does not continue a line",
                    new Span(span.end() - 1, span.end()), PIPE_HINT + "; quote it if it is text");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int at = span.start() + i;
            var wrong = i == 0 ? Typography.wrongAtStart(c) : Typography.wrong(c);
            if (wrong.isPresent()) {
                throw Typography.refused(source, wrong.get(), at);
            }
            if (Character.isISOControl(c)) {
                throw ParseStopException.refused("SYNTAX_CHARACTER",
                        "U+%04X is neither text nor a blank".formatted((int) c),
                        new Span(at, at + 1), "remove it, or quote it");
            }
        }
    }
}
