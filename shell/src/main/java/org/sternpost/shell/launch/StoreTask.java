package org.sternpost.shell.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.config.SettingsException;
import org.sternpost.engine.store.StoreCheck;
import org.sternpost.shell.run.ExitCode;

/// `sternpost store check`: looks at all of the store of an engine that does not run, and changes nothing.
final class StoreTask {

    private StoreTask() {}

    /// @return the exit code: a check that finds damage has failed
    static int check(Optional<Path> settings, Map<String, String> environment, Consumer<String> out,
            Consumer<String> err) {
        try {
            Path data = Settings.locate(settings, environment).dataDirectory();
            StoreCheck.Report found = StoreCheck.of(data);
            found.words().forEach(out);
            out.accept(found.well()
                    ? "Nothing is damaged in " + data
                    : "There is damage in " + data + "; nothing was changed");
            return found.well() ? ExitCode.DONE : ExitCode.FAILED;
        } catch (SettingsException wrong) {
            err.accept("sternpost: " + wrong.getMessage());
            err.accept("  " + wrong.hint());
            return ExitCode.NOT_UNDERSTOOD;
        } catch (IOException broken) {
            err.accept("sternpost: " + broken.getMessage());
            return ExitCode.FAILED;
        }
    }
}
