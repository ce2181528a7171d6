package org.sternpost.engine.trust;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup.Judged;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.mtasts.Policy.MxPattern;
import org.sternpost.engine.mx.MxRoute.MxHosts.MxHost;

/// What was learned about a host before dialling: the values that evidence keeps.
///
/// @param route     the MX records: the whole route in the order of preference; empty for smart hosts
/// @param host      the addresses of this host, sorted
/// @param tlsaBase the name whose TLSA records were used, without `_25._tcp.`; empty when none was
/// @param tlsa     each record, and why it is of no use if so
/// @param dane     half a sentence: what DANE says of this host
/// @param mtaSts   half a sentence: what MTA-STS says of this host
/// @param stsRecord TXT records of `_mta-sts` as answered, or why there are none; empty text when nobody asked
/// @param sts      the policy that was looked at; empty when the domain has none
/// @param notes    oddities that do not decide: possible downgrade, `half` DANE under an insecure MX, fetch errors
public record HostFacts(LookedUp<MxHost> route, LookedUp<InetAddress> host, Optional<Domain> tlsaBase,
        DnsStatus tlsaStatus, List<Judged> tlsa, String dane, String mtaSts,
        String stsRecord, Optional<StsFacts> sts, List<Failure> notes) {

    public HostFacts {
        // Name servers rotate their answers; the same set is the same evidence.
        host = new LookedUp<>(host.status(),
                host.found().stream().sorted(Comparator.comparing(InetAddress::getHostAddress)).toList());
        tlsa = tlsa.stream().sorted(Comparator.comparing(one -> one.record().toString())).toList();
        notes = List.copyOf(notes);
    }

    /// What a lookup came to, and what it found.
    public record LookedUp<T>(DnsStatus status, List<T> found) {
        public LookedUp { found = List.copyOf(found); }
    }

    public DnsStatus mxStatus() { return route.status(); }

    public List<MxHost> mx() { return route.found(); }

    public DnsStatus addressStatus() { return host.status(); }

    public List<InetAddress> addresses() { return host.found(); }

    /// What is known of a host whose route and addresses tell nothing more.
    public HostFacts(DnsStatus mxStatus, DnsStatus addressStatus, Optional<Domain> tlsaBase, DnsStatus tlsaStatus,
            List<Judged> tlsa, String dane, String mtaSts, Optional<StsFacts> sts, List<Failure> notes) {
        this(new LookedUp<>(mxStatus, List.of()), new LookedUp<>(addressStatus, List.of()), tlsaBase, tlsaStatus, tlsa,
                dane,
                mtaSts, "", sts, notes);
    }

    /// The same host as one of a route, with the record that announces a policy.
    HostFacts among(List<MxHost> all, String record) {
        return new HostFacts(new LookedUp<>(route.status(), all), host, tlsaBase, tlsaStatus, tlsa, dane, mtaSts,
                record,
                sts, notes);
    }

    /// The same with one more oddity.
    public HostFacts noting(Failure note) {
        return new HostFacts(route, host, tlsaBase, tlsaStatus, tlsa, dane, mtaSts, stsRecord, sts,
                Stream.concat(notes.stream(), Stream.of(note)).toList());
    }

    /// The same of a host that this one runs.
    HostFacts runBy(Reason.Owner operator) {
        return new HostFacts(route, host, tlsaBase, tlsaStatus, tlsa, dane, mtaSts, stsRecord, sts,
                notes.stream().map(note -> note.runBy(operator)).toList());
    }

    /// @param fetched    when the policy was last seen at its host; its age follows, and changes no evidence
    /// @param maxAge     of the policy, in seconds; empty in evidence of engines before 0.1.0
    public record StsFacts(Domain policyDomain, String id, Policy.Mode mode, Instant fetched, List<MxPattern> mx,
            OptionalLong maxAge) {

        public long ageSeconds(Instant at) { return Duration.between(fetched, at).toSeconds(); }
    }

    /// What DNSSEC says of one lookup, as kept in evidence (RFC 4035 §4.3).
    public enum DnsStatus {
        Secure, Insecure, Bogus,
        /// No answer: SERVFAIL, REFUSED or time-out.
        Failed,
        /// The question was not asked, because a rule forbids it or the mode does not look.
        NotAsked
    }
}
