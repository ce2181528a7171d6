package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.lab.FreePort;
import org.sternpost.lab.Progress;

/// `kill -9` under load, again and again: what was answered 250 arrives.
///
/// Fifty kills in each build; as many as you like by `bench/run kills --count 1000`, or as many as there are in a time.
@Timeout(1_800)
class KillTest {

    private static final int KILLS = Integer.getInteger("sternpost.kills", 50);
    private static final Duration MOST = Duration.ofMinutes(Integer.getInteger("sternpost.minutes", 60 * 24));
    private static final long SEED = Long.getLong("sternpost.seed", 20_261_127);
    private static final int SESSIONS = 8;
    private static final int MESSAGES_MAX = 500; // between two kills; half of them come before a quarter of it
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long LOOK_AGAIN_NANOS = 50_000_000;
    /// A session is at most this far ahead of what the store knows of it.
    private static final int UNSETTLED_MAX = 8;

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();

    @Test
    void nothingThatWasAnsweredIsLostAndWhatComesTwiceHadNoTimeToBeSettled(@TempDir Path directory) throws Exception {
        var random = new Random(SEED);
        int port = FreePort.find();
        try (var sink = new SinkHost("127.0.0.1"); var injector = new Injector(port, SESSIONS, SEED)) {
            Path settings = Files.writeString(directory.resolve("sternpost.yaml"),
                    sink.engineSettings(directory.resolve("data"), port, "retryIntervals: [1s]"));
            int messages = 0;
            double seconds = 0;
            var kills = new AtomicInteger();
            try (var _ = Progress.of(System.out, "kills", KILLS, kills::get, () -> soFar(injector, sink))) {
                long enough = System.nanoTime() + MOST.toNanos();
                while (kills.get() < KILLS && System.nanoTime() < enough)
                    try (Child engine = start(settings)) {
                        if (kills.get() == 0) sink.route(settings);
                        double share = random.nextDouble();
                        int count = 1 + (int) (MESSAGES_MAX * share * share); // many meet an engine that just started
                        seconds += injector.run(count);
                        messages += count;
                        engine.kill();
                        sink.nextProcess();
                        injector.pause();
                        kills.incrementAndGet();
                    }
            }
            try (Child _ = start(settings);
                    var _ = Progress.of(System.out, "kills", KILLS, kills::get, () -> soFar(injector, sink))) {
                Set<String> late = late(injector, sink);
                // As long as some arrive: how many have gathered depends on how slow the machine is.
                for (long end = System.nanoTime() + PATIENCE.toNanos(); !late.isEmpty() && System.nanoTime() < end;) {
                    int before = late.size();
                    LockSupport.parkNanos(LOOK_AGAIN_NANOS);
                    late = late(injector, sink);
                    if (late.size() < before) end = System.nanoTime() + PATIENCE.toNanos();
                }
                assertEquals(Set.of(), late, "answered 250 and not delivered");
            }
            report(injector, sink, kills.get(), messages / seconds);
        }
    }

    /// What is lost shows only at the end: what has not arrived yet waits in the engine.
    private static String soFar(Injector injector, SinkHost sink) {
        return String.format(Locale.ROOT, "%,d recipients accepted, %,d of them not there yet, %,d twice",
                injector.accepted().size(), late(injector, sink).size(), twice(sink));
    }

    /// Arrivals behind the first of each.
    private static int twice(SinkHost sink) {
        return sink.arrivals().values().stream().mapToInt(all -> all.size() - 1).sum();
    }

    private static Set<String> late(Injector injector, SinkHost sink) {
        Map<String, List<SinkHost.Arrival>> arrivals = sink.arrivals();
        return injector.accepted().stream().filter(one -> !arrivals.containsKey(one)).collect(Collectors.toSet());
    }

    private static void report(Injector injector, SinkHost sink, int kills, double rate) {
        var unexplained = new ArrayList<String>();
        for (var one : sink.arrivals().entrySet()) {
            List<SinkHost.Arrival> all = one.getValue();
            for (int i = 0; i < all.size() - 1; i++) {
                SinkHost.Session session = all.get(i).session();
                int after = session.after(all.get(i).place());
                // It came again because the engine that sent it died before it could write down that it had: either in
                // the session, or just behind its QUIT.
                boolean died = session.wasCut() || session.process() != all.get(i + 1).session().process();
                if (!died || after >= UNSETTLED_MAX)
                    unexplained.add(one.getKey() + ": " + after + " came after it, and its engine "
                            + (died ? "died" : "lived"));
            }
        }
        long unasked = sink.arrivals().keySet().stream().filter(one -> !injector.accepted().contains(one)).count();
        System.out.printf(
                "kill -9 (seed %d): %d kills, %d accepted, 0 lost, %d twice, %d whose 250 was lost, %.0f messages/s%n",
                SEED, kills, injector.accepted().size(), twice(sink), unasked, rate);
        assertEquals(List.of(), unexplained, "came twice though there was time to settle it");
        assertTrue(unasked <= (long) kills * SESSIONS * 3, "more arrived than could be under way: " + unasked);
    }

    private Child start(Path settings) throws IOException, InterruptedException {
        Child engine = Child.start(root, "-Settings", settings.toString(), "engine");
        engine.await("Engine of ");
        return engine;
    }
}
