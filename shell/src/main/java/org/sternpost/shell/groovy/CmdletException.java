package org.sternpost.shell.groovy;

import org.sternpost.shell.run.StatementException;

/// A cmdlet called by a script failed; scripts may catch it.
public final class CmdletException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final String hint;
    private final int exit;

    CmdletException(String code, String message, String hint, int exit) {
        super(message);
        this.code = code;
        this.hint = hint;
        this.exit = exit;
    }

    static CmdletException of(StatementException failure) {
        return new CmdletException(failure.code(), failure.message(), failure.hint(), failure.exit());
    }

    public String getCode() { return code; }

    public String getHint() { return hint; }

    StatementException asFailure() { return new StatementException(code, String.valueOf(getMessage()), hint, exit); }
}
