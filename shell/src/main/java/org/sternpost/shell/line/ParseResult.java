package org.sternpost.shell.line;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What reading a text gives.
public sealed interface ParseResult {
    /// The text is understood.
    record Parsed(Script script) implements ParseResult {}

    /// Nothing is wrong so far, but more must follow: the prompt asks for another line.
    record Incomplete(Unclosed what, Span span) implements ParseResult {
        /// The same as an error, for text that cannot grow: a file, a `-Command`.
        public SyntaxError asError() {
            return new SyntaxError("SYNTAX_INCOMPLETE", "the text ends here, but " + what.description(), span, "");
        }
    }

    /// The text is refused; nothing of it runs.
    record Refused(SyntaxError error) implements ParseResult {}

    /// Ends a parse from any depth; caught at the borders, [LineParser] and [Cursor]. Without a result: at the cursor.
    @SuppressWarnings("serial")
    static final class ParseStopException extends RuntimeException {
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
}
