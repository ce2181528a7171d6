package org.sternpost.engine.real;

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

/// One server process in the foreground, which ends with the test, however the test ends.
final class Daemon implements AutoCloseable {

    private static final Duration START_MAX = Duration.ofMinutes(5);
    private static final Duration STOP_MAX = Duration.ofSeconds(5);
    private static final Duration RUN_MAX = Duration.ofMinutes(5);
    private static final long LOOK_MILLIS = 20;
    /// The shell becomes the server, in a session of its own, because Postfix signals its whole group. Beside it stays
    /// a guard that ends it when our end of the pipe closes: even a test that is killed leaves no server behind.
    private static final String GUARDED = "exec 3<&0; ((read -r _ <&3; kill -TERM $$) >/dev/null 2>&1 &);"
            + " exec setsid \"$@\" 3<&- </dev/null";

    private final Process process;

    private Daemon(Process process) { this.process = process; }

    /// Starts a server and waits until it listens at each address.
    static Daemon start(String name, Path directory, Map<String, String> environment, List<String> command,
            List<InetSocketAddress> addresses) throws Exception {
        var whole = new ArrayList<>(List.of("sh", "-c", GUARDED, name));
        whole.addAll(command);
        Path log = directory.resolve(name + ".out");
        var daemon = new Daemon(launch(whole, directory, environment, log));
        for (InetSocketAddress address : addresses)
            if (!until(START_MAX, () -> daemon.listens(address) || !daemon.process.isAlive())
                    || !daemon.process.isAlive()) {
                daemon.close();
                throw new IOException(name + " does not listen at " + address + ": " + Files.readString(log));
            }
        return daemon;
    }

    /// Runs a program to its end.
    static void run(Path directory, Map<String, String> environment, List<String> command) throws Exception {
        Path log = directory.resolve("commands.out");
        Process process = launch(command, directory, environment, log);
        if (!process.waitFor(RUN_MAX.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(command + " failed: " + Files.readString(log));
        }
    }

    /// Looks until something holds; false if it does not within the limit.
    static boolean until(Duration limit, BooleanSupplier holds) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) return false;
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return true;
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) process.destroyForcibly();
        } catch (IOException unguarded) {
            process.destroy();
        } catch (InterruptedException hurry) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    }

    private boolean listens(InetSocketAddress address) {
        try (var socket = new Socket()) {
            socket.connect(address, 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static Process launch(List<String> command, Path directory, Map<String, String> environment, Path log)
            throws IOException {
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().putAll(environment);
        return builder.start();
    }
}
