package org.sternpost.engine.dkim;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/// A private key with the public one that DNS shows.
public final class DkimKey {

    /// What signs (RFC 6376 §3.3.1, RFC 8463 §3).
    public enum Algorithm {
        RSA("rsa", "SHA256withRSA"), ED25519("ed25519", "Ed25519");

        private final String tag;
        private final String jca;

        Algorithm(String tag, String jca) {
            this.tag = tag;
            this.jca = jca;
        }

        /// As in `a=` and `k=`.
        public String tag() { return tag; }
    }

    private static final int RSA_BITS = 2_048; // RFC 8301 §3.2: at least 1024, better 2048
    private static final int RSA_BITS_MIN = 1_024; // RFC 8301 §3.2
    private static final String PEM_BEGIN = "-----BEGIN PRIVATE KEY-----"; // RFC 7468 §10
    private static final String PEM_END = "-----END PRIVATE KEY-----";

    private final Algorithm algorithm;
    private final PrivateKey secret;
    /// What `p=` shows.
    private final byte[] published;

    private DkimKey(Algorithm algorithm, PrivateKey secret, byte[] published) {
        this.algorithm = algorithm;
        this.secret = secret;
        this.published = published;
    }

    public static DkimKey generate(Algorithm algorithm) {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm == Algorithm.RSA ? "RSA" : "Ed25519");
            if (algorithm == Algorithm.RSA) generator.initialize(RSA_BITS);
            KeyPair pair = generator.generateKeyPair();
            return of(pair.getPrivate());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Reads a private key as PKCS#8 in PEM, as [#pem] and `openssl genpkey` write it.
    ///
    /// @throws IllegalArgumentException with a sentence that says what is wrong with the text
    public static DkimKey fromPem(String pem) {
        try {
            var spec = new PKCS8EncodedKeySpec(block(pem, PEM_BEGIN, PEM_END));
            try {
                return of(KeyFactory.getInstance("RSA").generatePrivate(spec));
            } catch (InvalidKeySpecException _) {
                return of(KeyFactory.getInstance("Ed25519").generatePrivate(spec));
            }
        } catch (GeneralSecurityException bad) {
            throw new IllegalArgumentException("the PEM block holds neither an RSA nor an Ed25519 key", bad);
        }
    }

    /// The private key as PKCS#8 in PEM (RFC 7468 §10). A secret: the caller keeps it from other eyes.
    public String pem() {
        var lines = Base64.getMimeEncoder(64, new byte[]{'\n'});
        return PEM_BEGIN + "\n" + lines.encodeToString(secret.getEncoded()) + "\n" + PEM_END + "\n";
    }

    /// The TXT record to publish at `<selector>._domainkey.<domain>` (RFC 6376 §3.6.1); over 255 octets it is split
    /// into strings by whoever writes the zone.
    ///
    /// Departs from RFC 8460 §3: the service type is `*`, which stands for all, and not `tlsrpt`, which whoever checks
    /// the mail as any other would have to ignore; a list of both is read wrongly by a verifier in wide use (dkimpy).
    public String dnsText() {
        return "v=DKIM1; k=" + algorithm.tag() + "; s=*; p=" + Base64.getEncoder().encodeToString(published);
    }

    public Algorithm algorithm() { return algorithm; }

    /// Signs `data`, with SHA-256 as RFC 6376 §3.3 has it.
    byte[] sign(byte[] data) {
        try {
            Signature signature = Signature.getInstance(algorithm.jca);
            signature.initSign(secret);
            // RFC 8463 §3: Ed25519 signs the hash of the data, where RSA hashes by itself.
            signature.update(algorithm == Algorithm.RSA ? data : Canonical.sha256(data));
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static DkimKey of(PrivateKey secret) throws GeneralSecurityException {
        return switch (secret) {
            case RSAPrivateCrtKey rsa when rsa.getModulus().bitLength() < RSA_BITS_MIN ->
                throw new IllegalArgumentException("the RSA key is shorter than " + RSA_BITS_MIN + " bits");
            case RSAPrivateCrtKey rsa -> new DkimKey(Algorithm.RSA, rsa, KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent())).getEncoded());
            // RFC 8463 §4.2: the 32 octets of the key without the wrapping of X.509. The JDK cannot derive them.
            case EdECPrivateKey ed -> new DkimKey(Algorithm.ED25519, ed, new Ed25519PrivateKeyParameters(
                    ed.getBytes().orElseThrow(() -> new InvalidKeySpecException("no octets")))
                    .generatePublicKey().getEncoded());
            default -> throw new InvalidKeySpecException("no key for DKIM: " + secret.getAlgorithm());
        };
    }

    private static byte[] block(String pem, String begin, String end) {
        int from = pem.indexOf(begin);
        int to = pem.indexOf(end);
        if (from < 0 || to < from) throw new IllegalArgumentException("the text has no '" + begin + "' block");
        try {
            return Base64.getDecoder().decode(pem.substring(from + begin.length(), to).replaceAll("\\s", ""));
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException("the PEM block is no base64", bad);
        }
    }
}
