package org.sternpost.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sternpost.lab.real.RealSoftware;

/// Each row of the table: the servers in turn, as often as asked for.
final class Comparison {

    private final Options options;
    private final RealSoftware software;
    private final List<Gateway> gateways;
    private final PrintStream progress;
    private final Table table = new Table();
    private final List<Profile> profiles = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final long begun = System.nanoTime();
    private int done;

    Comparison(Options options, RealSoftware software, List<Gateway> gateways, PrintStream progress) {
        this.options = options;
        this.software = software;
        this.gateways = gateways;
        this.progress = progress;
    }

    Table table() { return table; }

    /// What did not arrive and why, in lines for a person.
    List<String> missing() { return missing; }

    /// Where CPU went in each run of Sternpost, if that was asked for.
    List<Profile> profiles() { return profiles; }

    /// Repeats are the outer loop, so that whatever else the machine does spreads over all rows.
    void run(Path directory) throws IOException, InterruptedException {
        warmUp(directory);
        for (int repeat = 1; repeat <= options.repeats(); repeat++)
            for (Row row : options.rows())
                try (var world = World.open(options.network(), directory.resolve("world"), row)) {
                    // Who begins changes, so that neither has the warmer machine.
                    var order = repeat % 2 == 1 ? gateways : gateways.reversed();
                    for (Gateway gateway : order)
                        one(gateway, world, row, repeat, directory);
                }
    }

    private void warmUp(Path directory) throws IOException, InterruptedException {
        try (var world = World.open(options.network(), directory.resolve("world"), Row.of("1x1@0"))) {
            var speed = WarmUp.of(world);
            // Who submits must be compiled too: the hosts take mail in the clear as well.
            var tally = new Tally(0, options.load().messages());
            world.sink().countFor(tally);
            new Injector(world.firstHost(), options.load().connections(), options.load().octets(), world::recipient)
                    .run(tally);
            progress.printf(Locale.ROOT, "the sink alone, with a client of our own: %,.0f messages/s, %.0f us of CPU a "
                    + "message (client and sink), %d full and %d resumed handshakes%n", speed.messagesPerSecond(),
                    speed.sinkMicros(), speed.full(), speed.resumed());
        }
    }

    private void one(Gateway gateway, World world, Row row, int repeat, Path directory)
            throws IOException, InterruptedException {
        Path place = directory.resolve("run-" + done + "-" + gateway.name());
        Measurement.Result result;
        try (var resolver = world.resolver(software)) {
            result = Measurement.of(gateway, world, new ProcessTree(resolver.process().pid()), row, options.load(),
                    place);
        }
        table.add(row, gateway.name(), result.values());
        done++;
        int all = options.repeats() * options.rows().size() * gateways.size();
        double seconds = (System.nanoTime() - begun) / 1e9;
        progress.printf(Locale.ROOT,
                "[%d/%d] %s, repeat %d, %s: cold %.0f/s, warm %.0f/s, %.2f CPU-s/1,000, waiting %.0f, "
                        + "lost %.0f, duplicated %.0f; %s left%n",
                done, all, row, repeat, gateway.name(), value(result, Column.COLD),
                value(result, Column.WARM), value(result, Column.CPU_WARM), value(result, Column.WAITING),
                value(result, Column.LOST),
                value(result, Column.DUPLICATED), clock(seconds / done * (all - done)));
        String run = row + ", repeat " + repeat + ", " + gateway.name() + ": ";
        for (String line : result.missing()) {
            progress.println("  " + line);
            missing.add(run + line);
        }
        Path recording = place.resolve(Profile.FILE);
        if (options.jfr() && gateway instanceof Sternpost && Files.exists(recording))
            profiles.add(Profile.read(row + ", repeat " + repeat, recording, result.times()));
        if (!options.keep()) delete(place);
    }

    private static double value(Measurement.Result result, Column column) {
        return result.values().getOrDefault(column, 0.0);
    }

    private static String clock(double seconds) {
        var left = Duration.ofSeconds((long) seconds);
        return "%d:%02d min".formatted(left.toMinutes(), left.toSecondsPart());
    }

    /// Removes a folder of ours with all that is in it.
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path left,
                    java.io.@org.jspecify.annotations.Nullable IOException e)
                    throws IOException {
                Files.delete(left);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
