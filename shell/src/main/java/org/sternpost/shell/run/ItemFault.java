package org.sternpost.shell.run;

/// A block that failed on one record; the pipeline goes on with the next.
public final class ItemFault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final String hint;

    public ItemFault(String code, String message, String hint) {
        super(message, null, false, false);
        this.code = code;
        this.hint = hint;
    }

    Failure asFailure() { return new Failure(code, String.valueOf(getMessage()), hint, Exit.FAILED); }
}
