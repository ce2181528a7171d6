package org.sternpost.engine.tls;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import org.sternpost.engine.tls.SessionProofs.SessionFacts.Key;

/// What a certificate tells of its key, and by which scheme such a key signs a handshake.
final class ShownKey {

    private static final int WORD_CHARACTERS_MAX = 40; // an algorithm that nobody here knows is a number of any length

    private ShownKey() {}

    static Key of(X509Certificate certificate) {
        PublicKey key = certificate.getPublicKey();
        return new Key(clipped(algorithm(key)), bits(key), clipped(certificate.getSigAlgName()));
    }

    /// By which scheme the host has signed the handshake.
    ///
    /// @param told in clear, of TLS 1.2
    static String scheme(String told, String protocol, PublicKey key) {
        if (!told.equals(KeyExchange.UNKNOWN) || !protocol.equals("TLSv1.3")) return told;
        // RFC 8446 §4.2.3: each curve has one scheme; a key of RSA may sign by any of three.
        return switch (key) {
            case ECPublicKey _ -> switch (bits(key)) {
                case 256 -> "ecdsa_secp256r1_sha256";
                case 384 -> "ecdsa_secp384r1_sha384";
                case 521 -> "ecdsa_secp521r1_sha512";
                default -> KeyExchange.UNKNOWN;
            };
            case EdECPublicKey edwards -> edwards.getParams().getName().equals("Ed448") ? "ed448" : "ed25519";
            case RSAPublicKey _ -> "rsa_pss, hash not known";
            default -> KeyExchange.UNKNOWN;
        };
    }

    private static String algorithm(PublicKey key) {
        return switch (key) {
            case RSAPublicKey _ -> "RSA";
            case ECPublicKey _ -> "EC";
            case EdECPublicKey edwards -> edwards.getParams().getName();
            default -> key.getAlgorithm();
        };
    }

    private static int bits(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> rsa.getModulus().bitLength();
            case ECPublicKey curve -> curve.getParams().getOrder().bitLength();
            default -> 0;
        };
    }

    private static String clipped(String word) {
        return word.length() <= WORD_CHARACTERS_MAX ? word : word.substring(0, WORD_CHARACTERS_MAX - 1) + "…";
    }
}
