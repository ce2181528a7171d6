package org.sternpost.shell.training;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.sternpost.lab.FreePort;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabSettings;
import org.sternpost.engine.store.SqliteLibrary;
import org.sternpost.shell.terminal.Prompt;
import org.sternpost.shell.terminal.PseudoTerminal;

/// `Training <folder of the program> <folder of the caches>`: makes the caches anew.
///
/// The exit code is 0 even if not all went well, so that nobody tries again before the program has changed: a start
/// without a cache takes longer, and that is all. It is [#BUSY] while another process does the same. All happens on
/// loopback, in a directory for this user alone that is deleted after, and ends within [#LIMIT].
public final class Training {

    private static final Duration LIMIT = Duration.ofMinutes(10); // 30 s on two cores; the rest is for busy machines
    private static final int BUSY = 3;
    private static final String NO_TIME = "it was not done in " + LIMIT.toMinutes() + " minutes, as on a busy machine";
    private static final int MESSAGES = 600; // enough that the compiler knows the path of a message
    private static final int SESSIONS = 6;
    private static final List<String> DOMAINS = List.of("dane-ok.test", "dane-ee-full.test", "dane-ta.test",
            "dane-rollover.test", "sts-enforce-ok.test", "dane-ta-2-1-1.test");
    private static final String COMMANDS = """
            Get-OutboundConnector
            Get-OutboundConnector Default | Format-List
            Get-OutboundConnector | Where-Object TlsValidation -eq Enabled | Sort-Object Name | Select-Object Name
            Set-OutboundConnector Default -TlsValidation Enabled -WhatIf
            Get-Queue
            Get-MessageTrace -ResultSize 20 | Format-Table
            Get-EngineStatus
            Get-Command Get-*
            """;

    private final Path program;
    private final Path caches;
    private final Path home;
    private final Map<String, String> missing = new LinkedHashMap<>();
    private final long end = System.nanoTime() + LIMIT.toNanos();

    private Training(Path program, Path caches, Path home) {
        this.program = program;
        this.caches = caches;
        this.home = home;
    }

