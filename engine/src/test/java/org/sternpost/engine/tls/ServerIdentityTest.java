package org.sternpost.engine.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerIdentityTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path directory;
    private final Certificates ca = new Certificates(NOW);
    private final Certificates.Identity ours = ca.good("relay.example");

    @Test
    void pairOfFilesIsUsedUntilTheyChange() throws IOException {
        var identity = written(ours.chainPem(), ours.keyPem());
        var first = identity.context();
        assertSame(first, identity.context());
        var renewed = ca.good("relay.example");
        write(renewed.chainPem(), renewed.keyPem(), NOW.plusSeconds(1));
        assertNotSame(first, identity.context());
    }

    @Test
    void oldPairServesOnWhileTheNewOneIsBad() throws IOException {
        var identity = written(ours.chainPem(), ours.keyPem());
        var first = identity.context();
        var renewed = ca.good("relay.example");
        write(renewed.chainPem(), ours.keyPem(), NOW.plusSeconds(1));
        assertSame(first, identity.context());
        Files.delete(directory.resolve("key.pem"));
        assertSame(first, identity.context());
        write(renewed.chainPem(), renewed.keyPem(), NOW.plusSeconds(2));
        assertNotSame(first, identity.context());
    }

    @Test
    void whatIsWrongWithTheFilesIsToldUntilTheyAreRight() throws IOException {
        var identity = written(ours.chainPem(), ours.keyPem());
        assertEquals(Optional.empty(), identity.trouble(NOW));
        var renewed = ca.good("relay.example");
        write(renewed.chainPem(), ours.keyPem(), NOW.plusSeconds(1));
        assertEquals(Optional.of("submission.tls: the key in " + directory.resolve("key.pem") + " is not that of the "
                + "first certificate in " + directory.resolve("chain.pem") + "; name a pair; the pair that was read "
                + "before is shown on"), identity.trouble(NOW));
        Files.delete(directory.resolve("chain.pem"));
        assertEquals(Optional.of("submission.tls.certificate: " + directory.resolve("chain.pem")
                + " does not exist; the pair that was read before is shown on"), identity.trouble(NOW));
        write(renewed.chainPem(), renewed.keyPem(), NOW.plusSeconds(2));
        assertEquals(Optional.empty(), identity.trouble(NOW));
    }

    @Test
    void aCertificateThatHasExpiredIsTrouble() throws IOException {
        var end = NOW.plusSeconds(3_600);
        var identity = written(ca.until(end, "relay.example"));
        assertEquals(Optional.empty(), identity.trouble(end.minusSeconds(1)));
        assertEquals(Optional.of("submission.tls.certificate: " + directory.resolve("chain.pem") + " expired at " + end
                + ", so clients refuse it: put a renewed one there"), identity.trouble(end));
    }

    /// Two tools that write the files in one moment, or one that gives them the time of another.
    @Test
    void anotherPairWithTheSameTimeIsRead() throws IOException {
        var identity = written(ours.chainPem(), ours.keyPem());
        var first = identity.context();
        var renewed = ca.good("relay.example", "another.example");
        for (String name : List.of("chain.pem", "key.pem"))
            Files.delete(directory.resolve(name));
        write(renewed.chainPem(), renewed.keyPem(), NOW);
        assertNotSame(first, identity.context());
    }

    /// What an old pair is once it was put back in the place of a bad one.
    @Test
    void thePairThatWasPutBackIsNoTrouble() throws IOException {
        var identity = written(ours.chainPem(), ours.keyPem());
        write("", ours.keyPem(), NOW.plusSeconds(1));
        assertTrue(identity.trouble(NOW).isPresent());
        write(ours.chainPem(), ours.keyPem(), NOW);
        assertEquals(Optional.empty(), identity.trouble(NOW));
    }

    /// Nothing of them has changed, so nothing of them is read again.
    @Test
    void filesThatAreBackAreNoTrouble() throws IOException {
        var identity = written(ours.chainPem(), ours.keyPem());
        Path chain = directory.resolve("chain.pem");
        Path away = directory.resolve("away.pem");
        Files.move(chain, away);
        assertTrue(identity.trouble(NOW).orElseThrow().contains("does not exist"));
        Files.move(away, chain);
        assertEquals(Optional.empty(), identity.trouble(NOW));
    }

    @Test
    void keyMayHaveTheOlderFormOfOpenSsl() throws IOException {
        // As `openssl ecparam -genkey` writes it: the curve in front, and once more within the key (RFC 5915).
        var secret = (java.security.interfaces.ECPrivateKey) ours.pair().getPrivate();
        var text = new StringWriter();
        try (var pem = new PemWriter(text)) {
            pem.writeObject(new PemObject("EC PARAMETERS", SECObjectIdentifiers.secp256r1.getEncoded()));
            pem.writeObject(new PemObject("EC PRIVATE KEY", new ECPrivateKey(256, secret.getS(),
                    SECObjectIdentifiers.secp256r1).getEncoded()));
        }
        written(ours.chainPem(), text.toString()).context();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            chain   | other   | not that of the first certificate
            nothing | key     | chain.pem holds no certificate
            text    | key     | chain.pem is no PEM file of certificates
            chain   | nothing | key.pem holds no private key that is not encrypted
            chain   | chain   | key.pem holds no private key that is not encrypted
            chain   | broken  | key.pem is no PEM file of a private key
            chain   | missing | key.pem does not exist
            """)
    void badFilesAreRefusedWithPlaceAndReason(String chain, String key, String why) {
        var refused = assertThrows(IOException.class, () -> written(text(chain), text(key)));
        assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
        assertTrue(String.valueOf(refused.getMessage()).startsWith("submission.tls"), refused.getMessage());
    }

    private String text(String kind) {
        return switch (kind) {
            case "chain" -> ours.chainPem();
            case "key" -> ours.keyPem();
            case "other" -> ca.good("relay.example").keyPem();
            case "text" -> "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
            case "broken" -> "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
            case "missing" -> kind;
            default -> "";
        };
    }

    private ServerIdentity written(Certificates.Identity shown) throws IOException {
        return written(shown.chainPem(), shown.keyPem());
    }

    private ServerIdentity written(String chain, String key) throws IOException {
        write(chain, key, NOW);
        return ServerIdentity.of(directory.resolve("chain.pem"), directory.resolve("key.pem"));
    }

    private void write(String chain, String key, Instant at) throws IOException {
        put("chain.pem", chain, at);
        if (!key.equals("missing")) put("key.pem", key, at);
    }

    private void put(String name, String text, Instant at) throws IOException {
        Files.setLastModifiedTime(Files.writeString(directory.resolve(name), text), FileTime.from(at));
    }
}
