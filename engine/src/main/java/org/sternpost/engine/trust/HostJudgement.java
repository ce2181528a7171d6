package org.sternpost.engine.trust;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.mail.Domain;

/// One host of a route and what each mode asks of it.
///
/// @param addresses in the order to try, both families; empty when `addressProblem` says why
/// @param addressProblem why there is no address to dial; empty text when there is one
/// @param addressUnknown why we could not learn an address, where that is our own trouble
/// @param enabled   what `Enabled` under the connector's refinements asks
/// @param byDane    what DANE by itself asks, for evidence; `None` when it is not looked at
/// @param bySts     what the policy by itself asks, also in mode `testing`; `None` without one
/// @param mandatory what `Enabled` with both refinements `Mandatory` would ask
public record HostJudgement(Domain host, int preference, int port, List<InetAddress> addresses, String addressProblem,
        Optional<Failure> addressUnknown, TlsVerdict enabled, TlsVerdict mandatory, TlsVerdict byDane, TlsVerdict bySts,
        HostFacts facts) {
    public HostJudgement { addresses = List.copyOf(addresses); }

    /// A host of which one verdict says all: what it asks, the mechanism it is of asks.
    public HostJudgement(Domain host, int preference, int port, List<InetAddress> addresses, String addressProblem,
            TlsVerdict enabled, TlsVerdict mandatory, HostFacts facts) {
        this(host, preference, port, addresses, addressProblem, Optional.empty(), enabled, mandatory,
                enabled instanceof TlsVerdict.Sts ? new TlsVerdict.None() : enabled,
                enabled instanceof TlsVerdict.Sts ? enabled : new TlsVerdict.None(), facts);
    }

    /// The same host at fewer addresses.
    HostJudgement at(List<InetAddress> some) {
        return new HostJudgement(host, preference, port, some, addressProblem, addressUnknown, enabled, mandatory,
                byDane, bySts, facts);
    }

    /// The same host, which this one runs: its faults are his.
    HostJudgement runBy(Reason.Owner operator) {
        return new HostJudgement(host, preference, port, addresses, addressProblem, addressUnknown,
                runBy(enabled, operator), runBy(mandatory, operator), runBy(byDane, operator), runBy(bySts, operator),
                facts.runBy(operator));
    }

    private static TlsVerdict runBy(TlsVerdict verdict, Reason.Owner operator) {
        return verdict instanceof TlsVerdict.Refused(var why) ? new TlsVerdict.Refused(why.runBy(operator)) : verdict;
    }

    /// The same host as one of a route.
    HostJudgement among(List<String> route, String stsRecord) {
        return new HostJudgement(host, preference, port, addresses, addressProblem, addressUnknown, enabled, mandatory,
                byDane, bySts,
                facts.among(route, stsRecord));
    }
}
