package org.sternpost.engine.real;

import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.sternpost.lab.ca.Identity;

/// A self-signed certificate with an RSA key and a name in its subject alone, as mail servers make it at installation.
final class RsaIdentity {

    private static final int KEY_BITS = 2048;
    private static final Duration LIFE = Duration.ofDays(3650);

    private RsaIdentity() {}

    static Identity of(String host) throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(KEY_BITS);
        var pair = generator.generateKeyPair();
        var name = new X500Name("CN=" + host);
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(name, BigInteger.valueOf(now.toEpochMilli()),
                Date.from(now.minus(LIFE)), Date.from(now.plus(LIFE)), name, pair.getPublic());
        var certificate = new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate())));
        return new Identity(pair.getPrivate(), List.of(certificate), certificate);
    }
}
