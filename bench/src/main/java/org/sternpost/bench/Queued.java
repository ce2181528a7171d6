package org.sternpost.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sternpost.lab.FreePort;
import org.sternpost.lab.Progress;
import org.sternpost.lab.real.RealSoftware;
import org.sternpost.lab.real.ServerProcess;

/// What a long queue costs: how long the engine takes to listen, to the first delivery and to end, and its heap.
///
/// The queue is filled as it would be: over SMTP, by an engine whose mail hosts are all down. Then that engine ends and
/// another one starts on what it left, with the hosts up again. The one message of each domain that found out that its
/// host is down waits for its retry interval and is still queued at the end.
final class Queued {

    private static final Duration FIRST_MAX = Duration.ofMinutes(10);
    private static final Duration WARM = Duration.ofSeconds(30); // at most, or half of the mail: not measured
    private static final Duration MEASURED = Duration.ofSeconds(30);
    private static final Duration COMMAND_MAX = Duration.ofMinutes(2);
    private static final Pattern USED = Pattern.compile("used (\\d+)K");
    private static final String DATA = "data";
    private static final int MEGA = 1 << 20;

    private Queued() {}

    /// How the queue was filled.
    ///
    /// @param rate accepted in a second
    /// @param stop seconds from SIGTERM to the end
    private record Filled(int accepted, double rate, double stop) {
        static final Filled BEFORE = new Filled(0, 0, 0); // by an earlier run
    }

    /// @param up    seconds to listening
    /// @param first seconds from the start to the first delivery
    /// @param live  megabytes of the heap after a collection, with the whole queue in it
    private record Seen(double up, double first, double live, double resident, double rate, double cpu, double stop,
            int waiting) {}

    static String run(Options options, Path root, Path place, PrintStream progress)
            throws IOException, InterruptedException {
        var row = options.rows().equals(Row.ALL) ? Row.of("1000x100@0") : options.rows().getFirst();
        var gateway = new Sternpost(root, options.security(),
                new Sternpost.Start(List.of(), options.jfr(), options.extras().sternpost()));
        try (var world = World.open(options.network(), place.resolve("world"), row);
                var _ = world.resolver(RealSoftware.ready())) {
            Path directory = place.resolve("run");
            InetSocketAddress address;
            try (var prepared = gateway.start(world, row, directory)) {
                address = prepared.submission();
            }
            var tally = new Tally(1, options.load().messages());
            Optional<Path> kept = options.place().queue().isEmpty()
                    ? Optional.empty()
                    : Optional.of(Path.of(options.place().queue()));
            Filled filled;
            if (kept.isPresent() && Files.exists(kept.get())) {
                Comparison.delete(directory.resolve(DATA));
                Sternpost.copy(kept.get(), directory.resolve(DATA));
                filled = Filled.BEFORE;
            } else {
                filled = fill(options, gateway, world, directory, address, tally, progress);
                if (kept.isPresent()) Sternpost.copy(directory.resolve(DATA), kept.get());
            }
            return report(row, filled, seen(gateway, world, directory, address, tally, row.domains(), progress));
        }
    }

    /// Submits all over SMTP to an engine that finds nobody at the port of the mail hosts.
    private static Filled fill(Options options, Sternpost gateway, World world, Path directory,
            InetSocketAddress address, Tally tally, PrintStream progress) throws IOException, InterruptedException {
        Path settings = directory.resolve("sternpost.yaml");
        String up = Files.readString(settings);
        Files.writeString(settings, up.replaceFirst("smtpPort: \\d+",
                "smtpPort: " + FreePort.find()));
        Filled filled;
        try (var filling = gateway.again(directory, address)) {
            progress.printf(Locale.ROOT, "submitting %,d messages ...%n", tally.messages());
            Injector.Injected injected;
            try (var _ = Progress.of(progress, "accepted", tally.messages(), tally::accepted)) {
                injected = new Injector(filling.submission(), options.load().connections(), options.load().octets(),
                        world::recipient).run(tally);
            }
            filled = new Filled(injected.accepted(), injected.rate(), filling.stop().toMillis() / 1e3);
        }
        progress.printf(Locale.ROOT, "accepted %,d at %,.0f a second; SIGTERM to end %.1f s%n", filled.accepted(),
                filled.rate(), filled.stop());
        Files.writeString(settings, up);
        return filled;
    }

