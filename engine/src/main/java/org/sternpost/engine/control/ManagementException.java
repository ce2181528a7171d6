package org.sternpost.engine.control;

/// An operator's request that cannot be met, in words for them.
public final class ManagementException extends Exception {

    private static final long serialVersionUID = 1L;

    /// What kind of no it is; the shell turns it into an exit code.
    public enum Kind { NotFound, Exists, Invalid, Conflict, Unavailable, Timeout, EndedOtherwise }

    private final Kind kind;
    private final String hint;

    /// @param message names the place and the reason
    /// @param hint    the remedy or a suggestion; empty text when there is none
    public ManagementException(Kind kind, String message, String hint) {
        super(message);
        this.kind = kind;
        this.hint = hint;
    }

    /// The same out of a stream, whose reader unpacks it.
    public static final class InStreamException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final ManagementException why;

        private InStreamException(ManagementException why) {
            super(why);
            this.why = why;
        }

        public ManagementException why() { return why; }
    }

    public InStreamException inStream() { return new InStreamException(this); }

    public Kind kind() { return kind; }

    public String hint() { return hint; }
}
