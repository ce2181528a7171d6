package org.sternpost.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class LabMainTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return LabMain.run(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), new CountDownLatch(0), arguments);
    }

    @Test
    void tableIsPrintedAndSettingsAreWritten() throws Exception {
        assertEquals(0, run("--directory", directory.toString(), "--dns-port=0", "--smtp-port", "0", "--https-port",
                "0"));
        var text = out.toString(StandardCharsets.UTF_8);
        assertTrue(LabDomains.ALL.stream().allMatch(row -> text.contains("\n" + row.domain() + " ")), text);
        assertTrue(text.contains("./sternpost -Settings " + directory.resolve("sternpost.yaml")), text);
        Map<String, Object> yaml = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Files.readString(directory.resolve("sternpost.yaml")));
        assertEquals("relay.lab.test", yaml.get("hostName"));
        assertEquals("local", ((Map<?, ?>) yaml.get("dns")).get("validation"));
        assertTrue(((Map<?, ?>) yaml.get("delivery")).get("smtpPort") instanceof Integer);
    }

    @Test
    void portInUseIsNamedWithItsOption() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[]{127, 0, 0, 1}))) {
            var port = Integer.toString(taken.getLocalPort());
            assertEquals(1, run("--directory", directory.toString(), "--dns-port", port));
            var said = err.toString(StandardCharsets.UTF_8);
            assertTrue(said.contains("Port " + port) && said.contains("--dns-port"), said);
        }
    }

    @Test
    void unusableDirectoryIsNamed() throws Exception {
        var file = Files.writeString(directory.resolve("file"), "");
        assertEquals(1, run("--directory", file.toString()));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains(file.toString()));
    }

    @Test
    void wrongOptionIsAnsweredWithTheUsage() {
        assertEquals(2, run("--dns-prt", "5300"));
        assertEquals(2, run("--dns-port", "99999"));
        assertEquals(2, run("--dns-port"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("No such option"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("needs a value"));
        assertEquals(0, run("--help"));
        assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("Usage"));
    }
}
