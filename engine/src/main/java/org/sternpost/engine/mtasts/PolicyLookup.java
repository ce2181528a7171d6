package org.sternpost.engine.mtasts;

import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.mail.Domain;

/// From a policy domain to its policy.
@FunctionalInterface
public interface PolicyLookup {
    StsLookup of(Domain domain, ProofLog trail);

    /// True if the domain publishes another policy now than the one its mail was judged by; asked before mail to it is
    /// given up for good (RFC 8461 §5.1).
    default boolean changed(Domain domain) { return false; }
}
