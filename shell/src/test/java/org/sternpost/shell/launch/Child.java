package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.sternpost.engine.time.Patience;
import org.sternpost.shell.Main;

/// The program as a process of its own, from the classes under test, whose output a test can wait for.
final class Child implements AutoCloseable {

    private static final long PATIENCE_SECONDS = Patience.AMPLE.toSeconds();

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private boolean ended;
    private volatile boolean closed;

    static Child start(Path root, String... arguments) throws IOException { return start(List.of(), root, arguments); }

    /// @param flags of Java, such as `-Xmx256m`
    static Child start(List<String> flags, Path root, String... arguments) throws IOException {
        return start(List.of(), flags, root, arguments);
    }

    /// @param before a command that runs the rest of its arguments, such as `prlimit --nofile=256`
    static Child start(List<String> before, List<String> flags, Path root, String... arguments) throws IOException {
        // A build that runs in the background ignores Ctrl-C, and its children would too (env execs, so the id stays).
        var command = new ArrayList<>(
                List.of("env", "--default-signal=INT", ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                        "-Djava.security.properties=" + root.resolve("shell/src/main/dist/security.properties"), "-cp",
                        System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(command.indexOf("-cp"), flags);
        command.addAll(2, before);
        command.addAll(List.of(arguments));
        return new Child(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    Child(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    /// Waits until it has printed a line that contains a text.
    void await(String text) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (lines) {
            while (lines.stream().noneMatch(line -> line.contains(text))) {
                long left = (end - System.nanoTime()) / 1_000_000;
                assertTrue(left > 0 && !ended, "no '" + text + "' in: " + lines);
                lines.wait(left);
            }
        }
    }

    /// Waits for its end and answers its exit code.
    int exit() throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), () -> "it does not end: " + output());
        synchronized (lines) {
            while (!ended)
                lines.wait();
        }
        return process.exitValue();
    }

    long pid() { return process.pid(); }

    String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /// Ctrl-C.
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).inheritIO().start().waitFor();
    }

    /// `kill -9`
    void kill() throws InterruptedException {
        closed = true;
        process.destroyForcibly();
        exit();
    }

    @Override
    public void close() {
        closed = true;
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine())
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
        } catch (IOException broken) {
            // Whoever is killed says no more; the JDK closes the pipe under the reader.
            if (!closed && process.isAlive()) throw new UncheckedIOException(broken);
        } finally {
            synchronized (lines) {
                ended = true;
                lines.notifyAll();
            }
        }
    }
}
