package org.sternpost.shell.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.sternpost.cmdlets.wire.EngineClient;

/// A machine on which no engine runs and none may be started: what is typed is understood or refused, and not done.
record NoEngine() implements EngineHost {
    @Override
    public EngineClient open(Optional<Path> settings, Wanted wanted, Consumer<String> say) throws IOException {
        throw new IOException("no engine runs here");
    }

    @Override
    public EngineClient start(Path settings) throws IOException { throw new IOException("no engine runs here"); }

    @Override
    public int serve(Optional<Path> settings, Consumer<String> say) { return 0; }
}
