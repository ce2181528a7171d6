package org.sternpost.lab.ca;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// The two authorities of the lab, and the identities they give to hosts.
public final class Authorities {
    private static final Duration VALID_SINCE = Duration.ofDays(1);
    private static final Duration VALID_FOR = Duration.ofDays(365);
    private static final Duration EXPIRED_SINCE = Duration.ofDays(30);
    private static final int LONG_CHAIN = 15; // certificates
    private static final RSAKeyGenParameterSpec RSA = new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4);
    private static final RSAKeyGenParameterSpec SHORT_RSA = new RSAKeyGenParameterSpec(1024, RSAKeyGenParameterSpec.F4);
    private static final int PEM_LINE_CHARS = 64; // RFC 7468 §2

    private final Authority trusted;
    private final Authority untrusted;
    private final Path pem;
    private final InstantSource clock;

    private Authorities(Authority trusted, Authority untrusted, Path pem, InstantSource clock) {
        this.trusted = trusted;
        this.untrusted = untrusted;
        this.pem = pem;
        this.clock = clock;
    }

    /// Takes up the trusted authority where an earlier run left it: `ca.pem` and its key below `directory`.
    public static Authorities open(Path directory, InstantSource clock) throws IOException {
        var pem = directory.resolve("ca.pem");
        var pair = KeyFile.open(directory.resolve("keys").resolve("ca.key"));
        var trusted = Authority.of("Sternpost Lab CA", pair, clock.instant());
        var kept = readPem(pem).filter(certificate -> certificate.getPublicKey().equals(pair.getPublic()));
        if (kept.isPresent()) {
            trusted = new Authority(pair, kept.get());
        } else {
            Files.writeString(pem, pemOf(trusted.certificate()));
        }
        var untrusted = Authority.of("Sternpost Lab Private CA", Authority.newPair(), clock.instant());
        return new Authorities(trusted, untrusted, pem, clock);
    }

    /// The file an engine should trust.
    public Path pem() { return pem; }

    /// A new key and certificate for a host of these names.
    public Identity issue(List<String> names, CertificateKind kind) {
        var pair = switch (kind) {
            case SELF_SIGNED_RSA -> Authority.newPair("RSA", RSA);
            case SELF_SIGNED_SHORT_RSA -> Authority.newPair("RSA", SHORT_RSA);
            case SELF_SIGNED_P521 -> Authority.newPair("EC", new ECGenParameterSpec("secp521r1"));
            case SELF_SIGNED_ED25519 -> Authority.newPair("EdDSA", NamedParameterSpec.ED25519);
            default -> Authority.newPair();
        };
        var shown = kind.misnamed() ? List.of("somebody-else.test") : names;
        var now = clock.instant();
        var span = kind.expired()
                ? new Authority.Span(now.minus(VALID_FOR), now.minus(EXPIRED_SINCE))
                : new Authority.Span(now.minus(VALID_SINCE), now.plus(VALID_FOR));
        return switch (kind) {
            case TRUSTED, WRONG_NAME, EXPIRED -> issued(trusted, pair, shown, span, false);
            case PRIVATE, PRIVATE_WRONG_NAME, PRIVATE_EXPIRED -> issued(untrusted, pair, shown, span, true);
            case PRIVATE_FOR_DOMAIN -> issued(untrusted, pair, shown.stream().map(Authorities::domainOf).toList(), span,
                    true);
            case NAMED_BY_SUBJECT -> {
                var leaf = trusted.issueWithoutAltName(pair.getPublic(), shown, span);
                yield new Identity(pair.getPrivate(), List.of(leaf), trusted.certificate());
            }
            case PRIVATE_NAMED_BY_SUBJECT -> {
                var leaf = untrusted.issueWithoutAltName(pair.getPublic(), shown, span);
                yield new Identity(pair.getPrivate(), List.of(leaf, untrusted.certificate()), untrusted.certificate());
            }
            case FROM_NAMELESS_CA -> below(trusted.below("Nameless CA", span, Authority.MAY_NAME_NO_HOSTS), pair, shown,
                    span);
            case FROM_EMAIL_CA -> below(trusted.below("E-mail CA", span, Authority.FOR_EMAIL), pair, shown, span);
            case LONG_CHAIN -> longChain(pair, shown, span);
            case PRIVATE_ALONE -> issued(untrusted, pair, shown, span, false);
            case SELF_SIGNED, SELF_SIGNED_RSA, SELF_SIGNED_SHORT_RSA, SELF_SIGNED_P521, SELF_SIGNED_ED25519 -> {
                var own = Authority.selfSigned(pair, shown, span);
                yield new Identity(pair.getPrivate(), List.of(own), own);
            }
        };
    }

    private static String domainOf(String host) { return host.substring(host.indexOf('.') + 1); }

    private Identity below(Authority by, KeyPair pair, List<String> names, Authority.Span span) {
        return new Identity(pair.getPrivate(), List.of(by.issue(pair.getPublic(), names, span), by.certificate()),
                trusted.certificate());
    }

    private Identity longChain(KeyPair pair, List<String> names, Authority.Span span) {
        var chain = new ArrayDeque<X509Certificate>();
        var by = trusted;
        for (int above = 1; above < LONG_CHAIN; above++) {
            by = by.below("CA " + above, span);
            chain.addFirst(by.certificate());
        }
        chain.addFirst(by.issue(pair.getPublic(), names, span));
        return new Identity(pair.getPrivate(), List.copyOf(chain), trusted.certificate());
    }

    private static Identity issued(Authority by, KeyPair pair, List<String> names, Authority.Span span,
            boolean sendsIssuer) {
        var leaf = by.issue(pair.getPublic(), names, span);
        var chain = sendsIssuer ? List.of(leaf, by.certificate()) : List.of(leaf);
        return new Identity(pair.getPrivate(), chain, by.certificate());
    }

    private static Optional<X509Certificate> readPem(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            var factory = CertificateFactory.getInstance("X.509");
            return factory.generateCertificate(
                    new ByteArrayInputStream(Files.readAllBytes(file))) instanceof X509Certificate certificate
                            ? Optional.of(certificate)
                            : Optional.empty();
        } catch (CertificateException unreadable) {
            return Optional.empty();
        }
    }

    private static String pemOf(X509Certificate certificate) {
        try {
            var encoder = Base64.getMimeEncoder(PEM_LINE_CHARS, "\n".getBytes(StandardCharsets.US_ASCII));
            return "-----BEGIN CERTIFICATE-----\n" + encoder.encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
