package org.sternpost.engine.credential;

import java.time.Duration;

/// One attempt to prove who somebody is, by one mechanism; belongs to one session.
public interface SaslExchange {

    /// Ways to prove it (RFC 4954 §4), the one that tells least first.
    enum Mechanism {
        ScramSha256("SCRAM-SHA-256"), Plain("PLAIN"), Login("LOGIN");

        private final String word;

        Mechanism(String word) { this.word = word; }

        /// As the protocol calls it.
        public String word() { return word; }
    }

    /// What comes of one response.
    sealed interface Step {
        /// To be said to the client, which answers it.
        record Challenge(byte[] octets) implements Step {}

        /// It is who it says.
        record Proven(SubmissionUser user) implements Step {}

        /// It is not, or is nobody, or may not: nobody is told which.
        record Refused() implements Step {}

        /// Too many failures came before; nothing was checked.
        ///
        /// @param pause until the next attempt is looked at
        record Later(Duration pause) implements Step {}

        /// Breaks the mechanism's grammar.
        ///
        /// @param why without anything of what was said
        record Malformed(String why) implements Step {}
    }

    /// What the server says first where the client has sent no initial response (RFC 4422 §3).
    Step begin();

    /// What comes of what the client says.
    Step next(byte[] response);
}
