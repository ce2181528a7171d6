package org.sternpost.lab.ca;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// One certificate authority: its key, its own certificate, and what it signs.
record Authority(KeyPair pair, X509Certificate certificate) {
    private static final Duration ROOT_LIFE = Duration.ofDays(3650);
    private static final int SERIAL_BITS = 120;
    private static final SecureRandom RANDOM = new SecureRandom();

    /// From when until when a certificate holds.
    record Span(Instant from, Instant until) {}

    static KeyPair newPair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static Authority of(String name, KeyPair pair, Instant now) {
        var subject = new X500Name("CN=" + name);
        var span = new Span(now.minus(ROOT_LIFE), now.plus(ROOT_LIFE));
        try {
            var builder = builder(subject, subject, pair.getPublic(), span)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true)).addExtension(
                            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new Authority(pair, sign((JcaX509v3CertificateBuilder) builder, pair.getPrivate()));
        } catch (CertIOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    X509Certificate issue(PublicKey key, List<String> names, Span span) {
        var issuer = new X500Name(certificate.getSubjectX500Principal().getName());
        return leaf(issuer, pair.getPrivate(), key, names, span);
    }

    static X509Certificate selfSigned(KeyPair pair, List<String> names, Span span) {
        return leaf(subject(names), pair.getPrivate(), pair.getPublic(), names, span);
    }

    private static X509Certificate leaf(X500Name issuer, PrivateKey signer, PublicKey key, List<String> names,
            Span span) {
        var dns = names.stream().map(name -> new GeneralName(GeneralName.dNSName, name)).toArray(GeneralName[]::new);
        try {
            var builder = builder(issuer, subject(names), key, span)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false,
                            new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                    .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(dns));
            return sign((JcaX509v3CertificateBuilder) builder, signer);
        } catch (CertIOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static X500Name subject(List<String> names) { return new X500Name("CN=" + names.getFirst()); }

    private static JcaX509v3CertificateBuilder builder(X500Name issuer, X500Name subject, PublicKey key, Span span) {
        return new JcaX509v3CertificateBuilder(issuer, new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
                Date.from(span.from()), Date.from(span.until()), subject, key);
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key) {
        try {
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (OperatorCreationException | GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
