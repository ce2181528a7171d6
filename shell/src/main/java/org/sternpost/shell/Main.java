package org.sternpost.shell;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.sternpost.engine.process.LastWords;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.shell.launch.Launcher;
import org.sternpost.shell.launch.RealEngineHost;

/// `sternpost`: the management shell, the engine and the practice internet in one program.
public final class Main {

    private static final int COLUMNS_IF_UNKNOWN = 80;

    private Main() {}

    public static void main(String[] args) {
        var out = new FileOutputStream(FileDescriptor.out);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        LastWords.install(err);
        Map<String, String> environment = System.getenv();
        var time = new SystemTime();
        var process = new Launcher.Process(System.in, out, err, environment, columns(environment),
                environment.getOrDefault("STERNPOST_TERMINAL", "").equals("yes"));
        System.exit(new Launcher(process, new RealEngineHost(time), time).run(List.of(args)));
    }

    /// The launcher script tells the width of the terminal; asking the terminal ourselves would cost more than a query.
    /// It tells nothing where there is none, and 0 or nonsense where the terminal does not know: then it counts as 80.
    private static int columns(Map<String, String> environment) {
        String told = environment.get("STERNPOST_COLUMNS");
        if (told == null) return 0;
        return told.matches("[1-9]\\d{0,3}") ? Integer.parseInt(told) : COLUMNS_IF_UNKNOWN;
    }
}
