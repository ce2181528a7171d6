package org.sternpost.engine.tls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.certificate.Certificate;
import org.sternpost.engine.certificate.CertificateNames;
import org.sternpost.engine.connector.TlsSettings;
import org.sternpost.engine.dane.DaneMatch;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.tls.Requirement.Proof;
import org.sternpost.engine.trust.DaneFailures;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.FailureMessages;
import org.sternpost.engine.trust.JudgedRoute.TlsVerdict;

/// Proves a requirement against what a session showed. Pure but for the clock, so that one session answers what each
/// stricter or laxer mode would have said.
public final class Prover {

    private final Pkix pkix;
    private final InstantSource time;

    public Prover(TrustAnchors anchors, InstantSource time) {
        this.pkix = new Pkix(anchors);
        this.time = time;
    }

    /// By whose clock it judges.
    InstantSource time() { return time; }

    /// Judges a session that stands.
    public Proof prove(Requirement asked, String protocol, List<X509Certificate> chain) {
        // RFC 8461 §7.2 and RFC 8996 §5: whoever must be authenticated speaks TLS 1.2 or newer.
        if (asked.authenticates() && !isCurrent(protocol))
            return new Proof.Refused(FailureMessages.handshake(asked.host(),
                    "the host speaks " + protocol + " where TLS 1.2 is the least"));
        return prove(asked, chain);
    }

    /// True for the versions of TLS that may authenticate anybody.
    public static boolean isCurrent(String protocol) {
        return protocol.equals("TLSv1.3") || protocol.equals("TLSv1.2");
    }

    Proof prove(Requirement asked, List<X509Certificate> chain) {
        Instant now = time.instant();
        // RFC 7672 §2.2: usable records decide alone about the host; the floor of the connector comes on top.
        Optional<Failure> refusal = asked.verdict() instanceof TlsVerdict.Dane records
                ? daneRefusal(asked.host(), records, chain.stream().map(Pkix::der).toList(), now)
                : Optional.empty();
        if (refusal.isEmpty() && asked.needsPkix()) refusal = pkixRefusal(asked, Pkix.chain(chain), now);
        return refusal.<Proof>map(Proof.Refused::new).orElseGet(() -> new Proof.Proven(achieved(asked)));
    }

    /// What PKIX says of a host; asked for evidence even where nobody requires it.
    ///
    /// @param words    the verdict for the host's name: `valid`, or why not
    /// @param anchored the chain ends at an authority that we trust, or nobody could tell
    record Told(String words, boolean anchored) {}

    Told pkix(Domain host, List<X509Certificate> chain) {
        List<Certificate> shown = Pkix.chain(chain);
        return switch (pkix.judge(shown, time.instant())) {
            case Pkix.Verdict.OutOfDate(var detail) -> new Told(detail, true);
            case Pkix.Verdict.Untrusted(var detail) -> new Told(detail, false);
            case Pkix.Verdict.Forbidden(var detail) -> new Told(detail, true);
            case Pkix.Verdict.Unjudged(var detail) -> new Told(detail, true);
            case Pkix.Verdict.Valid() -> {
                var names = CertificateNames.alternatives(shown.getFirst());
                yield new Told(CertificateNames.cover(names, host.ascii()) ? "valid" : misnamed(names, host.ascii()),
                        true);
            }
        };
    }

    String pkixWords(Domain host, List<X509Certificate> chain) { return pkix(host, chain).words(); }

    private static Optional<Failure> daneRefusal(Domain host, TlsVerdict.Dane asked, List<byte[]> chain, Instant now) {
        return switch (DaneMatch.of(asked.usable(), asked.outweighed(), chain, asked.names(), now)) {
            case DaneMatch.Matched _ -> Optional.empty();
            case DaneMatch.Mismatch(var kind, var detail) ->
                Optional.of(DaneFailures.daneMismatch(host, asked.base(), kind, detail));
        };
    }

    private Optional<Failure> pkixRefusal(Requirement asked, List<Certificate> chain, Instant now) {
        return switch (pkix.judge(chain, now)) {
            case Pkix.Verdict.Unjudged(var detail) -> Optional.of(FailureMessages.unjudged(asked.host(), detail));
            case Pkix.Verdict.OutOfDate(var detail) ->
                Optional.of(
                        FailureMessages.pkix(asked.host(), asked.verdict(), FailureMessages.PkixKind.Expired, detail));
            case Pkix.Verdict.Untrusted(var detail) ->
                Optional.of(FailureMessages.pkix(asked.host(), asked.verdict(), FailureMessages.PkixKind.NotTrusted,
                        detail));
            case Pkix.Verdict.Forbidden(var detail) ->
                Optional.of(FailureMessages.pkix(asked.host(), asked.verdict(), FailureMessages.PkixKind.Forbidden,
                        detail));
            case Pkix.Verdict.Valid() -> nameRefusal(asked, chain);
        };
    }

    private static Optional<Failure> nameRefusal(Requirement asked, List<Certificate> chain) {
        var names = CertificateNames.alternatives(chain.getFirst());
        // RFC 8461 §4.2: an alternative name is the MX host, never the recipient's domain, nor a common name.
        if (asked.needsHostName() && !CertificateNames.cover(names, asked.host().ascii()))
            return Optional
                    .of(FailureMessages.pkix(asked.host(), asked.verdict(), FailureMessages.PkixKind.HostMismatch,
                            misnamed(names, asked.host().ascii())));
        if (asked.floor() == TlsSettings.DomainValidation && !CertificateNames.satisfy(names, asked.tlsDomain()))
            return Optional
                    .of(FailureMessages.pkix(asked.host(), asked.verdict(), FailureMessages.PkixKind.HostMismatch,
                            misnamed(names, asked.tlsDomain()) + " (-TlsDomain of the connector)"));
        return Optional.empty();
    }

    private static String misnamed(List<String> names, String wanted) {
        var shown = names.size() > 5 ? names.subList(0, 5) + " and " + (names.size() - 5) + " more" : names.toString();
        return "the certificate names " + (names.isEmpty() ? "nobody" : shown) + ", not " + wanted;
    }

    private static Level achieved(Requirement asked) { return asked.authenticates() ? asked.level() : Level.Encrypted; }
}
