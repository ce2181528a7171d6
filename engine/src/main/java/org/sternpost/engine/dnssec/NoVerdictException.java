package org.sternpost.engine.dnssec;

import org.sternpost.engine.dns.Answer;

/// A question that is left without a verdict.
final class NoVerdictException extends Exception {
    private static final long serialVersionUID = 1;

    private final Answer.Kind kind;

    /// @param why a sentence for the operator
    NoVerdictException(Answer.Kind kind, String why) {
        super(why);
        this.kind = kind;
    }

    Answer.Kind kind() { return kind; }

    String why() { return String.valueOf(getMessage()); }
}
