package org.sternpost.engine.credential;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// What is kept of a password: enough to check it by any mechanism, and not the password (RFC 5802 §3).
///
/// @param salt      in base64, as are both keys
/// @param storedKey what a client's proof leads to
/// @param serverKey by which we prove that we have it
public record ScramKeys(int iterations, String salt, String storedKey, String serverKey) {

    /// RFC 7677 §4 asks for 4,096 at least.
    static final int ITERATIONS = 16_384;
    static final int KEY_OCTETS = 32;
    private static final int ITERATIONS_MIN = 4_096;
    private static final int ITERATIONS_MAX = 10_000_000; // a row that says more would hold a thread for minutes
    private static final int SALT_OCTETS = 16;
    private static final int SALT_OCTETS_MAX = 64;
    private static final String NAME = "SCRAM-SHA-256";
    private static final SecureRandom RANDOM = new SecureRandom();

    public ScramKeys {
        if (iterations < ITERATIONS_MIN || iterations > ITERATIONS_MAX)
            throw new IllegalArgumentException("the iterations of a password are " + ITERATIONS_MIN + " to "
                    + ITERATIONS_MAX);
        int octets = decoded(salt).length;
        if (octets == 0 || octets > SALT_OCTETS_MAX)
            throw new IllegalArgumentException("a salt has 1 to " + SALT_OCTETS_MAX + " octets");
        if (decoded(storedKey).length != KEY_OCTETS || decoded(serverKey).length != KEY_OCTETS)
            throw new IllegalArgumentException("a key of SCRAM-SHA-256 has " + KEY_OCTETS + " octets");
    }

    /// Of a password, with a salt of its own.
    public static ScramKeys of(Password password) {
        var salt = new byte[SALT_OCTETS];
        RANDOM.nextBytes(salt);
        return of(password, salt, ITERATIONS);
    }

    static ScramKeys of(Password password, byte[] salt, int iterations) {
        byte[] salted = salted(password, salt, iterations);
        byte[] client = hmac(salted, "Client Key".getBytes(StandardCharsets.US_ASCII));
        byte[] server = hmac(salted, "Server Key".getBytes(StandardCharsets.US_ASCII));
        return new ScramKeys(iterations, encoded(salt), encoded(hash(client)), encoded(server));
    }

    /// Keys that fit no password, always the same for a name.
    static ScramKeys decoy(byte[] secret, String name) {
        byte[] from = hmac(secret, name.getBytes(StandardCharsets.UTF_8));
        var salt = new byte[SALT_OCTETS];
        System.arraycopy(from, 0, salt, 0, SALT_OCTETS);
        return new ScramKeys(ITERATIONS, encoded(salt), encoded(hmac(from, new byte[]{1})),
                encoded(hmac(from, new byte[]{2})));
    }

    /// Reads the form of RFC 5803: `SCRAM-SHA-256$iterations:salt$storedKey:serverKey`.
    ///
    /// @throws IllegalArgumentException if it is none
    public static ScramKeys parse(String text) {
        int first = text.indexOf('$');
        int second = text.indexOf('$', first + 1);
        int inFirst = text.indexOf(':', first + 1);
        int inSecond = text.indexOf(':', second + 1);
        if (first < 0 || !text.substring(0, first).equals(NAME) || inFirst < 0 || inFirst > second || inSecond < 0)
            throw new IllegalArgumentException("these are no keys of SCRAM-SHA-256 as RFC 5803 writes them");
        return new ScramKeys(Integer.parseInt(text, first + 1, inFirst, 10), text.substring(inFirst + 1, second),
                text.substring(second + 1, inSecond), text.substring(inSecond + 1));
    }

    /// In the form of RFC 5803.
    public String text() { return NAME + "$" + iterations + ":" + salt + "$" + storedKey + ":" + serverKey; }

    /// True if they are of this password; takes as long whichever it is.
    boolean fit(Password password) {
        byte[] salted = salted(password, decoded(salt), iterations);
        byte[] client = hmac(salted, "Client Key".getBytes(StandardCharsets.US_ASCII));
        return MessageDigest.isEqual(hash(client), decoded(storedKey));
    }

    /// True if a proof is by somebody who knows the password (RFC 5802 §3).
    boolean fit(byte[] proof, String authMessage) {
        if (proof.length != KEY_OCTETS) return false;
        byte[] client = hmac(decoded(storedKey), authMessage.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < KEY_OCTETS; i++)
            client[i] ^= proof[i];
        return MessageDigest.isEqual(hash(client), decoded(storedKey));
    }

    /// By which the client sees that we know its keys.
    String serverSignature(String authMessage) {
        return encoded(hmac(decoded(serverKey), authMessage.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] salted(Password password, byte[] salt, int iterations) {
        var wanted = new PBEKeySpec(password.characters(), salt, iterations, 8 * KEY_OCTETS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(wanted).getEncoded();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible); // every JDK has it
        } finally {
            wanted.clearPassword();
        }
    }

    static byte[] hmac(byte[] key, byte[] text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible); // every JDK has it
        }
    }

    private static byte[] hash(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible); // every JDK has it
        }
    }

    private static byte[] decoded(String base64) { return Base64.getDecoder().decode(base64); }

    private static String encoded(byte[] octets) { return Base64.getEncoder().encodeToString(octets); }

    /// Shows nothing that a guess could be tried on.
    @Override
    public String toString() { return "(keys of a password)"; }
}
