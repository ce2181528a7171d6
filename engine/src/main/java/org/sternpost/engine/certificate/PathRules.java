package org.sternpost.engine.certificate;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.DSAKeyParameters;
import org.bouncycastle.crypto.params.ECKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.sternpost.engine.certificate.PathSearch.Miss;
import org.sternpost.engine.certificate.PathSearch.Result;

/// Whether a path whose signatures hold may be used now: dates, form, purpose, strength, names (RFC 5280 §6.1).
///
/// An anchor that is given as a certificate is held to what it says as every other of the path, but for its own
/// signature, which nobody relies on.
final class PathRules {

    /// Critical extensions that are judged here or that cannot loosen a check (RFC 5280 §4.2).
    private static final Set<ASN1ObjectIdentifier> UNDERSTOOD = Set.of(Extension.basicConstraints, Extension.keyUsage,
            Extension.extendedKeyUsage, Extension.subjectAlternativeName, Extension.nameConstraints,
            Extension.certificatePolicies, Extension.policyConstraints, Extension.inhibitAnyPolicy,
            Extension.policyMappings);

    private PathRules() {}

    /// What forbids a path; empty if nothing does.
    ///
    /// @param path from the host's certificate to the anchor, all of them readable
    /// @param ends true if the last of them is the anchor, false if the anchor is a bare key above it
    static Optional<Result.Missed> problem(List<Certificate> path, boolean ends, Instant now) {
        int below = 0; // authorities below the one in hand that are not self-issued
        for (int i = 0; i < path.size(); i++) {
            Certificate one = path.get(i);
            CertificateContent content = one.content().orElseThrow();
            Optional<String> dates = dateProblem(content, now);
            if (dates.isPresent()) return missed(Miss.OutOfDate, one, dates.get());
            boolean anchor = ends && i == path.size() - 1;
            Optional<String> form = i == 0 ? Purpose.serverProblem(content) : issuerProblem(content, below, anchor);
            if (form.isEmpty()) form = formProblem(content, anchor);
            if (form.isPresent()) return missed(Miss.Forbidden, one, form.get());
            if (i > 0 && !content.isSelfIssued()) below++;
        }
        return NameConstraints.problem(path).map(found -> new Result.Missed(Miss.Forbidden, found));
    }

    private static Optional<Result.Missed> missed(Miss kind, Certificate one, String why) {
        return Optional.of(new Result.Missed(kind, one.described() + " " + why));
    }

    /// RFC 5280 §4.1.2.5.
    private static Optional<String> dateProblem(CertificateContent certificate, Instant now) {
        if (now.isBefore(certificate.dates().from()))
            return Optional.of("is not valid before " + certificate.dates().from());
        if (now.isAfter(certificate.dates().until()))
            return Optional.of("expired on " + certificate.dates().until());
        return Optional.empty();
    }

    /// RFC 5280 §4.2.1.9 and §6.1.4: an issuer is an authority, and not above too many others.
    private static Optional<String> issuerProblem(CertificateContent issuer, int below, boolean anchor) {
        if (issuer.signed().version() < 3) {
            if (!anchor || !issuer.isSelfIssued()) // RFC 5280 §6.1.4 (k)
                return Optional.of("issued another, yet cannot say that it is a CA (X.509 version 1)");
        } else {
            if (issuer.authority().filter(CertificateContent.Authority::isAuthority).isEmpty())
                return Optional.of("issued another, yet is no CA");
            int allowed = issuer.authority().get().pathLength();
            if (allowed >= 0 && allowed < below)
                return Optional.of("allows " + allowed + " CAs below it, not " + below);
        }
        return Purpose.issuerProblem(issuer);
    }

    private static Optional<String> formProblem(CertificateContent certificate, boolean anchor) {
        for (ASN1ObjectIdentifier critical : certificate.usage().critical())
            if (!UNDERSTOOD.contains(critical))
                return Optional.of("has the critical extension " + critical + ", which is not known here");
        Optional<String> weak = Strength.keyProblem(certificate.signed().key());
        return weak.isPresent() || anchor ? weak : Strength.signatureProblem(certificate.signed().algorithm());
    }

    /// The one floor of strength under every signature and every key of a path, about 112 bits (RFC 9325 §4.5).
    ///
    /// It stands under paths alone. A DANE-EE record names the key itself, whatever it is (RFC 7671 §5.1).
    static final class Strength {

        private static final int RSA_BITS_MIN = 2_048; // RFC 9325 §4.5
        private static final int CURVE_BITS_MIN = 224; // RFC 9325 §4.5
        /// RFC 6151 §2 and RFC 9155 §2: collisions can be made, so that a signature may stand under another
        /// certificate.
        private static final Map<ASN1ObjectIdentifier, String> BROKEN_DIGESTS = Map.of(PKCSObjectIdentifiers.md2, "MD2",
                PKCSObjectIdentifiers.md4, "MD4", PKCSObjectIdentifiers.md5, "MD5", OIWObjectIdentifiers.idSHA1,
                "SHA-1");

        private Strength() {}

        /// Why a signature proves nothing; empty if it may.
        static Optional<String> signatureProblem(AlgorithmIdentifier algorithm) {
            AlgorithmIdentifier digest = new DefaultDigestAlgorithmIdentifierFinder().find(algorithm);
            // A digest that is not known here belongs to an algorithm that is not verified here.
            return Optional.ofNullable(digest).map(known -> BROKEN_DIGESTS.get(known.getAlgorithm()))
                    .map(name -> "is signed with " + name + ", which can be forged (RFC 6151 §2, RFC 9155 §2)");
        }

        /// Why a key proves nothing; empty if it may, or is of a kind that has no weak sizes.
        static Optional<String> keyProblem(SubjectPublicKeyInfo key) {
            try {
                return switch (PublicKeyFactory.createKey(key)) {
                    case RSAKeyParameters rsa -> small("RSA", rsa.getModulus().bitLength(), RSA_BITS_MIN);
                    case DSAKeyParameters dsa -> small("DSA", dsa.getParameters().getP().bitLength(), RSA_BITS_MIN);
                    case ECKeyParameters ec -> small("an elliptic curve", ec.getParameters().getN().bitLength(),
                            CURVE_BITS_MIN);
                    default -> Optional.empty();
                };
            } catch (IOException | RuntimeException unreadable) {
                return Optional.of("has a key that cannot be read");
            }
        }

        private static Optional<String> small(String kind, int bits, int least) {
            return bits < least
                    ? Optional.of("has a key of " + kind + " with " + bits + " bits, fewer than " + least
                            + " (RFC 9325 §4.5)")
                    : Optional.empty();
        }
    }

    /// The one rule of what certificates are for: a server's, and authorities that may vouch for servers.
    static final class Purpose {

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

        /// RFC 5280 §4.2.1.12 speaks of the certificate that has the extension; that an authority's purposes bound
        /// those below it is how all who verify servers read it, and why authorities for mail signatures carry them.
        private static Optional<String> extended(CertificateContent certificate) {
            boolean serves = certificate.usage().purposes().map(all -> all.contains(KeyPurposeId.id_kp_serverAuth)
                    || all.contains(KeyPurposeId.anyExtendedKeyUsage)).orElse(true);
            return serves ? Optional.empty() : Optional.of("is not for TLS servers (its extended key usage)");
        }
    }
}
