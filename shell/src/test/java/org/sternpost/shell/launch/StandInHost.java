package org.sternpost.shell.launch;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.sternpost.cmdlets.wire.EngineClient;

/// Hands out one engine in memory.
record StandInHost(StandIn engine) implements EngineHost {
    @Override
    public EngineClient open(Optional<Path> settings, Wanted wanted, Consumer<String> say) { return engine.client(); }

    @Override
    public EngineClient start(Path settings) { return engine.client(); }

    @Override
    public int serve(Optional<Path> settings, Consumer<String> say) { return 0; }
}
