package org.sternpost.engine.trust;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// What was learned about a host before dialling, in the form that evidence keeps and people read.
///
/// @param tlsaBase the name whose TLSA records were used, without `_25._tcp.`; empty when none was
/// @param tlsa     each record in presentation form, followed by ` unusable: why` when it is
/// @param dane     one sentence: what DANE says of this host
/// @param mtaSts   one sentence: what MTA-STS says of this host
/// @param sts      the policy that was looked at; empty when the domain has none
/// @param notes    oddities that do not decide: possible downgrade, `half` DANE under an insecure MX, fetch errors
public record HostFacts(DnsStatus mxStatus, DnsStatus addressStatus, Optional<String> tlsaBase, DnsStatus tlsaStatus,
        List<String> tlsa, String dane, String mtaSts, Optional<StsFacts> sts, List<Failure> notes) {

    /// The same with one more oddity.
    public HostFacts noting(Failure note) {
        return new HostFacts(mxStatus, addressStatus, tlsaBase, tlsaStatus, tlsa, dane, mtaSts, sts,
                Stream.concat(notes.stream(), Stream.of(note)).toList());
    }

    /// @param mode       `enforce`, `testing` or `none`
    /// @param ageSeconds since the policy was fetched
    /// @param maxAge     of the policy, in seconds; empty in evidence of engines before 0.1.0
    public record StsFacts(String policyDomain, String id, String mode, long ageSeconds, List<String> mx,
            OptionalLong maxAge) {}
}
