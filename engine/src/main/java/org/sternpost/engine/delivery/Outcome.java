package org.sternpost.engine.delivery;

import java.util.Optional;
import org.sternpost.engine.smtp.Reply;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.trust.Failure;

/// What an attempt came to for one recipient.
public sealed interface Outcome {

    /// Enhanced status code, `2.0.0`, `4.7.323` (RFC 3463).
    String code();

    /// What happened, one sentence with code and host.
    String sentence();

    /// The next hop took responsibility.
    ///
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
    }

    /// Not now; try again on the schedule. `failure` is present when validation is the cause, `reply` when it is what
    /// a host said.
    record Deferred(String code, String sentence, String host, Optional<Failure> failure,
            Optional<Reply> reply) implements Outcome {

        /// For a cause that no host has put into words.
        public Deferred(String code, String sentence, String host, Optional<Failure> failure) {
            this(code, sentence, host, failure, Optional.empty());
        }
    }

    /// Never; tell the sender. With `failure` and `reply` as in [Deferred].
    record Failed(String code, String sentence, String host, Optional<Failure> failure,
            Optional<Reply> reply) implements Outcome {

        /// For a cause that no host has put into words.
        public Failed(String code, String sentence, String host, Optional<Failure> failure) {
            this(code, sentence, host, failure, Optional.empty());
        }
    }
}
