package org.sternpost.engine.smtp;

/// A parameter of MAIL or RCPT that is not taken, with the reply it gets.
public final class ParameterException extends Exception {

    private static final long serialVersionUID = 1;
    private final String code;

    private ParameterException(String code, String why) {
        super(why);
        this.code = code;
    }

    static ParameterException malformed(String why) { return new ParameterException("501 5.5.4", why); }

    /// RFC 5321 §4.1.1.11: what was not announced is refused.
    static ParameterException unknown(String name) {
        return new ParameterException("555 5.5.4", "parameter " + name + " is not known here");
    }

    /// Reply code and enhanced code, `501 5.5.4`.
    public String code() { return code; }
}
