package org.sternpost.engine.trust;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.sternpost.engine.connector.MtaStsMode;
import org.sternpost.engine.connector.SmtpDaneMode;
import org.sternpost.engine.dane.TlsaSearch;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup;
import org.sternpost.engine.dns.Answer;
import org.sternpost.engine.dns.Answer.Status;
import org.sternpost.engine.dns.ProofLog;
import org.sternpost.engine.dns.Resolver;
import org.sternpost.engine.dns.Weakness;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.mtasts.PolicyLookup.StsLookup;
import org.sternpost.engine.mx.AddressLookup;
import org.sternpost.engine.mx.AddressLookup.HostAddresses;
import org.sternpost.engine.trust.HostFacts.DnsStatus;
import org.sternpost.engine.trust.JudgedRoute.HostJudgement;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Judges one host of a route: addresses, TLSA records, policy, verdicts, facts.
final class HostJudge {

    /// The refinements in force; both `None` when the mode does not look.
    record Refinements(SmtpDaneMode dane, MtaStsMode sts) {

        boolean look() { return dane != SmtpDaneMode.None || sts != MtaStsMode.None; }

        /// As if nothing were left unlooked at.
        Refinements looking() {
            return new Refinements(dane == SmtpDaneMode.None ? SmtpDaneMode.Opportunistic : dane,
                    sts == MtaStsMode.None ? MtaStsMode.Opportunistic : sts);
        }

        /// As if everything that is looked at were mandatory; what is not looked at stays so.
        Refinements mandatory() {
            return new Refinements(dane == SmtpDaneMode.None ? dane : SmtpDaneMode.Mandatory,
                    sts == MtaStsMode.None ? sts : MtaStsMode.Mandatory);
        }
    }

    /// How the route came to this host.
    ///
    /// @param nextHop   the recipient's domain or the smart host
    /// @param canonical the next hop after its aliases
    /// @param proven    true if the step from the next hop to the host is (RFC 7672 §2.2.1)
    /// @param weakness  why it is not proven although it is signed
    /// @param problem   why `Enabled` refuses the whole route
    record Leg(Domain nextHop, Domain canonical, DnsStatus mxStatus, boolean proven, Optional<Weakness> weakness,
            Optional<Failure> problem, List<String> notes) {}

    private final AddressLookup addresses;
    private final TlsaSearch tlsa;

    HostJudge(Resolver resolver) {
        this.addresses = new AddressLookup(resolver);
        this.tlsa = new TlsaSearch(resolver);
    }

    HostJudgement judge(Domain host, int preference, int port, Leg leg, StsLookup sts, Refinements modes,
            ProofLog proof) {
        HostAddresses found = addresses.of(host, proof);
        TlsaLookup records = modes.dane() == SmtpDaneMode.None
                ? new TlsaLookup.NotAsked("DANE is not looked at")
                : tlsa.of(host, port, found, proof);
        Domain canonical = leg.nextHop().equals(host) && found.status() == Status.Secure
                ? found.canonical()
                : leg.canonical();
        var decision = new PolicyDecision(host, leg.nextHop(), records, sts,
                base -> TlsaSearch.referenceNames(base, host, leg.nextHop(), canonical, leg.proven()), !leg.proven(),
                leg.weakness());
        Optional<Failure> before = before(host, found, leg, modes);
        return new HostJudgement(host, preference, port, found.list(), found.problem(),
                found.failure().filter(answer -> found.list().isEmpty() && answer.kind().isOurs())
                        .map(answer -> DnsFailures.addresses(host, answer)),
                verdict(before, decision, modes), verdict(before, decision, modes.mandatory()),
                byDane(before, decision, modes), decision.bySts(), facts(decision, found, leg, modes));
    }

    private static TlsVerdict verdict(Optional<Failure> before, PolicyDecision decision, Refinements modes) {
        return before.<TlsVerdict>map(TlsVerdict.Refused::new)
                .orElseGet(() -> decision.verdict(modes.dane(), modes.sts()));
    }

    /// A route or an address that is not proven fails DANE, whatever the records say.
    private static TlsVerdict byDane(Optional<Failure> before, PolicyDecision decision, Refinements modes) {
        if (modes.dane() == SmtpDaneMode.None) return new TlsVerdict.None();
        return before.<TlsVerdict>map(TlsVerdict.Refused::new).orElseGet(decision::byDane);
    }

