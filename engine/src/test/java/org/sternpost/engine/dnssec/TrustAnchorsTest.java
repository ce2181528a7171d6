package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.dns.Servers;
import org.sternpost.engine.time.SimTime;

class TrustAnchorsTest {

    @TempDir
    Path folder;

    @Test
    void theRootsKeysAreReadable() throws Exception {
        Path file = Files.writeString(folder.resolve("root"), TrustAnchors.ofRoot().lines());
        assertEquals(TrustAnchors.ofRoot(), TrustAnchors.of(file));
        new LocalValidation(Servers.of(List.of("127.0.0.1:1")), TrustAnchors.ofRoot(), new SimTime());
    }

    @Test
    void aFileWithoutKeysIsNamedWithReasonAndRemedy() throws Exception {
        for (String lines : List.of("", "; nothing\n", ". IN NS a.\n", "garbage\n")) {
            Path file = Files.writeString(folder.resolve("bad"), lines);
            String why = assertThrows(IllegalArgumentException.class, () -> TrustAnchors.of(file)).getMessage();
            assertTrue(why.contains(file.toString()) && why.contains("write DS or DNSKEY lines"), why);
        }
        Path none = folder.resolve("none");
        assertTrue(assertThrows(IllegalArgumentException.class, () -> TrustAnchors.of(none)).getMessage()
                .contains("cannot be read"));
    }

    @Test
    void onlyAResolverOnThisMachineIsBelieved() {
        var far = Servers.of(List.of("127.0.0.1", "192.0.2.53:53"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new ResolverValidation(far, new SimTime()))
                .getMessage().contains("dns.validation: local"));
        new ResolverValidation(Servers.of(List.of("127.0.0.1", "[::1]:5353", "::1")), new SimTime());
    }
}
