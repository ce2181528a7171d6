package org.sternpost.shell.line;

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
}
