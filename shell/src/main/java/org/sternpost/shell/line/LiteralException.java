package org.sternpost.shell.line;

/// A text is no value of the type asked for. The hint says what to write, and may be empty.
public final class LiteralException extends Exception {
    private static final long serialVersionUID = 1;

    private final String hint;

    public LiteralException(String message, String hint) {
        super(message, null, false, false);
        this.hint = hint;
    }

    public String message() { return String.valueOf(getMessage()); }

    public String hint() { return hint; }

    /// The same as an error at its place in the source.
    public SyntaxError at(Span span) { return new SyntaxError("VALUE_TYPE", message(), span, hint); }
}
