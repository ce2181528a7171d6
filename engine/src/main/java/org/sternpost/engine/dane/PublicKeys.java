package org.sternpost.engine.dane;

import java.io.IOException;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;

/// The SubjectPublicKeyInfo of a certificate by its place alone (RFC 5280 §4.1), whatever else the certificate lacks:
/// parsers refuse an empty subject or issuer, which DANE-EE does not look at (RFC 7671 §5.1).
final class PublicKeys {

    private PublicKeys() {}

    /// @throws IOException if the octets have not the shape of a certificate
    static byte[] ofCertificate(byte[] der) throws IOException {
        try {
            var certificate = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(der));
            var signed = ASN1Sequence.getInstance(certificate.getObjectAt(0));
            // version [0], serial number, signature, issuer, validity, subject, subjectPublicKeyInfo
            int version = signed.getObjectAt(0) instanceof ASN1TaggedObject ? 1 : 0;
            return ASN1Sequence.getInstance(signed.getObjectAt(version + 5)).getEncoded();
        } catch (RuntimeException unlike) {
            throw new IOException("no certificate", unlike);
        }
    }
}
