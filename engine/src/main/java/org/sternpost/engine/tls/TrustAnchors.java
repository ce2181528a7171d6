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
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.certificate.Certificate;
import org.sternpost.engine.certificate.PathSearch.Anchors;
import org.sternpost.engine.tls.ClientTrust.HttpsTrust;

/// The authorities that PKIX may end at: those of the Java runtime, of PEM files, or both.
public final class TrustAnchors implements Anchors {

    /// The word in the settings for the authorities of the Java runtime.
    public static final String SYSTEM = "system";
    private static final @Nullable KeyStore RUNTIME_DEFAULT = null; // how JSSE spells "the runtime's own"

    private final Map<X500Name, List<Certificate>> bySubject = new HashMap<>();

    private TrustAnchors(List<Certificate> certificates) {
        for (Certificate one : certificates)
            one.subjectName().ifPresent(name -> bySubject.computeIfAbsent(name, _ -> new ArrayList<>()).add(one));
    }

    /// Reads what `tls.trustedCertificates` lists: `system` and paths of PEM files, relative ones below `home`.
    ///
    /// @throws IOException with a sentence that names the file and what is wrong with it
    public static TrustAnchors of(List<String> sources, Path home) throws IOException {
        var all = new ArrayList<X509Certificate>();
        for (String source : sources)
            all.addAll(source.equals(SYSTEM) ? system() : pem(home.resolve(source)));
        return of(all);
    }

    /// Anchors already at hand.
    public static TrustAnchors of(List<X509Certificate> certificates) {
        return new TrustAnchors(Pkix.chain(certificates));
    }

    boolean isEmpty() { return bySubject.isEmpty(); }

    /// A trusted certificate may be a host's own: an administrator who lists it trusts it for itself.
    @Override
    public boolean end(Certificate certificate, int above) {
        return certificate.subjectName().map(bySubject::get).filter(named -> named.contains(certificate)).isPresent();
    }

    @Override
    public List<Certificate> known(Certificate signed) {
        return signed.issuerName().map(bySubject::get).orElse(List.of());
    }

    @Override
    public List<byte[]> bareKeys() { return List.of(); }

    /// A context for HTTPS whose trust manager verifies as everything here does, and by name.
    public SSLContext context(InstantSource time) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[]{new HttpsTrust(new Pkix(this), time)}, null);
            return context;
        } catch (GeneralSecurityException bad) {
            throw new IOException("this Java has no TLS: " + bad.getMessage(), bad);
        }
    }

    private static List<X509Certificate> pem(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            var found = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast).toList();
            if (found.isEmpty()) throw new IOException("tls.trustedCertificates: " + file + " holds no certificate");
            for (Certificate one : Pkix.chain(found))
                if (!one.unreadable().isEmpty())
                    throw new IOException("tls.trustedCertificates: " + file + ": " + one.described()
                            + " " + one.unreadable());
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
