package org.sternpost.engine.certificate;

import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/// The one rule of what certificates are for: a server's, and authorities that may vouch for servers.
final class Purpose {

    private Purpose() {}

    /// Why a certificate is not that of a TLS server; empty if it may be.
    static Optional<String> serverProblem(CertificateContent server) {
        // RFC 5280 §4.2.1.12: consistent with id-kp-serverAuth is any one of these three.
        boolean fits = server.usage().key().map(key -> key.hasUsages(KeyUsage.digitalSignature)
                || key.hasUsages(KeyUsage.keyEncipherment) || key.hasUsages(KeyUsage.keyAgreement)).orElse(true);
        return fits ? extended(server) : Optional.of("is not for TLS servers (its key usage)");
    }

    /// Why a certificate may not vouch for TLS servers; empty if it may.
    static Optional<String> issuerProblem(CertificateContent issuer) {
        // RFC 5280 §4.2.1.3.
        if (!issuer.usage().key().map(key -> key.hasUsages(KeyUsage.keyCertSign)).orElse(true))
            return Optional.of("may not sign certificates (its key usage)");
        return extended(issuer);
    }

    /// RFC 5280 §4.2.1.12 speaks of the certificate that has the extension; that an authority's purposes bound those
    /// below it is how all who verify servers read it, and why authorities for mail signatures carry them.
    private static Optional<String> extended(CertificateContent certificate) {
        boolean serves = certificate.usage().purposes().map(all -> all.contains(KeyPurposeId.id_kp_serverAuth)
                || all.contains(KeyPurposeId.anyExtendedKeyUsage)).orElse(true);
        return serves ? Optional.empty() : Optional.of("is not for TLS servers (its extended key usage)");
    }
}
