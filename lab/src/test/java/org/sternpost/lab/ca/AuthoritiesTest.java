package org.sternpost.lab.ca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;

import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthoritiesTest {
    @TempDir
    Path directory;
    Authorities authorities;

    @BeforeEach
    void open() throws IOException { authorities = Authorities.open(directory, InstantSource.system()); }

    private X509TrustManager trusting(Path pem) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var in = Files.newInputStream(pem)) {
            store.setCertificateEntry("lab", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            TRUSTED,            true,  1, mx.example.test
            WRONG_NAME,         true,  1, somebody-else.test
            EXPIRED,            false, 1, mx.example.test
            SELF_SIGNED,        false, 1, mx.example.test
            PRIVATE,            false, 2, mx.example.test
            PRIVATE_WRONG_NAME, false, 2, somebody-else.test
            PRIVATE_EXPIRED,    false, 2, mx.example.test
            PRIVATE_FOR_DOMAIN, false, 2, example.test
            SELF_SIGNED_RSA,    false, 1, mx.example.test
            SELF_SIGNED_SHORT_RSA, false, 1, mx.example.test
            SELF_SIGNED_P521,   false, 1, mx.example.test
            SELF_SIGNED_ED25519, false, 1, mx.example.test
            PRIVATE_ALONE,      false, 1, mx.example.test
            """)
    void certificateIsAsGoodAsItsKind(CertificateKind kind, boolean trusted, int sent, String name) throws Exception {
        var identity = authorities.issue(List.of("mx.example.test"), kind);
        assertEquals(sent, identity.chain().size());
        assertEquals(name, identity.leaf().getSubjectAlternativeNames().iterator().next().get(1));
        identity.leaf().verify(identity.issuer().getPublicKey());
        var manager = trusting(authorities.pem());
        var chain = identity.chain().toArray(X509Certificate[]::new);
        if (trusted) {
            manager.checkServerTrusted(chain, "ECDHE_ECDSA");
        } else {
            assertThrows(CertificateException.class, () -> manager.checkServerTrusted(chain, "ECDHE_ECDSA"));
        }
    }

    @Test
    void authorityWhoseKeyIsLostIsMadeAnew() throws Exception {
        var before = Files.readString(authorities.pem());
        assertEquals(before, Files.readString(Authorities.open(directory, InstantSource.system()).pem()));
        Files.delete(directory.resolve("keys").resolve("ca.key"));
        var after = Authorities.open(directory, InstantSource.system());
        assertTrue(!before.equals(Files.readString(after.pem())));
        trusting(after.pem()).checkServerTrusted(
                after.issue(List.of("a.test"), CertificateKind.TRUSTED).chain().toArray(X509Certificate[]::new),
                "ECDHE_ECDSA");
    }

    @Test
    void brokenKeyFileIsNamed() throws Exception {
        var file = Files.writeString(directory.resolve("keys").resolve("ca.key"), "nonsense\n");
        var broken = assertThrows(IOException.class, () -> KeyFile.open(file));
        assertTrue(broken.getMessage().contains("ca.key"));
    }
}
