package org.sternpost.shell.launch;

import org.sternpost.cmdlets.catalogue.AllCmdlets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.logging.Logger;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.wire.EngineClient.CancelledException;
import org.sternpost.cmdlets.wire.EngineClient.PlanView;
import org.sternpost.cmdlets.wire.InProcessClient;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.cmdlets.wire.SocketClient;
import org.sternpost.cmdlets.wire.WireServer;
import org.sternpost.engine.Engine;
import org.sternpost.engine.EngineStartException;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.config.SettingsException;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.store.OwnerOnly;
import org.sternpost.engine.time.Time;
import org.sternpost.shell.run.ReconnectingClient;
import org.sternpost.shell.run.ExitCode;

/// The engine of this program. The only class that knows how an engine is started.
public final class RealEngineHost implements EngineHost {

    private static final Duration WAIT_MAX = Duration.ofSeconds(60); // A start reads the queue and asks DNS for little.
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Time time;

    public RealEngineHost(Time time) { this.time = time; }

    @Override
    public EngineClient open(Optional<Path> settings, Wanted wanted, Consumer<String> say) throws IOException {
        Settings found = located(settings);
        Optional<EngineClient> running = connected(found);
        if (running.isPresent()) return running.get();
        if (wanted == Wanted.BackAgain) return awaited(found, true, say);
        if (Engine.owner(found.dataDirectory()).isPresent()) return awaited(found, false, say);
        if (wanted == Wanted.Running) throw none(found);
        EngineClient inside;
        try {
            inside = inside(found);
        } catch (IOException refused) {
            // Another one may have started between our look and our start.
            if (Engine.owner(found.dataDirectory()).filter(pid -> pid != ProcessHandle.current().pid()).isEmpty())
                throw refused;
            return awaited(found, false, say);
        }
        say.accept("No engine runs on " + found.dataDirectory() + "; started one inside this shell.");
        return inside;
    }

    private static Optional<EngineClient> connected(Settings settings)
            throws ReconnectingClient.EngineUnavailableException {
        if (!Files.exists(settings.adminSocket())) return Optional.empty();
        try {
            return Optional.of(SocketClient.connect(settings.adminSocket(), new AllCmdlets()));
        } catch (SocketClient.RefusedException refused) {
            throw new ReconnectingClient.EngineUnavailableException(String.valueOf(refused.getMessage()),
                    refused.hint());
        } catch (IOException nobodyAnswers) {
            return Optional.empty(); // A socket file that an engine left behind when it was killed.
        }
    }

    /// Waits for the socket of an engine that has the directory, or is to come back to it.
    private EngineClient awaited(Settings settings, boolean back, Consumer<String> say) throws IOException {
        say.accept((back
                ? "The connection to the engine was lost"
                : "An engine is starting on "
                        + settings.dataDirectory())
                + "; waiting up to " + WAIT_MAX.toSeconds() + " s for its socket.");
        Instant end = time.instant().plus(WAIT_MAX);
        try {
            while (time.instant().isBefore(end)) {
                time.sleep(LOOK_AGAIN);
                Optional<EngineClient> running = connected(settings);
                if (running.isPresent()) return running.get();
                if (!back && Engine.owner(settings.dataDirectory()).isEmpty()) throw none(settings);
            }
        } catch (InterruptedException stopped) {
            throw new CancelledException("cancelled");
        }
        Optional<Long> owner = Engine.owner(settings.dataDirectory());
        if (owner.isEmpty()) throw none(settings);
        throw new ReconnectingClient.EngineUnavailableException(
                "the engine on " + settings.dataDirectory() + " (process " + owner.get()
                        + ") has not opened its socket " + settings.adminSocket() + " in " + WAIT_MAX.toSeconds()
                        + " s",
                "what it logs tells why; if it hangs, stop that process and start the engine again");
    }

