package org.sternpost.engine.delivery;

import java.util.Optional;
import org.sternpost.engine.trust.Failure;

/// Why one host did not take the mail.
///
/// @param silent  it could not be talked to
/// @param crowded it wanted no further session
/// @param lasting why it can never meet the sender's REQUIRETLS; empty if another time may be better, or nobody asks
record Obstacle(Outcome.Deferred outcome, boolean silent, boolean crowded, Optional<Failure> lasting) {

    /// A host, or a route, that did not answer.
    static Obstacle trouble(Outcome.Deferred outcome, boolean silent, boolean crowded) {
        return new Obstacle(outcome, silent, crowded, Optional.empty());
    }

    /// A host that answered, and may not have the mail.
    static Obstacle answered(Outcome.Deferred outcome, Optional<Failure> lasting) {
        return new Obstacle(outcome, false, false, lasting);
    }

    Optional<Failure> failure() { return outcome.failure(); }

    String host() { return outcome.host(); }
}
