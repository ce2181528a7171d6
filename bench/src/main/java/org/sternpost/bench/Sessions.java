package org.sternpost.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.sternpost.lab.Progress;
import org.sternpost.lab.real.ServerProcess;

/// What many sessions to slow hosts cost: memory, the rate of a host that is quick, and how long SIGTERM takes.
///
/// A slow host does all that comes before MAIL at once, within TLS, and answers no message until it is told to: each
/// session to it holds a message whose fate only its reply tells. There is one domain for each session. Nothing of it
/// outlasts five minutes, after which the engine would give a host up.
final class Sessions {

    private static final int HOSTS = 500; // slow ones
    private static final Duration OPEN_MAX = Duration.ofMinutes(4);
    private static final Duration ANSWERED_MAX = Duration.ofMinutes(3);
    private static final Duration BEFORE_ANSWERS = Duration.ofSeconds(1); // after SIGTERM
    private static final int FAST_BEFORE_STOP = 1_000; // messages on their way to the quick host when SIGTERM comes
    private static final int QUICK = 200; // sessions beside those to slow hosts
    private static final int SENDERS = 1_000;
    private static final int CLIENTS = 100; // last number of the first one's address
    private static final double MEGA = 1 << 20;

    private final Options options;
    private final World world;
    private final Sternpost gateway;
    private final Path directory;
    private final PrintStream progress;
    private final int count;
    private int rounds;

    private Sessions(Options options, World world, Sternpost gateway, Path directory, PrintStream progress) {
        this.options = options;
        this.world = world;
        this.gateway = gateway;
        this.directory = directory;
        this.progress = progress;
        this.count = options.extras().sessions();
    }

    static String run(Options options, Path root, Path place, PrintStream progress)
            throws IOException, InterruptedException {
        int count = options.extras().sessions();
        // Each domain whose number the hosts divide is of the first one, which is quick.
        var row = new Row(count / HOSTS * (HOSTS + 1) + count % HOSTS + 2, HOSTS + 1, 0, true);
        var lines = new ArrayList<String>();
        lines.add("maxSessions: " + (count + QUICK));
        lines.addAll(options.extras().sternpost());
        var gateway = new Sternpost(root, Gateway.Security.opportunistic,
                new Sternpost.Start(List.of(), options.jfr(), lines));
        try (var world = World.slow(options.network(), place.resolve("world"), row)) {
            var sessions = new Sessions(options, world, gateway, place.resolve("run"), progress);
            return options.extras().stop() ? sessions.stop(row) : sessions.memory(row);
        }
    }

    /// What the process holds.
    ///
    /// @param live of the heap after a collection
    private record Held(double resident, double live, int files, int threads) {}