    private static ReconnectingClient.EngineUnavailableException none(Settings settings) throws IOException {
        Path data = settings.dataDirectory();
        if (Files.isDirectory(data) && !Files.isExecutable(data)) {
            String owner = Files.getOwner(data).getName();
            return new ReconnectingClient.EngineUnavailableException(
                    "only " + owner + " may read mail and manage the engine on " + data,
                    "as that user: sudo -u " + owner + " sternpost ...");
        }
        return new ReconnectingClient.EngineUnavailableException("no engine runs on " + settings.dataDirectory(),
                "start it: sternpost engine; or let this command run one while it lasts: sternpost -StartEngine ...");
    }

    @Override
    public EngineClient start(Path settings) throws IOException { return inside(located(Optional.of(settings))); }

    @Override
    public int serve(Optional<Path> settings, Consumer<String> say) {
        LogQueue.onStandardError();
        var stop = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        try (var running = started(located(settings))) {
            Engine engine = running.engine();
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
                stop.countDown();
                await(stopped);
            }));
            say.accept("Engine of " + engine.settings().hostName() + " on " + engine.settings().dataDirectory()
                    + ", submission on " + engine.listeners() + ", shells on " + running.wire().socket());
            await(stop);
            return ExitCode.DONE;
        } catch (ReconnectingClient.EngineUnavailableException refused) {
            say.accept("sternpost: " + refused.getMessage());
            if (!refused.hint().isEmpty()) say.accept("  " + refused.hint());
            return ExitCode.FAILED;
        } catch (IOException broken) {
            say.accept("sternpost: " + broken.getMessage());
            return ExitCode.FAILED;
        } finally {
            stopped.countDown();
        }
    }

    /// An engine in this process that also answers other shells, and stops when the client is closed.
    private EngineClient inside(Settings settings) throws IOException {
        logToFile(settings);
        Running running = started(settings);
        return new Inside(running, new InProcessClient(running.engine().management(), settings.hostName(),
                System.getProperty("user.name", "unknown")));
    }

    /// The prompt belongs to the operator: what the engine logs goes beside its data.
    private static void logToFile(Settings settings) throws IOException {
        OwnerOnly.directory(settings.dataDirectory());
        Logger root = Logger.getLogger("");
        for (var handler : root.getHandlers())
            root.removeHandler(handler);
        root.addHandler(
                new LogQueue(new EngineLog(settings.dataDirectory().resolve("engine.log")), new LogLineFormatter()));
    }

    /// An engine and its socket, which closes with it.
    private record Running(Engine engine, WireServer wire) implements AutoCloseable {
        @Override
        public void close() { engine.close(); }
    }

    private Running started(Settings settings) throws IOException {
        var wire = new AtomicReference<WireServer>();
        try {
            Engine engine = Engine.start(settings, management -> {
                wire.set(WireServer.start(settings.adminSocket(), management, new AllCmdlets(), settings.hostName(),
                        time));
                return wire.get();
            });
            return new Running(engine, wire.get());
        } catch (EngineStartException refused) {
            throw new ReconnectingClient.EngineUnavailableException(
                    "the engine does not start: " + refused.getMessage(), refused.hint());
        }
    }

    private static Settings located(Optional<Path> given) throws IOException {
        try {
            return Settings.locate(given, System.getenv());
        } catch (SettingsException wrong) {
            throw new ReconnectingClient.EngineUnavailableException(String.valueOf(wrong.getMessage()), wrong.hint());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private record Inside(Running running, InProcessClient direct) implements EngineClient {
        @Override
        public boolean query(Cmdlet.Query<?> query, Consumer<Record> records)
                throws IOException, ManagementException {
            return direct.query(query, records);
        }

        @Override
        public PlanView plan(Cmdlet.Change<?> change)
                throws IOException, ManagementException {
            return direct.plan(change);
        }

        @Override
        public PlanView commit(Cmdlet.Change<?> change,
                String operationId, Consumer<Record> records)
                throws IOException, ManagementException {
            return direct.commit(change, operationId, records);
        }

        @Override
        public void cancel() { direct.cancel(); }

        @Override
        public String engine() { return direct.engine(); }

        @Override
        public java.util.List<String> otherUsers() { return running.wire().connected(); }

        @Override
        public void close() {
            direct.close();
            running.close();
        }
    }
}
