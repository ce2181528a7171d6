package org.sternpost.shell.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.sternpost.cmdlets.wire.EngineClient;

/// Finds the engine of a data directory, or runs one in this process.
public interface EngineHost {

    /// Which engine will do.
    enum Wanted {
        /// One that runs, or is about to.
        Running,
        /// One that answered before and is to come back.
        BackAgain,
        /// One that runs; else one in this process, which takes and delivers mail until the process ends.
        RunningOrInside
    }

    /// The engine on the settings' data directory; waits a while for one that is starting.
    ///
    /// @param settings file that `-Settings` names
    /// @param say      a line for the operator when an engine was started or is waited for
    /// @throws IOException in words for the operator; an `EngineUnavailableException` has a hint
    EngineClient open(Optional<Path> settings, Wanted wanted, Consumer<String> say) throws IOException;

    /// An engine of its own in this process, for scripts that bring their own practice internet.
    EngineClient start(Path settings) throws IOException;

    /// Runs an engine in the foreground until the process is told to stop; answers the exit code.
    int serve(Optional<Path> settings, Consumer<String> say);
}
