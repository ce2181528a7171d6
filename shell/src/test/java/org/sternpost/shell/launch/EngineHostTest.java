package org.sternpost.shell.launch;

import org.sternpost.cmdlets.catalogue.AllCmdlets;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.cmdlets.report.GetEngineStatus;
import org.sternpost.cmdlets.wire.SocketClient;
import org.sternpost.cmdlets.wire.WireServer;
import org.sternpost.engine.Engine;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.control.view.EngineStatusView;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.lab.FreePort;
import org.sternpost.shell.run.ReconnectingClient;

/// Which engine a command meets: one that runs, one that starts, one that comes back, or none.
class EngineHostTest {

    private Path file;
    private Settings settings;
    private int port;

    @BeforeEach
    void settings(@TempDir Path directory) throws Exception {
        port = FreePort.find();
        file = Files.writeString(directory.resolve("sternpost.yaml"), """
                hostName: relay.example.test
                submission:
                  - address: "127.0.0.1:%d"
                    allow: ["127.0.0.0/8"]
                dns: { servers: ["127.0.0.1:9"] }
                """.formatted(port));
        settings = Settings.load(file);
    }

    private Ran run(String... words) { return Ran.with(file, words); }

    private Engine started() throws Exception {
        return Engine.start(settings,
                m -> WireServer.start(settings.adminSocket(), m, new AllCmdlets(), settings.hostName(),
                        new SystemTime()));
    }

    @Test
    void aCommandStartsNoEngineAndSaysHowOneIsStarted() {
        Ran ran = run("-Command", "Get-Queue");
        assertEquals(5, ran.exit(), ran.err());
        assertTrue(ran.err().contains("no engine runs on " + settings.dataDirectory()), ran.err());
        assertTrue(ran.err().contains("-StartEngine") && ran.err().contains("sternpost engine"), ran.err());
        assertFalse(Files.exists(settings.dataDirectory()), "an engine has been here");
    }

    @Test
    void whatNeedsNoEngineAsksForNone() {
        assertEquals(2, run("-Command", "Get-Queue; Get-Qeue").exit());
        assertEquals(0, run("-Command", "Get-Help Get-Queue").exit());
        assertEquals(0, run("Get-Command", "Get-*").exit());
        assertEquals(5, run("Get-Queue").exit());
    }

    @Test
    void anEngineRunsInsideWhenTheCommandLineOrTheScriptAsksForIt(@TempDir Path scripts) throws IOException {
        Ran ran = run("-StartEngine", "-Command", "Get-EngineStatus");
        assertEquals(0, ran.exit(), ran.err());
        assertTrue(ran.err().contains("started one inside"), ran.err());
        Path script = Files.writeString(scripts.resolve("a.groovy"), "startEngine()\nstartEngine()\n"
                + "println getEngineStatus().single().hostName");
        ran = run("-File", script.toString());
        assertEquals("relay.example.test\n", ran.out(), ran.err());
        Path quiet = Files.writeString(scripts.resolve("b.groovy"), "println getEngineStatus().single().hostName");
        assertEquals(5, run("-File", quiet.toString()).exit());
        assertTrue(Engine.owner(settings.dataDirectory()).isEmpty());
    }

    @Test
    void aCommandUsesTheEngineThatRuns() throws Exception {
        try (var _ = started()) {
            assertEquals(0, run("-Command", "Get-Queue").exit());
            Ran ran = run("-StartEngine", "-Command", "Get-Queue");
            assertEquals(0, ran.exit());
            assertFalse(ran.err().contains("inside"), ran.err());
        }
        assertEquals(5, run("-Command", "Get-Queue").exit());
    }

    @Test
    void aCommandWaitsForAnEngineThatIsStartingAndNoMailIsTakenBefore() throws Exception {
        var starting = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var open = new AtomicBoolean();
        try (var work = Executors.newVirtualThreadPerTaskExecutor()) {
            var engine = work.submit(() -> Engine.start(settings, management -> {
                open.set(reachable());
                starting.countDown();
                uninterrupted(go);
                return WireServer.start(settings.adminSocket(), management, new AllCmdlets(), settings.hostName(),
                        new SystemTime());
            }));
            starting.await();
            var said = new CountDownLatch(1);
            var client = work.submit(() -> {
                try {
                    return new RealEngineHost(new SystemTime()).open(Optional.of(file), EngineHost.Wanted.Running,
                            _ -> said.countDown());
                } finally {
                    said.countDown(); // who does not wait fails below, and does not hang here
                }
            });
            said.await();
            go.countDown();
            try (var found = client.get(); var _ = engine.get()) {
                assertEquals("relay.example.test", found.engine());
            }
            assertFalse(open.get(), "the port was open before the socket");
        }
    }

