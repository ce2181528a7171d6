package org.sternpost.shell.launch;

import java.util.List;
import org.sternpost.engine.time.SystemTime;

/// The shell on an engine in memory, for trying it by hand.
final class TryIt {
    private TryIt() {}

    public static void main(String[] args) {
        var process = new Launcher.Process(System.in, System.out, System.err, System.getenv(),
                Integer.getInteger("columns", 0), Boolean.getBoolean("terminal"));
        System.exit(new Launcher(process, new StandInHost(new StandIn()), new SystemTime()).run(List.of(args)));
    }
}
