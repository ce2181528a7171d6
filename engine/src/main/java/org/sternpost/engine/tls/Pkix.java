package org.sternpost.engine.tls;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.sternpost.engine.certificate.Certificate;
import org.sternpost.engine.certificate.PathSearch;

/// Whether a chain ends at a trusted anchor and is valid now (RFC 5280 §6). Names are judged elsewhere.
final class Pkix {

    /// What became of the chain.
    sealed interface Verdict {
        record Valid() implements Verdict {}

        /// A certificate is outside its dates.
        record OutOfDate(String detail) implements Verdict {}

        /// No path to an anchor.
        record Untrusted(String detail) implements Verdict {}

        /// A path to an anchor, on which a certificate may not do what it does.
        record Forbidden(String detail) implements Verdict {}

        /// Our library cannot judge the chain.
        record Unjudged(String detail) implements Verdict {}
    }

    private final TrustAnchors anchors;

    Pkix(TrustAnchors anchors) { this.anchors = anchors; }

    Verdict judge(List<Certificate> chain, Instant now) {
        if (anchors.isEmpty()) return new Verdict.Untrusted("no trust anchor is configured");
        return switch (PathSearch.of(chain, anchors, now)) {
            case PathSearch.Result.Found _ -> new Verdict.Valid();
            case PathSearch.Result.Missed(var miss, var detail) -> switch (miss) {
                case NoPath -> new Verdict.Untrusted(detail.isEmpty() ? noPath(chain) : detail);
                case Unjudged -> new Verdict.Unjudged(detail);
                case Forbidden -> new Verdict.Forbidden(detail);
                case OutOfDate -> new Verdict.OutOfDate(detail);
            };
        };
    }

    private static String noPath(List<Certificate> chain) {
        if (chain.getFirst().issuer().equals(chain.getFirst().subject())) return "the certificate is self-signed";
        return "its chain, issued by '" + chain.getLast().issuer() + "', does not end at a trusted authority";
    }

    /// From the runtime's certificates to their octets, which are all that is judged.
    static List<Certificate> chain(List<X509Certificate> certificates) {
        var all = new ArrayList<Certificate>();
        for (X509Certificate one : certificates)
            all.add(Certificate.of(der(one)));
        return List.copyOf(all);
    }

    static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException("a certificate read from DER has no DER", impossible);
        }
    }
}
