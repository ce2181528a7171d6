package org.sternpost.shell.launch;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.sternpost.cmdlets.wire.Link;

/// Hands out one engine in memory.
record StandInHost(StandIn engine) implements EngineHost {
    @Override
    public Link open(Optional<Path> settings, Wanted wanted, Consumer<String> say) { return engine.link(); }

    @Override
    public Link start(Path settings) { return engine.link(); }

    @Override
    public int serve(Optional<Path> settings, Consumer<String> say) { return 0; }
}
