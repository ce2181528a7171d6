package org.sternpost.engine.certificate;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.DSAKeyParameters;
import org.bouncycastle.crypto.params.ECKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;

/// The one floor of strength under every signature and every key of a path, about 112 bits (RFC 9325 §4.5).
///
/// It stands under paths alone. A DANE-EE record names the key itself, whatever it is (RFC 7671 §5.1).
final class Strength {

    private static final int RSA_BITS_MIN = 2_048; // RFC 9325 §4.5
    private static final int CURVE_BITS_MIN = 224; // RFC 9325 §4.5
    /// RFC 6151 §2 and RFC 9155 §2: collisions can be made, so that a signature may stand under another certificate.
    private static final Map<ASN1ObjectIdentifier, String> BROKEN_DIGESTS = Map.of(PKCSObjectIdentifiers.md2, "MD2",
            PKCSObjectIdentifiers.md4, "MD4", PKCSObjectIdentifiers.md5, "MD5", OIWObjectIdentifiers.idSHA1, "SHA-1");

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
