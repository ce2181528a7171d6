package org.sternpost.shell;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.shell.launch.Launcher;
import org.sternpost.shell.launch.RealEngineHost;

/// `sternpost`: the management shell, the engine and the practice internet in one program.
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        var out = new FileOutputStream(FileDescriptor.out);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Map<String, String> environment = System.getenv();
        var time = new SystemTime();
        var process = new Launcher.Process(System.in, out, err, environment, columns(environment),
                environment.getOrDefault("STERNPOST_TERMINAL", "").equals("yes"));
        System.exit(new Launcher(process, new RealEngineHost(time), time).run(List.of(args)));
    }

    /// The launcher script tells the width of the terminal; asking the terminal ourselves would cost more than a query.
    private static int columns(Map<String, String> environment) {
        String told = environment.getOrDefault("STERNPOST_COLUMNS", "");
        return told.matches("\\d{1,4}") ? Integer.parseInt(told) : 0;
    }
}