    public static void main(String[] args) throws Exception {
        Path program = Path.of(args[0]).toAbsolutePath();
        Path caches = Files.createDirectories(Path.of(args[1])).toAbsolutePath();
        // Of several that start at once, one does it; the others do without.
        try (var channel = FileChannel.open(caches.resolve("lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE); var lock = channel.tryLock()) {
            if (lock == null) System.exit(BUSY);
            make(program, caches);
        }
        System.exit(0); // whatever thread of the lab still waits for somebody
    }

    private static void make(Path program, Path caches) throws IOException {
        try (var old = Files.newDirectoryStream(caches, "{trained,*.aot,*.part,*.log}")) {
            for (Path file : old)
                Files.delete(file);
        }
        try {
            Path libraries = Files.createDirectories(caches.resolve("native"));
            SqliteLibrary.unpack(libraries);
            Prompt.unpackLibrary(libraries);
            Path home = Files.createTempDirectory("sternpost-training");
            try {
                var training = new Training(program, caches, home);
                training.run();
                training.missing.forEach((cache, why) -> tell(caches, cache, why));
            } finally {
                try (var files = Files.walk(home)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList())
                        Files.deleteIfExists(file);
                }
            }
        } catch (IOException broken) {
            tell(caches, "all kinds", broken + "; " + caches + "/*.log may say more");
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() throws IOException, InterruptedException {
        try (Lab lab = Lab.start(LabSettings.anyPorts(home.resolve("lab")))) {
            int port = FreePort.find();
            Files.writeString(settings(), lab.engineSettings(home, port));
            Path log = caches.resolve("engine.log");
            Process engine = builder("engine", "engine").redirectError(log.toFile()).start();
            try {
                awaitText(engine, log, "Engine of ");
                Submission.run(port, DOMAINS, SESSIONS, MESSAGES);
                if (!lab.awaitCountAll(MESSAGES, left())) throw new IOException("mail: " + NO_TIME);
                trainShells();
            } finally {
                engine.destroy(); // as a service manager does; then it writes its cache
                keep("engine", () -> ended(engine));
            }
        }
    }

    private void trainShells() throws IOException, InterruptedException {
        Process script = logged("script", "-File", program.resolve("training.groovy").toString()).start();
        Process command = logged("command", "-Command", COMMANDS).start();
        try {
            keep("prompt", this::prompt);
            keep("script", () -> ended(script));
            keep("command", () -> ended(command));
        } finally {
            script.destroyForcibly();
            command.destroyForcibly();
        }
    }

    private void prompt() throws IOException, InterruptedException {
        try (var terminal = PseudoTerminal.open()) {
            Process shell = builder("prompt").redirectInput(terminal.file()).redirectOutput(terminal.file())
                    .redirectError(caches.resolve("prompt.log").toFile()).start();
            try {
                terminal.awaitText("sternpost> ", left());
                terminal.type("Get-OutboundConnector\r");
                terminal.awaitText("RecipientDomains", left());
                terminal.awaitText("sternpost> ", left());
                terminal.type("exit\r");
                ended(shell);
            } finally {
                shell.destroyForcibly();
            }
        }
    }

    private ProcessBuilder logged(String cache, String... arguments) {
        return builder(cache, arguments).redirectErrorStream(true)
                .redirectOutput(caches.resolve(cache + ".log").toFile());
    }

    /// The program as its script starts it, which knows by the variable that this run is to leave a cache behind.
    private ProcessBuilder builder(String cache, String... arguments) {
        var command = new ArrayList<>(List.of("sh", program.resolve("sternpost").toString(), "-Settings",
                settings().toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(home.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        var environment = builder.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("STERNPOST_TRAINING", part(cache).toString());
        environment.put("XDG_STATE_HOME", home.toString()); // the history of a prompt is its operator's
        environment.put("XDG_CACHE_HOME", home.toString());
        environment.put("TERM", "xterm");
        environment.remove("NO_COLOR");
        for (String flags : List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"))
            environment.remove(flags);
        return builder;
    }

    private void awaitText(Process process, Path log, String text) throws IOException, InterruptedException {
        while (!Files.readString(log, StandardCharsets.ISO_8859_1).contains(text))
            if (process.waitFor(Math.min(50, left().toMillis()), TimeUnit.MILLISECONDS) || left().isZero())
                throw new IOException("the engine does not start");
    }

    private void ended(Process process) throws IOException, InterruptedException {
        if (process.waitFor(left().toMillis(), TimeUnit.MILLISECONDS)) return;
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new IOException(NO_TIME);
    }

    /// What one kind of start leaves behind; that it leaves nothing is no reason to do without the others.
    private interface Run {
        void end() throws IOException, InterruptedException;
    }

    private void keep(String cache, Run run) throws InterruptedException {
        try {
            run.end();
            // Else a power loss may leave a file of the right size with nothing in it, which the JDK would believe.
            try (var whole = FileChannel.open(part(cache), StandardOpenOption.WRITE)) {
                whole.force(true);
            }
            Files.move(part(cache), caches.resolve(cache + ".aot"), StandardCopyOption.REPLACE_EXISTING);
            Files.delete(caches.resolve(cache + ".log"));
        } catch (NoSuchFileException nothing) {
            missing.put(cache, "the JDK left nothing behind; " + caches.resolve(cache + ".log") + " may say why");
        } catch (IOException broken) {
            missing.put(cache, String.valueOf(broken.getMessage()));
        }
    }

    /// Plainly, as nothing else will: without a cache all works, and each start takes some times as long.
    private static void tell(Path caches, String which, String why) {
        System.err.println("Starts of " + which + " will take longer than they need, all else is well: " + why
                + ". To try again, remove " + caches.resolve("trained") + " and start any command.");
    }

    private Path part(String cache) { return caches.resolve(cache + ".part"); }

    private Path settings() { return home.resolve("sternpost.yaml"); }

    private Duration left() { return Duration.ofNanos(Math.max(0, end - System.nanoTime())); }
}
