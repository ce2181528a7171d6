package org.sternpost.engine.mtasts;

import org.sternpost.engine.dns.Trail;
import org.sternpost.engine.mail.Domain;

/// From a policy domain to its policy.
@FunctionalInterface
public interface PolicyLookup {
    StsLookup of(Domain domain, Trail trail);
}
