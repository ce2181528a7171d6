package org.sternpost.engine;

/// Why an engine could not start, in words for who started it.
public final class EngineStartException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String hint;

    /// @param message names the setting or file and the reason
    /// @param hint    the remedy; empty text when the message says it
    public EngineStartException(String message, String hint, Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    public String hint() { return hint; }
}
