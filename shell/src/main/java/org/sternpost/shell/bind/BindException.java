package org.sternpost.shell.bind;

import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.SyntaxError;

/// A text that cannot be bound, or a value met while running that does not fit.
public final class BindException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient SyntaxError error;

    public BindException(SyntaxError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    BindException(String code, String message, Span span, String hint) {
        this(new SyntaxError(code, message, span, hint));
    }

    public SyntaxError error() { return error; }
}
