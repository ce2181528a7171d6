package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.DNSSEC.Algorithm;

class EcdsaTest {

    /// What Java's own provider signs by.
    enum Curve {
        P256(Algorithm.ECDSAP256SHA256, "secp256r1", "SHA256withECDSAinP1363Format", 32),
        P384(Algorithm.ECDSAP384SHA384, "secp384r1", "SHA384withECDSAinP1363Format", 48);

        final int algorithm;
        private final String name;
        private final String signature;
        final int octets;

        Curve(int algorithm, String name, String signature, int octets) {
            this.algorithm = algorithm;
            this.name = name;
            this.signature = signature;
            this.octets = octets;
        }

        KeyPair pair() throws GeneralSecurityException {
            var pairs = KeyPairGenerator.getInstance("EC", "SunEC");
            pairs.initialize(new ECGenParameterSpec(name));
            return pairs.generateKeyPair();
        }

        byte[] sign(KeyPair pair, byte[] text) throws GeneralSecurityException {
            var signer = Signature.getInstance(signature, "SunEC");
            signer.initSign(pair.getPrivate());
            signer.update(text);
            return signer.sign();
        }

        byte[] key(KeyPair pair) {
            var point = ((ECPublicKey) pair.getPublic()).getW();
            return both(point.getAffineX(), point.getAffineY());
        }

        BigInteger order(KeyPair pair) { return ((ECPublicKey) pair.getPublic()).getParams().getOrder(); }

        byte[] both(BigInteger first, BigInteger second) {
            var both = new byte[2 * octets];
            put(first, both, 0);
            put(second, both, octets);
            return both;
        }

        private void put(BigInteger number, byte[] into, int at) {
            byte[] plain = number.toByteArray();
            int length = Math.min(plain.length, octets);
            System.arraycopy(plain, plain.length - length, into, at + octets - length, length);
        }

        boolean verifies(byte[] key, byte[] text, byte[] signature) {
            return Ecdsa.verifies(algorithm, key, text, signature);
        }
    }

    private final Random random = new Random(6605);

    private byte[] text() {
        var text = new byte[1 + random.nextInt(300)];
        random.nextBytes(text);
        return text;
    }

    private static byte[] changed(byte[] octets, int bit) {
        byte[] other = octets.clone();
        other[bit / 8] ^= (byte) (1 << bit % 8);
        return other;
    }

    @ParameterizedTest
    @EnumSource
    void whatAKeySignedHoldsAndNothingElse(Curve curve) throws GeneralSecurityException {
        KeyPair[] pairs = {curve.pair(), curve.pair(), curve.pair()};
        for (int round = 0; round < 30; round++) {
            KeyPair pair = pairs[round % 3];
            KeyPair other = pairs[(round + 1) % 3];
            byte[] text = text();
            byte[] key = curve.key(pair);
            byte[] signature = curve.sign(pair, text);
            assertTrue(curve.verifies(key, text, signature));
            assertFalse(curve.verifies(curve.key(other), text, signature), "another key");
            assertFalse(curve.verifies(key, changed(text, random.nextInt(text.length * 8)), signature), "text");
            assertFalse(curve.verifies(key, text, changed(signature, random.nextInt(signature.length * 8))),
                    "signature");
            assertFalse(curve.verifies(changed(key, random.nextInt(key.length * 8)), text, signature), "key");
            assertTrue(curve.verifies(key, text, signature), "again");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoSignatureOrNoKeyProvesNothing(Curve curve) throws GeneralSecurityException {
        KeyPair pair = curve.pair();
        byte[] text = text();
        byte[] key = curve.key(pair);
        byte[] signature = curve.sign(pair, text);
        BigInteger order = curve.order(pair);
        for (BigInteger odd : new BigInteger[]{BigInteger.ZERO, order}) {
            assertFalse(curve.verifies(key, text, curve.both(odd, BigInteger.ONE)), "r " + odd);
            assertFalse(curve.verifies(key, text, curve.both(BigInteger.ONE, odd)), "s " + odd);
        }
        for (int length : new int[]{0, 1, curve.octets, signature.length - 1, signature.length + 1}) {
            assertFalse(curve.verifies(key, text, Arrays.copyOf(signature, length)), "signature of " + length);
            assertFalse(curve.verifies(Arrays.copyOf(key, length), text, signature), "key of " + length);
        }
        assertFalse(curve.verifies(new byte[key.length], text, signature), "no point");
        var large = new byte[key.length];
        Arrays.fill(large, (byte) 0xff);
        assertFalse(curve.verifies(large, text, signature), "beyond the field");
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatIsChangedLaterByWhoGaveItIsStillItself(Curve curve) throws GeneralSecurityException {
        KeyPair pair = curve.pair();
        byte[] text = text();
        byte[] signature = curve.sign(pair, text);
        byte[] key = curve.key(pair);
        byte[] given = key.clone();
        assertTrue(curve.verifies(given, text, signature));
        Arrays.fill(given, (byte) 1);
        assertFalse(curve.verifies(given, text, signature));
        assertTrue(curve.verifies(key, text, signature));
    }
}
