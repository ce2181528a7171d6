package org.sternpost.engine.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.dkim.DkimKey.Algorithm;
import org.sternpost.engine.mail.Domain;

class DkimKeysTest {

    private static final Domain DOMAIN = new Domain("example.org");
    private static final DkimKey KEY = DkimKey.generate(Algorithm.ED25519);

    @TempDir
    Path home;

    @Test
    void keyIsReadableForItsOwnerAloneAndReadBack() throws IOException {
        var keys = new DkimKeys(home.resolve("dkim"));
        assertEquals(List.of(), keys.all());
        keys.keep(new DkimSigner(DOMAIN, "s1", KEY));
        Path file = home.resolve("dkim/s1._domainkey.example.org.pem");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("dkim"))));
        var held = new DkimKeys(home.resolve("dkim")).find(DOMAIN, "S1").orElseThrow();
        assertEquals(KEY.dnsText(), held.signer().key().dnsText());
        assertEquals("s1._domainkey.example.org", held.dnsName());
        assertTrue(held.speaksFor(new Domain("relay.example.org")));
        assertFalse(held.speaksFor(new Domain("notexample.org")));
    }

    @Test
    void keyIsNeverWrittenOverAndGoneOnceRemoved() throws IOException {
        var keys = new DkimKeys(home.resolve("dkim"));
        keys.keep(new DkimSigner(DOMAIN, "s1", KEY));
        var other = new DkimSigner(DOMAIN, "s1", DkimKey.generate(Algorithm.ED25519));
        assertThrows(FileAlreadyExistsException.class, () -> keys.keep(other));
        assertEquals(KEY.dnsText(), keys.all().getFirst().signer().key().dnsText());
        assertTrue(keys.remove(DOMAIN, "s1"));
        assertFalse(keys.remove(DOMAIN, "s1"));
        assertEquals(List.of(), keys.all());
    }

    @Test
    void fileThatOthersMayReadOrThatHoldsNoKeyIsNotUsed() throws IOException {
        var keys = new DkimKeys(home.resolve("dkim"));
        keys.keep(new DkimSigner(DOMAIN, "s1", KEY));
        keys.keep(new DkimSigner(DOMAIN, "s2", KEY));
        Files.setPosixFilePermissions(home.resolve("dkim/s1._domainkey.example.org.pem"),
                PosixFilePermissions.fromString("rw-r-----"));
        Path odd = home.resolve("dkim/s3._domainkey.example.org.pem");
        Files.writeString(odd, "no key");
        Files.setPosixFilePermissions(odd, PosixFilePermissions.fromString("rw-------"));
        assertEquals(List.of("s2"), keys.all().stream().map(key -> key.signer().selector()).toList());
    }

    @Test
    void nameThatDnsCannotHaveIsRefused() {
        var keys = new DkimKeys(home.resolve("dkim"));
        assertThrows(IllegalArgumentException.class, () -> DkimKeys.name(DOMAIN, "../../x"));
        var far = new Domain(("a".repeat(60) + ".").repeat(3) + "b".repeat(55));
        assertThrows(IllegalArgumentException.class, () -> keys.keep(new DkimSigner(far, "s".repeat(60), KEY)));
    }

    /// `KEY` and `P` stand for the record and for the value of `p=`.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            KEY                                      |
            v=DKIM1;k=ed25519;p=P                    |
            k=ed25519; p= P ; n=note                 |
            v=DKIM1; k=ed25519; s=tlsrpt; p=P        |
            v=DKIM1; k=ed25519; s=email:tlsrpt; h=sha1:sha256; p=P |
            v=DKIM1; k=ed25519; s=email; p=P         | lacks tlsrpt
            v=DKIM1; k=ed25519; h=sha1; p=P          | lacks sha256
            v=DKIM1; k=ed25519; t=y:s; p=P           | only tests
            v=DKIM1; k=ed25519; t=s; p=P             |
            v=DKIM1; k=ed25519; p=                   | revoked
            v=DKIM1; k=ed25519; p=AAAA               | another key
            v=DKIM1; p=P                             | k= is 'rsa'
            v=DKIM2; k=ed25519; p=P                  | not DKIM1
            v=DKIM1; k=ed25519; p=P; p=P             | no list of tags
            hello                                    | no list of tags
            """)
    void recordShowsTheKeyOrSaysWhyNot(String text, String problem) {
        String p = KEY.dnsText().replaceFirst(".*p=", "");
        var shown = Publication.of(List.of(text.replace("KEY", KEY.dnsText()).replaceFirst("=( ?)P\\b", "=$1" + p)
                .replaceFirst("p=P$", "p=" + p)), KEY);
        if (problem == null) assertInstanceOf(Publication.Published.class, shown, shown.toString());
        else
            assertTrue(assertInstanceOf(Publication.Missing.class, shown).why().contains(problem), shown.toString());
    }

    @Test
    void oneRecordShowsAKeyAndNoOther() {
        assertInstanceOf(Publication.Missing.class, Publication.of(List.of(), KEY));
        assertInstanceOf(Publication.Missing.class, Publication.of(List.of(KEY.dnsText(), KEY.dnsText()), KEY));
    }
}
