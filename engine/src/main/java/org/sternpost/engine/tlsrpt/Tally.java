package org.sternpost.engine.tlsrpt;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.dane.TlsaSearch.TlsaLookup.Judged;
import org.sternpost.engine.delivery.AttemptResult.TlsSession;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.evidence.HostEvidence.Finding;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tlsrpt.TlsRptReport.PolicyType;
import org.sternpost.engine.tlsrpt.TlsRptReport.ResultType;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.Reason;

/// One session under one policy.
///
/// @param failed  counts as a failed session; else as a successful one
/// @param details what is told of it; the first of a failed session counts it, all others count nothing
record Tally(TlsRptReport.Policy policy, boolean failed, List<Told> details) {

    private static final int SMTP_PORT = 25; // of hosts that nobody called

    /// @param why in words, for a reader
    record Told(ResultType type, String why) {}

    Tally {
        details = List.copyOf(details);
        if (failed && details.isEmpty()) throw new IllegalArgumentException("a failure without a result type");
    }

    /// Under which policies a session counts, and as what. Empty: it is not reported.
    ///
    /// @param policyDomain whose policies were asked for: the recipient's domain, or the smart host
    static List<Tally> of(Domain policyDomain, TlsSession opening) {
        HostEvidence seen = opening.evidence();
        // Nothing was looked up, so "no policy found" would not be true.
        if (seen.attempt().mode() == TlsValidation.Disabled) return List.of();
        // A handshake that fails where nothing is required refuses no mail, and is a failed session all the same.
        Optional<Failure> why = seen.modes().enabled().refusal().or(opening::handshake);
        // What we could not know is no result of theirs.
        if (why.filter(Failure::isLocal).isPresent()) return List.of();
        // RFC 8460 §4.3.4: an attempt that never came as far as TLS is no session to report.
        boolean refused = why.flatMap(failure -> ResultType.of(failure.reason())).isPresent();
        if (seen.session().achieved() == Level.None && seen.session().tls().isEmpty() && !refused) return List.of();
        // RFC 8460 §4: all policies that were applied are reported, DANE's and that of MTA-STS side by side.
        List<Tally> found = Stream.concat(dane(seen, why).stream(), sts(policyDomain, seen, why).stream()).toList();
        if (!found.isEmpty()) return found;
        // Where our own trouble hid the policy, "no policy found" would not be true either.
        return seen.host().facts().notes().stream().anyMatch(Failure::isLocal)
                ? List.of()
                : none(policyDomain, seen, why).stream().toList();
    }

    private static boolean usable(HostEvidence seen) {
        return seen.host().facts().tlsa().stream().anyMatch(Judged::isUsable);
    }

    private static boolean daneDecides(HostEvidence seen, Optional<Failure> why) {
        return usable(seen) || why.filter(failure -> isOfDane(failure.reason())).isPresent();
    }

    private static boolean isOfDane(Reason reason) {
        return reason == Reason.DNSSEC_INVALID || reason == Reason.DANE_REQUIRED || reason == Reason.TLSA_INVALID;
    }

    private static boolean isOfSts(Reason reason) {
        return switch (reason) {
            case STS_MX_MISMATCH, STS_REQUIRED, STS_POLICY_FETCH_ERROR, STS_POLICY_INVALID, STS_WEBPKI_INVALID -> true;
            case STARTTLS_NOT_SUPPORTED, CERTIFICATE_EXPIRED, TLSA_INVALID, DNSSEC_INVALID, CERTIFICATE_HOST_MISMATCH,
                    CERTIFICATE_NOT_TRUSTED, DANE_REQUIRED, VALIDATION_FAILURE, REQUIRETLS_ENCRYPTION,
                    REQUIRETLS_SUPPORT, LOCAL_DNS, LOCAL_NETWORK, LOCAL_TLS, LOCAL ->
                false;
        };
    }

    private static boolean isDialled(HostEvidence seen) { return seen.host().address().isPresent(); }

    private static Optional<Tally> dane(HostEvidence seen, Optional<Failure> why) {
        List<Judged> records = seen.host().facts().tlsa();
        if (records.isEmpty() && !daneDecides(seen, why)) return Optional.empty();
        Optional<Failure> ofDane = why.filter(failure -> !isOfSts(failure.reason()));
        // The policy of MTA-STS kept the host from being dialled, so nobody knows what DANE would have said.
        if (!isDialled(seen) && ofDane.isEmpty()) return Optional.empty();
        // RFC 8460 §1.1: the policy domain of DANE is the TLSA base domain of the host.
        String base = seen.host().facts().tlsaBase().orElse(seen.host().name()).ascii();
        var policy = new TlsRptReport.Policy(PolicyType.TLSA, records.stream().map(record -> record(seen, base, record))
                .sorted().toList(), base, List.of());
        if (usable(seen) || records.isEmpty()) return Optional.of(judged(policy, told(ofDane), List.of()));
        // RFC 8460 §4.3.2.1: tlsa-invalid. TLS without authentication is all that RFC 7672 §2.2 asks for then, so the
        // session counts as good and the detail counts none.
        var invalid = new Told(ResultType.TLSA_INVALID, "no TLSA record is usable");
        Optional<Failure> noTls = why.filter(failure -> failure.reason() == Reason.STARTTLS_NOT_SUPPORTED
                || failure.reason() == Reason.VALIDATION_FAILURE);
        return Optional.of(judged(policy, told(noTls), List.of(invalid)));
    }

