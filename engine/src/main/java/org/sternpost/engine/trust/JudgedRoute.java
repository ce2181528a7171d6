package org.sternpost.engine.trust;

import java.net.InetAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sternpost.engine.dane.Tlsa;
import org.sternpost.engine.dns.ProofLog.ProofStep;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mx.MxRoute.MxHosts.MxHost;

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

    /// One host of a route and what each mode asks of it.
    ///
    /// @param addresses in the order to try, both families; empty when `addressProblem` says why
    /// @param addressProblem why there is no address to dial; empty text when there is one
    /// @param addressUnknown why we could not learn an address, where that is our own trouble
    /// @param enabled   what `Enabled` under the connector's refinements asks
    /// @param byDane    what DANE by itself asks, for evidence; `None` when it is not looked at
    /// @param bySts     what the policy by itself asks, also in mode `testing`; `None` without one
    /// @param mandatory what `Enabled` with both refinements `Mandatory` would ask
    record HostJudgement(Domain host, int preference, int port, List<InetAddress> addresses, String addressProblem,
            Optional<Failure> addressUnknown, TlsVerdict enabled, TlsVerdict mandatory, TlsVerdict byDane,
            TlsVerdict bySts,
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
                    runBy(enabled, operator), runBy(mandatory, operator), runBy(byDane, operator),
                    runBy(bySts, operator),
                    facts.runBy(operator));
        }

        private static TlsVerdict runBy(TlsVerdict verdict, Reason.Owner operator) {
            return verdict instanceof TlsVerdict.Refused(var why)
                    ? new TlsVerdict.Refused(why.runBy(operator))
                    : verdict;
        }

        /// The same host as one of a route.
        HostJudgement among(List<MxHost> route, String stsRecord) {
            return new HostJudgement(host, preference, port, addresses, addressProblem, addressUnknown, enabled,
                    mandatory,
                    byDane, bySts,
                    facts.among(route, stsRecord));
        }
    }

    /// What DANE and MTA-STS ask of one host. Fixed before dialling; never relaxed after.
    sealed interface TlsVerdict {

        /// Usable TLSA records: they alone authenticate the host (RFC 7672 §2.2).
        ///
        /// @param outweighed usable records beside them that do not count (RFC 7671 §9); they explain a mismatch
        /// @param base  the TLSA base name, also the SNI (RFC 7672 §8.1)
        /// @param names reference names for DANE-TA (RFC 7672 §3.2.2)
        record Dane(List<Tlsa> usable, List<Tlsa> outweighed, Domain base, List<Domain> names) implements TlsVerdict {

            /// Records that all count.
            public Dane(List<Tlsa> usable, Domain base, List<Domain> names) { this(usable, List.of(), base, names); }

            public Dane {
                usable = List.copyOf(usable);
                outweighed = List.copyOf(outweighed);
                names = List.copyOf(names);
                if (usable.isEmpty()) throw new IllegalArgumentException("no usable TLSA record");
            }
        }

        /// TLSA records exist but none is usable: encrypt, authenticate nobody (RFC 7672 §2.2).
        record Encrypted() implements TlsVerdict {}

        /// An enforced policy lists the host: its certificate must verify by PKIX for this name (RFC 8461 §4.2).
        record Sts(Domain host, String policyId) implements TlsVerdict {}

        /// Nobody asks for more than the connector's `TlsSettings` (RFC 7435 §3).
        record None() implements TlsVerdict {}

        /// The host may not be dialled: a lookup failed, a policy does not list it, or what is mandatory is missing.
        record Refused(Failure why) implements TlsVerdict {}
    }

    /// A judgement with its whole chain of proof: every question asked, in order, and what followed from each answer.
    ///
    /// @param route what was asked about the domain
    /// @param hosts what was asked about each host, by its name
    record Explained(JudgedRoute destination, List<ProofStep> route, Map<String, List<ProofStep>> hosts) {
        public Explained {
            route = List.copyOf(route);
            hosts = Collections.unmodifiableMap(new LinkedHashMap<>(hosts));
        }

        /// All steps, the domain's first.
        public List<ProofStep> steps() {
            return Stream.concat(route.stream(), hosts.values().stream().flatMap(List::stream)).toList();
        }
    }
}
