package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.Engine;
import org.sternpost.engine.EngineStartException;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.time.Patience;
import org.sternpost.lab.FreePort;
import org.sternpost.lab.Progress;
import org.sternpost.lab.real.RealSoftware;
import org.sternpost.shell.launch.RecordedCalls.Moment;

/// The power goes at any moment: what was answered 250 before is there.
///
/// An engine takes and delivers mail, stops, starts again and is killed, and each write, sync and name of its data
/// directory is recorded. From that the directory is rebuilt as a disk may show it after a power loss at a seeded
/// moment ([RecordedDisk]); an engine opens it, and what had not arrived before arrives now. A few moments in each
/// build; many by `bench/run power --cuts 200`.
@Timeout(1_800)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PowerLossTest {

    private static final int CUTS = Integer.getInteger("sternpost.cuts", 20);
    /// Of a name that nothing synced half of all images show nothing.
    private static final int CUTS_MIN = 20;
    private static final long SEED = Long.getLong("sternpost.seed", 20_261_128);
    private static final int SESSIONS = 8;
    private static final int MESSAGES = 300; // of each of the two processes
    private static final Duration PATIENCE = Patience.AMPLE;
    private static final long LOOK_AGAIN_NANOS = 10_000_000;
    private static final String HELD = "nothing is sent since";

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();
    private final List<List<Moment>> processes = new ArrayList<>();
    private Path data;
    private SinkHost sink;
    private Map<String, Instant> answered;
    private Map<String, Instant> arrived;

    /// What became of one image: how many messages had to be in it, and which were not.
    private record Opened(int owed, Set<String> missing, String words) {
        boolean isWhole() { return missing.isEmpty() && words.isEmpty(); }
    }

    @BeforeAll
    void record(@TempDir Path directory) throws Exception {
        String strace = RealSoftware.strace().orElse("");
        if (strace.isEmpty() && "required".equals(System.getenv("STERNPOST_REAL_SERVERS")))
            throw new IOException("there is no strace; lab/real/install.sh brings it");
        Assumptions.assumeFalse(strace.isEmpty(), "there is no strace; lab/real/install.sh brings it");
        int port = FreePort.find();
        data = directory.toRealPath().resolve("data");
        Files.createDirectories(data);
        sink = new SinkHost("127.0.0.1");
        Path settings = Files.writeString(directory.resolve("sternpost.yaml"), sink.engineSettings(data, port));
        try (var injector = new Injector(port, SESSIONS, SEED)) {
            for (int process = 0; process < 2; process++) {
                Path trace = directory.resolve("trace-" + process);
                try (Child engine = Child.start(RecordedCalls.recorder(strace, trace), List.of(), root, "-Settings",
                        settings.toString(), "engine")) {
                    engine.await("Engine of ");
                    if (process == 0) sink.route(settings);
                    try (var _ = Progress.of(System.out, "messages to record", 2 * MESSAGES,
                            injector::answered)) {
                        injector.run(MESSAGES);
                    }
                    injector.pause();
                    if (process == 0) {
                        engine.interrupt();
                        engine.exit();
                    } else
                        engine.kill();
                }
                processes.add(RecordedCalls.read(trace, data));
            }
            answered = Map.copyOf(injector.acceptedAt());
        }
        arrived = new HashMap<>();
        sink.arrivals().forEach((who, all) -> arrived.put(who, all.getFirst().at()));
    }

    @AfterAll
    void close() throws IOException { if (sink != null) sink.close(); }

    /// Without it the other tests would prove nothing.
    @Test
    void theRecordingMissesNothingThatChangesTheDirectory() throws Exception {
        var disk = new RecordedDisk(data, _ -> false);
        for (List<Moment> process : processes) {
            disk.restart();
            process.forEach(disk::on);
        }
        assertEquals(List.of(), disk.differences(PowerLossTest::isKept));
    }

    @Test
    void whatWasAnsweredIsThereWheneverThePowerGoes(@TempDir Path folder) throws Exception {
        var lost = new ArrayList<String>();
        var owed = new ArrayList<Integer>();
        atEachCut(folder, CUTS, _ -> false, (image, at) -> {
            Opened opened = open(image, at);
            owed.add(opened.owed());
            if (!opened.isWhole())
                lost.add("cut " + (owed.size() - 1) + " at " + at + ": of " + opened.owed() + " owed are missing "
                        + opened.missing() + "; " + opened.words());
            return true;
        });
        System.out.printf("power loss (seed %d): %d cuts among %d calls; %d messages answered 250, on the average %.0f "
                + "of them owed at a cut; at %d cuts some were lost%n", SEED, owed.size(),
                processes.stream().mapToInt(List::size).sum() / 2, answered.size(),
                owed.stream().mapToInt(one -> one).average().orElse(0), lost.size());
        assertEquals(List.of(), lost);
    }

    /// The test sees what it is there for: an engine that leaves out the syncs of contents, or of their files' names.
    @Test
    void aSyncThatIsLeftOutIsFound(@TempDir Path folder) throws Exception {
        Path bodies = data.resolve("bodies");
        for (Predicate<String> leftOut : List.<Predicate<String>>of(name -> name.startsWith(bodies + "/"),
                name -> name.equals(bodies.toString()))) {
            var found = new ArrayList<Opened>();
            atEachCut(folder, CUTS_MIN, leftOut, (image, at) -> {
                Opened opened = open(image, at);
                if (!opened.isWhole()) found.add(opened);
                return found.isEmpty();
            });
            assertFalse(found.isEmpty(), "no image shows that a sync is missing");
        }
    }

    /// What is done with one image.
    private interface Look {
        boolean goOn(Path image, Instant at) throws Exception;
    }

    /// Cuts are at seeded calls, from the first message that was answered to the end of the recording.
    private void atEachCut(Path folder, int count, Predicate<String> leftOut, Look look) throws Exception {
        var all = new ArrayList<Moment>();
        processes.forEach(all::addAll);
        Instant first = answered.values().stream().min(Instant::compareTo).orElseThrow();
        int from = (int) all.stream().takeWhile(one -> one.at().isBefore(first)).count();
        var random = new Random(SEED);
        int[] cuts = random.ints(count, from, all.size()).sorted().toArray();
        var disk = new RecordedDisk(data, leftOut);
        int done = 0;
        var over = new AtomicInteger();
        try (var _ = Progress.of(System.out, "cuts", cuts.length, over::get)) {
            for (int cut : cuts) {
                for (; done <= cut; done++) {
                    if (done == processes.getFirst().size()) disk.restart();
                    disk.on(all.get(done));
                }
                Path image = Files.createDirectories(folder.resolve("data"));
                disk.image(image, random);
                boolean more = look.goOn(image, all.get(cut).at());
                remove(image);
                if (!more) return;
                over.incrementAndGet();
            }
        }
    }

    /// Starts an engine on an image and waits until all has arrived, or nothing more can.
    private Opened open(Path image, Instant cut) throws Exception {
        Set<String> owed = answered.keySet().stream().filter(one -> !answered.get(one).isAfter(cut))
                .filter(one -> !arrived.containsKey(one) || arrived.get(one).isAfter(cut))
                .collect(Collectors.toCollection(TreeSet::new));
        Instant opened = InstantSource.system().instant();
        Settings settings = Settings.load(
                Files.writeString(image.resolveSibling("sternpost.yaml"), sink.engineSettings(image, 0)));
        try (var engine = Engine.start(settings, _ -> () -> {})) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            String trouble = "";
            boolean over = false;
            Set<String> missing = missing(owed, opened);
            while (!missing.isEmpty() && !over) {
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
                trouble = engine.management().engine().status().trouble();
                // Asked first: what is settled now had arrived before.
                over = isOver(engine, trouble) || System.nanoTime() > end;
                missing = missing(owed, opened);
            }
            return new Opened(owed.size(), missing, engine.management().engine().status().trouble());
        } catch (EngineStartException refused) {
            return new Opened(owed.size(), owed, "refused: " + refused.getMessage());
        }
    }

    private static boolean isOver(Engine engine, String trouble) throws Exception {
        return trouble.contains(HELD) || engine.management().queues().messages(10_000).stream()
                .allMatch(one -> one.status().equals("Damaged") || !one.lastError().isEmpty());
    }

    private Set<String> missing(Set<String> owed, Instant since) {
        Map<String, List<SinkHost.Arrival>> arrivals = sink.arrivals();
        return owed.stream().filter(one -> arrivals.getOrDefault(one, List.of()).stream()
                .noneMatch(arrival -> arrival.at().isAfter(since))).collect(Collectors.toCollection(TreeSet::new));
    }

    /// Not kept are the index of SQLite's log and its driver's library.
    private static boolean isKept(String name) { return !name.endsWith("-shm") && !name.startsWith("native/"); }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList())
                Files.delete(path);
        }
    }
}
