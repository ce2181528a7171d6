package org.sternpost.engine.dane;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;

/// The rules of a certificate path (RFC 5280 §6.1) that hold under a DANE-TA anchor.
final class Certificates {

    /// Critical extensions that this package understands or that cannot loosen a check (RFC 5280 §4.2).
    private static final Set<ASN1ObjectIdentifier> UNDERSTOOD = Set.of(Extension.basicConstraints, Extension.keyUsage,
            Extension.extendedKeyUsage, Extension.subjectAlternativeName, Extension.nameConstraints,
            Extension.certificatePolicies, Extension.policyConstraints, Extension.inhibitAnyPolicy,
            Extension.policyMappings);

    private Certificates() {}

    static boolean isSignedBy(X509CertificateHolder signed, SubjectPublicKeyInfo key) {
        try {
            return signed.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key));
        } catch (OperatorCreationException | CertException | RuntimeException unfit) {
            return false; // a key of another kind than the signature
        }
    }

    /// RFC 5280 §4.1.2.5.
    static Optional<String> dateProblem(X509CertificateHolder certificate, Instant now) {
        if (now.isBefore(certificate.getNotBefore().toInstant()))
            return Optional.of("is not valid before " + certificate.getNotBefore().toInstant());
        if (now.isAfter(certificate.getNotAfter().toInstant()))
            return Optional.of("expired on " + certificate.getNotAfter().toInstant());
        return Optional.empty();
    }

    /// RFC 5280 §4.2.1.12: a certificate with purposes must have that of a server.
    static Optional<String> hostProblem(X509CertificateHolder certificate) { return shared(certificate); }

    /// RFC 5280 §4.2.1.3 and §4.2.1.9: an issuer is a CA, may sign certificates, and not below too many others.
    ///
    /// @param below issuers between this one and the host's certificate
    static Optional<String> issuerProblem(X509CertificateHolder certificate, int below) {
        if (certificate.getVersionNumber() >= 3) {
            BasicConstraints basic = BasicConstraints.fromExtensions(certificate.getExtensions());
            if (basic == null || !basic.isCA()) return Optional.of("issued another, yet is no CA");
            if (basic.getPathLenConstraint() != null && basic.getPathLenConstraint().intValue() < below)
                return Optional.of("allows " + basic.getPathLenConstraint() + " CAs below it, not " + below);
            KeyUsage usage = KeyUsage.fromExtensions(certificate.getExtensions());
            if (usage != null && !usage.hasUsages(KeyUsage.keyCertSign))
                return Optional.of("may not sign certificates (its key usage)");
        } else if (!certificate.getSubject().equals(certificate.getIssuer())) {
            return Optional.of("issued another, yet cannot say that it is a CA (X.509 version 1)");
        }
        return shared(certificate);
    }

    private static Optional<String> shared(X509CertificateHolder certificate) {
        for (Object critical : certificate.getCriticalExtensionOIDs())
            if (!UNDERSTOOD.contains(critical))
                return Optional.of("has the critical extension " + critical + ", which is not known here");
        if (certificate.getExtensions() == null) return Optional.empty();
        ExtendedKeyUsage purposes = ExtendedKeyUsage.fromExtensions(certificate.getExtensions());
        boolean serves = purposes == null || purposes.hasKeyPurposeId(KeyPurposeId.id_kp_serverAuth)
                || purposes.hasKeyPurposeId(KeyPurposeId.anyExtendedKeyUsage);
        return serves ? Optional.empty() : Optional.of("is not for TLS servers (its extended key usage)");
    }
}
