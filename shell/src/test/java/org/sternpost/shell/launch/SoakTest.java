package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.smtp.client.SmtpSession;
import org.sternpost.lab.FreePort;
import org.sternpost.lab.Lab;
import org.sternpost.lab.LabDomain;
import org.sternpost.lab.LabHost;
import org.sternpost.lab.LabSettings;
import org.sternpost.lab.ca.CertificateKind;
import org.sternpost.lab.mx.MxFault;

/// Good mail beside each known way to stop an engine, one after the other, in rounds.
///
/// A few seconds each in every build, where good mail must arrive and no time counts. Ten minutes, by
/// `./mvnw -q -pl shell -am test -Dtest=SoakTest -Dsternpost.soak=60 -Dsurefire.failIfNoSpecifiedTests=false`, print
/// after each part the times of good mail and what the engine holds. There its slowest hundredth has a limit, and the
/// engine may hold little more after the last round than after the first.
@Timeout(1_800)
class SoakTest {

    /// Seconds of each part over all rounds; without it a short form that judges no times.
    private static final int SECONDS = Integer.getInteger("sternpost.soak", 0);
    private static final long PART_MILLIS_SHORT = 1_500;
    private static final int ROUNDS = 3;
    private static final int SLOWER_MAX = 5; // times as slow as when all is quiet
    private static final double QUIET_MILLIS_MIN = 20; // below it a machine's own noise decides
    private static final double HEAP_MORE_MB_MAX = 24; // live after the last round beyond the first: the trace's caches
    private static final double MEMORY_MORE_MB_MAX = 100; // the same, resident: G1 moves by tens of MB
    private static final int DESCRIPTORS_MORE_MAX = 20;
    private static final int THREADS_MORE_MAX = 10;
    private static final int BODIES_MORE_MB_MAX = 64; // one segment
    private static final int TARPITS = 100;
    private static final int DESTINATIONS = 200;
    private static final Duration ARRIVES = Duration.ofMinutes(10);
    private static final String GOOD = "good.test";
    private static final String POISON = "poison@lab.test";

    private final Path root = Path.of(System.getProperty("sternpost.root", "..")).toAbsolutePath().normalize();
    private Usage usage = Usage.UNKNOWN;
    private long arrived;

    @Test
    void goodMailArrivesBesideEveryKnownWayToStopTheEngine(@TempDir Path directory) throws Exception {
        int port = FreePort.find();
        var copy = InstalledCopy.in(directory.resolve("copy"));
        copy.plantDefect(SmtpSession.class, "send", POISON);
        try (var lab = Lab.start(LabSettings.anyPorts(directory.resolve("lab")), table())) {
            Path settings = Files.writeString(directory.resolve("sternpost.yaml"),
                    lab.engineSettings(directory, port).replace("127.0.0.0/8", "127.0.0.1/32"));
            try (Child engine = copy.start("umask 022", "", "-Settings", settings.toString(), "engine")) {
                engine.await("Engine of ");
                part(lab, port, engine, directory, Optional.empty(), "warm up");
                double quiet = part(lab, port, engine, directory, Optional.empty(), "quiet");
                var slow = new ArrayList<String>();
                var after = new ArrayList<Usage>();
                for (int round = 1; round <= ROUNDS; round++) {
                    for (Attack attack : attacks(port, settings, directory)) {
                        double slowest = part(lab, port, engine, directory, Optional.of(attack), attack.name());
                        if (slowest > SLOWER_MAX * Math.max(quiet, QUIET_MILLIS_MIN))
                            slow.add(attack.name() + " in round " + round);
                    }
                    part(lab, port, engine, directory, Optional.empty(), "quiet after round " + round);
                    after.add(usage);
                }
                if (SECONDS == 0) return;
                assertEquals(List.of(), grown(after.getFirst(), after.getLast()), "grows with each round");
                assertEquals(List.of(), slow, "good mail was too slow beside");
            }
        }
    }

    /// The database keeps a trace of all mail for days, so it grows by design.
    private static List<String> grown(Usage first, Usage last) {
        var grown = new ArrayList<String>();
        if (last.heapMb() > first.heapMb() + HEAP_MORE_MB_MAX) grown.add("live heap");
        if (last.memoryMb() > first.memoryMb() + MEMORY_MORE_MB_MAX) grown.add("memory");
        if (last.threads() > first.threads() + THREADS_MORE_MAX) grown.add("threads");
        if (last.descriptors() > first.descriptors() + DESCRIPTORS_MORE_MAX) grown.add("descriptors");
        if (last.bodiesMb() > first.bodiesMb() + BODIES_MORE_MB_MAX) grown.add("bodies");
        return grown;
    }