    @Test
    void anEngineThatNeverOpensItsSocketIsNotWaitedForForever() throws Exception {
        var time = new SimTime();
        var host = new RealEngineHost(time);
        try (var _ = Engine.start(settings, _ -> () -> {}); var work = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var wanted : EngineHost.Wanted.values()) {
                var said = new ArrayList<String>();
                var none = work.submit(() -> assertThrows(ReconnectingClient.EngineUnavailableException.class,
                        () -> host.open(Optional.of(file), wanted, said::add)));
                while (!none.isDone())
                    time.advance(Duration.ofMillis(100));
                assertTrue(String.valueOf(none.get().getMessage()).contains("has not opened its socket"));
                assertEquals(1, said.size(), "the wait was announced");
            }
        }
    }

    @Test
    void anOpenShellFindsTheEngineAgainAfterItsRestart() throws Exception {
        var host = new RealEngineHost(new SystemTime());
        var asked = new ArrayList<Boolean>();
        try (var client = new ReconnectingClient(again -> {
            asked.add(again);
            return host.open(Optional.of(file), again ? EngineHost.Wanted.BackAgain : EngineHost.Wanted.Running,
                    _ -> {});
        })) {
            var seen = new ArrayList<EngineStatusView>();
            try (var _ = started()) {
                client.query(new GetEngineStatus(), record -> seen.add((EngineStatusView) record));
            }
            try (var _ = started()) {
                client.query(new GetEngineStatus(), record -> seen.add((EngineStatusView) record));
            }
            assertEquals(2, seen.size());
            assertEquals(List.of(false, true), asked);
            assertTrue(seen.get(0).startedAt().isBefore(seen.get(1).startedAt()));
        }
    }

    @Test
    void aShellThatRunsTheEngineKnowsWhoElseIsConnected() throws Exception {
        var host = new RealEngineHost(new SystemTime());
        try (var inside = host.open(Optional.of(file), EngineHost.Wanted.RunningOrInside, _ -> {})) {
            assertEquals(List.of(), inside.otherUsers());
            try (var other = SocketClient.connect(settings.adminSocket(), new AllCmdlets())) {
                other.query(new GetEngineStatus(), _ -> {});
                assertEquals(List.of(System.getProperty("user.name")), inside.otherUsers());
                assertEquals(List.of(), other.otherUsers());
            }
        }
    }

    @Test
    void theStatusShowsTheLimitsOfSubmissionAndWhatIsInUse() throws Exception {
        try (var _ = started(); var client = new Socket("127.0.0.1", port)) {
            client.getInputStream().read();
            Ran ran = run("-OutputFormat", "Json", "-Command", "Get-EngineStatus");
            assertEquals(0, ran.exit(), ran.err());
            assertTrue(ran.out().contains("\"maxSessions 1000\",\"maxSessionsPerAddress 500\""), ran.out());
            assertTrue(ran.out().contains("\"submissionSessions\":1,"), ran.out());
            assertFalse(ran.out().contains("\"submissionMemory\":0,"), ran.out());
        }
    }

    /// As many as the engine serves are there already: whoever comes next is told so at once, and need not wait.
    @Test
    void aShellTooManyEndsWithWords() throws Exception {
        var clients = new ArrayList<SocketClient>();
        try (var _ = started()) {
            for (int i = 0; i < 64; i++)
                clients.add(SocketClient.connect(settings.adminSocket(), new AllCmdlets()));
            Ran ran = run("-Command", "Get-Queue");
            assertEquals(5, ran.exit(), ran.err());
            assertTrue(ran.err().contains("64 shells are connected already"), ran.err());
            assertTrue(ran.err().contains("close one of them"), ran.err());
            assertFalse(ran.err().contains("waiting up to"), ran.err());
        } finally {
            clients.forEach(SocketClient::close);
        }
    }

    private boolean reachable() {
        try (var _ = new Socket("127.0.0.1", port)) {
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
