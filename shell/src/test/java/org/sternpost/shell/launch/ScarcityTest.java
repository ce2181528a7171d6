package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.FreePort;

/// A real engine without enough memory, or without descriptors: it says so, lives, and serves when there is some again.
class ScarcityTest {

    private static final String TO_DATA = "EHLO c.example\r\nMAIL FROM:<a@x.example>\r\n"
            + "RCPT TO:<b@y.example>\r\nDATA\r\n";
    private static final String HEADER = "A: " + ("x".repeat(996) + "\r\n ").repeat(250);
    private static final int SESSIONS = 735;
    private static final long OPEN_ANYWAY = 10; // files of the JVM itself, so that no number below is free
    private static final int PATIENCE_MILLIS = (int) Patience.AMPLE.toMillis();

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();
    private Path file;
    private int port;

    @BeforeEach
    void settings(@TempDir Path directory) throws IOException {
        port = FreePort.find();
        file = Files.writeString(directory.resolve("sternpost.yaml"), """
                hostName: relay.example.test
                submission:
                  - address: "127.0.0.1:%d"
                    allow: ["127.0.0.0/8"]
                dns: { servers: ["127.0.0.1:9"] }
                """.formatted(port));
    }

    /// 735 times 250 KB of header do not fit into a heap of 256 MB beside everything else.
    @Test
    void headersThatDoNotFitInMemoryAreAskedToComeLaterAndTheEngineLives() throws Exception {
        var clients = new ArrayList<Socket>();
        try (Child engine = Child.start(List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"), root, "-Settings",
                file.toString(), "engine")) {
            engine.await("Engine of");
            // Two clients, as one may have no more than half of all sessions.
            var replies = new TreeMap<String, Integer>();
            for (int i = 0; i < SESSIONS; i++) {
                Socket client = connect(i % 2 == 0 ? "127.0.0.1" : "127.0.0.3");
                clients.add(client);
                say(client, TO_DATA);
                String code = begun(client);
                if (code.equals("354")) say(client, HEADER);
                else {
                    replies.merge(code, 1, Integer::sum);
                    client.close();
                }
            }
            assertEquals(0, status(), engine.output());
            for (Socket client : clients) {
                if (client.isClosed()) continue;
                say(client, "\r\n\r\nx\r\n.\r\nQUIT\r\n");
                replies.merge(answer(client), 1, Integer::sum);
                client.close();
            }
            System.out.println("735 headers of 250 KB in 256 MB: " + replies);
            assertTrue(replies.keySet().stream().allMatch(code -> List.of("250", "452", "421").contains(code)),
                    replies.toString());
            assertTrue(replies.getOrDefault("250", 0) > 0 && replies.getOrDefault("452", 0) > 0, replies.toString());
            try (Socket after = connect("127.0.0.1")) {
                say(after, TO_DATA + "A: b\r\n\r\nx\r\n.\r\nQUIT\r\n");
                assertEquals("250", answer(after));
            }
            assertFalse(engine.output().contains("OutOfMemoryError"), engine.output());
            engine.interrupt();
            engine.exit();
        } finally {
            for (Socket client : clients)
                client.close();
        }
    }

