package org.sternpost.engine.dane;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.sternpost.engine.certificate.Certificate;

/// One TLSA record as DNS gave it (RFC 6698 §2.1), whether SMTP can use it, and which of several count.
///
/// @param usage        0 to 255; SMTP uses 2 (DANE-TA) and 3 (DANE-EE)
/// @param selector     0 full certificate, 1 its public key
/// @param matchingType 0 the data itself, 1 SHA-256, 2 SHA-512
public record Tlsa(int usage, int selector, int matchingType, byte[] data) {

    private static final int FIELD_MAX = 255;
    private static final int BRIEF_DIGITS = 12;
    private static final int SHA_256_OCTETS = 32;
    private static final int SHA_512_OCTETS = 64;

    public Tlsa { data = data.clone(); }

    /// Reads the presentation form (RFC 6698 §2.2); white space within the hex and parentheses have no meaning.
    ///
    /// @throws IllegalArgumentException with a sentence that names the place and the reason
    public static Tlsa of(String text) {
        String[] parts = text.replaceAll("[()]", " ").strip().split("\\s+", 4);
        if (parts.length < 4)
            throw new IllegalArgumentException("'" + text + "' is no TLSA record; write '3 1 1 <hex>'");
        String hex = parts[3].replaceAll("\\s", "");
        try {
            return new Tlsa(field(parts[0]), field(parts[1]), field(parts[2]), HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException("'" + text + "' is no TLSA record: " + bad.getMessage(), bad);
        }
    }

    private static int field(String digits) {
        if (!digits.matches("\\d{1,3}") || Integer.parseInt(digits) > FIELD_MAX)
            throw new IllegalArgumentException("'" + digits + "' is not in 0..255");
        return Integer.parseInt(digits);
    }

    /// True if the data is this certificate, its key, or a digest of either (RFC 6698 §2.1).
    boolean matches(Certificate certificate) {
        Optional<byte[]> selected = selector == 0 ? Optional.of(certificate.der()) : certificate.key();
        return selected.map(octets -> MessageDigest.isEqual(data, switch (matchingType) {
            case 0 -> octets;
            case 1 -> digest("SHA-256", octets);
            case 2 -> digest("SHA-512", octets);
            default -> throw new IllegalArgumentException("not usable: " + this);
        })).orElse(false);
    }

    private static byte[] digest(String algorithm, byte[] octets) {
        try {
            return MessageDigest.getInstance(algorithm).digest(octets);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Why SMTP cannot use it; empty when it can.
    Optional<String> problem() {
        return switch (usage) {
            // RFC 7672 §3.1.3: PKIX-TA and PKIX-EE promise what no MTA can hold.
            case 0 -> Optional.of("usage PKIX-TA(0) is not for SMTP");
            case 1 -> Optional.of("usage PKIX-EE(1) is not for SMTP");
            case 2, 3 -> form();
            default -> Optional.of("usage " + usage + " is unknown"); // RFC 6698 §4.1
        };
    }

    private Optional<String> form() {
        if (selector > 1) return Optional.of("selector " + selector + " is unknown");
        return switch (matchingType) {
            case 0 -> full();
            case 1 -> length("SHA-256", SHA_256_OCTETS);
            case 2 -> length("SHA-512", SHA_512_OCTETS);
            default -> Optional.of("matching type " + matchingType + " is unknown");
        };
    }

    private Optional<String> length(String digest, int octets) {
        return data.length == octets
                ? Optional.empty()
                : Optional.of("a " + digest + " digest has " + octets + " octets, this one " + data.length);
    }

    /// RFC 6698 §2.1.4: full data is what the selector says; a record whose data is something else cannot be used.
    private Optional<String> full() {
        Optional<byte[]> spki = selector == 0 ? Certificate.of(data).key() : Optional.of(data);
        try {
            if (spki.isEmpty()) return unreadable();
            var key = SubjectPublicKeyInfo.getInstance(spki.get());
            if (selector == 1 && !Arrays.equals(key.getEncoded(), data))
                return Optional.of("the public key is not in DER");
            // Its form alone: whether a modulus is a good one is for the host to prove, which has the other half.
            if (key.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption))
                RSAPublicKey.getInstance(key.parsePublicKey());
            else
                PublicKeyFactory.createKey(key);
            return Optional.empty();
        } catch (IOException | RuntimeException broken) {
            return unreadable();
        }
    }

    private Optional<String> unreadable() {
        return Optional.of("the data is no readable " + (selector == 0 ? "certificate" : "public key"));
    }

    /// Of the usable records, those that count (RFC 7671 §9): per usage and selector only the strongest digest, and
    /// always full data.
    static List<Tlsa> strongest(List<Tlsa> usable) {
        Map<List<Integer>, Integer> best = new HashMap<>();
        for (Tlsa record : usable)
            best.merge(record.group(), record.matchingType(), Math::max);
        return usable.stream().filter(r -> r.matchingType() == 0 || r.matchingType() == best.getOrDefault(r.group(), 0))
                .toList();
    }

    private List<Integer> group() { return List.of(usage, selector); }

    /// The presentation form `3 1 1 0123...` with lower-case hex (RFC 6698 §2.2).
    @Override
    public String toString() {
        return usage + " " + selector + " " + matchingType + " " + HexFormat.of().formatHex(data);
    }

    /// The same with the first octets of the data, for sentences: `3 1 1 01234567…`.
    public String brief() {
        String whole = toString();
        int data = whole.lastIndexOf(' ') + 1;
        return whole.length() - data <= BRIEF_DIGITS ? whole : whole.substring(0, data + BRIEF_DIGITS) + "…";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tlsa that && usage == that.usage && selector == that.selector
                && matchingType == that.matchingType && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() { return toString().hashCode(); }
}
