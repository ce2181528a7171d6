package org.sternpost.engine.tls;

import java.math.BigInteger;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/// A certificate still to be signed, of which anything may be changed; put together by hand, since builders refuse what
/// hosts show.
final class Draft {

    private static final BouncyCastleProvider LIBRARY = new BouncyCastleProvider();

    X500Name subject;
    KeyPair keys;
    Instant from = ChainCase.NOW.minus(Duration.ofDays(100));
    Instant until = ChainCase.NOW.plus(Duration.ofDays(100));
    BigInteger serial = BigInteger.valueOf(0x40000000L); // of one length for all, so that a case is the same again
    boolean versionOne;
    boolean generalizedTime;
    boolean trailing;
    @Nullable
    String algorithm; // null: what goes with the issuer's key
    @Nullable
    KeyPair forger; // signs in the issuer's place
    @Nullable
    X500Name issuerName; // says so whoever signs
    final Map<ASN1ObjectIdentifier, Extension> extensions = new LinkedHashMap<>();

    Draft(X500Name subject, KeyPair keys) {
        this.subject = subject;
        this.keys = keys;
    }

    Draft with(ASN1ObjectIdentifier id, boolean critical, ASN1Encodable value) {
        try {
            return raw(id, critical, value.toASN1Primitive().getEncoded("DER"));
        } catch (java.io.IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    Draft raw(ASN1ObjectIdentifier id, boolean critical, byte[] octets) {
        extensions.put(id, new Extension(id, critical, new DEROctetString(octets)));
        return this;
    }

    /// The octets, signed by `issuer`.
    byte[] by(Draft issuer) {
        KeyPair signing = forger == null ? issuer.keys : forger;
        try {
            ContentSigner signer = new JcaContentSignerBuilder(fitting(signing))
                    .setProvider(LIBRARY).build(signing.getPrivate());
            var parts = new ASN1EncodableVector();
            if (!versionOne) parts.add(new DERTaggedObject(true, 0, new ASN1Integer(2)));
            parts.add(new ASN1Integer(serial));
            parts.add(signer.getAlgorithmIdentifier());
            parts.add(issuerName == null ? issuer.subject : issuerName);
            parts.add(new DERSequence(new ASN1Encodable[]{time(from), time(until)}));
            parts.add(subject);
            parts.add(SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
            if (!versionOne && !extensions.isEmpty())
                parts.add(new DERTaggedObject(true, 3, new Extensions(extensions.values().toArray(Extension[]::new))));
            var signed = new DERSequence(parts);
            signer.getOutputStream().write(signed.getEncoded("DER"));
            byte[] der = new DERSequence(new ASN1Encodable[]{signed, signer.getAlgorithmIdentifier(),
                    new DERBitString(signer.getSignature())}).getEncoded("DER");
            return trailing ? java.util.Arrays.copyOf(der, der.length + 1) : der;
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private ASN1Encodable time(Instant at) {
        return generalizedTime ? new DERGeneralizedTime(Date.from(at)) : new Time(Date.from(at));
    }

    private String fitting(KeyPair signing) {
        String kind = signing.getPublic().getAlgorithm();
        return algorithm != null && algorithm.contains("with" + (kind.equals("EC") ? "ECDSA" : kind))
                ? algorithm
                : usual(signing);
    }

    private static String usual(KeyPair keys) {
        return switch (keys.getPublic().getAlgorithm()) {
            case "EC", "ECDSA" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> keys.getPublic().getAlgorithm();
        };
    }
}
