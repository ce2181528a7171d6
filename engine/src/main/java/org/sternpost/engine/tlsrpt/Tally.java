package org.sternpost.engine.tlsrpt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tls.SessionFacts;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;
import org.sternpost.engine.trust.Reason;

/// One session under one policy.
///
/// @param failed  counts as a failed session; else as a successful one
/// @param details what is told of it; the first of a failed session counts it, all others count nothing
record Tally(TlsRptReport.Policy policy, boolean failed, List<Told> details) {

    private static final String UNUSABLE = " unusable: "; // as in HostFacts.tlsa
    private static final String PKIX_VALID = "valid"; // as in HostEvidence.pkix

    /// @param why in words, for a reader
    record Told(ResultType type, String why) {}

    Tally {
        details = List.copyOf(details);
        if (failed && details.isEmpty()) throw new IllegalArgumentException("a failure without a result type");
    }

    /// Under which policies a session counts, and as what. Empty: it is not reported.
    ///
    /// @param policyDomain whose policies were asked for: the recipient's domain, or the smart host
    static List<Tally> of(Domain policyDomain, HostEvidence seen) {
        // Nothing was looked up, so "no policy found" would not be true.
        if (seen.mode() == TlsValidation.Disabled) return List.of();
        // RFC 8460 §4.3.4: an attempt that never came as far as TLS is no session to report.
        boolean refused = seen.enabled().flatMap(why -> ResultType.of(why.reason())).isPresent();
        if (seen.achieved() == Level.None && seen.session().isEmpty() && !refused) return List.of();
        Optional<Tally> dane = dane(seen);
        // RFC 8461 §2: where DANE decides, MTA-STS is not applied; records without a usable one leave it its say.
        Optional<Tally> sts = daneDecides(seen) ? Optional.empty() : sts(policyDomain, seen);
        List<Tally> found = Stream.concat(dane.stream(), sts.stream()).toList();
        return found.isEmpty() ? none(policyDomain, seen).stream().toList() : found;
    }

    private static boolean usable(HostEvidence seen) {
        return seen.facts().tlsa().stream().anyMatch(record -> !record.contains(UNUSABLE));
    }

    private static boolean daneDecides(HostEvidence seen) {
        return usable(seen) || seen.enabled().filter(why -> isOfDane(why.reason())).isPresent();
    }

    private static boolean isOfDane(Reason reason) {
        return reason == Reason.DNSSEC_INVALID || reason == Reason.DANE_REQUIRED || reason == Reason.TLSA_INVALID;
    }

    private static boolean isOfSts(Reason reason) {
        return switch (reason) {
            case STS_MX_MISMATCH, STS_REQUIRED, STS_POLICY_FETCH_ERROR, STS_POLICY_INVALID, STS_WEBPKI_INVALID -> true;
            case STARTTLS_NOT_SUPPORTED, CERTIFICATE_EXPIRED, TLSA_INVALID, DNSSEC_INVALID, CERTIFICATE_HOST_MISMATCH,
                    CERTIFICATE_NOT_TRUSTED, DANE_REQUIRED, VALIDATION_FAILURE, REQUIRETLS_ENCRYPTION,
                    REQUIRETLS_SUPPORT ->
                false;
        };
    }

    private static Optional<Tally> dane(HostEvidence seen) {
        List<String> records = seen.facts().tlsa();
        if (records.isEmpty() && !daneDecides(seen)) return Optional.empty();
        // RFC 8460 §1.1: the policy domain of DANE is the TLSA base domain of the host.
        var policy = new TlsRptReport.Policy(PolicyType.TLSA,
                records.stream().map(record -> record.split(UNUSABLE, 2)[0]).toList(),
                seen.facts().tlsaBase().orElse(seen.host().ascii()), List.of());
        if (usable(seen) || records.isEmpty()) return Optional.of(judged(policy, refusal(seen), List.of()));
        // RFC 8460 §4.3.2.1: tlsa-invalid. TLS without authentication is all that RFC 7672 §2.2 asks for then, so the
        // session counts as good and the detail counts none.
        var told = new Told(ResultType.TLSA_INVALID, "no TLSA record is usable");
        boolean noTls = seen.enabled().filter(why -> why.reason() == Reason.STARTTLS_NOT_SUPPORTED
                || why.reason() == Reason.VALIDATION_FAILURE).isPresent();
        return Optional.of(judged(policy, noTls ? refusal(seen) : Optional.empty(), List.of(told)));
    }

