package org.sternpost.engine.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.mail.Domain;

class DkimSignerTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    /// RFC 8463 appendix A.2.
    private static final String SEED = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    private static final String RFC_8463_DNS = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    private static final String MESSAGE = """
            From: Joe SixPack <joe@football.example.com>
            To: Suzie Q <suzie@shopping.example.net>
            Subject: Is dinner ready?
            Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
            Message-ID: <20030712040037.46341.5F8J@football.example.com>

            Hi.

            We lost the game.  Are you hungry yet?

            Joe.
            """;
    /// RFC 8463 appendix A.3.
    private static final String SIGNED = """
            DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
             d=football.example.com; i=@football.example.com;
             q=dns/txt; s=brisbane; t=1528637909; h=from : to :
             subject : date : message-id : from : subject : date;
             bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
             b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
             Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
            """ + MESSAGE;

    @Test
    void verifierOfTheseTestsPassesTheExampleOfTheRfc() throws Exception {
        assertEquals("pass", DkimVerifier.verify(octets(SIGNED), RFC_8463_DNS));
    }

    @Test
    void keyOfTheRfcShowsThePublicKeyOfTheRfc() {
        String pkcs8 = "302e020100300506032b657004220420"
                + HexFormat.of().formatHex(Base64.getDecoder().decode(SEED));
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(pkcs8))
                + "\n-----END PRIVATE KEY-----\n";
        assertEquals(RFC_8463_DNS, DkimKey.fromPem(pem).dnsText().replace("s=*; ", ""));
    }

    @ParameterizedTest
    @EnumSource(DkimKey.Algorithm.class)
    void signatureVerifiesAlsoWithTheKeyReadBack(DkimKey.Algorithm algorithm) throws Exception {
        DkimKey key = DkimKey.generate(algorithm);
        DkimKey back = DkimKey.fromPem(key.pem());
        assertEquals(key.dnsText(), back.dnsText());
        assertEquals("pass", DkimVerifier.verify(signer(back).sign(octets(MESSAGE), NOW), key.dnsText()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n\n", "a", "a  b \t c  \n\n\n", " \n \n x \n", "\tx\n\n y", "\u00e9 \u00a0\n"})
    void everyShapeOfBodyVerifies(String body) throws Exception {
        DkimKey key = DkimKey.generate(DkimKey.Algorithm.ED25519);
        String message = "From: <a@football.example.com>\nSubject:  folded\n\t and \n more  \nX: \u00e9\n\n" + body;
        assertEquals("pass", DkimVerifier.verify(signer(key).sign(octets(message), NOW), key.dnsText()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"From", "To", "Cc", "Subject", "Date", "Reply-To", "Message-ID", "Content-Type"})
    void fieldAddedLaterBreaksTheSignature(String name) throws Exception {
        DkimKey key = DkimKey.generate(DkimKey.Algorithm.ED25519);
        String signed = text(signer(key).sign(octets(MESSAGE), NOW));
        String added = signed.replace("\r\nFrom:", "\r\n" + name + ": <b@other.example>\r\nFrom:");
        assertEquals("the header was changed",
                DkimVerifier.verify(added.getBytes(StandardCharsets.ISO_8859_1), key.dnsText()));
    }

    @Test
    void changedBodyBreaksTheSignatureAndRelaxedSpaceDoesNot() throws Exception {
        DkimKey key = DkimKey.generate(DkimKey.Algorithm.RSA);
        String signed = text(signer(key).sign(octets(MESSAGE), NOW));
        assertEquals("the body was changed", DkimVerifier.verify(
                signed.replace("lost", "won").getBytes(StandardCharsets.ISO_8859_1), key.dnsText()));
        assertEquals("pass", DkimVerifier.verify(
                (signed.replace("game.  Are", "game. Are") + "\r\n").getBytes(StandardCharsets.ISO_8859_1),
                key.dnsText()));
    }

    @Test
    void linesOfTheSignatureAreShortAndNameDomainSelectorAndTime() {
        String signed = text(signer(DkimKey.generate(DkimKey.Algorithm.RSA)).sign(octets(MESSAGE), NOW));
        assertTrue(signed.startsWith("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
                + " d=football.example.com; s=brisbane; t=" + NOW.getEpochSecond() + ";\r\n"), signed);
        assertTrue(signed.endsWith(text(octets(MESSAGE))));
        assertTrue(signed.lines().allMatch(line -> line.length() <= 78), signed);
        assertTrue(!DkimVerifier.tags(signed.substring(signed.indexOf(':') + 1, signed.indexOf("\r\nFrom:")))
                .containsKey("l"), "RFC 8460 §3 forbids l=");
    }

    @Test
    void messageWithoutFromAndKeysThatAreNoneAreRefused() {
        var signer = signer(DkimKey.generate(DkimKey.Algorithm.ED25519));
        assertThrows(IllegalArgumentException.class, () -> signer.sign(octets("To: <a@b.example>\n\nx"), NOW));
        assertThrows(IllegalArgumentException.class, () -> signer.sign(octets("no field\n\nx"), NOW));
        assertThrows(IllegalArgumentException.class, () -> DkimKey.fromPem("no pem"));
        assertThrows(IllegalArgumentException.class, () -> DkimKey.fromPem("-----BEGIN PRIVATE KEY-----\nAAAA\n"
                + "-----END PRIVATE KEY-----"));
        assertThrows(IllegalArgumentException.class, () -> new DkimSigner(new Domain("a.example"), "a_b",
                DkimKey.generate(DkimKey.Algorithm.ED25519)));
    }

    private static DkimSigner signer(DkimKey key) {
        return new DkimSigner(new Domain("football.example.com"), "brisbane", key);
    }

    private static byte[] octets(String text) {
        return text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] octets) { return new String(octets, StandardCharsets.ISO_8859_1); }
}
