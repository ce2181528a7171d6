package org.sternpost.engine.partner;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup.Judged;
import org.sternpost.engine.evidence.Faults.Fault;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mtasts.Policy;
import org.sternpost.engine.tls.SessionProofs.SessionFacts.CertificateFacts;
import org.sternpost.engine.tls.SessionProofs.SessionFacts;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.Reason;

/// A fault with what letters ask of it.
record Faulty(Fault fault) {

    Reason reason() { return fault.why().reason(); }

    Domain domain() { return fault.domain(); }

    /// The mail host at fault; where none is known, the domain.
    String host() { return fault.host().isEmpty() ? fault.domain().ascii() : fault.host(); }

    Optional<HostFacts> facts() { return fault.seen().map(one -> one.host().facts()); }

    /// Where its TLSA records lie.
    String tlsaBase() { return facts().flatMap(HostFacts::tlsaBase).map(Domain::ascii).orElse(host()); }

    /// Those that mail can use, as the DNS has them.
    List<String> tlsa() {
        return facts().map(known -> known.tlsa().stream().filter(Judged::isUsable).map(one -> one.record().toString())
                .toList()).orElse(List.of());
    }

    /// True where TLSA records ask for what failed.
    boolean isDane() { return !tlsa().isEmpty(); }

    /// True where a policy asks for it that is in force.
    boolean isSts() {
        return facts().flatMap(HostFacts::sts).filter(policy -> policy.mode() == Policy.Mode.Enforce).isPresent();
    }

    /// True where signatures in the DNS do not verify; else there was no answer.
    boolean isBogus() {
        return facts().filter(known -> Stream.of(known.mxStatus(), known.addressStatus(), known.tlsaStatus())
                .anyMatch(HostFacts.DnsStatus.Bogus::equals)).isPresent();
    }

    Optional<SessionFacts> session() {
        return fault.seen().map(HostEvidence::session).flatMap(HostEvidence.Session::tls);
    }

    Optional<CertificateFacts> certificate() { return session().flatMap(tls -> tls.chain().stream().findFirst()); }

    /// Its mail hosts, the first choice first.
    List<String> mx() {
        List<String> all = facts().map(known -> known.mx().stream().map(one -> one.name().ascii()).toList())
                .orElse(List.of());
        return all.isEmpty() ? List.of(host()) : all;
    }

    String policyUrl() { return "https://mta-sts." + domain().ascii() + "/.well-known/mta-sts.txt"; }
}
