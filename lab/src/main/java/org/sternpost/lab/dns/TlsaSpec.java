package org.sternpost.lab.dns;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/// A TLSA record to publish (RFC 6698 §2.1): its three numbers, and whether it is true.
public record TlsaSpec(int usage, int selector, int matchingType, boolean matches) {
    private static final int DANE_EE = 3;
    private static final int PKIX_EE = 1;
    private static final int WHOLE_CERTIFICATE = 0;
    private static final int SHA256 = 1;
    private static final int SHA512 = 2;

    /// A record that is true.
    public static TlsaSpec right(int usage, int selector, int matchingType) {
        return new TlsaSpec(usage, selector, matchingType, true);
    }

    /// A record about some other certificate.
    public static TlsaSpec wrong(int usage, int selector, int matchingType) {
        return new TlsaSpec(usage, selector, matchingType, false);
    }

    public TlsaSpec mended() { return right(usage, selector, matchingType); }

    /// The association data for a host that shows `leaf`, issued by `issuer`.
    public byte[] data(X509Certificate leaf, X509Certificate issuer) {
        var subject = usage == DANE_EE || usage == PKIX_EE ? leaf : issuer;
        try {
            var content = selector == WHOLE_CERTIFICATE ? subject.getEncoded() : subject.getPublicKey().getEncoded();
            var data = switch (matchingType) {
                case SHA256 -> MessageDigest.getInstance("SHA-256").digest(content);
                case SHA512 -> MessageDigest.getInstance("SHA-512").digest(content);
                default -> content.clone();
            };
            if (!matches) {
                data[data.length - 1] ^= 1;
            }
            return data;
        } catch (CertificateEncodingException | NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
