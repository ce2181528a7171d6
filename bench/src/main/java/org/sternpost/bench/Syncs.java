package org.sternpost.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.sternpost.lab.real.RealSoftware;
import org.sternpost.lab.real.ServerProcess;

/// Shows what 250 means: for each message, that its content was written to a file and that file synced before the
/// reply left, and how many syncs a message took; all of it seen from outside, by `strace`.
final class Syncs {

    private static final String CALLS = "read,recvfrom,recvmsg,write,pwrite64,writev,pwritev,sendto,sendmsg,"
            + "fsync,fdatasync";
    private static final String FAILING = "inject=fsync,fdatasync:error=EIO:when=30+10";
    private static final Duration DELIVERED_MAX = Duration.ofMinutes(2);
    private static final String LOG_OF_DATABASE = "-wal";

    private Syncs() {}

    /// What became of one message at the socket and on the disk.
    record Proof(int number, Answer answer, boolean written, boolean contentSynced, boolean tablesSynced) {}

    /// The first digit of the last reply.
    enum Answer { TAKEN, LATER, NEVER, NONE }

    static String run(Options options, Path root, Path place, PrintStream progress)
            throws IOException, InterruptedException {
        var row = Row.of("1x1@0");
        Path trace = place.resolve("strace.txt");
        var wrapper = new ArrayList<>(List.of("strace", "-f", "--seccomp-bpf", "-yy", "-s", "65536", "-e",
                "trace=" + CALLS, "-o", trace.toString()));
        if (options.extras().failSyncs()) wrapper.addAll(List.of("-e", FAILING));
        var gateway = new Sternpost(root, options.security(),
                new Sternpost.Start(wrapper, false, options.extras().sternpost()));
        Injector.Injected injected;
        var tally = new Tally(1, options.load().messages());
        try (var world = World.open(options.network(), place.resolve("world"), row);
                var _ = world.resolver(RealSoftware.ready());
                var running = gateway.start(world, row, place.resolve("run"))) {
            progress.println("submitting " + tally.messages() + " messages under strace ...");
            world.sink().countFor(tally);
            injected = new Injector(running.submission(), options.load().connections(), options.load().octets(),
                    world::recipient).run(tally);
            ServerProcess.until(DELIVERED_MAX, () -> tally.arrived() >= injected.accepted());
        }
        List<SystemCalls.Call> calls;
        try (var lines = Files.lines(trace, StandardCharsets.ISO_8859_1)) {
            calls = SystemCalls.read(lines);
        }
        return report(injected, tally, proofs(calls, tally), calls);
    }

    /// Looks at each message in turn.
    static List<Proof> proofs(List<SystemCalls.Call> calls, Tally tally) {
        boolean tables = calls.stream().anyMatch(call -> call.isSync() && call.file().endsWith(LOG_OF_DATABASE));
        var proofs = new ArrayList<Proof>();
        for (int number = 0; number < tally.messages(); number++) {
            String field = Tally.FIELD + ": " + tally.round() + "-" + number + "\\r\\n";
            var read = first(calls, 0, call -> call.isRead() && !call.isFile() && call.text().contains(field));
            if (read.isEmpty()) continue;
            int from = read.get().begin();
            String connection = read.get().file();
            var reply = first(calls, from, call -> call.isWrite() && call.file().equals(connection));
            int replied = reply.map(SystemCalls.Call::begin).orElse(Integer.MAX_VALUE);
            var written = first(calls, from, call -> call.isWrite() && call.isFile() && call.text().contains(field));
            int after = written.map(SystemCalls.Call::end).orElse(Integer.MAX_VALUE);
            proofs.add(new Proof(number, reply.map(call -> answer(call.text())).orElse(Answer.NONE),
                    written.isPresent(), written.isPresent() && calls.stream().anyMatch(call -> call.isSync()
                            && call.file().equals(written.get().file()) && within(call, after, replied)),
                    !tables || calls.stream().anyMatch(call -> call.isSync() && call.file().endsWith(LOG_OF_DATABASE)
                            && within(call, after, replied))));
        }
        return proofs;
    }

    private static boolean within(SystemCalls.Call call, int after, int before) {
        return call.begin() > after && call.end() < before && call.worked();
    }

    private static Answer answer(String text) {
        return switch (text.charAt(text.indexOf('"') + 1)) {
            case '2' -> Answer.TAKEN;
            case '4' -> Answer.LATER;
            default -> Answer.NEVER;
        };
    }

    private static Optional<SystemCalls.Call> first(List<SystemCalls.Call> calls, int from,
            java.util.function.Predicate<SystemCalls.Call> wanted) {
        return calls.stream().filter(call -> call.begin() > from).filter(wanted).findFirst();
    }

    private static String report(Injector.Injected injected, Tally tally, List<Proof> proofs,
            List<SystemCalls.Call> calls) {
        var taken = proofs.stream().filter(proof -> proof.answer() == Answer.TAKEN).toList();
        var text = new StringBuilder(String.format(Locale.ROOT, "%d messages submitted, %d accepted, %d refused, "
                + "%d connections broken; %d arrived, %d of the accepted are not here yet%n%n", tally.messages(),
                injected.accepted(), injected.refused(), injected.broken(), tally.arrived(), tally.missing().size()));
        text.append("| of those answered 250 | messages |\n|---|--:|\n");
        text.append(line("all that the trace shows", taken.size()));
        text.append(line("content seen on its way to a file", taken.stream().filter(Proof::written).count()));
        text.append(line("that file synced in between, without error",
                taken.stream().filter(Proof::contentSynced).count()));
        text.append(line("the tables' log synced in between, without error (all, where there is none)",
                taken.stream().filter(Proof::tablesSynced).count()));
        text.append(line("NOT PROVEN SAFE", taken.stream()
                .filter(proof -> !proof.contentSynced() || !proof.tablesSynced()).count()));
        text.append(line("answered 4yz instead",
                proofs.stream().filter(proof -> proof.answer() == Answer.LATER).count()));
        text.append("\n| syncs from the first message to the last reply | syncs | failed | a message |\n")
                .append("|---|--:|--:|--:|\n");
        syncs(calls, tally)
                .forEach((file, counts) -> text.append(String.format(Locale.ROOT, "| %s | %d | %d | %.2f |%n",
                        file, counts[0], counts[1], (double) counts[0] / Math.max(1, taken.size()))));
        return text.toString();
    }

    private static String line(String what, long count) { return "| " + what + " | " + count + " |\n"; }

    /// By name of the file, without its number: how many, and how many of them failed.
    private static TreeMap<String, int[]> syncs(List<SystemCalls.Call> calls, Tally tally) {
        String field = Tally.FIELD + ": " + tally.round() + "-";
        int from = first(calls, 0, call -> call.isRead() && call.text().contains(field))
                .map(SystemCalls.Call::begin).orElse(0);
        int until = calls.stream().filter(call -> call.isRead() && !call.isFile() && call.text().contains(field))
                .mapToInt(SystemCalls.Call::end).max().orElse(0);
        var counts = new TreeMap<String, int[]>();
        for (var call : calls) {
            if (!call.isSync() || call.begin() < from || call.begin() > until) continue;
            String name = call.file().substring(call.file().lastIndexOf('/') + 1).replaceAll(
                    "[0-9A-Za-z]*\\d[0-9A-Za-z]*",
                    "N");
            for (String row : List.of(name, "all")) {
                int[] count = counts.computeIfAbsent(row, _ -> new int[2]);
                count[0]++;
                if (!call.worked()) count[1]++;
            }
        }
        return counts;
    }
}
