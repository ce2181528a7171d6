package org.sternpost.engine.delivery;

/// A defect of ours met while one message was carried, with what was known of it by then.
///
/// Whoever hands out the mail settles what is known, counts the defect for the message and goes on with the next.
public final class DefectException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient ClaimedDelivery mail;
    private final transient AttemptResult soFar;

    /// @param soFar an outcome for those who had one
    public DefectException(ClaimedDelivery mail, AttemptResult soFar, Throwable cause) {
        super(cause);
        this.mail = mail;
        this.soFar = soFar;
    }

    public ClaimedDelivery mail() { return mail; }

    public AttemptResult soFar() { return soFar; }
}
