package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.lab.FreePort;

/// `kill -9` under load, again and again: what was answered 250 arrives.
///
/// Fifty kills in each build; as many as you like by `bench/run kills --count 1000`.
@Timeout(3_600)
class KillTest {

    private static final int KILLS = Integer.getInteger("sternpost.kills", 50);
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
            Path settings = settings(directory, port, sink.port());
            int messages = 0;
            double seconds = 0;
            for (int kill = 0; kill < KILLS; kill++)
                try (Child engine = start(settings)) {
                    if (kill == 0) route(settings, sink.port());
                    double share = random.nextDouble();
                    int count = 1 + (int) (MESSAGES_MAX * share * share); // many kills meet an engine that just started
                    seconds += injector.run(count);
                    messages += count;
                    engine.kill();
                    sink.nextProcess();
                    injector.pause();
                }
            try (Child _ = start(settings)) {
                Set<String> late = late(injector, sink);
                long end = System.nanoTime() + PATIENCE.toNanos();
                while (!late.isEmpty() && System.nanoTime() < end) {
                    LockSupport.parkNanos(LOOK_AGAIN_NANOS);
                    late = late(injector, sink);
                }
                assertEquals(Set.of(), late, "answered 250 and not delivered");
            }
            report(injector, sink, messages / seconds);
        }
    }

    private static Set<String> late(Injector injector, SinkHost sink) {
        Map<String, List<SinkHost.Arrival>> arrivals = sink.arrivals();
        return injector.accepted().stream().filter(one -> !arrivals.containsKey(one)).collect(Collectors.toSet());
    }

    private static void report(Injector injector, SinkHost sink, double rate) {
        int twice = 0;
        var unexplained = new ArrayList<String>();
        for (var one : sink.arrivals().entrySet()) {
            List<SinkHost.Arrival> all = one.getValue();
            twice += all.size() - 1;
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
                SEED, KILLS, injector.accepted().size(), twice, unasked, rate);
        assertEquals(List.of(), unexplained, "came twice though there was time to settle it");
        assertTrue(unasked <= (long) KILLS * SESSIONS * 3, "more arrived than could be under way: " + unasked);
    }

    private Child start(Path settings) throws IOException, InterruptedException {
        Child engine = Child.start(root, "-Settings", settings.toString(), "engine");
        engine.await("Engine of ");
        return engine;
    }

    private void route(Path settings, int sink) throws IOException, InterruptedException {
        try (Child shell = Child.start(root, "-Settings", settings.toString(), "-Command",
                "New-OutboundConnector sink -RecipientDomains .test -UseMXRecord $false -SmartHosts 127.0.0.1:" + sink
                        + " -TlsValidation Disabled")) {
            assertEquals(0, shell.exit(), shell.output());
        }
    }

    private static Path settings(Path directory, int port, int sink)
            throws IOException { return Files.writeString(directory.resolve("sternpost.yaml"), """
                hostName: relay.injector.test
                dataDirectory: %s
                submission:
                  - address: "127.0.0.1:%d"
                    allow: ["127.0.0.0/8"]
                dns:
                  servers: ["127.0.0.1:%d"]
                delivery:
                  retryIntervals: [1s]
                  allowLoopback: true
                """.formatted(directory.resolve("data"), port, sink)); }
}
