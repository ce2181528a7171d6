package org.sternpost.engine.dnssec;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.xbill.DNS.DNSSEC.Algorithm;

/// Verifies ECDSA signatures as RFC 6605 §4 has them, by Bouncy Castle's arithmetic and without Java's providers.
///
/// Those would have the curve and the key made from numbers anew for each signature, and with them the multiples of
/// the curve's base point and of the key that verifying begins with. Here the curve's stand for good, and a key's as
/// long as it is used: a zone signs all that it says with one or two.
final class Ecdsa {

    private static final int KEYS_MAX = 1_000; // each of some kilobytes, with its multiples

    private static final Ecdsa P256 = new Ecdsa("secp256r1", "SHA-256", 32);
    private static final Ecdsa P384 = new Ecdsa("secp384r1", "SHA-384", 48);

    private final ECDomainParameters curve;
    private final String hash;
    private final int octets;
    private final Map<ByteBuffer, ECPublicKeyParameters> keys = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, ECPublicKeyParameters> eldest) {
            return size() > KEYS_MAX;
        }
    };

    /// @param octets of a coordinate, and of each half of a signature
    private Ecdsa(String curve, String hash, int octets) {
        this.curve = new ECDomainParameters(CustomNamedCurves.getByName(curve));
        this.hash = hash;
        this.octets = octets;
    }

    /// True for the algorithms that are verified here.
    static boolean knows(int algorithm) {
        return algorithm == Algorithm.ECDSAP256SHA256 || algorithm == Algorithm.ECDSAP384SHA384;
    }

    /// True if the key has made the signature over the octets; false, too, if one of them is none at all.
    ///
    /// @param algorithm one that is known here
    /// @param key       as a DNSKEY record has it
    /// @param signature as an RRSIG record has it
    static boolean verifies(int algorithm, byte[] key, byte[] signed, byte[] signature) {
        return (algorithm == Algorithm.ECDSAP256SHA256 ? P256 : P384).verifies(key, signed, signature);
    }

    private boolean verifies(byte[] key, byte[] signed, byte[] signature) {
        if (key.length != 2 * octets || signature.length != 2 * octets) return false;
        try {
            var signer = new ECDSASigner();
            signer.init(false, key(key));
            // Bouncy Castle looks at the range of both halves.
            return signer.verifySignature(MessageDigest.getInstance(hash).digest(signed), first(signature),
                    second(signature));
        } catch (IllegalArgumentException noPoint) {
            return false; // of the curve
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private ECPublicKeyParameters key(byte[] key) {
        var name = ByteBuffer.wrap(key);
        synchronized (keys) {
            var known = keys.get(name);
            if (known != null) return known;
        }
        var read = new ECPublicKeyParameters(curve.getCurve().createPoint(first(key), second(key)), curve);
        synchronized (keys) {
            keys.put(ByteBuffer.wrap(key.clone()), read);
        }
        return read;
    }

    private BigInteger first(byte[] both) { return new BigInteger(1, Arrays.copyOf(both, octets)); }

    private BigInteger second(byte[] both) { return new BigInteger(1, Arrays.copyOfRange(both, octets, 2 * octets)); }
}
