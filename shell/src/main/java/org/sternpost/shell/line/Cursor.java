package org.sternpost.shell.line;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Tells what stands at the cursor in a text that need not be finished, or right.
public final class Cursor {
    private static final int MENDS_MAX = 8; // Errors before the cursor that are looked over.
    private static final Pattern BLOCK_PROPERTY = Pattern.compile("\\$_\\.((?:[\\w]+(?:\\[-?\\d+])?\\.)*)(\\w*)$");
    private static final Pattern BLOCK_VARIABLE = Pattern.compile("\\$\\{?(\\w*)$");
    private static final Pattern BLOCK_VALUE = Pattern.compile(
            "\\$_\\.([\\w.]+)\\s+-c?(?:eq|ne|gt|ge|lt|le|like|notlike|in|notin|contains|notcontains)\\s+"
                    + "(?:@?\\((?:[^()]*[,\\s])?)?(['\"]?[^'\"\\s(),{}]*)$",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern BLOCK_WORD = Pattern.compile("[-\\w]*$");

    private Cursor() {}

    /// Answers for the text up to `position`; what follows is not looked at.
    public static CursorContext at(String text, int position) {
        var before = text.substring(0, Math.max(0, Math.min(position, text.length())));
        var nothing = new CursorContext.Nothing(new Span(before.length(), before.length()));
        if (before.length() > Source.LENGTH_MAX) {
            return nothing;
        }
        int readUpTo = -1;
        for (int mends = 0; mends < MENDS_MAX; mends++) {
            var source = new Source(before, 0, true);
            var result = LineParser.run(source);
            if (result.isEmpty()) {
                return place(before, source.progress);
            }
            if (!(result.get() instanceof ParseResult.Refused(var error))) {
                return nothing;
            }
            int end = error.span().end();
            if (end <= readUpTo || end >= before.length() || error.code().equals("SYNTAX_DEPTH")) {
                return nothing;
            }
            readUpTo = end;
            before = blankedOut(before, error.span());
        }
        return nothing;
    }

    /// Puts plain letters in place of an error, so that positions stay.
    private static String blankedOut(String text, Span error) {
        return text.substring(0, error.start()) + "x".repeat(error.end() - error.start()) + text.substring(error.end());
    }

    private static CursorContext place(String text, ParseProgress progress) {
        int cursor = text.length();
        int start = progress.start(cursor);
        var frame = progress.frame();
        var within = new CursorContext.CommandContext(frame.upstream, frame.command, frame.arguments);
        var raw = text.substring(start);
        var span = new Span(start, cursor);
        return switch (progress.doing()) {
            case COMMAND -> command(within, raw, span);
            case ARGUMENT -> raw.startsWith("-") && !raw.matches("-\\d.*")
                    ? new CursorContext.ParameterName(within, raw.substring(1), span)
                    : value(within, frame, raw, span);
            case VALUE -> value(within, frame, raw, span);
            case VARIABLE -> variable(within, raw, span);
            case PROPERTY -> new CursorContext.Property(within, progress.owner(), raw, span);
            case BLOCK -> block(within, raw, span);
            case NOTHING -> new CursorContext.Nothing(span);
        };
    }

    private static CursorContext command(CursorContext.CommandContext within, String raw, Span span) {
        return raw.startsWith("$") ? variable(within, raw, span) : new CursorContext.CommandName(within, raw, span);
    }

    private static CursorContext variable(CursorContext.CommandContext within, String raw, Span span) {
        int skip = raw.startsWith("${") ? 2 : 1;
        return new CursorContext.Variable(within, raw.substring(Math.min(skip, raw.length())),
                new Span(Math.min(span.start() + skip, span.end()), span.end()));
    }

    private static CursorContext value(CursorContext.CommandContext within, ParseProgress.Frame frame, String raw,
            Span span) {
        if (within.command().isEmpty()) {
            return new CursorContext.Nothing(span);
        }
        var prefix = unquoted(raw);
        return frame.pending.isEmpty()
                ? new CursorContext.Positional(within, within.position(), frame.given, prefix, span)
                : new CursorContext.ParameterValue(within, frame.pending, frame.given, prefix, span);
    }

    /// The text so far of a word whose quotes may still be open.
    private static String unquoted(String raw) {
        var text = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (quote != 0 && c == quote) {
                boolean doubled = c == '\'' && i + 1 < raw.length() && raw.charAt(i + 1) == c;
                i += doubled ? 1 : 0;
                quote = doubled ? quote : 0;
                text.append(doubled ? "'" : "");
            } else if (c == '`' && quote != '\'' && i + 1 < raw.length()) {
                text.append(raw.charAt(++i));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static CursorContext block(CursorContext.CommandContext within, String raw, Span span) {
        var text = raw.substring(Math.min(1, raw.length()));
        int end = span.end();
        var value = find(BLOCK_VALUE, text);
        if (value.find() && !value.group(2).startsWith("$")) {
            return new CursorContext.FilterValue(within, value.group(1), unquoted(value.group(2)),
                    new Span(end - value.group(2).length(), end));
        }
        var property = find(BLOCK_PROPERTY, text);
        if (property.find()) {
            var path = property.group(1);
            var of = path.isEmpty() ? "$_" : "$_." + path.substring(0, path.length() - 1);
            return new CursorContext.Property(within, of, property.group(2),
                    new Span(end - property.group(2).length(), end));
        }
        var variable = find(BLOCK_VARIABLE, text);
        if (variable.find()) {
            return new CursorContext.Variable(within, variable.group(1),
                    new Span(end - variable.group(1).length(), end));
        }
        var word = find(BLOCK_WORD, text);
        var prefix = word.find() ? word.group() : "";
        return new CursorContext.Block(within, text, prefix, new Span(end - prefix.length(), end));
    }

    /// Only the last stretch of a block matters.
    private static Matcher find(Pattern pattern, String text) {
        return pattern.matcher(text.substring(Math.max(0, text.length() - 500)));
    }
}
