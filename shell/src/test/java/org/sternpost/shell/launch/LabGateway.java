package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.FreePort;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// The lab in this process and an engine in one of its own, which a test may kill and start again.
final class LabGateway implements AutoCloseable {

    static final Duration PATIENCE = Patience.AMPLE;
    private static final long LOOK_AGAIN_NANOS = 50_000_000;

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();
    private final Path settings;
    private final int port;
    private final Lab lab;
    private Child engine;

    /// @param changed the text of the settings file
    LabGateway(Path directory, UnaryOperator<String> changed) throws Exception {
        lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
        port = FreePort.find();
        settings = Files.writeString(directory.resolve("sternpost.yaml"),
                changed.apply(lab.engineSettings(directory, port)));
        startEngine();
    }

    Lab lab() { return lab; }

    Path root() { return root; }

    int port() { return port; }

    /// A shell of its own beside the engine.
    Child shell(String... arguments) throws IOException {
        var all = new ArrayList<>(List.of("-Settings", settings.toString()));
        all.addAll(List.of(arguments));
        return Child.start(root, all.toArray(String[]::new));
    }

    void startEngine() throws Exception {
        engine = shell("engine");
        engine.await("Engine of ");
    }

    /// One column of what the engine's database has on the disk, while an engine may write there.
    List<String> stored(String sql) throws Exception {
        var rows = new ArrayList<String>();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:"
                + Settings.load(settings).dataDirectory().resolve("sternpost.db"));
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            while (row.next())
                rows.add(row.getString(1));
        }
        return rows;
    }

    /// `kill -9`
    void killEngine() throws InterruptedException { engine.kill(); }

    void connector(String name, List<String> domains) {
        command("New-OutboundConnector " + name + " -RecipientDomains " + String.join(",", domains));
    }

    void remove(String name) { command("Remove-OutboundConnector " + name + " -Confirm:$false"); }

    /// What a command prints, from a shell in this process.
    String command(String text) {
        Ran ran = Ran.with(settings, "-Command", text);
        assertEquals(0, ran.exit(), ran.err());
        return ran.out();
    }

    /// Waits until a command prints this.
    void await(String command, String expected) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (String said = ""; !said.equals(expected);) {
            said = command(command).strip();
            assertTrue(System.nanoTime() < end, command + " still says " + said);
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    /// One message to each domain, judged when this returns.
    void send(String connector, List<String> domains) throws IOException {
        for (String domain : domains)
            submit(domain);
        await("(Get-TlsReadiness " + connector + ").Messages", "" + domains.size());
    }

    void submit(String domain) throws IOException {
        try (var socket = new Socket("127.0.0.1", port);
                var replies = new java.io.BufferedReader(
                        new java.io.InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line : List.of("", "HELO client.lab.test", "MAIL FROM:<a@lab.test>",
                    "RCPT TO:<user@" + domain + ">", "DATA", "Subject: flow\r\n\r\nHello.\r\n.", "QUIT")) {
                if (!line.isEmpty())
                    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
                String reply = replies.readLine();
                if (reply == null || reply.charAt(0) > '3') throw new IOException(line + ": " + reply);
            }
        }
    }

    @Override
    public void close() throws IOException {
        engine.close();
        lab.close();
    }
}
