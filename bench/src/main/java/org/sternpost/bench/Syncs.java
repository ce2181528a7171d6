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
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sternpost.lab.Progress;
import org.sternpost.lab.real.RealSoftware;
import org.sternpost.lab.real.ServerProcess;

/// Shows what 250 means: for each message, that its content and its envelope were written to files and those synced
/// before the reply left, and how many syncs a message took; all of it seen from outside, by `strace`.
///
/// It does not matter which files: a journal's, or those of a database.
final class Syncs {

    private static final String CALLS = "read,recvfrom,recvmsg,write,pwrite64,writev,pwritev,sendto,sendmsg,"
            + "fsync,fdatasync";
    private static final String FAILING = "inject=fsync,fdatasync:error=EIO:when=30+10";
    private static final String OCTETS_SHOWN = "4000000"; // of one call: a batch of messages may be one
    private static final Duration DELIVERED_MAX = Duration.ofMinutes(2);

    private static final int MEGA = 1 << 20;

    private Syncs() {}

    /// What became of one message at the socket and on the disk.
    ///
    /// @param content  its octets were written to a file, and that file synced without error, before the reply
    /// @param envelope the same of its sender, which stands in no other place; maybe in another file, as rows are
    record Proof(int number, Answer answer, boolean content, boolean envelope) {
        boolean safe() { return content && envelope; }
    }

    /// The first digit of the last reply.
    enum Answer { TAKEN, LATER, NEVER, NONE }

    static String run(Options options, Path root, Path place, PrintStream progress)
            throws IOException, InterruptedException {
        var row = Row.of("1x1@0");
        Path trace = place.resolve("strace.txt");
        var wrapper = new ArrayList<>(List.of("strace", "-f", "--seccomp-bpf", "-yy", "-s", OCTETS_SHOWN, "-e",
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
            try (var _ = Progress.of(progress, "submitted", tally.messages(), tally::accepted)) {
                injected = new Injector(running.submission(), options.load().connections(), options.load().octets(),
                        world::recipient).from(number -> sender(tally, number)).run(tally);
            }
            try (var _ = Progress.of(progress, "delivered", injected.accepted(), tally::arrived)) {
                ServerProcess.until(DELIVERED_MAX, () -> tally.arrived() >= injected.accepted());
            }
        }
        progress.printf(Locale.ROOT, "reading what strace wrote, %,d MB ...%n", Files.size(trace) / MEGA);
        List<SystemCalls.Call> calls;
        try (var lines = Files.lines(trace, StandardCharsets.ISO_8859_1)) {
            calls = SystemCalls.read(lines);
        }
        return report(injected, tally, proofs(calls, tally), calls);
    }

    /// The sender of a message, which only its envelope has.
    static String sender(Tally tally, int number) { return "of" + tally.round() + "-" + number + "@sender.test"; }

    /// Looks at each message in turn.
    static List<Proof> proofs(List<SystemCalls.Call> calls, Tally tally) {
        Pattern field = Pattern.compile(Tally.FIELD + ": " + tally.round() + "-(\\d+)\\\\r\\\\n");
        var read = byNumber(calls, field, call -> call.isRead() && !call.isFile());
        var contents = byNumber(calls, field, call -> call.isWrite() && call.isFile());
        var envelopes = byNumber(calls, Pattern.compile("of" + tally.round() + "-(\\d+)@sender\\.test"),
                call -> call.isWrite() && call.isFile());
        var syncs = calls.stream().filter(call -> call.isSync() && call.worked())
                .collect(Collectors.groupingBy(SystemCalls.Call::file));
        var said = calls.stream().filter(call -> call.isWrite() && !call.isFile())
                .collect(Collectors.groupingBy(SystemCalls.Call::file));
        var proofs = new ArrayList<Proof>();
        read.forEach((number, reads) -> {
            var from = reads.getFirst();
            var reply = said.getOrDefault(from.file(), List.of()).stream()
                    .filter(call -> call.begin() > from.begin()).findFirst();
            int replied = reply.map(SystemCalls.Call::begin).orElse(Integer.MAX_VALUE);
            proofs.add(new Proof(number, reply.map(call -> answer(call.text())).orElse(Answer.NONE),
                    synced(contents.getOrDefault(number, List.of()), syncs, replied),
                    synced(envelopes.getOrDefault(number, List.of()), syncs, replied)));
        });
        return proofs;
    }

    /// The calls that tell of each message, in their order.
    private static TreeMap<Integer, List<SystemCalls.Call>> byNumber(List<SystemCalls.Call> calls, Pattern mark,
            Predicate<SystemCalls.Call> wanted) {
        var found = new TreeMap<Integer, List<SystemCalls.Call>>();
        calls.stream().filter(wanted).forEach(call -> mark.matcher(call.text()).results()
                .map(one -> Integer.valueOf(one.group(1))).distinct()
                .forEach(number -> found.computeIfAbsent(number, _ -> new ArrayList<>()).add(call)));
        return found;
    }

    /// Whether a sync of the same file began behind one of the writes and was over before the reply.
    private static boolean synced(List<SystemCalls.Call> writes, Map<String, List<SystemCalls.Call>> syncs,
            int replied) {
        return writes.stream().anyMatch(write -> syncs.getOrDefault(write.file(), List.of()).stream()
                .anyMatch(sync -> sync.begin() > write.end() && sync.end() < replied));
    }

    private static Answer answer(String text) {
        return switch (text.charAt(text.indexOf('"') + 1)) {
            case '2' -> Answer.TAKEN;
            case '4' -> Answer.LATER;
            default -> Answer.NEVER;
        };
    }

    private static String report(Injector.Injected injected, Tally tally, List<Proof> proofs,
            List<SystemCalls.Call> calls) {
        var taken = proofs.stream().filter(proof -> proof.answer() == Answer.TAKEN).toList();
        var text = new StringBuilder(String.format(Locale.ROOT, "%d messages submitted, %d accepted, %d refused, "
                + "%d connections broken; %d arrived, %d of the accepted are not here yet%n%n", tally.messages(),
                injected.accepted(), injected.refused(), injected.broken(), tally.arrived(), tally.missing().size()));
        text.append("| of those answered 250 | messages |\n|---|--:|\n");
        text.append(line("all that the trace shows", taken.size()));
        text.append(line("content written to a file, and that synced without error before the reply",
                taken.stream().filter(Proof::content).count()));
        text.append(line("envelope written to a file, and that synced without error before the reply",
                taken.stream().filter(Proof::envelope).count()));
        text.append(line("NOT PROVEN SAFE", taken.stream().filter(proof -> !proof.safe()).count()));
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
        int from = calls.stream().filter(call -> call.isRead() && call.text().contains(field))
                .mapToInt(SystemCalls.Call::begin).min().orElse(0);
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
