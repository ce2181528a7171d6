package org.sternpost.shell.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.logging.FileHandler;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.sternpost.cmdlets.wire.DirectLink;
import org.sternpost.cmdlets.wire.Link;
import org.sternpost.cmdlets.wire.SocketLink;
import org.sternpost.cmdlets.wire.WireServer;
import org.sternpost.engine.Engine;
import org.sternpost.engine.EngineStartException;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.config.SettingsException;
import org.sternpost.shell.run.EngineLink;
import org.sternpost.shell.run.Exit;

/// The engine of this program. The only class that knows how an engine is started.
public final class RealEngineHost implements EngineHost {

    private static final String LOG_LINE = "%1$tFT%1$tT.%1$tL%1$tz %4$s %5$s%6$s%n";

    @Override
    public Link open(Optional<Path> settings, Consumer<String> say) throws IOException {
        Settings found = located(settings);
        if (Files.exists(found.adminSocket())) {
            try {
                return SocketLink.connect(found.adminSocket());
            } catch (IOException nobodyAnswers) {
                // A socket file that an engine left behind when it was killed; a new engine replaces it.
            }
        }
        Link inside = inside(found);
        say.accept("No engine runs on " + found.dataDirectory() + "; started one inside this shell.");
        return inside;
    }

    @Override
    public Link start(Path settings) throws IOException { return inside(located(Optional.of(settings))); }

    @Override
    public int serve(Optional<Path> settings, Consumer<String> say) {
        System.setProperty("java.util.logging.SimpleFormatter.format", LOG_LINE);
        var stop = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        try (var engine = started(located(settings)); var wire = wire(engine)) {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
                stop.countDown();
                await(stopped);
            }));
            say.accept("Engine of " + engine.settings().hostName() + " on " + engine.settings().dataDirectory()
                    + ", submission on " + engine.listeners() + ", shells on " + wire.socket());
            await(stop);
            return Exit.DONE;
        } catch (EngineLink.Unavailable refused) {
            say.accept("sternpost: " + refused.getMessage());
            if (!refused.hint().isEmpty()) say.accept("  " + refused.hint());
            return Exit.FAILED;
        } catch (IOException broken) {
            say.accept("sternpost: " + broken.getMessage());
            return Exit.FAILED;
        } finally {
            stopped.countDown();
        }
    }

    /// An engine in this process that also answers other shells, and stops when the link is closed.
    private static Link inside(Settings settings) throws IOException {
        logToFile(settings);
        Engine engine = started(settings);
        try {
            return new Inside(engine, wire(engine), new DirectLink(engine.management(), settings.hostName(),
                    System.getProperty("user.name", "unknown")));
        } catch (IOException broken) {
            engine.close();
            throw broken;
        }
    }

    /// The prompt belongs to the operator: what the engine logs goes beside its data.
    private static void logToFile(Settings settings) throws IOException {
        Files.createDirectories(settings.dataDirectory());
        System.setProperty("java.util.logging.SimpleFormatter.format", LOG_LINE);
        Logger root = Logger.getLogger("");
        for (var handler : root.getHandlers())
            root.removeHandler(handler);
        var file = new FileHandler(settings.dataDirectory().resolve("engine.log").toString().replace("%", "%%"), true);
        file.setFormatter(new SimpleFormatter());
        root.addHandler(file);
    }

    private static Engine started(Settings settings) throws IOException {
        try {
            return Engine.start(settings);
        } catch (EngineStartException refused) {
            throw new EngineLink.Unavailable("the engine does not start: " + refused.getMessage(), refused.hint());
        }
    }

    private static WireServer wire(Engine engine) throws IOException {
        return WireServer.start(engine.settings().adminSocket(), engine.management(), engine.settings().hostName());
    }

    private static Settings located(Optional<Path> given) throws IOException {
        try {
            return Settings.locate(given, System.getenv());
        } catch (SettingsException wrong) {
            throw new EngineLink.Unavailable(String.valueOf(wrong.getMessage()), wrong.hint());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private record Inside(Engine running, WireServer wire, DirectLink direct) implements Link {
        @Override
        public void query(org.sternpost.cmdlets.Cmdlet.Query<?> query, Consumer<Record> records)
                throws IOException, org.sternpost.engine.control.ManagementException {
            direct.query(query, records);
        }

        @Override
        public org.sternpost.cmdlets.wire.PlanView plan(org.sternpost.cmdlets.Cmdlet.Change<?> change)
                throws IOException, org.sternpost.engine.control.ManagementException {
            return direct.plan(change);
        }

        @Override
        public org.sternpost.cmdlets.wire.PlanView commit(org.sternpost.cmdlets.Cmdlet.Change<?> change,
                String operationId, Consumer<Record> records)
                throws IOException, org.sternpost.engine.control.ManagementException {
            return direct.commit(change, operationId, records);
        }

        @Override
        public void cancel() { direct.cancel(); }

        @Override
        public String engine() { return direct.engine(); }

        @Override
        public void close() {
            direct.close();
            try {
                wire.close();
            } catch (IOException gone) {
                // The socket file is gone already; the engine below must be closed all the same.
            }
            running.close();
        }
    }
}
