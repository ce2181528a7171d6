package org.sternpost.engine.trust;

import java.util.List;

/// Where mail to one recipient domain over one connector can go.
public sealed interface JudgedRoute {

    /// Hosts in the order to try (RFC 5321 §5.1). Never empty.
    ///
    /// @param policyDomain whose DANE and MTA-STS were looked at: the recipient's domain or the smart host's
    /// @param routeProblem why `Enabled` refuses the whole route although hosts were found by asking again
    ///                     without validation (a bogus MX answer); empty list when nothing is wrong
    record Hosts(String policyDomain, List<HostJudgement> hosts, List<Failure> routeProblem) implements JudgedRoute {
        public Hosts {
            hosts = List.copyOf(hosts);
            routeProblem = List.copyOf(routeProblem);
            if (hosts.isEmpty()) throw new IllegalArgumentException("a route has at least one host");
        }
    }

    /// No mail can ever go there: null MX (RFC 7505), no such domain.
    ///
    /// @param code permanent enhanced code such as `5.1.10`
    record Impossible(String code, String sentence) implements JudgedRoute {}

    /// We could not learn where: the lookup failed and may work later (RFC 7672 §2.1.2).
    record Unknown(Failure why) implements JudgedRoute {}
}
