package org.sternpost.engine.smtp;

/// A parameter of MAIL or RCPT that is not taken, with the reply it gets.
public final class ParameterException extends Exception {

    private static final long serialVersionUID = 1;
    private final transient Reply reply;

    private ParameterException(int code, String why) {
        super(why);
        this.reply = Reply.of(code, "5.5.4 " + why);
    }

    static ParameterException malformed(String why) { return new ParameterException(501, why); }

    /// RFC 5321 §4.1.1.11: what was not announced is refused.
    static ParameterException unknown(String name) {
        return new ParameterException(555, "parameter " + name + " is not known here");
    }

    /// What its client hears.
    public Reply reply() { return reply; }
}
