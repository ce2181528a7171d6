package org.sternpost.engine.delivery;

import java.util.Optional;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Failure.Remedy;

/// What an attempt came to for one recipient.
public sealed interface Outcome {

    /// Enhanced status code, `2.0.0`, `4.7.323` (RFC 3463).
    String code();

    /// What happened, one sentence with the host and without the code.
    String sentence();

    /// Who can do what about it; empty where nobody need.
    Optional<Remedy> remedy();

    /// All there is to say of it to a person: code, sentence and remedy.
    default String text() { return code() + " " + sentence() + remedy().map(cure -> "; " + cure).orElse(""); }

    /// The next hop took responsibility.
    ///
    /// @param sentence its reply
    /// @param host  that took it
    /// @param tls   `TLSv1.3 TLS_AES_128_GCM_SHA256`; empty text for plain text
    /// @param wouldHaveFailed why `Enabled` would have refused every host; empty: it would have delivered
    /// @param notifies the host knows the DSN extension, so that it tells the sender what becomes of the mail
    record Delivered(String code, String sentence, String host, String address, Level level, String tls,
            Optional<Failure> wouldHaveFailed, boolean notifies) implements Outcome {

        /// By a host that tells the sender.
        public Delivered(String code, String sentence, String host, String address, Level level, String tls,
                Optional<Failure> wouldHaveFailed) {
            this(code, sentence, host, address, level, tls, wouldHaveFailed, true);
        }

        @Override
        public Optional<Remedy> remedy() { return Optional.empty(); }
    }

    /// Not now; try again on the schedule. `failure` is present when validation is the cause, `reply` when it is what
    /// a host said.
    record Deferred(String code, String sentence, String host, Optional<Failure> failure, Optional<Reply> reply,
            Optional<Remedy> remedy) implements Outcome {

        /// For a cause that no host has put into words.
        public Deferred(String code, String sentence, String host, Optional<Failure> failure) {
            this(code, sentence, host, failure, Optional.empty());
        }

        /// With the remedy of the failure, if there is one.
        public Deferred(String code, String sentence, String host, Optional<Failure> failure, Optional<Reply> reply) {
            this(code, sentence, host, failure, reply, failure.map(Remedy::of));
        }
    }

    /// Never; tell the sender. With `failure` and `reply` as in [Deferred].
    record Failed(String code, String sentence, String host, Optional<Failure> failure, Optional<Reply> reply,
            Optional<Remedy> remedy) implements Outcome {

        /// For a cause that no host has put into words.
        public Failed(String code, String sentence, String host, Optional<Failure> failure) {
            this(code, sentence, host, failure, Optional.empty());
        }

        /// With the remedy of the failure, if there is one.
        public Failed(String code, String sentence, String host, Optional<Failure> failure, Optional<Reply> reply) {
            this(code, sentence, host, failure, reply, failure.map(Remedy::of));
        }
    }
}
