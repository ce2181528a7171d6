package org.sternpost.engine.certificate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.certificate.CertificateContent.UnreadableException;

/// One certificate as a host sent it or an administrator trusts it, readable or not.
///
/// Its octets are what TLSA records match; what they say is read once, here, and nothing throws afterwards.
public final class Certificate {

    private static final int CERTIFICATES_MAX = 20; // of what a host sends; the rest is not looked at
    private static final int SHOWN_CHARACTERS_MAX = 200;
    /// A host shows the same certificates each time, and one session has them read several times over.
    private static final Remembered<ByteBuffer, Certificate> READ = new Remembered<>(2_000);
    private static final int REMEMBERED_OCTETS_MAX = 8 << 10; // larger ones are rare, and a stranger's to choose

    private final byte[] der;
    private final Optional<byte[]> key;
    private final Optional<CertificateContent> content;
    private final String unreadable;
    private volatile @Nullable String subject; // to be shown; made when it is asked for, as the next
    private volatile @Nullable String issuer;

    private Certificate(byte[] der, Optional<CertificateContent> content, String unreadable) {
        this.der = der.clone();
        this.key = Places.key(der);
        this.content = content;
        this.unreadable = unreadable;
    }

    /// A chain as a host sent it, its own certificate first.
    public static List<Certificate> chain(List<byte[]> ders) {
        var chain = new ArrayList<Certificate>();
        for (byte[] der : ders.subList(0, Math.min(ders.size(), CERTIFICATES_MAX)))
            chain.add(of(der));
        return List.copyOf(chain);
    }

    /// Whatever the octets are.
    public static Certificate of(byte[] der) {
        Optional<Certificate> before = READ.find(ByteBuffer.wrap(der));
        if (before.isPresent()) return before.get();
        Certificate read = read(der);
        if (der.length <= REMEMBERED_OCTETS_MAX) READ.put(ByteBuffer.wrap(read.der), read);
        return read;
    }

    private static Certificate read(byte[] der) {
        try {
            return new Certificate(der, Optional.of(CertificateContent.of(der)), "");
        } catch (UnreadableException part) {
            return new Certificate(der, Optional.empty(), part.clause());
        } catch (RuntimeException part) {
            // The one border to the library that reads: what it throws at a stranger's octets makes them unreadable.
            return new Certificate(der, Optional.empty(), "cannot be read");
        }
    }

    /// A copy of the octets.
    public byte[] der() { return der.clone(); }

    /// Its SubjectPublicKeyInfo in DER, by its place alone; empty if the octets have not the shape of a certificate.
    public Optional<byte[]> key() { return key.map(byte[]::clone); }

    /// What it says; empty if a part that a path is judged by cannot be read.
    Optional<CertificateContent> content() { return content; }

    /// What is wrong with it, as `has name constraints that cannot be read`; empty text if all can be read.
    public String unreadable() { return unreadable; }

    /// `the certificate 'CN=mail.example.org' (key SHA-256 0123...)`.
    public String described() {
        String key = this.key.map(spki -> "key SHA-256 " + HexFormat.of().formatHex(sha256(spki)))
                .orElse("no readable key");
        return "the certificate '" + subject() + "' (" + key + ")";
    }

    /// The subject as RFC 5280 §7.1 compares it; empty if the certificate cannot be read.
    public Optional<X500Name> subjectName() { return content.map(read -> read.names().subject()); }

    /// The issuer as RFC 5280 §7.1 compares it; empty if the certificate cannot be read.
    public Optional<X500Name> issuerName() { return content.map(read -> read.names().issuer()); }

    /// The subject to be shown; empty text if there is none.
    public String subject() {
        String known = subject;
        if (known == null) {
            known = shown(Places.subject(der));
            subject = known;
        }
        return known;
    }

    /// The issuer to be shown; empty text if there is none.
    public String issuer() {
        String known = issuer;
        if (known == null) {
            known = shown(Places.issuer(der));
            issuer = known;
        }
        return known;
    }

    private static String shown(Optional<byte[]> part) {
        String whole;
        try {
            whole = part.map(name -> new X500Principal(name).getName()).orElse("unreadable");
        } catch (RuntimeException unlike) { // decoded only when it is shown, and may be none then
            return "unreadable";
        }
        String plain = CertificateNames.withoutControls(whole);
        return plain.length() > SHOWN_CHARACTERS_MAX ? plain.substring(0, SHOWN_CHARACTERS_MAX) + "..." : plain;
    }

    private static byte[] sha256(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public boolean equals(Object other) { return other instanceof Certificate that && Arrays.equals(der, that.der); }

    @Override
    public int hashCode() { return Arrays.hashCode(der); }

    @Override
    public String toString() { return described(); }

    /// Parts of a certificate by their places alone (RFC 5280 §4.1), whatever else it lacks: parsers refuse an empty
    /// subject or issuer, which DANE-EE does not look at (RFC 7671 §5.1).
    static final class Places {

        // After the version: serial number, signature, issuer, validity, subject, key.
        private static final int ISSUER = 2;
        private static final int SUBJECT = 4;
        private static final int KEY = 5;

        private Places() {}

        /// The SubjectPublicKeyInfo in DER; empty if the octets have not the shape of a certificate.
        static Optional<byte[]> key(byte[] der) { return part(der, KEY); }

        static Optional<byte[]> subject(byte[] der) { return part(der, SUBJECT); }

        static Optional<byte[]> issuer(byte[] der) { return part(der, ISSUER); }

        private static Optional<byte[]> part(byte[] der, int place) {
            try {
                var certificate = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(der));
                var signed = ASN1Sequence.getInstance(certificate.getObjectAt(0));
                ASN1Encodable first = signed.getObjectAt(0);
                int version = first instanceof ASN1TaggedObject ? 1 : 0;
                return Optional.of(ASN1Sequence.getInstance(signed.getObjectAt(version + place)).getEncoded());
            } catch (IOException | RuntimeException unlike) {
                return Optional.empty();
            }
        }
    }
}
