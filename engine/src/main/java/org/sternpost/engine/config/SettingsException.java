package org.sternpost.engine.config;

/// A settings file that cannot be followed, in words for who wrote it.
public final class SettingsException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String hint;

    /// @param message names file, line and reason
    /// @param hint    the remedy; empty text when the message says it
    public SettingsException(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    public String hint() { return hint; }
}
