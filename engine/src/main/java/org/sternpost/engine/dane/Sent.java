package org.sternpost.engine.dane;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;

/// One certificate as a host sent it, readable or not.
///
/// Read by Bouncy Castle: the JDK refuses an empty issuer, which DANE-EE does not look at.
record Sent(byte[] der, Optional<X509CertificateHolder> read, int depth) {

    private static final int CERTIFICATES_MAX = 20;

    static List<Sent> chain(List<byte[]> ders) {
        var chain = new ArrayList<Sent>();
        for (byte[] der : ders.subList(0, Math.min(ders.size(), CERTIFICATES_MAX)))
            chain.add(of(der, chain.size()));
        return chain;
    }

    static Sent of(byte[] der, int depth) {
        try {
            return new Sent(der, Optional.of(new X509CertificateHolder(der)), depth);
        } catch (IOException | RuntimeException unreadable) {
            return new Sent(der, Optional.empty(), depth);
        }
    }

    /// True if the record's data is this certificate, its key, or a digest of either (RFC 6698 §2.1).
    boolean matches(Tlsa record) {
        Optional<byte[]> selected = record.selector() == 0 ? Optional.of(der) : key();
        return selected.isPresent() && MessageDigest.isEqual(record.data(), matched(record, selected.get()));
    }

    /// `'CN=mail.example.org' (SHA-256 of its key 0123...)`.
    String described() {
        String subject = read.flatMap(Sent::subject).orElse("unreadable");
        String key = key().map(spki -> "key SHA-256 " + HexFormat.of().formatHex(digest("SHA-256", spki)))
                .orElse("no readable key");
        return "the certificate '" + subject.replaceAll("\\p{Cc}", "?") + "' (" + key + ")";
    }

    /// A name is decoded only when it is shown, and may turn out to be none then.
    private static Optional<String> subject(X509CertificateHolder holder) {
        try {
            return Optional.of(holder.getSubject().toString());
        } catch (RuntimeException unreadable) {
            return Optional.empty();
        }
    }

    private Optional<byte[]> key() {
        try {
            return Optional.of(PublicKeys.ofCertificate(der));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static byte[] matched(Tlsa record, byte[] selected) {
        return switch (record.matchingType()) {
            case 0 -> selected;
            case 1 -> digest("SHA-256", selected);
            case 2 -> digest("SHA-512", selected);
            default -> throw new IllegalArgumentException("not usable: " + record);
        };
    }

    private static byte[] digest(String algorithm, byte[] data) {
        try {
            return MessageDigest.getInstance(algorithm).digest(data);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public boolean equals(Object other) { return other instanceof Sent that && Arrays.equals(der, that.der); }

    @Override
    public int hashCode() { return Arrays.hashCode(der); }
}
