package org.sternpost.engine.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Readers of mail and names that others wrote, in the folder that `lab/real/install.sh` fills.
public final class Readers {

    private static final String FOLDER = "mail-readers";
    private static final int PATIENCE_SECONDS = 120;

    private Readers() {}

    /// Skips the test where they are not there; fails it where they are required.
    public static void require() { Unpacked.require(FOLDER, "mail readers"); }

    /// What a script of `readers` in the test resources prints about files, line by line.
    public static List<String> run(String script, List<Path> files) throws IOException, InterruptedException {
        Path root = Unpacked.folder(FOLDER).resolve("root/usr");
        var command = new ArrayList<String>();
        command.add(script.endsWith(".py") ? Unpacked.python() : "perl");
        command.add(Path.of("src/test/resources/readers", script).toString());
        files.forEach(file -> command.add(file.toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of("PYTHONPATH", root.resolve("lib/python3/dist-packages").toString(),
                "PYTHONDONTWRITEBYTECODE", "1", "PYTHONUTF8", "1", "PERL5LIB",
                root.resolve("share/perl5").toString()));
        var process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), script + " does not end");
        assertEquals(0, process.exitValue(), said);
        return said.lines().toList();
    }
}