    /// RFC 8460 §4.4: the record as RFC 6698 §2.3 writes it. Sorted by the caller, for DNS answers in any order.
    private static String record(HostEvidence seen, String base, Judged record) {
        int port = seen.host().address().map(InetSocketAddress::getPort).orElse(SMTP_PORT);
        return "_" + port + "._tcp." + base + ". IN TLSA " + record.record();
    }

    private static Optional<Tally> sts(Domain policyDomain, HostEvidence seen, Optional<Failure> why) {
        // RFC 8460 §4.3.2.2: trouble with getting the policy. In mode none it is the owner's way out (RFC 8461 §8.3).
        List<Told> troubles = seen.host().facts().notes().stream().filter(note -> isTrouble(note.reason()))
                .flatMap(note -> told(Optional.of(note)).stream()).toList();
        if (seen.host().facts().sts().isEmpty()) {
            if (troubles.isEmpty()) return Optional.empty();
            return Optional.of(new Tally(new TlsRptReport.Policy(PolicyType.STS, List.of(), policyDomain.ascii(),
                    List.of()), true, troubles));
        }
        HostFacts.StsFacts sts = seen.host().facts().sts().get();
        var policy = new TlsRptReport.Policy(PolicyType.STS, lines(sts), sts.policyDomain().ascii(),
                sts.mx().stream().map(Object::toString).toList());
        return switch (sts.mode()) {
            // RFC 8461 §2: beside DANE the policy cannot save a session, yet its owner learns how it fares.
            case Enforce -> daneDecides(seen, why)
                    ? compliance(seen).map(failed -> judged(policy, failed, troubles))
                    : Optional.of(judged(policy, told(why), troubles));
            // RFC 8461 §5: testing blocks nothing, and reports what would have been blocked.
            case Testing -> compliance(seen).map(failed -> judged(policy, failed, troubles));
            case None -> Optional.empty();
        };
    }

    /// What the policy by itself refuses the session for; empty if it showed nothing to say so of.
    private static Optional<Optional<Told>> compliance(HostEvidence seen) {
        return switch (seen.findings().sts()) {
            case Finding.Holds _ -> Optional.of(Optional.empty());
            case Finding.Fails(var why) -> Optional.of(told(Optional.of(why)));
            case Finding.NotJudged _ -> Optional.empty();
        };
    }

    /// Nobody asked for anything (RFC 8460 §4.4, `no-policy-found`).
    private static Optional<Tally> none(Domain policyDomain, HostEvidence seen, Optional<Failure> why) {
        var policy = new TlsRptReport.Policy(PolicyType.NO_POLICY_FOUND, List.of(), policyDomain.ascii(), List.of());
        // What only our own wish refused is not theirs to mend.
        if (why.filter(failure -> isOfSts(failure.reason())).isPresent()) return Optional.empty();
        Optional<Told> refusal = told(why);
        if (refusal.isEmpty() && seen.session().achieved() == Level.Plaintext) refusal = Optional.of(noStartTls());
        return Optional.of(judged(policy, refusal, List.of()));
    }

    private static Tally judged(TlsRptReport.Policy policy, Optional<Told> refusal, List<Told> besides) {
        var details = new ArrayList<Told>();
        refusal.ifPresent(details::add);
        details.addAll(besides);
        return new Tally(policy, refusal.isPresent(), details);
    }

    private static Optional<Told> told(Optional<Failure> why) {
        return why.flatMap(failure -> ResultType.of(failure.reason())
                .map(type -> new Told(type, failure.sentence())));
    }

    private static Told noStartTls() { return new Told(ResultType.STARTTLS_NOT_SUPPORTED, "the session had no TLS"); }

    private static boolean isTrouble(Reason reason) {
        return reason == Reason.STS_POLICY_FETCH_ERROR || reason == Reason.STS_POLICY_INVALID
                || reason == Reason.STS_WEBPKI_INVALID;
    }

    /// RFC 8460 §4.4: the lines of the policy.
    private static List<String> lines(HostFacts.StsFacts sts) {
        return Stream.of(Stream.of("version: STSv1", "mode: " + sts.mode().word()),
                sts.mx().stream().map(pattern -> "mx: " + pattern),
                sts.maxAge().stream().mapToObj(seconds -> "max_age: " + seconds)).flatMap(lines -> lines).toList();
    }
}
