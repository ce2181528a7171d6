package org.sternpost.engine.delivery;

import java.util.Optional;
import org.sternpost.engine.trust.Failure;

/// Why one host did not take the mail.
///
/// @param silent  it could not be talked to
/// @param crowded it wanted no further session
/// @param busy    it was not called, because others wait for its first answer
/// @param refused it answered, or lookups did for it, and it may not have the mail
/// @param lasting why it can never meet the sender's REQUIRETLS; empty if another time may be better, or nobody
/// asks
record Obstacle(Outcome.Deferred outcome, boolean silent, boolean crowded, boolean busy, boolean refused,
        Optional<Failure> lasting) {

    /// A host, or a route, that did not answer.
    static Obstacle trouble(Outcome.Deferred outcome, boolean silent, boolean crowded) {
        return new Obstacle(outcome, silent, crowded, false, false, Optional.empty());
    }

    /// A host in trouble, or that could not be called.
    static Obstacle of(FailurePolicy.Said what, String host) {
        return new Obstacle(FailurePolicy.trouble(what, host), what.silent(), what.crowded(), what.busy(),
                false, Optional.empty());
    }

    /// A host that answered, and may not have the mail.
    static Obstacle answered(Outcome.Deferred outcome, Optional<Failure> lasting) {
        return new Obstacle(outcome, false, false, false, true, lasting);
    }

    Optional<Failure> failure() { return outcome.failure(); }

    String host() { return outcome.host(); }
}