    private List<Attack> attacks(int port, Path settings, Path directory) throws IOException {
        return List.of(
                Attack.hangingHosts(port, names("d", TARPITS, ".tarpit.test")), Attack.poison(port, POISON, GOOD),
                Attack.oddHosts(port, odd().stream().map(LabDomain::domain).toList()), Attack.headers(port),
                Attack.searches(root, settings), Attack.strangers(port), Attack.shells(socket(directory)),
                Attack.destinations(port, names("n", DESTINATIONS, ".test")));
    }

    /// @return within how many milliseconds 99 of 100 good messages arrived
    private double part(Lab lab, int port, Child engine, Path directory, Optional<Attack> attack, String name)
            throws Exception {
        var over = new AtomicBoolean();
        List<Thread> threads = attack.map(one -> one.begin(over)).orElse(List.of());
        var millis = new ArrayList<Double>();
        long partMillis = SECONDS > 0 ? SECONDS * 1_000L / ROUNDS : PART_MILLIS_SHORT;
        long end = System.nanoTime() + partMillis * 1_000_000;
        try {
            while (System.nanoTime() < end || millis.isEmpty())
                millis.add(good(lab, port));
        } finally {
            over.set(true);
        }
        for (Thread thread : threads)
            thread.join();
        Collections.sort(millis);
        double slowest = millis.get((int) Math.ceil(millis.size() * 0.99) - 1);
        Usage now = Usage.of(engine.pid(), directory.resolve("data"));
        System.out.printf("soak: %-36s %5d good, median %5.0f ms, p99 %5.0f ms, %s%n", name, millis.size(),
                millis.get(millis.size() / 2), slowest, now.since(usage));
        usage = now;
        return slowest;
    }

    /// How long one good message takes from its first octet to its recipient.
    private double good(Lab lab, int port) throws Exception {
        long began = System.nanoTime();
        boolean taken = false;
        while (!taken)
            try {
                Attack.submit(port, "good@lab.test", "", "", List.of(GOOD));
                taken = true;
            } catch (IOException later) {
                // A client tries again; the time that it takes counts.
                assertTrue(System.nanoTime() - began < ARRIVES.toNanos(), "not taken: " + later.getMessage());
            }
        arrived++;
        assertTrue(lab.awaitCount(GOOD, arrived, ARRIVES), "it did not arrive");
        return (System.nanoTime() - began) / 1e6;
    }

    private static Path socket(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
            return files.filter(file -> !Files.isRegularFile(file) && !Files.isDirectory(file)).findFirst()
                    .orElseThrow();
        }
    }

    private static List<LabDomain> table() {
        var all = new ArrayList<LabDomain>();
        all.add(domain(GOOD).host(CertificateKind.SELF_SIGNED));
        all.addAll(odd());
        var silent = hosts("tarpit.test", 6, MxFault.HANGS, all);
        names("d", TARPITS, ".tarpit.test").forEach(name -> all.add(with(domain(name), silent)));
        var busy = hosts("provider.test", 5, MxFault.NONE, all);
        for (String name : names("n", DESTINATIONS, ".test"))
            all.add(domain(name).host(busy.get(all.size() % busy.size())));
        return all;
    }

    /// A domain for each way in which a host misbehaves that is not silence.
    private static List<LabDomain> odd() {
        return Stream.of(MxFault.values()).filter(fault -> fault != MxFault.NONE && fault != MxFault.HANGS)
                .map(fault -> {
                    String name = fault.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".test";
                    return domain(name).host(LabHost.of("mx." + name, fault, CertificateKind.SELF_SIGNED));
                }).toList();
    }

    private static List<LabHost> hosts(String domain, int count, MxFault fault, List<LabDomain> all) {
        var hosts = names("mx", count, "." + domain).stream()
                .map(name -> LabHost.of(name, fault, CertificateKind.SELF_SIGNED)).toList();
        all.add(with(domain(domain), hosts));
        return hosts;
    }

    private static LabDomain with(LabDomain domain, List<LabHost> hosts) {
        LabDomain all = domain;
        for (LabHost host : hosts)
            all = all.host(host);
        return all;
    }

    private static LabDomain domain(String name) {
        return LabDomain.of(name, LabDomain.Signing.UNSIGNED, "for a soak");
    }

    private static List<String> names(String prefix, int count, String suffix) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i + suffix).toList();
    }
}
