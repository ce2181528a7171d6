package org.sternpost.shell.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.wire.DirectLink;
import org.sternpost.cmdlets.wire.Link;
import org.sternpost.cmdlets.wire.PlanView;
import org.sternpost.cmdlets.wire.SocketLink;
import org.sternpost.cmdlets.wire.WireServer;
import org.sternpost.engine.Engine;
import org.sternpost.engine.EngineStartException;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.config.SettingsException;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.shell.run.EngineLink;
import org.sternpost.shell.run.Exit;

/// The engine of this program. The only class that knows how an engine is started.
public final class RealEngineHost implements EngineHost {

    private static final Logger LOG = Logger.getLogger("org.sternpost"); // held, so that its level lasts

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
        var stop = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        try {
            Settings found = located(settings);
            try (Engine engine = started(found);
                    var wire = WireServer.start(found.adminSocket(), engine.management(), found.hostName())) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    stop.countDown();
                    await(stopped);
                }, "stop"));
                say.accept("Sternpost " + Engine.VERSION + " on " + found.hostName() + " takes mail at "
                        + String.join(", ", engine.management().status().listeners()) + "; admin socket "
                        + wire.socket() + "; Ctrl-C stops it.");
                await(stop);
            }
            say.accept("Stopped.");
            return Exit.DONE;
        } catch (EngineLink.Unavailable refused) {
            say.accept("sternpost: error: " + refused.getMessage()
                    + (refused.hint().isEmpty() ? "" : " (" + refused.hint() + ")"));
            return Exit.UNREACHABLE;
        } catch (IOException | ManagementException broken) {
            say.accept("sternpost: error: " + broken.getMessage());
            return Exit.UNREACHABLE;
        } finally {
            stopped.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static Link inside(Settings settings) throws IOException {
        // An operator at a prompt wants to hear of trouble, not of each attempt; the trace has those.
        LOG.setLevel(Level.WARNING);
        Engine engine = started(settings);
        try {
            return new Inside(engine, new DirectLink(engine.management(), settings.hostName(), user()),
                    WireServer.start(settings.adminSocket(), engine.management(), settings.hostName()));
        } catch (IOException broken) {
            engine.close();
            throw broken;
        }
    }

    private static Engine started(Settings settings) throws IOException {
        try {
            return Engine.start(settings);
        } catch (EngineStartException refused) {
            throw new EngineLink.Unavailable(String.valueOf(refused.getMessage()), refused.hint());
        }
    }

    private static String user() { return System.getProperty("user.name", "local"); }

    private static Settings located(Optional<Path> given) throws IOException {
        try {
            return Settings.locate(given, System.getenv());
        } catch (SettingsException wrong) {
            throw new EngineLink.Unavailable(String.valueOf(wrong.getMessage()), wrong.hint());
        }
    }

    /// An engine that lives and ends with the shell; others reach it over its socket meanwhile.
    private record Inside(Engine host, Link link, WireServer wire) implements Link {

        @Override
        public void query(Cmdlet.Query<?> query, Consumer<Record> records) throws IOException, ManagementException {
            link.query(query, records);
        }

        @Override
        public PlanView plan(Cmdlet.Change<?> change) throws IOException, ManagementException {
            return link.plan(change);
        }

        @Override
        public PlanView commit(Cmdlet.Change<?> change, String operationId, Consumer<Record> records)
                throws IOException, ManagementException {
            return link.commit(change, operationId, records);
        }

        @Override
        public void cancel() { link.cancel(); }

        @Override
        public String engine() { return link.engine(); }

        @Override
        public void close() {
            link.close();
            try {
                wire.close();
            } catch (IOException broken) {
                System.getLogger(RealEngineHost.class.getName()).log(System.Logger.Level.WARNING,
                        "event=wire-not-closed why={0}", broken.getMessage());
            }
            host.close();
        }
    }
}
