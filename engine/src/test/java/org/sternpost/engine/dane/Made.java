package org.sternpost.engine.dane;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v1CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate made for a test, with its key; right in everything that is not asked otherwise.
public record Made(KeyPair keys, X509CertificateHolder certificate) {

    public static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    public static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    public static final Instant UNTIL = Instant.parse("2026-12-31T00:00:00Z");
    private static final BouncyCastleProvider LIBRARY = new BouncyCastleProvider();
    private static final Duration CENTURY = Duration.ofDays(36_500);

    /// What is to be made; each method changes one thing.
    public record Plan(X500Name subject, Instant from, Instant until, List<Extension> extensions) {

        public Plan dates(Instant first, Instant last) { return new Plan(subject, first, last, extensions); }

        public Plan with(ASN1ObjectIdentifier id, boolean critical, ASN1Encodable value) {
            try {
                return raw(id, critical, value.toASN1Primitive().getEncoded());
            } catch (java.io.IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        /// An extension whose octets need not be what its identifier says.
        public Plan raw(ASN1ObjectIdentifier id, boolean critical, byte[] octets) {
            var more = new ArrayList<>(extensions);
            more.removeIf(other -> other.getExtnId().equals(id));
            more.add(new Extension(id, critical, new DEROctetString(octets)));
            return new Plan(subject, from, until, List.copyOf(more));
        }

        public Plan without(ASN1ObjectIdentifier id) {
            return new Plan(subject, from, until,
                    extensions.stream().filter(one -> !one.getExtnId().equals(id)).toList());
        }

        public Made selfSigned() {
            var own = pair();
            return made(own, subject, own);
        }

        public Made by(Made issuer) { return made(pair(), issuer.certificate().getSubject(), issuer.keys()); }

        /// With a key that another certificate has as well.
        public Made by(Made issuer, KeyPair own) { return made(own, issuer.certificate().getSubject(), issuer.keys()); }

        /// Signed in a way of its own.
        public Made by(Made issuer, KeyPair own, String algorithm) {
            return made(own, issuer.certificate().getSubject(), issuer.keys(), algorithm);
        }

        public Made selfSigned(KeyPair own, String algorithm) { return made(own, subject, own, algorithm); }

        /// Says that `issuer` signed it, while another did.
        public Made inTheNameOf(Made issuer, Made signer) {
            return made(pair(), issuer.certificate().getSubject(), signer.keys());
        }

        private Made made(KeyPair own, X500Name issuer, KeyPair signer) {
            return made(own, issuer, signer, "SHA256withECDSA");
        }

        private Made made(KeyPair own, X500Name issuer, KeyPair signer, String algorithm) {
            try {
                var builder = new JcaX509v3CertificateBuilder(issuer, BigInteger.valueOf(System.nanoTime()),
                        Date.from(from), Date.from(until), subject, own.getPublic());
                for (Extension extension : extensions)
                    builder.addExtension(extension);
                return new Made(own, builder.build(new JcaContentSignerBuilder(algorithm)
                        .setProvider(LIBRARY).build(signer.getPrivate())));
            } catch (Exception impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    public static Plan authority(String subject) {
        return new Plan(new X500Name(subject), NOW.minus(CENTURY), NOW.plus(CENTURY), List.of())
                .with(Extension.basicConstraints, true, new BasicConstraints(true));
    }

    public static Plan host(String... names) {
        var dns = Arrays.stream(names).map(name -> new GeneralName(GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        return new Plan(new X500Name("CN=host"), FROM, UNTIL, List.of()).with(Extension.subjectAlternativeName, false,
                new GeneralNames(dns));
    }

    public static Plan commonName(String subject) { return new Plan(new X500Name(subject), FROM, UNTIL, List.of()); }

    /// The same with neither issuer nor subject, which signers refuse to make and parsers to read.
    public byte[] nameless() {
        var outer = ASN1Sequence.getInstance(der());
        var inner = ASN1Sequence.getInstance(outer.getObjectAt(0)).toArray();
        inner[3] = new DERSequence(); // version, serial number, signature, issuer, validity, subject
        inner[5] = new DERSequence();
        try {
            return new DERSequence(new ASN1Encodable[]{new DERSequence(inner), outer.getObjectAt(1),
                    outer.getObjectAt(2)}).getEncoded();
        } catch (java.io.IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public byte[] der() {
        try {
            return certificate.getEncoded();
        } catch (java.io.IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public byte[] key() { return keys.getPublic().getEncoded(); }

    /// The record with this usage, selector and matching type that is right for this certificate.
    public Tlsa tlsa(int usage, int selector, int matchingType) {
        byte[] selected = selector == 0 ? der() : key();
        try {
            return new Tlsa(usage, selector, matchingType, switch (matchingType) {
                case 0 -> selected;
                case 1 -> MessageDigest.getInstance("SHA-256").digest(selected);
                default -> MessageDigest.getInstance("SHA-512").digest(selected);
            });
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// By the first version of X.509, which knows no extensions; signed by itself without an issuer.
    public static Made versionOne(String subject) {
        var own = pair();
        return versionOne(subject, own, new X500Name(subject), own);
    }

    public static Made versionOne(String subject, Made issuer) {
        return versionOne(subject, pair(), issuer.certificate().getSubject(), issuer.keys());
    }

    private static Made versionOne(String subject, KeyPair own, X500Name name, KeyPair signer) {
        try {
            return new Made(own, new JcaX509v1CertificateBuilder(name, BigInteger.TEN, Date.from(FROM),
                    Date.from(UNTIL), new X500Name(subject), own.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static KeyPair rsa() { return rsa(2048); }

    public static KeyPair rsa(int bits) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static KeyPair pair() { return curve("secp256r1"); }

    public static KeyPair curve(String name) {
        try {
            var generator = KeyPairGenerator.getInstance("EC", LIBRARY);
            generator.initialize(new ECGenParameterSpec(name));
            return generator.generateKeyPair();
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
