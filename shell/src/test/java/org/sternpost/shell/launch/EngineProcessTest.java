package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.shell.run.ExitCode;

/// The engine as the launcher script starts it: what its process can load, whom it lets in, how it refuses to start.
class EngineProcessTest {

    private static final Pattern FOREIGN = Pattern
            .compile("org\\.sternpost\\.lab\\.| groovy\\.|org\\.(apache|codehaus)\\.groovy\\.|org\\.jline\\.");
    private static final String NOBODY = "65534";
    private static final String CONNECT = """
            import java.net.*; import java.nio.channels.*;
            class Connect {
                public static void main(String[] socket) {
                    try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(socket[0]))) {
                        System.out.println("connected");
                    } catch (java.io.IOException refused) {
                        System.out.println("refused: " + refused.getMessage());
                    }
                }
            }
            """;

    @TempDir
    Path home;
    private InstalledCopy copy;
    private final Path java = Path.of(System.getProperty("java.home"));

    @BeforeEach
    void install() throws IOException { copy = InstalledCopy.in(home); }

    @Test
    void theEnginesOwnProcessLoadsNeitherLabNorGroovy() throws Exception {
        Path loaded = home.resolve("loaded.txt");
        try (var engine = engine("umask 022", "-Xlog:class+load:file=" + loaded)) {
            engine.await("submission on");
            engine.interrupt();
            engine.exit();
        }
        List<String> classes = Files.readAllLines(loaded);
        assertTrue(classes.stream().anyMatch(line -> line.contains("org.sternpost.engine.Engine ")), "it did not run");
        assertEquals(List.of(), classes.stream().filter(line -> FOREIGN.matcher(line).find()).toList());
    }

    @Test
    void theShellsProcessCanLoadBoth() throws Exception {
        try (var shell = copy.start("umask 022", "", "-Command", "Get-Command | Where-Object { 1 + 1 == 2 }")) {
            assertEquals(ExitCode.DONE, shell.exit(), shell::output);
        }
    }

    @Test
    void whateverTheUmaskAllThatItWritesIsForItsOwnerAlone() throws Exception {
        for (String umask : List.of("umask 000", "umask 077", "umask 022"))
            try (var engine = engine(umask, "")) {
                engine.await("submission on");
                var open = new ArrayList<String>();
                try (Stream<Path> all = Files.walk(home.resolve("data"))) {
                    for (Path one : all.toList())
                        try {
                            String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(one));
                            String wanted = Files.isDirectory(one) ? "rwx------" : "rw-------";
                            if (!permissions.equals(wanted)) open.add(permissions + " " + one);
                        } catch (NoSuchFileException gone) {
                            continue; // the engine lives, and what it has renamed meanwhile has another name
                        }
                }
                assertEquals(List.of(), open, umask);
            }
    }

    @Test
    void anotherUserReadsNothingAndConnectsNowhere() throws Exception {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name"))
                && Files.isExecutable(Path.of("/usr/bin/setpriv")),
                "only root, with /usr/bin/setpriv, can be another user for a moment");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path program = Files.writeString(home.resolve("Connect.java"), CONNECT);
        String way = said(other("cat", program.toString()))
                + said(other(java.resolve("bin/java").toString(), "--version"));
        Assumptions.assumeTrue(way.contains("class Connect") && way.contains("Runtime Environment"),
                "nobody else may enter " + home + " or run " + java);
        copy.copyLibraries();
        try (var engine = engine("umask 000", "")) {
            engine.await("submission on");
            Path data = home.resolve("data");
            String socket = data.resolve("admin.sock").toString();
            assertEquals("connected", said(List.of(java.resolve("bin/java").toString(), program.toString(), socket)));
            String refused = said(other(java.resolve("bin/java").toString(), program.toString(), socket));
            assertEquals("refused: Permission denied", refused);
            assertTrue(said(other("env", "JAVA_HOME=" + java, "sh", home.resolve("sternpost").toString(), "-Settings",
                    home.resolve("sternpost.yaml").toString(), "-Command", "Get-EngineStatus"))
                    .contains("only root may read mail and manage the engine on " + data));
            assertTrue(said(other("ls", data.toString())).contains("Permission denied"));
            try (Stream<Path> all = Files.walk(data)) {
                for (Path one : all.filter(Files::isRegularFile).toList())
                    assertTrue(said(other("cat", one.toString())).contains("Permission denied"), one.toString());
            }
        }
    }

    @Test
    void aStartThatFailsSaysWhyInWordsAndEndsWithOne() throws Exception {
        Path data = home.resolve("data");
        Files.writeString(data, "a file");
        fails("dataDirectory: data", "data is in the way: a directory belongs there");
        Files.delete(data);
        Files.createDirectories(data);
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
        fails("dataDirectory: data", "chmod 700 ");
        Files.delete(data);
        Files.createDirectories(data);
        Files.createFile(data.resolve("native"));
        fails("dataDirectory: data", "native is in the way");
        Files.delete(data.resolve("native"));
        Files.createDirectories(data.resolve("sternpost.db"));
        fails("dataDirectory: data", "sternpost.db is in the way: a file belongs there");
        Files.delete(data.resolve("sternpost.db"));
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fails("dataDirectory: data\nsubmission: [{ address: \"127.0.0.1:" + taken.getLocalPort()
                    + "\", allow: [\"127.0.0.0/8\"] }]", "cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
        fails("dataDirectory: data\nretention: { trace: long }", "retention.trace");
        fails("dataDirectory: data\nadmin: { socket: " + "x".repeat(200) + " }", "the path of the socket has ");
    }

    private void fails(String yaml, String words) throws Exception {
        if (!yaml.contains("submission"))
            yaml = yaml + "\nsubmission: [{ address: \"127.0.0.1:0\", allow: [\"127.0.0.0/8\"] }]";
        Path file = Files.writeString(home.resolve("sternpost.yaml"), "hostName: relay.example.test\n" + yaml + "\n");
        try (var engine = copy.start("umask 022", "", "-Settings", file.toString(), "engine")) {
            assertEquals(ExitCode.FAILED, engine.exit(), engine::output);
            String output = engine.output();
            assertTrue(output.contains("sternpost: ") && output.contains(words), output);
            assertFalse(output.lines().anyMatch(line -> line.startsWith("\tat ") || line.contains("Exception")),
                    output);
        }
    }

    private Child engine(String before, String flags) throws IOException {
        Path settings = Files.writeString(home.resolve("sternpost.yaml"), """
                hostName: relay.example.test
                dataDirectory: data
                submission: [{ address: "127.0.0.1:0", allow: ["127.0.0.0/8"] }]
                """);
        return copy.start(before, flags, "-Settings", settings.toString(), "engine");
    }

    private static List<String> other(String... command) {
        var other = new ArrayList<>(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
        other.addAll(List.of(command));
        return other;
    }

    private static String said(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        process.waitFor();
        return said;
    }
}
