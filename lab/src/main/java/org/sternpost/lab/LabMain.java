package org.sternpost.lab;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/// Runs the practice internet in a terminal until Ctrl-C.
public final class LabMain {
    private static final int SUBMISSION_PORT = 2525;
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;

    private LabMain() {}

    public static void main(String[] args) { System.exit(run(args)); }

    /// Runs until the process is asked to stop; answers the exit status.
    public static int run(String... args) {
        var stop = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        var hook = Thread.ofPlatform().unstarted(() -> {
            stop.countDown();
            awaitQuietly(done);
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return run(System.out, System.err, stop, args);
        } finally {
            done.countDown();
            if (stop.getCount() > 0) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
    }

    static int run(PrintStream out, PrintStream err, CountDownLatch stop, String... args) {
        return switch (LabOptions.read(args)) {
            case LabOptions.Help() -> {
                out.print(LabOptions.USAGE);
                yield 0;
            }
            case LabOptions.Wrong(var why) -> {
                err.println(why);
                err.print(LabOptions.USAGE);
                yield WRONG_USE;
            }
            case LabOptions.Run(var settings) -> run(out, err, stop, settings);
        };
    }

    private static int run(PrintStream out, PrintStream err, CountDownLatch stop, LabSettings settings) {
        try (var lab = Lab.start(settings)) {
            var file = settings.directory().resolve("sternpost.yaml");
            Files.writeString(file, EngineSettings.yaml(lab, settings.directory(), SUBMISSION_PORT));
            out.print(LabTable.expected(lab.domains()));
            out.printf(Locale.ROOT,
                    "%nDNS %s:%d, mail hosts 127.25.1.1 and up on port %d, policy hosts on port %d, mail in %s%n",
                    lab.dnsServer().getAddress().getHostAddress(), lab.dnsServer().getPort(), lab.smtpPort(),
                    lab.httpsPort(), settings.directory().resolve("received"));
            out.printf("Start an engine that lives here: ./sternpost -Settings %s%n", file);
            out.println("Ctrl-C stops the lab.");
            out.flush();
            awaitQuietly(stop);
            out.println();
            out.print(LabTable.received(lab));
            out.flush();
            return 0;
        } catch (IOException broken) {
            err.println(broken instanceof FileSystemException file
                    ? "Cannot use " + file.getFile() + " (" + file.getClass().getSimpleName()
                            + "); choose another place with --directory."
                    : broken.getMessage());
            return FAILED;
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
