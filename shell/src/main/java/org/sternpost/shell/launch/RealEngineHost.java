package org.sternpost.shell.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.sternpost.cmdlets.wire.Link;
import org.sternpost.cmdlets.wire.SocketLink;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.config.SettingsException;
import org.sternpost.engine.time.Time;
import org.sternpost.shell.run.EngineLink;
import org.sternpost.shell.run.Exit;

/// The engine of this program. The only class that knows how an engine is started.
public final class RealEngineHost implements EngineHost {

    private final Time time;

    public RealEngineHost(Time time) { this.time = time; }

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
        say.accept("sternpost: this build has no engine (" + time.instant() + ")");
        return Exit.UNREACHABLE;
    }

    /// WIRE HERE: `Engine.start(settings)`, a `DirectLink` on its management that closes the engine when closed.
    private static Link inside(Settings settings) throws IOException {
        throw new EngineLink.Unavailable("no engine runs on " + settings.dataDirectory(), "sternpost engine");
    }

    private static Settings located(Optional<Path> given) throws IOException {
        try {
            return Settings.locate(given, System.getenv());
        } catch (SettingsException wrong) {
            throw new EngineLink.Unavailable(String.valueOf(wrong.getMessage()), wrong.hint());
        }
    }
}
