package org.sternpost.engine.dnssec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.dns.Servers;
import org.sternpost.engine.time.SimTime;

class ZoneTrustAnchorsTest {

    @TempDir
    Path folder;

    @Test
    void theRootsKeysAreReadable() throws Exception {
        Path file = Files.writeString(folder.resolve("root"), ZoneTrustAnchors.ofRoot().lines());
        assertEquals(ZoneTrustAnchors.ofRoot(), ZoneTrustAnchors.of(file));
        new LocalValidation(Servers.of(List.of("127.0.0.1:1")), ZoneTrustAnchors.ofRoot(), new SimTime());
    }

    /// As the tools write them: BIND's dsset file, a key file of dnssec-keygen, unbound's root.key.
    @ParameterizedTest
    @ValueSource(strings = {
            ".\t\t\tIN DS 20419 13 2 9A344E30F6C10656E80B12F0F0C8CC017D38C1E54B4C610360092D41 DCBAE497\n",
            "; This is a key-signing key\n. IN DNSKEY 257 3 8 AwEAAQ==\n",
            "; autotrust trust anchor file\n.\t172800\tIN\tDNSKEY\t257 3 8 AwEAAQ== ;{id = 1} ;;state=2\n"})
    void linesAreReadWithAndWithoutTtl(String lines) throws Exception {
        Path file = Files.writeString(folder.resolve("anchors"), lines);
        assertEquals(lines, ZoneTrustAnchors.of(file).lines());
        new LocalValidation(Servers.of(List.of("127.0.0.1:1")), ZoneTrustAnchors.of(file), new SimTime());
    }

    @Test
    void aFileWithoutKeysIsNamedWithReasonAndRemedy() throws Exception {
        for (String lines : List.of("", "; nothing\n", ". IN NS a.\n", "garbage\n")) {
            Path file = Files.writeString(folder.resolve("bad"), lines);
            String why = assertThrows(IllegalArgumentException.class, () -> ZoneTrustAnchors.of(file)).getMessage();
            assertTrue(why.contains(file.toString()) && why.contains("write DS or DNSKEY lines"), why);
        }
        Path none = folder.resolve("none");
        assertTrue(assertThrows(IllegalArgumentException.class, () -> ZoneTrustAnchors.of(none)).getMessage()
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
