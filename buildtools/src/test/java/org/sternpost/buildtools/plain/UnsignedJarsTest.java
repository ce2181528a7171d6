package org.sternpost.buildtools.plain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnsignedJarsTest {

    private static final String MANIFEST = """
            Manifest-Version: 1.0
            Multi-Release: true

            Name: org/example/A.class
            SHA-256-Digest: AAAA

            """.replace("\n", "\r\n");

    @TempDir
    private Path folder;
    private Path jar;

    @BeforeEach
    void place() { jar = folder.resolve("a.jar"); }

    @Test
    void aSignedJarKeepsAllButItsSignature() throws IOException {
        write(Map.of("META-INF/MANIFEST.MF", MANIFEST, "META-INF/BCRSA204.SF", "x", "META-INF/BCRSA204.RSA", "y",
                "META-INF/LICENSE.txt", "ours", "META-INF/versions/25/org/example/A.class", "new",
                "org/example/A.class", "old"));
        UnsignedJars.unsign(jar);
        try (var read = new JarFile(jar.toFile())) {
            assertEquals("[META-INF/LICENSE.txt, META-INF/MANIFEST.MF, META-INF/versions/25/org/example/A.class, "
                    + "org/example/A.class]", read.stream().map(ZipEntry::getName).sorted().toList().toString());
            assertTrue(read.isMultiRelease());
            assertTrue(read.getManifest().getEntries().isEmpty());
            var entry = read.getJarEntry("org/example/A.class");
            assertArrayEquals("old".getBytes(StandardCharsets.US_ASCII), read.getInputStream(entry).readAllBytes());
            assertNull(entry.getCodeSigners());
        }
        try (var files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void anyOtherJarIsNotTouched() throws IOException {
        var entries = new LinkedHashMap<String, String>();
        entries.put("org/example/A.class", "x");
        entries.put("META-INF/services/SF", "y");
        write(entries);
        byte[] before = Files.readAllBytes(jar);
        UnsignedJars.unsign(jar);
        assertArrayEquals(before, Files.readAllBytes(jar));
    }

    private void write(Map<String, String> entries) throws IOException {
        try (var out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (var entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.US_ASCII));
            }
        }
    }
}
