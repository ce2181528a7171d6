package org.sternpost.engine.dns;

import java.time.Duration;

/// One question to the servers, past any cache.
public interface Lookup {

    /// @param ttl how long the answer may be kept; zero for failures
    record Reading(Answer answer, Duration ttl) {}

    /// Asks and has the answer proven.
    Reading checked(Question question);

    /// Asks with checking disabled (RFC 4035 §3.2.2).
    Reading unchecked(Question question);
}
