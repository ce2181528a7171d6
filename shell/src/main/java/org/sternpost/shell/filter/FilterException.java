package org.sternpost.shell.filter;

import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.SyntaxError;

/// Carries an error up to the package's border, where it turns into a value.
@SuppressWarnings("serial")
final class FilterException extends RuntimeException {
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
