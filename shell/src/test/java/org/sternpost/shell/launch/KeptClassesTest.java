package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the JDK keeps of a run speeds the next start up where it fits, and is passed over without a word where not.
class KeptClassesTest {

    private static final String ANSWER = "1\n2\n3";

    @TempDir
    Path directory;

    private Path home;

    @Test
    void aCacheThatDoesNotFitIsNeverAReasonNotToStart() throws Exception {
        home = Files.createDirectory(directory.resolve("sternpost"));
        InstalledCopy.in(home).copyLibraries();
        assertEquals(ANSWER, run(Map.of()));
        assertFalse(mainWasKept());
        Path cache = train();
        assertEquals(ANSWER, run(Map.of()));
        assertTrue(mainWasKept());
        assertEquals(List.of(), madeOnTheWay());

        Path moved = Files.move(home, directory.resolve("moved"));
        home = moved;
        cache = moved.resolve("cache/" + jdk() + "/command.aot");
        assertEquals(ANSWER, run(Map.of()));
        assertTrue(mainWasKept(), "a folder that was moved");

        byte[] sound = Files.readAllBytes(cache);
        byte[] spoilt = sound.clone();
        Arrays.fill(spoilt, 0, 4096, (byte) 'x');
        for (byte[] broken : new byte[][]{{}, "nonsense".getBytes(), Arrays.copyOf(sound, sound.length / 2), spoilt}) {
            replace(cache, broken);
            assertEquals(ANSWER, run(Map.of()));
            assertFalse(mainWasKept(), "a broken file of " + broken.length + " octets");
        }
        replace(cache, sound);
        assertEquals(ANSWER, run(Map.of("JDK_JAVA_OPTIONS", "-XX:-UseCompressedOops")).replaceAll("NOTE: .*\n", ""));
        assertEquals(ANSWER, run(Map.of()));
        assertTrue(mainWasKept());
        Path jar = home.resolve("lib/shell-0.1.0.jar");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(Files.getLastModifiedTime(jar).toMillis() + 60_000));
        assertEquals(ANSWER, run(Map.of()));
        assertFalse(mainWasKept(), "classes that are newer");
    }

    @Test
    void whatOthersCouldAlterIsNotLeftBehind() throws Exception {
        home = Files.createDirectory(directory.resolve("sternpost"));
        InstalledCopy.in(home).copyLibraries();
        Path cache = train();
        Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(cache);
        assertFalse(allowed.contains(PosixFilePermission.OTHERS_WRITE), allowed::toString);
        assertFalse(allowed.contains(PosixFilePermission.GROUP_WRITE), allowed::toString);
        try (var files = Files.list(cache.getParent())) {
            assertEquals(3, files.count());
        }
    }

    /// As the script does, for one kind of start alone.
    private Path train() throws Exception {
        Path caches = Files.createDirectories(home.resolve("cache/" + jdk()));
        run(Map.of("STERNPOST_TRAINING", caches.resolve("command.aot").toString()));
        assertEquals(0, new ProcessBuilder("sh", "-c",
                "cd lib && wc -c *.jar >\"$1/trained\" && touch -r shell-0.1.0.jar \"$1/shell\"", "sh",
                caches.toString()).directory(home.toFile()).inheritIO().start().waitFor());
        return caches.resolve("command.aot");
    }

    private static void replace(Path cache, byte[] content) throws IOException {
        Files.delete(cache);
        Files.write(cache, content);
    }

    /// As the script reads it.
    private static String jdk() throws IOException {
        var release = new java.util.Properties();
        try (var lines = Files.newBufferedReader(Path.of(System.getProperty("java.home"), "release"))) {
            release.load(lines);
        }
        String name = "jdk-" + release.getProperty("JAVA_VERSION");
        for (String part : Files.readAllLines(Path.of(System.getProperty("java.home"), "release")))
            if (part.startsWith("IMPLEMENTOR_VERSION=") || part.startsWith("JAVA_RUNTIME_VERSION="))
                name += "-" + part.substring(part.indexOf('=') + 1);
        return name.replace("\"", "");
    }

    private String run(Map<String, String> environment) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("sh", home.resolve("sternpost").toString(), "-Command", "1..3")
                .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + log());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), said);
        return said.replaceAll("NOTE: Picked up.*\n", "").strip();
    }

    private boolean mainWasKept() throws IOException {
        return Files.readString(log()).contains(" org.sternpost.shell.Main source: shared objects file");
    }

    /// Classes that the JDK had to make, or look for in jars, though the same was done before.
    private List<String> madeOnTheWay() throws IOException {
        try (var lines = Files.lines(log())) {
            return lines.filter(line -> line.contains(" source: ") && !line.contains("source: shared objects file")
                    && !line.contains("source: jrt:/")).toList();
        }
    }

    private Path log() { return directory.resolve("classes.log"); }
}
