package org.sternpost.engine.dane;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.sternpost.engine.certificate.Certificate;

/// One TLSA record as DNS gave it (RFC 6698 §2.1); whether it can be used is decided elsewhere.
///
/// @param usage        0 to 255; SMTP uses 2 (DANE-TA) and 3 (DANE-EE)
/// @param selector     0 full certificate, 1 its public key
/// @param matchingType 0 the data itself, 1 SHA-256, 2 SHA-512
public record Tlsa(int usage, int selector, int matchingType, byte[] data) {

    public Tlsa { data = data.clone(); }

    private static final int FIELD_MAX = 255;
    private static final int BRIEF_DIGITS = 12;

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
                && matchingType == that.matchingType && java.util.Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() { return toString().hashCode(); }
}
