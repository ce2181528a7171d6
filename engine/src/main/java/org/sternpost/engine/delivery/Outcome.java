package org.sternpost.engine.delivery;

import java.util.Optional;
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
    record Delivered(String code, String sentence, String host, String address, Level level, String tls,
            Optional<Failure> wouldHaveFailed) implements Outcome {}

    /// Not now; try again on the schedule. `failure` is present when validation is the cause.
    record Deferred(String code, String sentence, String host, Optional<Failure> failure) implements Outcome {}

    /// Never; tell the sender.
    record Failed(String code, String sentence, String host, Optional<Failure> failure) implements Outcome {}
}
