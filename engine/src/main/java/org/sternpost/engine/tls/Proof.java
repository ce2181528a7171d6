package org.sternpost.engine.tls;

import org.sternpost.engine.trust.Failure;

/// Whether a chain satisfies a requirement.
public sealed interface Proof {

    /// It does, at this level.
    record Proven(Level level) implements Proof {}

    /// It does not.
    record Refused(Failure why) implements Proof {}
}
