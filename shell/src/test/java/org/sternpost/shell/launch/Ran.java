package org.sternpost.shell.launch;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;

/// What came of a run of the shell within this process, without a terminal and without input.
record Ran(int exit, String out, String err) {

    static Ran of(EngineHost host, Time time, List<String> argv) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var process = new Launcher.Process(new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, false, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of("NO_COLOR", "1"), 0, false);
        int exit = new Launcher(process, host, time).run(argv);
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /// With the engine that a file of settings names.
    static Ran with(Path settings, String... words) {
        var time = new SystemTime();
        return of(new RealEngineHost(time), time, Stream.concat(Stream.of("-Settings", settings.toString()),
                Stream.of(words)).toList());
    }
}
