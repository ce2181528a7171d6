package org.sternpost.engine.dane;

import java.util.HexFormat;

/// One TLSA record as DNS gave it (RFC 6698 §2.1); whether it can be used is decided elsewhere.
///
/// @param usage        0 to 255; SMTP uses 2 (DANE-TA) and 3 (DANE-EE)
/// @param selector     0 full certificate, 1 its public key
/// @param matchingType 0 the data itself, 1 SHA-256, 2 SHA-512
public record Tlsa(int usage, int selector, int matchingType, byte[] data) {

    public Tlsa { data = data.clone(); }

    /// The presentation form `3 1 1 0123...` with lower-case hex (RFC 6698 §2.2).
    @Override
    public String toString() {
        return usage + " " + selector + " " + matchingType + " " + HexFormat.of().formatHex(data);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tlsa that && usage == that.usage && selector == that.selector
                && matchingType == that.matchingType && java.util.Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() { return toString().hashCode(); }
}
