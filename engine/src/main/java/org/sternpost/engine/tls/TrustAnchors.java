package org.sternpost.engine.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.TrustAnchor;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// The authorities that PKIX may end at: those of the Java runtime, of PEM files, or both.
public final class TrustAnchors {

    /// The word in the settings for the authorities of the Java runtime.
    public static final String SYSTEM = "system";
    private static final @Nullable KeyStore RUNTIME_DEFAULT = null; // how JSSE spells "the runtime's own"

    private final Set<TrustAnchor> anchors;

    private TrustAnchors(Set<TrustAnchor> anchors) { this.anchors = Set.copyOf(anchors); }

    /// Reads what `tls.trustedCertificates` lists: `system` and paths of PEM files, relative ones below `home`.
    ///
    /// @throws IOException with a sentence that names the file and what is wrong with it
    public static TrustAnchors of(List<String> sources, Path home) throws IOException {
        var anchors = new HashSet<TrustAnchor>();
        for (String source : sources)
            for (X509Certificate one : source.equals(SYSTEM) ? system() : pem(home.resolve(source)))
                anchors.add(new TrustAnchor(one, null));
        return new TrustAnchors(anchors);
    }

    /// Anchors already at hand.
    public static TrustAnchors of(List<X509Certificate> certificates) {
        var anchors = new HashSet<TrustAnchor>();
        certificates.forEach(one -> anchors.add(new TrustAnchor(one, null)));
        return new TrustAnchors(anchors);
    }

    /// As `java.security.cert` wants them.
    public Set<TrustAnchor> asSet() { return anchors; }

    /// A context whose trust manager verifies by PKIX to these anchors alone, without revocation.
    public SSLContext context() throws IOException {
        try {
            var factory = TrustManagerFactory.getInstance("PKIX");
            if (!anchors.isEmpty()) {
                var parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
                parameters.setRevocationEnabled(false);
                factory.init(new CertPathTrustManagerParameters(parameters));
            }
            var context = SSLContext.getInstance("TLS");
            context.init(null, anchors.isEmpty() ? new TrustManager[0] : factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException bad) {
            throw new IOException("tls.trustedCertificates cannot be used: " + bad.getMessage(), bad);
        }
    }

    private static List<X509Certificate> pem(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            var found = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast).toList();
            if (found.isEmpty()) throw new IOException("tls.trustedCertificates: " + file + " holds no certificate");
            return found;
        } catch (NoSuchFileException missing) {
            throw new IOException("tls.trustedCertificates: " + file + " does not exist", missing);
        } catch (CertificateException bad) {
            throw new IOException("tls.trustedCertificates: " + file + " is no PEM file of certificates: "
                    + bad.getMessage(), bad);
        }
    }

    private static List<X509Certificate> system() throws IOException {
        try {
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(RUNTIME_DEFAULT);
            for (var manager : factory.getTrustManagers())
                if (manager instanceof X509TrustManager x509) return List.of(x509.getAcceptedIssuers());
            return List.of();
        } catch (GeneralSecurityException bad) {
            throw new IOException("tls.trustedCertificates: the Java runtime's own authorities cannot be read: "
                    + bad.getMessage(), bad);
        }
    }
}
