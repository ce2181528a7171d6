package org.sternpost.engine.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.sternpost.engine.dane.Tlsa;

/// A certificate authority for tests, and what hosts show of it.
public final class Certificates {

    private static final char[] PASSWORD = "test".toCharArray();
    private static final Duration YEAR = Duration.ofDays(365);

    /// A host's key and chain, leaf first.
    public record Identity(KeyPair pair, List<X509Certificate> chain) {

        public X509Certificate leaf() { return chain.getFirst(); }

        /// The chain as a PEM file.
        public String chainPem() {
            var text = new StringBuilder();
            try {
                for (var one : chain)
                    text.append(pem("CERTIFICATE", one.getEncoded()));
            } catch (CertificateEncodingException impossible) {
                throw new IllegalStateException(impossible);
            }
            return text.toString();
        }

        /// The key as PKCS#8 in a PEM file.
        public String keyPem() { return pem("PRIVATE KEY", pair.getPrivate().getEncoded()); }

        private static String pem(String label, byte[] der) {
            return "-----BEGIN " + label + "-----\n"
                    + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der) + "\n-----END " + label
                    + "-----\n";
        }

        /// The record that authenticates this host, `3 1 1`.
        public Tlsa tlsa() {
            try {
                return new Tlsa(3, 1, 1, MessageDigest.getInstance("SHA-256").digest(leaf().getPublicKey()
                        .getEncoded()));
            } catch (Exception impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        public SSLContext context() {
            try {
                var store = KeyStore.getInstance("PKCS12");
                store.load(null, PASSWORD);
                store.setKeyEntry("host", pair.getPrivate(), PASSWORD, chain.toArray(Certificate[]::new));
                var keys = KeyManagerFactory.getInstance("PKIX");
                keys.init(store, PASSWORD);
                var context = SSLContext.getInstance("TLS");
                context.init(keys.getKeyManagers(), null, null);
                return context;
            } catch (Exception impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    private final Instant now;
    private final KeyPair pair = pair();
    private final X509Certificate root;

    public Certificates(Instant now) {
        this.now = now;
        this.root = sign("CN=Test Root", "CN=Test Root", pair, pair, now.minus(YEAR), now.plus(YEAR), List.of(), true,
                "SHA256withECDSA");
    }

    public X509Certificate root() { return root; }

    public TrustAnchors anchors() { return TrustAnchors.of(List.of(root)); }

    /// What an HTTPS client trusts that goes by this authority's clock.
    public SSLContext trusting() throws IOException { return anchors().context(() -> now); }

    /// Issued by the root, valid now.
    public Identity good(String... names) { return issued(now.minus(YEAR), now.plus(YEAR), "SHA256withECDSA", names); }

    /// Good, and until then.
    public Identity until(Instant end, String... names) {
        return issued(now.minus(YEAR), end, "SHA256withECDSA", names);
    }

    public Identity expired(String... names) {
        return issued(now.minus(YEAR), now.minusSeconds(60), "SHA256withECDSA", names);
    }

    public Identity sha1(String... names) { return issued(now.minus(YEAR), now.plus(YEAR), "SHA1withECDSA", names); }

    public Identity selfSigned(String... names) {
        var own = pair();
        return new Identity(own, List.of(sign("CN=" + names[0], "CN=" + names[0], own, own, now.minus(YEAR),
                now.plus(YEAR), List.of(names), false, "SHA256withECDSA")));
    }

    /// Without alternative names, only a common name.
    public Identity commonNameOnly(String name) {
        var own = pair();
        return new Identity(own, List.of(sign("CN=" + name, "CN=Test Root", own, pair, now.minus(YEAR),
                now.plus(YEAR), List.of(), false, "SHA256withECDSA"), root));
    }

    /// Below an authority that may name no hosts at all: every DNS name is excluded.
    public Identity belowExcludedEmptyName(String name) {
        var own = pair();
        var between = pair();
        var limits = new NameConstraints(new GeneralSubtree[0],
                new GeneralSubtree[]{new GeneralSubtree(new GeneralName(GeneralName.dNSName, ""))});
        var authority = sign("CN=Between", "CN=Test Root", between, pair, now.minus(YEAR), now.plus(YEAR), List.of(),
                true, "SHA256withECDSA", limits);
        return new Identity(own, List.of(sign("CN=" + name, "CN=Between", own, between, now.minus(YEAR),
                now.plus(YEAR), List.of(name), false, "SHA256withECDSA"), authority, root));
    }

    /// Below so many authorities that the host sends `length` certificates.
    public Identity chained(int length, String name) {
        var chain = new ArrayList<X509Certificate>();
        KeyPair above = pair;
        String issuer = "CN=Test Root";
        for (int i = 1; i < length; i++) {
            KeyPair next = pair();
            chain.addFirst(sign("CN=Authority " + i, issuer, next, above, now.minus(YEAR), now.plus(YEAR), List.of(),
                    true, "SHA256withECDSA"));
            above = next;
            issuer = "CN=Authority " + i;
        }
        var own = pair();
        chain.addFirst(sign("CN=" + name, issuer, own, above, now.minus(YEAR), now.plus(YEAR), List.of(name), false,
                "SHA256withECDSA"));
        return new Identity(own, List.copyOf(chain));
    }

    /// With a key that RSA key exchange can use.
    public Identity rsa(String name) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            var own = generator.generateKeyPair();
            return new Identity(own, List.of(sign("CN=" + name, "CN=Test Root", own, pair, now.minus(YEAR),
                    now.plus(YEAR), List.of(name), false, "SHA256withECDSA"), root));
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Identity issued(Instant from, Instant until, String algorithm, String... names) {
        var own = pair();
        return new Identity(own, List.of(sign("CN=subject of " + names[0], "CN=Test Root", own, pair, from, until,
                List.of(names), false, algorithm), root));
    }

    private static KeyPair pair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static X509Certificate sign(String subject, String issuer, KeyPair own, KeyPair signer, Instant from,
            Instant until, List<String> names, boolean authority, String algorithm, NameConstraints... limits) {
        try {
            var builder = new JcaX509v3CertificateBuilder(new X500Name(issuer),
                    BigInteger.valueOf(Math.abs(own.getPublic().hashCode()) + 1L), Date.from(from), Date.from(until),
                    new X500Name(subject), own.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            for (var limit : limits)
                builder.addExtension(Extension.nameConstraints, true, limit);
            if (!names.isEmpty())
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(
                        names.stream().map(name -> new GeneralName(GeneralName.dNSName, name))
                                .toArray(GeneralName[]::new)));
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate())));
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
