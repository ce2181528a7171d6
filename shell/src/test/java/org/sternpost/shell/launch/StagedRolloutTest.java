package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;

/// `staged-rollout.groovy` and the tour to their ends, each a process beside an engine's, with mail flowing.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
class StagedRolloutTest {

    private static final Duration PATIENCE = Duration.ofMinutes(3); // for what an idle machine does in a second
    private static final List<String> GOOD = List.of("dane-ok.test", "dane-ta.test", "sts-enforce-ok.test");
    private static final String FAULTY = "dane-mismatch.test";
    private static final String FICKLE = "dane-no-starttls.test"; // its fault is no record, so no cache knows it
    private static final long LOOK_AGAIN_NANOS = 50_000_000;

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();
    private Path settings;
    private int port;
    private Lab lab;
    private Child engine;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")));
        try (var probe = new ServerSocket(0)) {
            port = probe.getLocalPort();
        }
        settings = Files.writeString(directory.resolve("sternpost.yaml"), lab.engineSettings(directory, port));
        startEngine();
    }

    @AfterAll
    void stop() throws Exception {
        engine.close();
        lab.close();
    }

    @Test
    void itCompletesConnectorAfterConnector() throws Exception {
        connector("first", GOOD);
        send("first", GOOD);
        try (Child script = script("first"); Flow _ = new Flow(GOOD)) {
            assertEquals(0, script.exit(), script.output());
            assertTrue(script.output().contains("is Finished: every share held: 3 domains proven"), script.output());
        }
        assertEquals("Enabled", command("(Get-OutboundConnector first).TlsValidation").strip());
        try (Child again = script("first")) {
            assertEquals(0, again.exit(), again.output());
            assertTrue(again.output().contains("first: already Enabled"), again.output());
        }
        remove("first");
    }

    @Test
    void itRefusesAConnectorThatIsNotReadyAndSaysWhatStandsInItsWay() throws Exception {
        connector("unready", List.of(GOOD.getFirst(), FAULTY));
        send("unready", List.of(GOOD.getFirst(), FAULTY));
        try (Child script = script("unready")) {
            assertEquals(1, script.exit(), script.output());
            assertTrue(script.output().contains("unready is not ready: 1 of 2 messages would have failed (" + FAULTY),
                    script.output());
            assertTrue(script.output().contains("unready: " + FAULTY + ": "), script.output());
        }
        assertEquals("", command("Get-TlsRollout | Where-Object { $_.Connector -eq 'unready' }"));
        remove("unready");
    }

    @Test
    void itStopsWhereTheGuardTookTheShareBack() throws Exception {
        lab.mend(FICKLE);
        var domains = List.of(GOOD.getFirst(), FICKLE);
        connector("risky", domains);
        send("risky", domains);
        try (Child script = script("risky,unknown")) {
            script.await("risky: R-");
            lab.spoil(FICKLE);
            try (Flow _ = new Flow(domains)) {
                assertEquals(1, script.exit(), script.output());
            }
            assertTrue(script.output().contains("is RolledBack: "), script.output());
            assertTrue(script.output().contains("risky: stopped here; nothing after it was changed"), script.output());
        }
        assertEquals("Opportunistic", command("(Get-OutboundConnector risky).TlsValidation").strip());
        remove("risky");
    }

    @Test
    void itGoesOnAfterCtrlC() throws Exception {
        goesOnAfter("stopped", script -> {
            script.interrupt();
            assertEquals(130, script.exit(), script.output());
        });
    }

    @Test
    void itGoesOnAfterItWasKilled() throws Exception { goesOnAfter("killed", Child::kill); }

    @Test
    void itGoesOnAfterTheEngineWasKilled() throws Exception {
        goesOnAfter("bereft", script -> {
            engine.kill();
            startEngine();
        });
    }

    @Test
    void theTourEndsAsItSays() throws Exception {
        try (Child tour = Child.start(root, "-File", root.resolve("scripts/tour.groovy").toString())) {
            assertEquals(0, tour.exit(), tour.output());
            assertTrue(tour.output().contains("R-1 is RolledBack: "), tour.output());
            assertTrue(tour.output().contains("watchful is Opportunistic, as before"), tour.output());
            assertTrue(tour.output().contains("R-2 is Finished: every share held: "), tour.output());
            assertTrue(tour.output().contains("banks is now Enabled"), tour.output());
        }
    }

    private interface Blow {
        void on(Child script) throws Exception;
    }

    /// No mail flows before the blow, so the rollout waits in its first stage; afterwards it completes.
    private void goesOnAfter(String connector, Blow blow) throws Exception {
        connector(connector, GOOD);
        send(connector, GOOD);
        try (Child script = script(connector)) {
            script.await(connector + ": R-");
            blow.on(script);
            try (Flow _ = new Flow(GOOD); Child again = script(connector)) {
                assertEquals(0, again.exit(), again.output());
                assertTrue(again.output().contains("is Finished: every share held: 3 domains proven")
                        || again.output().contains("already Enabled"), again.output());
            }
        }
        String rollouts = command("(Get-TlsRollout | Where-Object { $_.Connector -eq '" + connector + "' }).Status");
        assertEquals("Finished", rollouts.strip(), "one rollout, and it finished");
        remove(connector);
    }

    private Child script(String connectors) throws IOException {
        return Child.start(root, "-Settings", settings.toString(), "-File",
                root.resolve("scripts/staged-rollout.groovy").toString(), "-Connectors", connectors, "-Shares",
                "50,100",
                "-Hold", "1s", "-MinMessages", "6", "-MaxFailureRate", "1");
    }

    private void startEngine() throws Exception {
        engine = Child.start(root, "-Settings", settings.toString(), "engine");
        engine.await("Engine of ");
    }

    private void connector(String name, List<String> domains) throws Exception {
        command("New-OutboundConnector " + name + " -RecipientDomains " + String.join(",", domains));
    }

    private void remove(String name) throws Exception {
        command("Remove-OutboundConnector " + name + " -Confirm:$false");
    }

    private String command(String text) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var process = new Launcher.Process(new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, false, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of("NO_COLOR", "1"), 0, false);
        var time = new SystemTime();
        int exit = new Launcher(process, new RealEngineHost(time), time)
                .run(List.of("-Settings", settings.toString(), "-Command", text));
        assertEquals(0, exit, err.toString(StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    /// One message to each domain, judged when this returns.
    private void send(String connector, List<String> domains) throws Exception {
        for (String domain : domains)
            submit(domain);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!command("(Get-TlsReadiness " + connector + ").Messages").strip().equals("" + domains.size())) {
            assertTrue(System.nanoTime() < end, "not all mail was judged");
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private void submit(String domain) throws IOException {
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

    /// Mail to some domains, a round each time the first of them has received the last one.
    private final class Flow implements AutoCloseable {
        private final Thread thread;
        private volatile boolean stopping;

        Flow(List<String> domains) { thread = Thread.ofVirtual().start(() -> flow(domains)); }

        private void flow(List<String> domains) {
            try {
                while (!stopping) {
                    long before = lab.count(domains.getFirst());
                    for (String domain : new ArrayList<>(domains))
                        submit(domain);
                    lab.awaitCount(domains.getFirst(), before + 1, PATIENCE);
                }
            } catch (IOException broken) {
                throw new java.io.UncheckedIOException(broken);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            stopping = true;
            try {
                thread.join(PATIENCE);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
