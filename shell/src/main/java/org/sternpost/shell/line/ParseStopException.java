package org.sternpost.shell.line;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Ends a parse from any depth; caught at the borders, [LineParser] and [Cursor]. Without a result: at the cursor.
@SuppressWarnings("serial")
final class ParseStopException extends RuntimeException {
    private final transient @Nullable ParseResult result;

    ParseStopException(@Nullable ParseResult result) {
        super("stop", null, false, false);
        this.result = result;
    }

    static ParseStopException refused(String code, String message, Span span, String hint) {
        return new ParseStopException(new ParseResult.Refused(new SyntaxError(code, message, span, hint)));
    }

    Optional<ParseResult> result() { return Optional.ofNullable(result); }
}
