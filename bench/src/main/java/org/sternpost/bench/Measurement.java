package org.sternpost.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.sternpost.lab.real.ServerProcess;

/// One run of one server: started with nothing, the messages once cold and once warm, ended.
final class Measurement {

    /// What is sent in each of the two phases.
    record Load(int messages, int octets, int connections) {}

    /// When the phases were, for what else was recorded meanwhile.
    record Times(Instant begun, Instant cold, Instant warm) {}

    /// @param missing what did not arrive, or not in time, and why, in lines for a person; none when all did
    record Result(Map<Column, Double> values, Times times, List<String> missing) {}

    private static final Duration STALLED = Duration.ofSeconds(45);
    private static final Duration DELIVERY_MAX = Duration.ofMinutes(10);
    private static final Duration SETTLED = Duration.ofSeconds(1);
    private static final long PSS_EVERY_MILLIS = 2_000;
    private static final double THOUSAND = 1000;
    private static final double MEGABYTE = 1 << 20;
    /// Rounds are counted over the whole program, so that late mail of one run is never taken for that of another.
    private static final AtomicInteger ROUNDS = new AtomicInteger();

    private final World world;
    private final ProcessTree resolver;
    private final Load load;
    private final InstantSource clock = InstantSource.system();

    private Measurement(World world, ProcessTree resolver, Load load) {
        this.world = world;
        this.resolver = resolver;
        this.load = load;
    }

    /// @param resolver whose CPU is shown beside that of the server
    static Result of(Gateway gateway, World world, ProcessTree resolver, Row row, Load load, Path directory)
            throws IOException, InterruptedException {
        return new Measurement(world, resolver, load).run(gateway, row, directory);
    }

    private record Phase(double rate, Injector.Injected injected, Tally tally, int inTime) {
        Missing.Round round(String name) { return new Missing.Round(name, tally, inTime); }
    }

    /// What has been spent and seen so far.
    private record Spent(double server, double resolver, double bench, SinkCounters.Seen seen) {}

    private Result run(Gateway gateway, Row row, Path directory) throws IOException, InterruptedException {
        world.sink().counters().restartMostOpen();
        var before = new Spent(0, resolver.cpuSeconds(), benchCpu(), world.sink().counters().now());
        Instant begun = clock.instant();
        long starts = System.nanoTime();
        var running = gateway.start(world, row, directory);
        try {
            double start = (System.nanoTime() - starts) / 1e9;
            var peak = new AtomicLong();
            var watch = Thread.ofPlatform().daemon().name("memory").start(() -> watch(running.processes(), peak));
            var cold = phase(running);
            var between = spent(running);
            Instant endOfCold = clock.instant();
            var warm = phase(running);
            var after = spent(running);
            var times = new Times(begun, endOfCold, clock.instant());
            watch.interrupt();
            watch.join();
            var missing = Missing.of(List.of(cold.round("cold"), warm.round("warm")), running);
            double stop = running.stop().toMillis() / THOUSAND;
            var values = values(cold, warm, before, between, after);
            values.put(Column.WAITING, (double) missing.waiting());
            values.put(Column.LOST, (double) missing.lost());
            values.put(Column.DUPLICATED, (double) cold.tally().duplicated() + warm.tally().duplicated());
            values.put(Column.MEMORY, peak.get() / MEGABYTE);
            values.put(Column.START, start);
            values.put(Column.STOP, stop);
            return new Result(values, times, missing.lines());
        } finally {
            running.stop();
        }
    }

    private Map<Column, Double> values(Phase cold, Phase warm, Spent before, Spent between, Spent after) {
        double each = load.messages() / THOUSAND;
        var values = new EnumMap<Column, Double>(Column.class);
        values.put(Column.COLD, cold.rate());
        values.put(Column.WARM, warm.rate());
        values.put(Column.ACCEPTED, warm.injected().rate());
        values.put(Column.ACCEPT_P50, warm.injected().latencies().at(0.5));
        values.put(Column.ACCEPT_P99, warm.injected().latencies().at(0.99));
        values.put(Column.ACCEPT_P99_COLD, cold.injected().latencies().at(0.99));
        values.put(Column.ACCEPT_MAX, warm.injected().latencies().max());
        values.put(Column.CPU_COLD, (between.server() - before.server()) / each);
        values.put(Column.CPU_WARM, (after.server() - between.server()) / each);
        values.put(Column.RESOLVER, (after.resolver() - before.resolver()) / (2 * each));
        values.put(Column.BENCH, (after.bench() - before.bench()) / (2 * each));
        values.put(Column.CONNECTIONS, (double) after.seen().connections() - before.seen().connections());
        values.put(Column.MOST_OPEN, (double) after.seen().mostOpen());
        values.put(Column.FULL, (double) after.seen().full() - before.seen().full());
        values.put(Column.RESUMED, (double) after.seen().resumed() - before.seen().resumed());
        values.put(Column.FAILED_TLS, (double) after.seen().failed() - before.seen().failed());
        values.put(Column.PLAIN, (double) after.seen().plain() - before.seen().plain());
        values.put(Column.REFUSED, (double) cold.injected().refused() + cold.injected().broken()
                + warm.injected().refused() + warm.injected().broken());
        return values;
    }

    private Spent spent(Gateway.Running running) throws InterruptedException {
        // What a server still writes down of the last messages is its cost too.
        TimeUnit.MILLISECONDS.sleep(SETTLED.toMillis());
        return new Spent(running.processes().cpuSeconds(), resolver.cpuSeconds(), benchCpu(),
                world.sink().counters().now());
    }

    private static double benchCpu() { return new ProcessTree(ProcessHandle.current().pid()).ownCpuSeconds(); }

    private Phase phase(Gateway.Running running) throws InterruptedException {
        var tally = new Tally(ROUNDS.incrementAndGet(), load.messages());
        world.sink().countFor(tally);
        long begun = System.nanoTime();
        var injected = new Injector(running.submission(), load.connections(), load.octets(), world::recipient)
                .run(tally);
        long submitted = System.nanoTime();
        ServerProcess.until(DELIVERY_MAX, () -> tally.arrived() >= injected.accepted()
                || System.nanoTime() - Math.max(submitted, tally.lastArrivalNanos()) > STALLED.toNanos());
        double seconds = (tally.lastArrivalNanos() - begun) / 1e9;
        int inTime = tally.arrived();
        return new Phase(seconds > 0 ? inTime / seconds : 0, injected, tally, inTime);
    }

    private static void watch(ProcessTree processes, AtomicLong peak) {
        try {
            while (true) {
                peak.accumulateAndGet(processes.pssBytes(), Math::max);
                TimeUnit.MILLISECONDS.sleep(PSS_EVERY_MILLIS);
            }
        } catch (InterruptedException enough) {
            return;
        }
    }
}