    /// The limit is lowered below what is open and raised again, as if others had taken and given back the rest.
    @Test
    void descriptorsThatRanOutAndCameBackLeaveNothingDead() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "there is no /usr/bin/prlimit");
        try (Child engine = Child.start(root, "-Settings", file.toString(), "engine")) {
            engine.await("Engine of");
            assertEquals(0, status(), engine.output());
            // Classes that a build keeps in directories are files to open too.
            try (Socket before = connect("127.0.0.1")) {
                say(before, "QUIT\r\n");
                assertEquals("nothing", answer(before));
            }
            long pid = engine.pid();
            limit(pid, OPEN_ANYWAY);
            try (Socket client = connect("127.0.0.1")) {
                var shell = Thread.ofVirtual().start(() -> status());
                engine.await("event=accept-failed at=/127.0.0.1:" + port);
                engine.await("event=accept-failed at=" + file.resolveSibling("data").resolve("admin.sock"));
                assertTrue(engine.output().contains("ulimit -n"), engine.output());
                limit(pid, 4_096);
                say(client, TO_DATA + "A: b\r\n\r\nx\r\n.\r\nQUIT\r\n");
                assertEquals("250", answer(client));
                shell.join();
            }
            assertEquals(0, status(), engine.output());
            assertEquals(2, engine.output().lines().filter(line -> line.contains("event=accept-failed")).count(),
                    engine.output());
        }
    }

    /// As many clients as there are, allowed or not, each with a large message on its way in: operators are served, and
    /// what was accepted is kept.
    @Test
    void strangersWhoUseUpTheFilesLeaveSomeForOperatorsAndTheStore() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "there is no /usr/bin/prlimit");
        Files.writeString(file, Files.readString(file).replace("127.0.0.0/8", "127.0.0.0/16"));
        var clients = new ArrayList<Socket>();
        try (Child engine = Child.start(List.of("/usr/bin/prlimit", "--nofile=256:256"), List.of(), root, "-Settings",
                file.toString(), "engine")) {
            engine.await("Engine of");
            engine.await("event=few-descriptors"); // a log is written by a thread of its own
            String few = engine.output().lines().filter(line -> line.contains("event=few-descriptors")).findFirst()
                    .orElse("");
            assertTrue(few.contains("files=256") && few.contains("instead of 1000") && few.contains("ulimit -n"), few);
            for (int i = 0; i < 400; i++) {
                Socket client = connect(i % 4 == 0 ? "127.1.0." + (1 + i / 4) : "127.0." + i % 200 + ".1");
                clients.add(client);
                client.setSoTimeout(PATIENCE_MILLIS);
                if (!greeted(client)) continue;
                say(client, TO_DATA);
                begun(client);
                say(client, "A: b\r\n\r\n");
                for (int line = 0; line < 320; line++)
                    say(client, "x".repeat(998) + "\r\n");
            }
            for (int i = 0; i < 5; i++)
                assertEquals(0, status(), engine.output());
            // One of them finishes its message.
            Socket last = clients.stream().filter(client -> !client.isClosed()).reduce((_, later) -> later).get();
            say(last, "\r\n.\r\nQUIT\r\n");
            assertEquals("250", answer(last), engine.output());
            assertFalse(engine.output().contains("Too many open files"), engine.output());
        } finally {
            for (Socket client : clients)
                client.close();
        }
    }

    /// False if the client was turned away; then it is closed.
    private static boolean greeted(Socket client) throws IOException {
        byte[] code = client.getInputStream().readNBytes(3);
        if (new String(code, StandardCharsets.US_ASCII).equals("220")) return true;
        client.close();
        return false;
    }

    /// Exit code of a command that asks the engine.
    private int status() { return Ran.with(file, "-Command", "Get-EngineStatus").exit(); }

    /// The soft limit alone, so that it can be raised again by anybody.
    private static void limit(long pid, long files) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("/usr/bin/prlimit", "--pid", String.valueOf(pid), "--nofile=" + files + ":")
                .inheritIO().start().waitFor());
    }

    private Socket connect(String from) throws IOException {
        var client = new Socket();
        client.bind(new InetSocketAddress(from, 0));
        client.connect(new InetSocketAddress("127.0.0.1", port));
        client.setSoTimeout(PATIENCE_MILLIS);
        return client;
    }

    private static void say(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// 354, or the code of the reply that came instead.
    private static String begun(Socket client) throws IOException {
        var line = new StringBuilder();
        for (int c; (c = client.getInputStream().read()) >= 0;) {
            if (c != '\n') {
                line.append((char) c);
                continue;
            }
            if (line.charAt(0) >= '3') return line.substring(0, 3);
            line.setLength(0);
        }
        return "nothing";
    }

    /// The code of the reply to a message, or of what was said instead.
    private static String answer(Socket client) throws IOException {
        String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return said.lines().filter(line -> line.contains("queued") || line.startsWith("4") || line.startsWith("554"))
                .map(line -> line.substring(0, 3)).findFirst().orElse("nothing");
    }
}
