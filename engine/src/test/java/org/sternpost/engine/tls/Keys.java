package org.sternpost.engine.tls;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/// A store of keys for made certificates: which one is taken is a matter of the seed, what its numbers are is not.
final class Keys {

    private static final BouncyCastleProvider LIBRARY = new BouncyCastleProvider();
    private final List<KeyPair> usual = new ArrayList<>();
    private final List<KeyPair> rare = new ArrayList<>();
    final List<KeyPair> rsa = new ArrayList<>();

    Keys() {
        for (int i = 0; i < 24; i++)
            usual.add(curve("secp256r1"));
        for (int i = 0; i < 3; i++)
            rsa.add(rsa(2_048));
        rare.addAll(rsa);
        rare.add(curve("secp224r1"));
        rare.add(curve("secp384r1"));
        rare.add(curve("secp521r1"));
        rare.add(made("Ed25519", 0));
        rare.add(made("Ed448", 0));
        rare.add(curve("secp192r1"));
        rare.add(rsa(1_024));
        rare.add(rsa(1_536));
        rare.add(rsa(768));
    }

    KeyPair usual(Random chance) { return usual.get(chance.nextInt(usual.size())); }

    KeyPair rare(Random chance) { return rare.get(chance.nextInt(rare.size())); }

    private static KeyPair curve(String name) {
        try {
            var generator = KeyPairGenerator.getInstance("EC", LIBRARY);
            generator.initialize(new ECGenParameterSpec(name));
            return generator.generateKeyPair();
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static KeyPair rsa(int bits) { return made("RSA", bits); }

    private static KeyPair made(String kind, int bits) {
        try {
            var generator = KeyPairGenerator.getInstance(kind, LIBRARY);
            if (bits > 0) generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
