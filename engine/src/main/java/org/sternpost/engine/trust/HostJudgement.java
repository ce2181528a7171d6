package org.sternpost.engine.trust;

import java.net.InetAddress;
import java.util.List;
import org.sternpost.engine.mail.Domain;

/// One host of a route and what each mode asks of it.
///
/// @param addresses in the order to try, both families; empty when `addressProblem` says why
/// @param addressProblem why there is no address to dial; empty text when there is one
/// @param enabled   what `Enabled` under the connector's refinements asks
/// @param mandatory what `Enabled` with both refinements `Mandatory` would ask
public record HostJudgement(Domain host, int preference, int port, List<InetAddress> addresses, String addressProblem,
        TlsVerdict enabled, TlsVerdict mandatory, HostFacts facts) {
    public HostJudgement { addresses = List.copyOf(addresses); }
}
