package org.sternpost.lab.real;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// A program in the foreground that ends with us, however we end: by SIGTERM, then by force, each process by its id.
public final class ServerProcess implements AutoCloseable {

    private static final Duration START_MAX = Duration.ofMinutes(5);
    private static final Duration STOP_MAX = Duration.ofSeconds(90);
    private static final Duration LISTEN_TRY_MAX = Duration.ofSeconds(1);
    private static final long LOOK_MILLIS = 5;
    private static final int LOG_LINES = 15;
    /// The shell becomes the program, in a session of its own, for Postfix signals its whole group. Beside it stays a
    /// guard that ends it when our end of the pipe closes, so that one who kills us leaves nothing behind. It has a
    /// session of its own too: who kills our whole group must not kill it.
    private static final String GUARDED = "exec 3<&0; (setsid sh -c 'read -r _ <&3; kill -TERM \"$0\"' $$"
            + " >/dev/null 2>&1 &); exec setsid \"$@\" 3<&- </dev/null";

    private final String name;
    private final Process process;
    private final Path log;

    private ServerProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /// Starts it and waits until it listens at each address; what it prints goes to `NAME.log` in the directory.
    ///
    /// @throws IOException when it does not, or when somebody else listens there already: his answers would pass for
    ///                     its own
    public static ServerProcess listening(String name, Path directory, Map<String, String> environment,
            List<String> command, List<InetSocketAddress> addresses) throws IOException, InterruptedException {
        for (InetSocketAddress address : addresses)
            PortHolder.refuse(address);
        var whole = new ArrayList<>(List.of("sh", "-c", GUARDED, name));
        whole.addAll(command);
        Path log = directory.resolve(name + ".log");
        var started = new ServerProcess(name, start(whole, directory, environment, log), log);
        try {
            for (InetSocketAddress address : addresses)
                started.awaitListening(address);
            return started;
        } catch (IOException | InterruptedException never) {
            started.close();
            throw never;
        }
    }

    /// Runs a program to its end; answers the file of what it printed.
    public static Path run(String name, Path directory, Map<String, String> environment, List<String> command,
            Duration limit)
            throws IOException, InterruptedException {
        Path log = directory.resolve(name + ".log");
        Process process = start(command, directory, environment, log);
        if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0) return log;
        process.destroyForcibly();
        throw new IOException(name + " failed: " + lastLines(log));
    }

    private void awaitListening(InetSocketAddress address) throws IOException, InterruptedException {
        boolean listens = until(START_MAX, () -> !process.isAlive() || accepts(address)) && process.isAlive();
        if (!listens) throw new IOException(name + " does not listen at " + address + ": " + lastLines(log));
    }

    public long pid() { return process.pid(); }

    /// Looks until something holds; false if it does not within the limit.
    public static boolean until(Duration limit, BooleanSupplier holds) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) return false;
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return true;
    }

    /// Asks it to end and waits; says how long that took.
    public Duration stop() {
        long begun = System.nanoTime();
        List<ProcessHandle> children = process.descendants().toList();
        try {
            process.getOutputStream().close();
            process.destroy();
            if (!process.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) process.destroyForcibly();
        } catch (IOException unguarded) {
            process.destroyForcibly();
        } catch (InterruptedException hurry) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        children.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
        return took;
    }

    @Override
    public void close() { stop(); }

    private static boolean accepts(InetSocketAddress address) {
        try (var socket = new Socket()) {
            socket.connect(address, (int) LISTEN_TRY_MAX.toMillis());
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String lastLines(Path log) throws IOException {
        if (!Files.exists(log)) return "it printed nothing";
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    private static Process start(List<String> command, Path directory, Map<String, String> environment, Path log)
            throws IOException {
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().putAll(environment);
        return builder.start();
    }
}
