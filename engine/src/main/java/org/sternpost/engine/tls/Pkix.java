package org.sternpost.engine.tls;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;

/// Whether a chain ends at a trusted anchor and is valid now (RFC 5280 §6). Names are judged elsewhere.
///
/// Left out: revocation. Mail has no user to ask, and a blocked CRL host would stop mail.
final class Pkix {

    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1"; // id-kp-serverAuth, RFC 5280 §4.2.1.12
    private static final String ANY_USAGE = "2.5.29.37.0"; // anyExtendedKeyUsage
    private static final int PATH_MAX = 8; // certificates between leaf and anchor

    /// What became of the chain.
    sealed interface Verdict {
        record Valid() implements Verdict {}

        /// A certificate is outside its dates.
        record OutOfDate(String detail) implements Verdict {}

        /// No path to an anchor, or one that may not be used.
        record Untrusted(String detail) implements Verdict {}
    }

    private final TrustAnchors anchors;

    Pkix(TrustAnchors anchors) { this.anchors = anchors; }

    /// A verdict whatever the certificates hold: the runtime throws what it likes while it reads a stranger's parts.
    Verdict judge(List<X509Certificate> chain, Instant now) {
        try {
            return judged(chain, now);
        } catch (RuntimeException thrown) {
            return new Verdict.Untrusted("its chain cannot be judged, because the library that reads certificates"
                    + " ends with " + thrown.getClass().getSimpleName());
        }
    }

    private Verdict judged(List<X509Certificate> chain, Instant now) {
        if (chain.isEmpty()) return new Verdict.Untrusted("the host sent no certificate");
        var leaf = chain.getFirst();
        if (leaf instanceof OddCertificate)
            return new Verdict.Untrusted("the certificate lacks an issuer, a subject or readable extensions"
                    + " (RFC 5280 §4.1.2)");
        if (now.isAfter(leaf.getNotAfter().toInstant()))
            return new Verdict.OutOfDate("the certificate expired on " + leaf.getNotAfter().toInstant());
        if (now.isBefore(leaf.getNotBefore().toInstant()))
            return new Verdict.OutOfDate("the certificate is not valid before " + leaf.getNotBefore().toInstant());
        // RFC 9155 §2: SHA-1 signatures prove nothing any more; the runtime still accepts them below private roots.
        if (leaf.getSigAlgName().toUpperCase(Locale.ROOT).startsWith("SHA1"))
            return new Verdict.Untrusted("the certificate is signed with SHA-1");
        if (!mayServe(leaf)) return new Verdict.Untrusted("the certificate is not meant for servers");
        if (anchors.asSet().isEmpty()) return new Verdict.Untrusted("no trust anchor is configured");
        try {
            return path(chain, now);
        } catch (CertPathBuilderException broken) {
            return refusal(chain, broken);
        } catch (GeneralSecurityException broken) {
            return new Verdict.Untrusted(String.valueOf(broken.getMessage()));
        }
    }

    private Verdict path(List<X509Certificate> chain, Instant now) throws CertPathBuilderException,
            InvalidAlgorithmParameterException, NoSuchAlgorithmException {
        var target = new X509CertSelector();
        target.setCertificate(chain.getFirst());
        var parameters = new PKIXBuilderParameters(anchors.asSet(), target);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(
                chain.stream().filter(one -> !(one instanceof OddCertificate)).toList())));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(now));
        parameters.setMaxPathLength(PATH_MAX);
        var built = (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
        for (var one : built.getCertPath().getCertificates())
            if (one instanceof X509Certificate x509
                    && x509.getSigAlgName().toUpperCase(Locale.ROOT).startsWith("SHA1") && !isAnchor(x509))
                return new Verdict.Untrusted("'" + x509.getSubjectX500Principal() + "' is signed with SHA-1");
        return new Verdict.Valid();
    }

    private boolean isAnchor(X509Certificate certificate) {
        return anchors.asSet().stream().map(TrustAnchor::getTrustedCert).anyMatch(certificate::equals);
    }

    private static Verdict refusal(List<X509Certificate> chain, CertPathBuilderException broken) {
        for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
            if (!(cause instanceof CertPathValidatorException at)) continue;
            var why = at.getReason();
            if (why == CertPathValidatorException.BasicReason.EXPIRED
                    || why == CertPathValidatorException.BasicReason.NOT_YET_VALID)
                return new Verdict.OutOfDate("a certificate of its chain is outside its dates");
        }
        var leaf = chain.getFirst();
        if (leaf.getSubjectX500Principal().equals(leaf.getIssuerX500Principal()))
            return new Verdict.Untrusted("the certificate is self-signed");
        return new Verdict.Untrusted("its chain, issued by '" + chain.getLast().getIssuerX500Principal()
                + "', does not end at a trusted authority");
    }

    private static boolean mayServe(X509Certificate leaf) {
        try {
            List<String> usages = leaf.getExtendedKeyUsage();
            return usages == null || usages.contains(SERVER_AUTH) || usages.contains(ANY_USAGE);
        } catch (CertificateParsingException unreadable) {
            return false;
        }
    }
}
