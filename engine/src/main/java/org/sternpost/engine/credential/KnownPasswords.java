package org.sternpost.engine.credential;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;

/// Checks passwords; the one that a user has proven since the start is known again by one hash, not by thousands.
///
/// Many applications log in for each message. What is remembered of a password is a hash under a key that is in this
/// process alone, and as long as the user has the keys that it fitted. A password that is wrong costs as much as ever.
final class KnownPasswords {

    private static final int KEY_OCTETS = 32;

    private final BiPredicate<ScramKeys, byte[]> derivation;
    private final byte[] secret = new byte[KEY_OCTETS];
    private final Map<String, Known> known = new ConcurrentHashMap<>(); // by folded name, of users that there are

    private record Known(ScramKeys keys, byte[] hash) {}

    KnownPasswords() { this(Login::fits); }

    /// @param derivation says the dear way whether a password fits
    KnownPasswords(BiPredicate<ScramKeys, byte[]> derivation) {
        this.derivation = derivation;
        new SecureRandom().nextBytes(secret);
    }

    boolean fits(String name, ScramKeys keys, byte[] password) {
        byte[] hash = ScramKeys.hmac(secret, password);
        String folded = SubmissionUser.folded(name);
        Known before = known.get(folded);
        if (before != null && before.keys().equals(keys) && MessageDigest.isEqual(before.hash(), hash)) return true;
        boolean fits = derivation.test(keys, password);
        if (fits) known.put(folded, new Known(keys, hash));
        return fits;
    }
}