    /// What refuses the host before records and policies are weighed.
    private static Optional<Failure> before(Domain host, HostAddresses found, Leg leg, Refinements modes) {
        if (!modes.look()) return Optional.empty();
        if (leg.problem().isPresent()) return leg.problem();
        // RFC 7672 §2.1.2: a host whose addresses fail to validate is unusable.
        return found.failure().map(answer -> DnsFailures.addresses(host, answer));
    }

    private HostFacts facts(PolicyDecision decision, HostAddresses found, Leg leg, Refinements modes) {
        TlsaLookup records = decision.tlsa();
        Optional<TlsaLookup.Found> some = records instanceof TlsaLookup.Found f ? Optional.of(f) : Optional.empty();
        Optional<HostFacts.StsFacts> policy = decision.sts() instanceof StsLookup.Held(var held, _)
                ? Optional.of(new HostFacts.StsFacts(held.domain(), held.id(), held.policy().mode(),
                        held.fetched(), held.policy().mx(),
                        OptionalLong.of(held.policy().maxAge().toSeconds())))
                : Optional.empty();
        return new HostFacts(new HostFacts.LookedUp<>(leg.mxStatus(), List.of()),
                new HostFacts.LookedUp<>(status(found), found.list()), some.map(TlsaLookup.Found::base),
                status(records), some.map(TlsaLookup.Found::records).orElse(List.of()), decision.daneSeen(),
                decision.stsSeen(), "", policy,
                notes(decision, found, leg, modes));
    }

    private static List<Failure> notes(PolicyDecision decision, HostAddresses addresses, Leg leg, Refinements modes) {
        var notes = new ArrayList<Failure>();
        boolean half = leg.mxStatus() == DnsStatus.Insecure && modes.look()
                && decision.tlsa() instanceof TlsaLookup.Found found && !found.usable().isEmpty();
        if (half) notes.add(DnsFailures.half(leg.nextHop(), decision.host(), leg.weakness()));
        if (modes.look() && decision.tlsa() instanceof TlsaLookup.Found none && none.usable().isEmpty())
            notes.add(DaneFailures.unusable(none.base(),
                    none.records().stream().map(TlsaLookup.Judged::toString).toList()));
        decision.sts().troubles().forEach(trouble -> notes.add(StsFailures.trouble(leg.nextHop(), trouble)));
        if (decision.sts() instanceof StsLookup.Held(var held, _) && held.policy().mode() == Policy.Mode.Testing
                && !held.policy().lists(decision.host()))
            notes.add(StsFailures.stsTestingMismatch(decision.host(), held));
        leg.notes().forEach(note -> notes.add(DnsFailures.routeNote(leg.nextHop(), note)));
        // What is merely without protection comes after what is wrong.
        if (!half && modes.dane() != SmtpDaneMode.None)
            Stream.concat(leg.weakness().stream(), decision.tlsa().unproven().stream()).distinct()
                    .forEach(weakness -> notes.add(DnsFailures.weak(weakness)));
        // RFC 7672 §2.2.2: the domain is signed, and what its MX records name is not: DANE ends half-way.
        if (leg.mxStatus() == DnsStatus.Secure && decision.tlsa() instanceof TlsaLookup.NotAsked none
                && modes.dane() != SmtpDaneMode.None && !addresses.list().isEmpty()
                && addresses.status() == Status.Insecure && none.weakness().isEmpty())
            notes.add(DnsFailures.unsignedHost(leg.nextHop(), decision.host()));
        return notes;
    }

    private static DnsStatus status(HostAddresses found) {
        return found.failure().map(HostJudge::status).orElse(status(found.status()));
    }

    private static DnsStatus status(TlsaLookup records) {
        return switch (records) {
            case TlsaLookup.Found _ -> DnsStatus.Secure;
            case TlsaLookup.Absent absent -> status(absent.status());
            case TlsaLookup.NotAsked _ -> DnsStatus.NotAsked;
            case TlsaLookup.Failed failed -> status(failed.answer());
        };
    }

    static DnsStatus status(Status status) {
        return switch (status) {
            case Secure -> DnsStatus.Secure;
            case Insecure -> DnsStatus.Insecure;
        };
    }

    static DnsStatus status(Answer.Failed failed) {
        return switch (failed.kind()) {
            case Bogus -> DnsStatus.Bogus;
            case Indeterminate, ServFail, Timeout, Refused, NoServer, Local -> DnsStatus.Failed;
        };
    }
}
