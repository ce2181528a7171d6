package org.sternpost.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.sternpost.lab.FreePort;
import org.sternpost.shell.terminal.PseudoTerminal;

/// How long starts take, of the checkout's launcher and of the folder that a build leaves: from the start of the
/// launcher script to the end of a command, to the prompt, to the line by which an engine says that it listens.
///
/// CPU is that of the process, the launcher's children and all its threads, user and system, in the kernel's ticks of
/// 10 ms: a mean over the runs. Unlike time it hardly depends on what else the machine does.
final class Starts {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final double TICKS_PER_SECOND = 100; // USER_HZ of Linux
    private static final int CUTIME = 13; // in /proc/PID/stat, counted from the state: children that have ended, user
    private static final String SCRIPT = """
            def found = getOutboundConnector()
            println "${found.size()} connectors"
            found.each { println it.name }
            """;

    private final Path launcher;
    private final Path place;
    private final Path settings;
    private final int times;
    private final PrintStream progress;
    private final List<Kind> seen = new ArrayList<>();
    private int written;

    /// @param wanted median in milliseconds
    /// @param cpu    seconds of one start
    private record Kind(String name, int wanted, Percentiles millis, double cpu) {}

    private interface Start {
        /// Answers its seconds.
        double seconds() throws IOException, InterruptedException;
    }

    private Starts(Path launcher, Path place, int times, PrintStream progress) throws IOException {
        this.launcher = launcher;
        this.place = Files.createDirectories(place);
        this.settings = place.resolve("sternpost.yaml");
        this.times = times;
        this.progress = progress;
    }

    static String run(Path root, Path place, int times, PrintStream progress) throws IOException, InterruptedException {
        var text = new StringBuilder(String.format(Locale.ROOT, "%s; %d cores, Java %s; medians of %d%n",
                InstantSource.system().instant().toString().substring(0, 16) + "Z",
                Runtime.getRuntime().availableProcessors(), Runtime.version(), times));
        text.append("\n| | wanted ms | median ms | fastest | slowest | CPU s |\n|---|--:|--:|--:|--:|--:|\n");
        String before = load();
        for (Path launcher : List.of(root.resolve("sternpost"), root.resolve("target/sternpost/sternpost"))) {
            progress.println("starting " + launcher + " ...");
            var starts = new Starts(launcher, place.resolve(launcher.startsWith(root.resolve("target")) ? "b" : "a"),
                    times, progress);
            starts.all();
            for (Kind kind : starts.seen)
                text.append(String.format(Locale.ROOT, "| `%s`, %s | %d | %.0f | %.0f | %.0f | %.3f |%n",
                        root.relativize(launcher), kind.name(), kind.wanted(), kind.millis().median(),
                        kind.millis().at(0), kind.millis().max(), kind.cpu()));
        }
        return text.append("\nload before ").append(before).append(", after ").append(load()).toString();
    }

    private static String load() throws IOException { return Files.readString(Path.of("/proc/loadavg")).split(" ")[0]; }

    private void all() throws IOException, InterruptedException {
        Files.writeString(settings, "hostName: gw.example\ndataDirectory: " + place.resolve("data")
                + "\nsubmission:\n  - address: \"127.0.0.1:" + FreePort.find() + "\"\n");
        Path script = Files.writeString(place.resolve("three-lines.groovy"), SCRIPT);
        measure("--version", 80, () -> command("--version"));
        measure("engine, until it listens", 1000, this::engine);
        var running = start(List.of("-Settings", settings.toString(), "engine"));
        try {
            awaitListening(running);
            measure("Get-OutboundConnector", 150, () -> command("-Settings", settings.toString(),
                    "Get-OutboundConnector"));
            measure("prompt", 300, this::prompt);
            measure("three lines of Groovy, a new text each time", 700, () -> {
                Files.writeString(script, SCRIPT + "// " + ++written + "\n");
                return command("-Settings", settings.toString(), "-File", script.toString());
            });
            measure("three lines of Groovy, again", 700, () -> command("-Settings", settings.toString(), "-File",
                    script.toString()));
        } finally {
            end(running);
        }
    }

    /// The first start, which finds nothing of the program in memory, does not count.
    private void measure(String name, int wanted, Start start) throws IOException, InterruptedException {
        start.seconds();
        var millis = new double[times];
        long ticks = ticksOfEnded();
        for (int i = 0; i < times; i++)
            millis[i] = start.seconds() * TimeUnit.SECONDS.toMillis(1);
        var kind = new Kind(name, wanted, new Percentiles(millis), (ticksOfEnded() - ticks) / TICKS_PER_SECOND / times);
        seen.add(kind);
        // Whoever has no time for all kinds has what was measured so far.
        progress.printf(Locale.ROOT, "%s: median %.0f ms, CPU %.3f s%n", name, kind.millis().median(), kind.cpu());
    }

    private double command(String... words) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = builder(Arrays.asList(words)).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", words) + " does not end well");
        }
        return since(begin);
    }

    private double prompt() throws IOException, InterruptedException {
        try (var terminal = PseudoTerminal.open()) {
            long begin = System.nanoTime();
            var builder = builder(List.of("-Settings", settings.toString())).redirectInput(terminal.file())
                    .redirectOutput(terminal.file());
            builder.environment().put("TERM", "xterm");
            Process process = builder.start();
            try {
                terminal.awaitText("sternpost> ", LIMIT);
                double seconds = since(begin);
                terminal.type("exit\r");
                process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
                return seconds;
            } finally {
                process.destroyForcibly();
            }
        }
    }

    /// Each time with an empty directory.
    private double engine() throws IOException, InterruptedException {
        if (Files.exists(place.resolve("data"))) Comparison.delete(place.resolve("data"));
        long begin = System.nanoTime();
        Process engine = start(List.of("-Settings", settings.toString(), "engine"));
        try {
            awaitListening(engine);
            return since(begin);
        } finally {
            end(engine);
        }
    }

    private Process start(List<String> words) throws IOException {
        return builder(words).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.PIPE).start();
    }

    private static void awaitListening(Process engine) throws IOException {
        var said = new InputStreamReader(engine.getErrorStream(), StandardCharsets.UTF_8);
        var line = new StringBuilder();
        for (int next = said.read(); next >= 0; next = said.read())
            if (next != '\n') line.append((char) next);
            else if (line.indexOf("Engine of ") == 0) return;
            else
                line.setLength(0);
        throw new IOException("the engine does not start: " + line);
    }

    private static void end(Process engine) throws InterruptedException {
        engine.destroy();
        if (!engine.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) engine.destroyForcibly();
    }

    private ProcessBuilder builder(List<String> words) {
        var command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(words);
        var builder = new ProcessBuilder(command).directory(place.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        // No history, and no scripts, of whoever measures.
        for (String kept : List.of("XDG_STATE_HOME", "XDG_CACHE_HOME"))
            builder.environment().put(kept, place.toString());
        return builder;
    }

    /// Of all that this process has started and seen end.
    private static long ticksOfEnded() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[CUTIME]) + Long.parseLong(fields[CUTIME + 1]);
    }

    private static double since(long begin) { return (System.nanoTime() - begin) / 1e9; }
}
