package org.sternpost.shell.run;

/// A block that failed on one record; the pipeline goes on with the next.
public final class RecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final String hint;

    public RecordException(String code, String message, String hint) {
        super(message, null, false, false);
        this.code = code;
        this.hint = hint;
    }

    StatementException asFailure() {
        return new StatementException(code, String.valueOf(getMessage()), hint, ExitCode.FAILED);
    }
}