    private String memory(Row row) throws IOException, InterruptedException {
        try (var running = gateway.start(world, row, directory)) {
            quick(running, "cold");
            double alone = quick(running, "alone");
            Held before = held(running);
            long begun = System.nanoTime();
            var slow = tally(count);
            world.sink().countFor(slow);
            boolean all;
            try (var _ = opening()) {
                injector(running.submission(), 1_024, message -> world.atOtherHosts(message, count)).run(slow);
                all = ServerProcess.until(OPEN_MAX.minusNanos(System.nanoTime() - begun),
                        () -> world.sink().withheld() >= count);
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            int open = world.sink().withheld();
            Held during = held(running);
            progress.printf(Locale.ROOT, "%,d sessions wait for slow hosts after %.0f s%s%n", open, seconds,
                    all ? "" : "; there should be " + count);
            double beside = quick(running, "beside " + open);
            Held after = held(running);
            int still = world.sink().withheld();
            world.sink().countFor(slow);
            world.sink().answer(Sink.Slowness.SLOWER);
            try (var _ = Progress.of(progress, "delivered to slow hosts", count, slow::arrived)) {
                ServerProcess.until(ANSWERED_MAX, () -> slow.arrived() == count && world.sink().withheld() == 0);
            }
            double stop = running.stop().toMillis() / 1e3;
            return String.format(Locale.ROOT, """
                    | sessions to slow hosts | opened in s | still open at the end \
                    | resident MB before, with them, and mail beside | live heap MB before, with them \
                    | KB each, resident, live | files | threads | quick host alone msg/s | beside them | ratio \
                    | slow ones delivered | SIGTERM to end s |
                    |--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
                    | %,d | %.0f | %,d | %,.0f, %,.0f, %,.0f | %,.0f, %,.0f | %.0f, %.0f | %,d | %d | %,.0f | %,.0f | \
                    %.2f | %,d | %.1f |
                    """, open, seconds, still, before.resident(), during.resident(), after.resident(), before.live(),
                    during.live(), each(during.resident() - before.resident(), open),
                    each(during.live() - before.live(), open), during.files(), during.threads(), alone, beside,
                    beside / alone, slow.arrived(), stop);
        }
    }

    private Progress opening() {
        return Progress.of(progress, "sessions that wait for slow hosts", count, world.sink()::withheld);
    }

    private static double each(double mega, int sessions) { return mega * 1024 / Math.max(1, sessions); }

    /// Messages that arrive in a second at the quick host.
    private double quick(Gateway.Running running, String when) throws InterruptedException {
        var tally = tally(options.load().messages());
        world.sink().countFor(tally);
        long begun = System.nanoTime();
        try (var _ = Progress.of(progress, "delivered to the quick host, " + when, tally.messages(), tally::arrived)) {
            injector(running.submission(), options.load().octets(), World::atFirstHost).run(tally);
            ServerProcess.until(ANSWERED_MAX, () -> tally.arrived() == tally.messages());
        }
        double rate = tally.arrived() / ((tally.lastArrivalNanos() - begun) / 1e9);
        progress.printf(Locale.ROOT, "quick host, %s: %,.0f messages a second%n", when, rate);
        return rate;
    }

    /// Many clients with many senders each, so that nobody's share of the sessions is at work.
    private Injector injector(InetSocketAddress submission, int octets, IntFunction<String> recipients) {
        return new Injector(submission, options.load().connections(), octets, recipients)
                .from(message -> "sender" + message % SENDERS + "@sender.test")
                .at(connection -> World.address(options.network(), 0, CLIENTS + connection % 100));
    }

    private Tally tally(int messages) { return new Tally(++rounds, messages); }

    private Held held(Gateway.Running running) throws IOException, InterruptedException {
        long java = Queued.java(running.processes());
        double live = Queued.liveHeap(java, directory) / MEGA;
        return new Held(running.processes().pssBytes() / MEGA, live, entries(java, "fd"), entries(java, "task"));
    }

    private static int entries(long pid, String folder) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(pid), folder))) {
            return (int) all.count();
        }
    }

    /// SIGTERM comes while all slow hosts have a message that they have not answered, the rest of the queue waits for
    /// them, and mail for the quick host comes in and goes out. Half of the slow hosts answer a second later; the
    /// others do when the next engine runs.
    private String stop(Row row) throws IOException, InterruptedException {
        int queued = options.load().messages();
        var tally = tally(queued + 100 * FAST_BEFORE_STOP);
        world.sink().countFor(tally);
        var open = new CountDownLatch(1);
        Thread client;
        int sessions;
        double stop;
        int before;
        int answered;
        InetSocketAddress address;
        try (var running = gateway.start(world, row, directory)) {
            address = running.submission();
            var injector = injector(address, options.load().octets(), message -> {
                if (message < queued) return world.atOtherHosts(message, count);
                await(open);
                return World.atFirstHost(message);
            });
            client = Thread.ofPlatform().daemon().name("clients").start(() -> run(injector, tally));
            try (var _ = opening(); var _ = Progress.of(progress, "queued", queued, tally::accepted)) {
                ServerProcess.until(OPEN_MAX, () -> world.sink().withheld() >= count && tally.accepted() >= queued);
            }
            sessions = world.sink().withheld();
            int arrived = tally.arrived();
            open.countDown();
            ServerProcess.until(OPEN_MAX, () -> tally.arrived() >= arrived + FAST_BEFORE_STOP);
            before = tally.accepted() - tally.arrived() + sessions;
            progress.printf(Locale.ROOT, "%,d queued, %,d sessions wait for slow hosts: SIGTERM%n", before, sessions);
            Thread.ofPlatform().daemon().name("answers").start(this::answerHalf);
            stop = running.stop().toMillis() / 1e3;
            answered = tally.answered();
        }
        client.join();
        progress.printf(Locale.ROOT, "it ended after %.1f s; starting another one%n", stop);
        world.sink().answer(Sink.Slowness.SLOWER);
        try (var next = gateway.again(directory, address);
                var _ = Progress.of(progress, "delivered", tally.accepted(), tally::arrived)) {
            ServerProcess.until(ANSWERED_MAX, () -> tally.missing().isEmpty());
            next.stop();
        }
        return String.format(Locale.ROOT, """
                | queued | sessions to slow hosts | SIGTERM to end s | answered before the end | of these sent again | \
                sent again whose reply had not come | not arrived |
                |--:|--:|--:|--:|--:|--:|--:|
                | %,d | %,d | %.1f | %,d | %,d | %,d | %,d |
                """, before, sessions, stop, answered, tally.again(), tally.duplicated() - tally.again(),
                tally.missing().size());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(Injector injector, Tally tally) {
        try {
            injector.run(tally);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void answerHalf() {
        try {
            TimeUnit.MILLISECONDS.sleep(BEFORE_ANSWERS.toMillis());
            world.sink().answer(Sink.Slowness.SLOW);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