    private static Optional<Tally> sts(Domain policyDomain, HostEvidence seen) {
        // RFC 8460 §4.3.2.2: trouble with getting the policy. In mode none it is the owner's way out (RFC 8461 §8.3).
        List<Told> troubles = seen.facts().notes().stream().filter(note -> isTrouble(note.reason()))
                .flatMap(note -> told(note).stream()).toList();
        if (seen.facts().sts().isEmpty()) {
            if (troubles.isEmpty()) return Optional.empty();
            return Optional.of(new Tally(new TlsRptReport.Policy(PolicyType.STS, List.of(), policyDomain.ascii(),
                    List.of()), true, troubles));
        }
        HostFacts.StsFacts sts = seen.facts().sts().get();
        var policy = new TlsRptReport.Policy(PolicyType.STS, lines(sts), sts.policyDomain(), sts.mx());
        return switch (sts.mode()) {
            case "enforce" -> Optional.of(judged(policy, refusal(seen), troubles));
            // RFC 8461 §5: testing blocks nothing, and reports what would have been blocked.
            case "testing" -> Optional.of(judged(policy, wouldFail(seen), troubles));
            default -> Optional.empty();
        };
    }

    /// Nobody asked for anything (RFC 8460 §4.4, `no-policy-found`).
    private static Optional<Tally> none(Domain policyDomain, HostEvidence seen) {
        var policy = new TlsRptReport.Policy(PolicyType.NO_POLICY_FOUND, List.of(), policyDomain.ascii(), List.of());
        // What only our own wish refused is not theirs to mend.
        if (seen.enabled().filter(why -> isOfSts(why.reason())).isPresent()) return Optional.empty();
        Optional<Told> refusal = refusal(seen);
        if (refusal.isEmpty() && seen.achieved() == Level.Plaintext) refusal = Optional.of(noStartTls());
        return Optional.of(judged(policy, refusal, List.of()));
    }

    private static Tally judged(TlsRptReport.Policy policy, Optional<Told> refusal, List<Told> besides) {
        var details = new ArrayList<Told>();
        refusal.ifPresent(details::add);
        details.addAll(besides);
        return new Tally(policy, refusal.isPresent(), details);
    }

    private static Optional<Told> refusal(HostEvidence seen) { return seen.enabled().flatMap(Tally::told); }

    private static Optional<Told> told(Failure why) {
        return ResultType.of(why.reason()).map(type -> new Told(type, why.sentence()));
    }

    private static Told noStartTls() { return new Told(ResultType.STARTTLS_NOT_SUPPORTED, "the session had no TLS"); }

    private static boolean isTrouble(Reason reason) {
        return reason == Reason.STS_POLICY_FETCH_ERROR || reason == Reason.STS_POLICY_INVALID
                || reason == Reason.STS_WEBPKI_INVALID;
    }

    private static Optional<Told> wouldFail(HostEvidence seen) {
        Optional<Told> unlisted = seen.facts().notes().stream()
                .filter(note -> note.reason() == Reason.STS_MX_MISMATCH).findFirst().flatMap(Tally::told);
        if (unlisted.isPresent()) return unlisted;
        Optional<Told> refused = refusal(seen);
        if (refused.isPresent()) return refused;
        if (seen.session().isEmpty()) return Optional.of(noStartTls());
        if (seen.pkix().equals(PKIX_VALID)) return Optional.empty();
        return Optional.of(new Told(certificate(seen, seen.session().get()), seen.pkix()));
    }

    /// Names a verdict of PKIX that evidence has only in words.
    private static ResultType certificate(HostEvidence seen, SessionFacts session) {
        if (session.chain().isEmpty()) return ResultType.VALIDATION_FAILURE;
        SessionFacts.CertificateFacts leaf = session.chain().getFirst();
        if (seen.at().isBefore(leaf.notBefore()) || seen.at().isAfter(leaf.notAfter()))
            return ResultType.CERTIFICATE_EXPIRED;
        String host = seen.host().ascii();
        String siblings = "*" + host.substring(Math.max(host.indexOf('.'), 0));
        boolean named = leaf.names().stream().anyMatch(name -> name.equalsIgnoreCase(host)
                || name.equalsIgnoreCase(siblings));
        return named ? ResultType.CERTIFICATE_NOT_TRUSTED : ResultType.CERTIFICATE_HOST_MISMATCH;
    }

    /// RFC 8460 §4.4: the lines of the policy. Evidence keeps no max_age, so that line is missing.
    private static List<String> lines(HostFacts.StsFacts sts) {
        return Stream.concat(Stream.of("version: STSv1", "mode: " + sts.mode()),
                sts.mx().stream().map(pattern -> "mx: " + pattern)).toList();
    }
}
