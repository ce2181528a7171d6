package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the launcher script makes of a command line: a stand-in for Java prints what it was given.
class ScriptTest {

    private static final List<String> LIBRARIES = List.of("engine-0.1.0.jar", "groovy-6.0.0.jar", "jline-4.5.0.jar",
            "lab-0.1.0.jar", "sqlite-jdbc-3.jar");

    @TempDir
    Path home;

    @BeforeEach
    void install() throws IOException {
        Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();
        Files.copy(root.resolve("sternpost"), home.resolve("sternpost"));
        Path lib = Files.createDirectories(home.resolve("shell/target/lib"));
        Files.createFile(lib.resolveSibling("shell-0.1.0.jar"));
        for (String library : LIBRARIES)
            Files.createFile(lib.resolve(library));
        Files.createFile(Files.createDirectories(home.resolve("target")).resolve("sternpost-0.1.0.jsa"));
        Path bin = Files.createDirectories(home.resolve("jdk/bin"));
        Files.writeString(home.resolve("jdk/release"), "JAVA_VERSION=\"25\"\n");
        for (String program : List.of("java", "javac"))
            Files.setPosixFilePermissions(Files.writeString(bin.resolve(program), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n"),
                    PosixFilePermissions.fromString("rwx------"));
    }

    /// The engine for long, without what it must not load; the shell at once, with the classes kept from before.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            engine                             | engine
            -Settings x engine                 | engine
            -settings:x ENGINE                 | engine
            --Settings x --NoColor Engine      | engine
            -OutputFormat Json engine          | engine
            -File t.groovy engine              | shell
            -Command engine                    | shell
            --command=engine                   | shell
            Get-Queue engine                   | shell
            -Settings engine                   | shell
            -Timeout engine Get-Queue          | shell
            lab                                | shell
            ''                                 | shell
            """)
    void theEngineAloneGetsAShorterClassPath(String words, String task) throws Exception {
        boolean engine = task.equals("engine");
        List<String> given = run(words.isEmpty() ? List.of() : List.of(words.split(" ")));
        assertEquals(engine, given.contains("-XX:+UseG1GC"), given::toString);
        assertEquals(engine, given.contains("-XX:G1PeriodicGCInterval=30000"), given::toString);
        assertEquals(!engine, given.contains("-XX:SharedArchiveFile=" + home.resolve("target/sternpost-0.1.0.jsa")),
                given::toString);
        var classes = new ArrayList<>(List.of("shell-0.1.0.jar"));
        for (String library : LIBRARIES)
            if (!engine || library.startsWith("engine") || library.startsWith("sqlite")) classes.add(library);
        assertEquals(classes, List.of(given.get(given.indexOf("-cp") + 1).split(":")).stream()
                .map(entry -> Path.of(entry).getFileName().toString()).toList());
    }

    private List<String> run(List<String> words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("sh", home.resolve("sternpost").toString()));
        command.addAll(words);
        var builder = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null")
                .toFile()));
        builder.environment().put("JAVA_HOME", home.resolve("jdk").toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        return said.lines().toList();
    }
}
