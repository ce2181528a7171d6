package org.sternpost.shell.line;

/// A stretch of source and what it is to the eye.
public record HighlightedToken(Kind kind, Span span) {
    /// Classes of text that a terminal may colour.
    public enum Kind {
        /// A command name.
        COMMAND,
        /// `-Name`, and a splat.
        PARAMETER,
        /// Quoted text.
        STRING,
        /// A word that starts as a number does.
        NUMBER,
        /// Any other word.
        WORD,
        /// A variable with its path.
        VARIABLE,
        /// `|`, `;`, `,`, `=`, `>` and brackets.
        OPERATOR,
        /// The inside of `{ }` and `$( )`.
        BLOCK,
        /// `!` and its text.
        NATIVE,
        /// `# …`
        COMMENT,
        /// What is refused.
        ERROR
    }
}
