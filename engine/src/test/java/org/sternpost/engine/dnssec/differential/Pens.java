package org.sternpost.engine.dnssec.differential;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.Name;

/// The keys of all zones, the same for the same seed.
final class Pens {

    /// What is worth a signature today (RFC 8624 §3.1), and Ed448.
    static final List<Integer> GOOD = List.of(8, 10, 13, 14, 15, 16);
    /// RSASHA1 and RSASHA1-NSEC3-SHA1 (RFC 9905 §2).
    static final List<Integer> SHA1 = List.of(5, 7);
    /// DSA, GOST, one without a meaning, a private one (RFC 4034 appendix A.1).
    static final List<Integer> UNKNOWN = List.of(3, 12, 100, 253);

    private static final int EACH = 4;
    private static final int RSA_BITS = 1024; // enough for a test, and quick

    private final SecureRandom random;
    private final Map<Integer, List<KeyPair>> pairs = new HashMap<>();
    private final List<Pen> colliding;

    Pens(long seed) {
        try {
            random = SecureRandom.getInstance("SHA1PRNG"); // gives the same for the same seed, as no other does
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
        random.setSeed(seed);
        List<KeyPair> rsa = generate(8);
        for (int algorithm : List.of(5, 7, 8, 10))
            pairs.put(algorithm, rsa);
        for (int algorithm : List.of(13, 14, 15, 16))
            pairs.put(algorithm, generate(algorithm));
        colliding = collide();
    }

    /// One of four keys of an algorithm.
    Pen pen(int algorithm, int number) { return new Pen(pairs.get(algorithm).get(number), algorithm, 257); }

    /// Two keys with one tag.
    List<Pen> colliding() { return colliding; }

    /// A key that no signature was ever made by, with a tag of one's choice.
    static DNSKEYRecord junk(Name zone, Pen like) {
        var data = new byte[like.key(zone).getKey().length];
        data[0] = 7;
        for (int last = 0; last < 0x10000; last++) {
            data[data.length - 2] = (byte) (last >> 8);
            data[data.length - 1] = (byte) last;
            var key = new DNSKEYRecord(zone, DClass.IN, Pen.TTL, like.flags(), DNSKEYRecord.Protocol.DNSSEC,
                    like.algorithm(), data);
            if (key.getFootprint() == like.tag()) return key;
        }
        throw new IllegalStateException("two octets reach every tag");
    }

    private List<Pen> collide() {
        var seen = new HashMap<Integer, Pen>();
        while (true) {
            var pen = new Pen(pair(15), 15, Pen.SECURE_ENTRY);
            Pen other = seen.put(pen.tag(), pen);
            if (other != null) return List.of(other, pen);
        }
    }

    private List<KeyPair> generate(int algorithm) {
        return java.util.stream.IntStream.range(0, EACH).mapToObj(_ -> pair(algorithm)).toList();
    }

    private KeyPair pair(int algorithm) {
        try {
            var generator = KeyPairGenerator.getInstance(switch (algorithm) {
                case 8 -> "RSA";
                case 13, 14 -> "EC";
                default -> "EdDSA";
            });
            switch (algorithm) {
                case 8 -> generator.initialize(RSA_BITS, random);
                case 13 -> generator.initialize(new ECGenParameterSpec("secp256r1"), random);
                case 14 -> generator.initialize(new ECGenParameterSpec("secp384r1"), random);
                case 15 -> generator.initialize(NamedParameterSpec.ED25519, random);
                default -> generator.initialize(NamedParameterSpec.ED448, random);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException unsupported) {
            throw new IllegalStateException(unsupported);
        }
    }
}
