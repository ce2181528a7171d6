package org.sternpost.lab.ca;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
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

    /// Every host name is excluded.
    static final Extension MAY_NAME_NO_HOSTS = extension(Extension.nameConstraints, true, new NameConstraints(
            null, new GeneralSubtree[]{new GeneralSubtree(new GeneralName(GeneralName.dNSName, ""))}));
    static final Extension FOR_EMAIL = extension(Extension.extendedKeyUsage, false,
            new ExtendedKeyUsage(KeyPurposeId.id_kp_emailProtection));

    /// From when until when a certificate holds.
    record Span(Instant from, Instant until) {}

    static KeyPair newPair() { return newPair("EC", new ECGenParameterSpec("secp256r1")); }

    static KeyPair newPair(String algorithm, AlgorithmParameterSpec parameters) {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(parameters);
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
        return leaf(name(), pair.getPrivate(), key, names, span);
    }

    /// The host's name in the subject alone, where only old clients look (RFC 6125 §6.4.4).
    X509Certificate issueWithoutAltName(PublicKey key, List<String> names, Span span) {
        try {
            var builder = leafBuilder(name(), key, names, span);
            return sign(builder, pair.getPrivate());
        } catch (CertIOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// A new authority that this one vouches for.
    Authority below(String subject, Span span, Extension... limits) {
        var own = newPair();
        try {
            var builder = builder(name(), new X500Name("CN=Sternpost Lab " + subject), own.getPublic(), span);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            for (var limit : limits) {
                builder.addExtension(limit);
            }
            return new Authority(own, sign(builder, pair.getPrivate()));
        } catch (CertIOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private X500Name name() { return new X500Name(certificate.getSubjectX500Principal().getName()); }

    private static Extension extension(ASN1ObjectIdentifier id, boolean critical, ASN1Encodable value) {
        try {
            return new Extension(id, critical, value.toASN1Primitive().getEncoded());
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static X509Certificate selfSigned(KeyPair pair, List<String> names, Span span) {
        return leaf(subject(names), pair.getPrivate(), pair.getPublic(), names, span);
    }

    private static X509Certificate leaf(X500Name issuer, PrivateKey signer, PublicKey key, List<String> names,
            Span span) {
        var dns = names.stream().map(name -> new GeneralName(GeneralName.dNSName, name)).toArray(GeneralName[]::new);
        try {
            var builder = leafBuilder(issuer, key, names, span);
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(dns));
            return sign(builder, signer);
        } catch (CertIOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static JcaX509v3CertificateBuilder leafBuilder(X500Name issuer, PublicKey key, List<String> names,
            Span span) throws CertIOException {
        var builder = builder(issuer, subject(names), key, span);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        // RFC 5280 §4.2.1.3: an RSA key may also be what a client encrypts its secret to.
        int use = key.getAlgorithm().equals("RSA")
                ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                : KeyUsage.digitalSignature;
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(use));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        return builder;
    }

    private static X500Name subject(List<String> names) { return new X500Name("CN=" + names.getFirst()); }

    private static JcaX509v3CertificateBuilder builder(X500Name issuer, X500Name subject, PublicKey key, Span span) {
        return new JcaX509v3CertificateBuilder(issuer, new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
                Date.from(span.from()), Date.from(span.until()), subject, key);
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key) {
        try {
            var signer = new JcaContentSignerBuilder(signature(key)).build(key);
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (OperatorCreationException | GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String signature(PrivateKey key) {
        return switch (key) {
            case ECKey curve when curve.getParams().getCurve().getField().getFieldSize() > 500 -> "SHA512withECDSA";
            case ECKey _ -> "SHA256withECDSA";
            case EdECKey edwards -> edwards.getParams().getName();
            default -> "SHA256withRSA";
        };
    }
}