    private static Seen seen(Sternpost gateway, World world, Path directory, InetSocketAddress address, Tally tally,
            int domains, PrintStream progress) throws IOException, InterruptedException {
        world.sink().countFor(tally);
        progress.println("starting another engine on them ...");
        long begun = System.nanoTime();
        var running = gateway.again(directory, address);
        try (var _ = Progress.of(progress, "delivered", tally.messages(), tally::arrived)) {
            double up = seconds(begun);
            progress.printf(Locale.ROOT, "it listens after %.1f s%n", up);
            ServerProcess.until(FIRST_MAX, () -> tally.arrived() > 0);
            double first = (tally.firstArrivalNanos() - begun) / 1e9;
            long java = java(running.processes());
            double live = liveHeap(java, directory) / MEGA;
            int all = tally.messages() - domains;
            ServerProcess.until(WARM, () -> tally.arrived() >= all / 2);
            int before = tally.arrived();
            double cpu = running.processes().cpuSeconds();
            long from = System.nanoTime();
            ServerProcess.until(MEASURED, () -> tally.arrived() >= all);
            int carried = tally.arrived() - before;
            double resident = running.processes().pssBytes() / (double) MEGA;
            double spent = running.processes().cpuSeconds() - cpu;
            double rate = carried / seconds(from);
            int waiting = tally.messages() - tally.arrived();
            return new Seen(up, first, live, resident, rate, carried == 0 ? 0 : 1000 * spent / carried,
                    running.stop().toMillis() / 1e3, waiting);
        } finally {
            running.stop();
        }
    }

    private static String report(Row row, Filled filled, Seen seen) {
        return String.format(Locale.ROOT, """
                | queued | domains | accepted/s | start to listening s | to first delivery s | live heap MB | PSS MB \
                | msg/s | CPU-s/1,000 | still queued | SIGTERM to end s, hosts down | delivering |
                |--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
                | %,d | %,d | %,.0f | %.1f | %.1f | %,.0f | %,.0f | %,.0f | %.2f | %,d | %.1f | %.1f |
                """, filled.accepted(), row.domains(), filled.rate(), seen.up(), seen.first(), seen.live(),
                seen.resident(), seen.rate(), seen.cpu(), seen.waiting(), filled.stop(), seen.stop());
    }

    private static double seconds(long begun) { return (System.nanoTime() - begun) / 1e9; }

    static long java(ProcessTree processes) throws IOException {
        var root = ProcessHandle.of(processes.root()).orElseThrow(() -> new IOException("the engine has ended"));
        return Stream.concat(Stream.of(root), root.descendants())
                .filter(one -> one.info().command().orElse("").endsWith("/java")).findFirst()
                .orElseThrow(() -> new IOException("the engine is no Java process")).pid();
    }

    /// Octets that are used after a full collection.
    static double liveHeap(long java, Path directory) throws IOException, InterruptedException {
        jcmd(java, directory, "GC.run");
        var used = USED.matcher(Files.readString(jcmd(java, directory, "GC.heap_info")));
        // The file has what was said before too; the last is of now.
        return used.results().reduce((_, later) -> later).map(last -> Double.parseDouble(last.group(1)) * 1024)
                .orElseThrow(() -> new IOException("jcmd does not say how much of the heap is used"));
    }

    private static Path jcmd(long java, Path directory, String command) throws IOException, InterruptedException {
        return ServerProcess.run("jcmd-" + command, directory, Map.of(),
                List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(java),
                        command),
                COMMAND_MAX);
    }
}
