package org.sternpost.engine.tls;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/// What we show of ourselves to clients: a chain and its private key, from PEM files that may be renewed at any time.
public final class ServerIdentity {

    private static final System.Logger LOG = System.getLogger(ServerIdentity.class.getName());
    private static final long FILE_OCTETS_MAX = 1 << 20;
    private static final char[] IN_MEMORY = "".toCharArray(); // JSSE wants a password; the key store is never written

    private final Path certificate;
    private final Path key;
    private Shown shown;
    private List<FileState> read;
    private String trouble = "";

    /// What clients see.
    ///
    /// @param end of the first certificate
    private record Shown(SSLContext context, Instant end) {}

    /// Of what tells that a file is another; its time alone does not where two are written at once, or copied with it.
    private record FileState(FileTime changed, long octets, String inode) {}

    private ServerIdentity(Path certificate, Path key) throws IOException {
        this.certificate = certificate;
        this.key = key;
        this.read = state();
        this.shown = load();
    }

    /// Reads both files.
    ///
    /// @param certificate leaf first, then what leads to its authority
    /// @param key         PKCS#8 or the older forms of OpenSSL, not encrypted
    /// @throws IOException with a sentence that names the file, what is wrong with it, and the remedy
    public static ServerIdentity of(Path certificate, Path key) throws IOException {
        return new ServerIdentity(certificate, key);
    }

    /// The context for one more session; files that changed are read again, and the old ones serve if the new are bad.
    public synchronized SSLContext context() {
        look();
        return shown.context;
    }

    /// Of the first certificate.
    public synchronized Instant end() { return shown.end; }

    /// What an operator should mend: the files as they are now are not in use, or clients refuse what is. Empty if
    /// nothing.
    public synchronized Optional<String> trouble(Instant now) {
        look();
        if (!trouble.isEmpty()) return Optional.of(trouble + "; the pair that was read before is shown on");
        return now.isBefore(shown.end)
                ? Optional.empty()
                : Optional.of("submission.tls.certificate: " + certificate + " expired at " + shown.end
                        + ", so clients refuse it: put a renewed one there");
    }

    private void look() {
        try {
            List<FileState> now = state();
            if (now.equals(read)) {
                trouble = "";
                return;
            }
            // docs/transport-security.md#intake-certificate
            read = List.of(); // until it is known to be good: what it cannot read now it may read the next time
            shown = load();
            read = now;
            trouble = "";
            LOG.log(System.Logger.Level.INFO, "event=certificate-renewed file={0} until={1}", certificate, shown.end);
        } catch (IOException bad) {
            String why = String.valueOf(bad.getMessage());
            if (!why.equals(trouble)) // Else each session would say it.
                LOG.log(System.Logger.Level.WARNING, "event=certificate-not-renewed why=\"{0}\"", why);
            trouble = why;
        }
    }

    private List<FileState> state() throws IOException {
        return List.of(state("submission.tls.certificate", certificate), state("submission.tls.key", key));
    }

    private static FileState state(String setting, Path file) throws IOException {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileState(attributes.lastModifiedTime(), attributes.size(),
                    String.valueOf(attributes.fileKey()));
        } catch (NoSuchFileException missing) {
            throw new IOException(setting + ": " + file + " does not exist", missing);
        }
    }

    private Shown load() throws IOException {
        try {
            List<Certificate> chain = chain();
            PrivateKey secret = secret();
            if (!belong(chain.getFirst(), secret))
                throw new IOException("submission.tls: the key in " + key + " is not that of the first certificate in "
                        + certificate + "; name a pair");
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, IN_MEMORY);
            store.setKeyEntry("submission", secret, IN_MEMORY, chain.toArray(Certificate[]::new));
            var keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, IN_MEMORY);
            var fresh = SSLContext.getInstance("TLS");
            fresh.init(keys.getKeyManagers(), null, null);
            Instant end = ((X509Certificate) chain.getFirst()).getNotAfter().toInstant();
            return new Shown(fresh, end);
        } catch (GeneralSecurityException bad) {
            throw new IOException("submission.tls: " + certificate + " and " + key + " cannot be used: "
                    + bad.getMessage(), bad);
        }
    }

    private List<Certificate> chain() throws IOException {
        try (var in = Files.newInputStream(certificate)) {
            var chain = List.<Certificate>copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
            if (!chain.isEmpty()) return chain;
            throw new IOException("submission.tls.certificate: " + certificate + " holds no certificate");
        } catch (CertificateException bad) {
            throw new IOException("submission.tls.certificate: " + certificate + " is no PEM file of certificates: "
                    + bad.getMessage(), bad);
        }
    }

    private PrivateKey secret() throws IOException {
        if (Files.size(key) > FILE_OCTETS_MAX)
            throw new IOException("submission.tls.key: " + key + " has more than 1 MiB; is it the right file?");
        var converter = new JcaPEMKeyConverter();
        try (var pem = new PEMParser(new StringReader(Files.readString(key, StandardCharsets.ISO_8859_1)))) {
            for (Object block = pem.readObject(); block != null; block = pem.readObject())
                switch (block) {
                    case PrivateKeyInfo plain -> {
                        return converter.getPrivateKey(plain);
                    }
                    case PEMKeyPair pair -> {
                        return converter.getPrivateKey(pair.getPrivateKeyInfo());
                    }
                    default -> {
                        // `openssl ecparam` writes the curve in front of the key.
                    }
                }
        } catch (IOException | RuntimeException bad) {
            throw new IOException("submission.tls.key: " + key + " is no PEM file of a private key: "
                    + bad.getMessage(), bad);
        }
        throw new IOException("submission.tls.key: " + key
                + " holds no private key that is not encrypted; write one with `openssl pkey`");
    }

    /// Proven by a signature, whatever the kind of key.
    private static boolean belong(Certificate leaf, PrivateKey secret) throws GeneralSecurityException {
        String kind = leaf.getPublicKey().getAlgorithm();
        var signature = Signature.getInstance(switch (kind) {
            case "EC", "ECDSA" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> kind;
        });
        byte[] text = {1, 2, 3};
        try {
            signature.initSign(secret);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(leaf);
            signature.update(text);
            return signature.verify(signed);
        } catch (InvalidKeyException | SignatureException ofAnotherKind) {
            return false;
        }
    }
}
