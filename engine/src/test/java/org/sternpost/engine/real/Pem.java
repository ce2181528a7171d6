package org.sternpost.engine.real;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.sternpost.lab.ca.Identity;

/// Writes what a host shows in a handshake as real servers read it.
final class Pem {

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[]{'\n'}); // RFC 7468 §2

    private Pem() {}

    /// Key first, then the chain, leaf first: one file for Postfix and nginx; Exim finds each in it, too.
    static Path write(Identity identity, Path file) throws IOException {
        var text = new StringBuilder(identity.key() instanceof java.security.interfaces.ECPrivateKey key
                ? block("EC PRIVATE KEY", sec1(key, identity))
                : block("PRIVATE KEY", identity.key().getEncoded()));
        try {
            for (X509Certificate certificate : identity.chain())
                text.append(block("CERTIFICATE", certificate.getEncoded()));
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException(impossible);
        }
        return Files.writeString(file, text);
    }

    /// With the public key inside, unlike what Java writes: GnuTLS reads no other (RFC 5915 §3 leaves it optional).
    private static byte[] sec1(java.security.interfaces.ECPrivateKey key, Identity identity) throws IOException {
        var about = SubjectPublicKeyInfo.getInstance(identity.leaf().getPublicKey().getEncoded());
        return new ECPrivateKey(key.getParams().getOrder().bitLength(), key.getS(),
                new DERBitString(about.getPublicKeyData().getBytes()), about.getAlgorithm().getParameters())
                .getEncoded();
    }

    private static String block(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n" + new String(LINES.encode(content), StandardCharsets.US_ASCII)
                + "\n-----END " + type + "-----\n";
    }
}
