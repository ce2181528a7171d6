package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.time.Patience;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.lab.FreePort;

/// A real engine that may have few files, and hosts that take its mail without ever reading it.
class FewFilesTest {

    private static final int FILES = 320;
    private static final int MESSAGES = 60;
    private static final int STUCK = 12; // sessions
    private static final int LINES = 1_000; // of 1,000 octets: more than waits on the way to a host that reads nothing
    private static final Path LIMITER = Path.of("/usr/bin/prlimit");

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();

    @TempDir
    Path directory;

    @Test
    void hostsThatTakeNothingLeaveFilesForThoseWhoBringMail() throws Exception {
        if (!Files.isExecutable(LIMITER)) {
            System.out.println("few files: there is no " + LIMITER + "; not tested");
            return;
        }
        int port = FreePort.find();
        Path settings = Files.writeString(directory.resolve("sternpost.yaml"), """
                hostName: relay.example.test
                submission:
                  - address: "127.0.0.1:%d"
                    allow: ["127.0.0.0/8"]
                dns: { servers: ["127.0.0.1:9"] }
                """.formatted(port));
        try (var host = new StuckHost();
                Child engine = Child.start(List.of(LIMITER.toString(), "--nofile=" + FILES + ":" + FILES), List.of(),
                        root, "-Settings", settings.toString(), "engine")) {
            engine.await("Engine of");
            assertEquals(0, run(settings, "New-OutboundConnector stuck -RecipientDomains .test -UseMXRecord $false "
                    + "-TlsValidation Disabled -SmartHosts 127.0.0.1:" + host.port()), engine.output());
            for (int i = 0; i < MESSAGES; i++)
                assertEquals("250", handedIn(port, i), engine.output());
            Patience.until("sessions are stuck", () -> host.stuck.get() >= STUCK);
            assertEquals("250", handedIn(port, MESSAGES), engine.output());
            assertEquals(0, run(settings, "Get-EngineStatus"), engine.output());
            try (var open = Files.list(Path.of("/proc", String.valueOf(engine.pid()), "fd"))) {
                assertTrue(open.count() <= FILES);
            }
            assertFalse(engine.output().contains("Too many open files"), engine.output());
        }
    }

    /// The code of the reply to a large message.
    private static String handedIn(int port, int number) throws IOException {
        try (var client = new Socket()) {
            client.bind(new InetSocketAddress("127.0.1." + (1 + number), 0));
            client.connect(new InetSocketAddress("127.0.0.1", port));
            client.setSoTimeout((int) Patience.AMPLE.toMillis());
            var out = client.getOutputStream();
            String line = "x".repeat(998) + "\r\n";
            out.write(("EHLO c.example\r\nMAIL FROM:<a" + number + "@x.example>\r\nRCPT TO:<b@d" + number
                    + ".test>\r\nDATA\r\nA: b\r\n\r\n" + line.repeat(LINES) + ".\r\nQUIT\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).lines()
                    .filter(reply -> reply.contains("queued") || reply.startsWith("4") || reply.startsWith("5"))
                    .map(reply -> reply.substring(0, 3)).findFirst().orElse("nothing");
        }
    }

    private static int run(Path settings, String statement) {
        var err = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        var process = new Launcher.Process(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream(), err,
                Map.of(), 0, false);
        var time = new SystemTime();
        return new Launcher(process, new RealEngineHost(time), time)
                .run(List.of("-Settings", settings.toString(), "-Command", statement));
    }

    /// Answers up to DATA, and reads nothing after that.
    private static final class StuckHost implements AutoCloseable {

        private final ServerSocket listener = new ServerSocket();
        private final AtomicInteger stuck = new AtomicInteger();

        StuckHost() throws IOException {
            listener.setReceiveBufferSize(4_096);
            listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            Thread.ofVirtual().start(this::accept);
        }

        int port() { return listener.getLocalPort(); }

        private void accept() {
            while (!listener.isClosed())
                try {
                    Socket client = listener.accept();
                    Thread.ofVirtual().start(() -> talk(client));
                } catch (IOException closed) {
                    return;
                }
        }

        private void talk(Socket client) {
            try {
                var in = new BufferedReader(
                        new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII), 512);
                say(client, "220 stuck");
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    say(client, line.startsWith("DATA") ? "354 go" : "250 ok");
                    if (!line.startsWith("DATA")) continue;
                    stuck.incrementAndGet();
                    return;
                }
            } catch (IOException gone) {
                // The engine has ended.
            }
        }

        private static void say(Socket client, String line) throws IOException {
            client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() throws IOException { listener.close(); }
    }
}
