package org.sternpost.shell.launch;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.engine.Engine;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabSettings;
import org.sternpost.shell.groovy.ScriptHost;
import org.sternpost.shell.run.ReconnectingClient;

/// A practice internet and an engine that lives in it, both in this process, in a directory that is deleted after.
///
/// @param settings the engine that `startEngine()` means
record PracticeLab(ReconnectingClient client, EngineHost engines, Optional<Path> settings,
        Consumer<String> say) implements ScriptHost {

    @Override
    public Practice start() throws IOException {
        Path home = Files.createTempDirectory("sternpost-lab");
        Engine.prepareTls(); // the lab's own TLS would settle what the engine's may do
        Lab lab = Lab.start(LabSettings.anyPorts(home.resolve("lab")));
        try {
            Path settings = home.resolve("sternpost.yaml");
            Files.writeString(settings, lab.engineSettings(home, freePort()));
            EngineClient engine = engines.start(settings);
            return new Running(home, lab, engine, client.switchTo(engine), client);
        } catch (IOException broken) {
            lab.close();
            throw broken;
        }
    }

    @Override
    public void startEngine() throws IOException {
        if (!client.isOpen()) client.switchTo(engines.open(settings, EngineHost.Wanted.RunningOrInside, say));
    }

    /// The submission listener of a practice engine; another process could take the port before it does.
    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    private record Running(Path home, Lab lab, EngineClient engine,
            @org.jspecify.annotations.Nullable EngineClient before,
            ReconnectingClient client) implements Practice {

        @Override
        public List<String> getDomains() { return lab.domains().stream().map(LabDomain::domain).toList(); }

        @Override
        public long count(String domain) { return lab.count(domain); }

        @Override
        public List<?> received(String domain) { return lab.received(domain); }

        @Override
        public void mend(String domain) { lab.mend(domain); }

        @Override
        public void close() throws IOException {
            client.switchTo(before);
            engine.close();
            lab.close();
            try (var files = Files.walk(home)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList())
                    Files.deleteIfExists(file);
            }
        }
    }
}
