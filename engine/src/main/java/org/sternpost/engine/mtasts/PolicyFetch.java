package org.sternpost.engine.mtasts;

import org.sternpost.engine.mail.Domain;

/// Gets the policy file of a domain from its host (RFC 8461 §3.3).
@FunctionalInterface
public interface PolicyFetch {

    Fetched of(Domain domain);

    /// What became of it.
    sealed interface Fetched {

        record Policy(org.sternpost.engine.mtasts.Policy policy, String body) implements Fetched {}

        /// @param kind [StsLookup.Kind#Fetch], `WebPki`, `Invalid` or `Local`
        record Failed(StsLookup.Kind kind, String why) implements Fetched {}
    }

    /// Where the file of a domain is.
    static String url(Domain domain) { return "https://mta-sts." + domain + "/.well-known/mta-sts.txt"; }
}
