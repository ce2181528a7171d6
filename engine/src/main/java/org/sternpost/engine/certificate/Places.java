package org.sternpost.engine.certificate;

import java.io.IOException;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;

/// Parts of a certificate by their places alone (RFC 5280 §4.1), whatever else it lacks: parsers refuse an empty
/// subject or issuer, which DANE-EE does not look at (RFC 7671 §5.1).
final class Places {

    private static final int ISSUER = 2; // after the version: serial number, signature, issuer, validity, subject, key
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
