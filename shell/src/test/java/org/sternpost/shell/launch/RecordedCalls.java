package org.sternpost.shell.launch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sternpost.engine.time.Patience;

/// What a process asked of the files below one folder, call by call, as `strace` writes it down.
final class RecordedCalls {

    /// Whatever changes files or names, or makes such a change durable. `mmap` is there to notice what would be missed.
    private static final List<String> NAMES = List.of("open", "openat", "creat", "close", "lseek", "write", "pwrite64",
            "writev", "pwritev", "pwritev2", "ftruncate", "truncate", "fallocate", "rename", "renameat", "renameat2",
            "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "fsync",
            "fdatasync", "sync", "syncfs", "copy_file_range", "sendfile", "mmap", "dup", "dup2", "dup3", "clone",
            "clone3", "fork", "vfork");
    private static final String SCRATCH = "/native/"; // the library of SQLite's driver, unpacked anew by each process
    private static final int TEXT_OCTETS_MAX = 1 << 20; // no write is longer; a text that was cut is an error
    private static final Pattern LINE = Pattern.compile("(\\d+) +(\\d+)\\.(\\d{6}) (.*)", Pattern.DOTALL);
    private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. (\\w+) resumed>(.*)", Pattern.DOTALL);
    private static final Pattern BIRTH = Pattern.compile("(\\d+) +[\\d.]+ (?:<\\.\\.\\. )?v?(?:fork|clone3?)\\b(.*?)"
            + "(?:\\) += (\\d+).*| <unfinished \\.\\.\\.>)");
    private static final long LOOK_AGAIN_NANOS = 10_000_000;
    private static final String UNFINISHED = " <unfinished ...>";
    private static final Pattern RESULT = Pattern.compile(".*\\) += (-?\\d+)[^)]*(\\([^)]*\\))?", Pattern.DOTALL);
    private static final Pattern DESCRIPTOR = Pattern.compile("(\\d+)<");

    /// One call. Arguments are as strace prints them.
    record Call(String name, String arguments) {

        /// The number of the n-th descriptor, from 0.
        int descriptor(int n) {
            Matcher number = DESCRIPTOR.matcher(arguments);
            for (int i = 0; i <= n; i++)
                if (!number.find()) throw new IllegalStateException("no descriptor " + n + " in " + this);
            return Integer.parseInt(number.group(1));
        }

        /// The last argument.
        long last() {
            String text = arguments.endsWith(")") ? arguments.substring(0, arguments.length() - 1) : arguments;
            return Long.decode(text.substring(text.lastIndexOf(',') + 1).strip());
        }

        /// All texts between quotes: one name, two names, or the pieces of what is written.
        List<byte[]> texts() {
            var texts = new ArrayList<byte[]>();
            for (int at = arguments.indexOf('"'); at >= 0; at = arguments.indexOf('"', at)) {
                var octets = new ByteArrayOutputStream();
                at = unquoted(at + 1, octets);
                if (arguments.startsWith("...", at)) throw new IllegalStateException("strace cut a text of " + name);
                texts.add(octets.toByteArray());
            }
            return texts;
        }

        /// The n-th name, made absolute by the folder of its descriptor where there is one.
        String path(int n) {
            String text = new String(texts().get(n), StandardCharsets.UTF_8);
            if (text.startsWith("/")) return Path.of(text).normalize().toString();
            Matcher folder = Pattern.compile("<([^>]*)>").matcher(arguments);
            for (int i = 0; i <= n; i++)
                if (!folder.find()) throw new IllegalStateException("no folder for " + text + " in " + this);
            return Path.of(folder.group(1), text).normalize().toString();
        }

        /// @return the place behind the closing quote
        private int unquoted(int from, ByteArrayOutputStream octets) {
            int at = from;
            while (arguments.charAt(at) != '"') {
                char c = arguments.charAt(at++);
                if (c != '\\') {
                    octets.write(c);
                    continue;
                }
                char escaped = arguments.charAt(at++);
                if (escaped >= '0' && escaped <= '7') {
                    int value = escaped - '0';
                    for (int i = 0; i < 2 && isOctal(arguments.charAt(at)); i++)
                        value = value * 8 + arguments.charAt(at++) - '0';
                    octets.write(value);
                } else
                    octets.write(switch (escaped) {
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case 't' -> '\t';
                        case 'v' -> 0x0b;
                        case 'f' -> '\f';
                        case '"', '\\' -> escaped;
                        default -> throw new IllegalStateException("strace's escape \\" + escaped + " is not known");
                    });
            }
            return at + 1;
        }

        private static boolean isOctal(char c) { return c >= '0' && c <= '7'; }
    }

    /// A call begins, or ends with a result; what has begun and not ended may be done, in whole or in part.
    record Moment(Instant at, Call call, Optional<Long> result) {}

    private final String folder;
    private final List<Moment> moments = new ArrayList<>();
    private final Map<String, Call> open = new HashMap<>();
    private final Map<String, String> born = new HashMap<>(); // of whom, while the call is under way
    private final Set<String> others = new HashSet<>(); // child processes: they close files that stay open here

    private RecordedCalls(String folder) { this.folder = folder; }

    /// Runs the rest of a command and records it. The command keeps its own process id; `strace` ends after it.
    static List<String> recorder(String strace, Path trace) {
        return List.of(strace, "-D", "-f", "--seccomp-bpf", "-ttt", "-yy", "-s", String.valueOf(TEXT_OCTETS_MAX), "-e",
                "trace=" + String.join(",", NAMES), "-e", "signal=none", "-o", trace.toString());
    }

    /// Moments of calls about files below a folder, or about the folder itself, in their order.
    static List<Moment> read(Path trace, Path folder) throws IOException {
        awaitWhole(trace);
        var calls = new RecordedCalls(folder.toString());
        // A child may say something before its parent says that there is one.
        try (Stream<String> lines = Files.lines(trace, StandardCharsets.ISO_8859_1)) {
            lines.forEachOrdered(calls::child);
        }
        try (Stream<String> lines = Files.lines(trace, StandardCharsets.ISO_8859_1)) {
            lines.forEachOrdered(calls::line);
        }
        return calls.moments;
    }

    /// `strace` may still write what it saw of a process that has ended.
    private static void awaitWhole(Path trace) throws IOException {
        long end = System.nanoTime() + Patience.AMPLE.toNanos();
        while (isOpen(trace.toRealPath())) {
            if (System.nanoTime() > end) throw new IOException("strace does not end; it writes " + trace);
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private static boolean isOpen(Path file) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes.anyMatch(process -> {
                try (Stream<Path> open = Files.list(process.resolve("fd"))) {
                    return open.anyMatch(one -> leadsTo(one, file));
                } catch (IOException | UncheckedIOException _) {
                    return false; // no process, one that has gone, or somebody else's
                }
            });
        }
    }

    private static boolean leadsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException _) {
            return false; // closed meanwhile
        }
    }

    private void child(String text) {
        Matcher birth = BIRTH.matcher(text);
        if (!birth.matches()) return;
        String arguments = born.getOrDefault(birth.group(1), "") + birth.group(2);
        if (text.endsWith(UNFINISHED)) born.put(birth.group(1), arguments);
        else {
            born.remove(birth.group(1));
            if (!arguments.contains("CLONE_FILES")) others.add(birth.group(3));
        }
    }

    private void line(String text) {
        Matcher line = LINE.matcher(text);
        if (!line.matches()) return;
        String thread = line.group(1);
        if (others.contains(thread)) return;
        var at = Instant.ofEpochSecond(Long.parseLong(line.group(2)), Long.parseLong(line.group(3)) * 1_000);
        String call = line.group(4);
        Matcher resumed = RESUMED.matcher(call);
        if (resumed.matches()) {
            Call known = open.remove(thread);
            if (known != null) end(at, known, resumed.group(2));
        } else if (call.indexOf('(') > 0 && isBelow(call)) {
            int behindName = call.indexOf('(');
            boolean unfinished = call.endsWith(UNFINISHED);
            String rest = call.substring(behindName + 1, unfinished
                    ? call.length() - UNFINISHED.length()
                    : call.lastIndexOf(") "));
            var begun = new Call(call.substring(0, behindName), rest);
            moments.add(new Moment(at, begun, Optional.empty()));
            if (unfinished) open.put(thread, begun);
            else
                end(at, begun, call.substring(call.lastIndexOf(") ")));
        }
    }

    /// Names of files stand in quotes, those of descriptors in angles; what is written elsewhere may have the folder's
    /// name in it.
    private boolean isBelow(String call) {
        if (call.startsWith("sync(")) return true;
        if (!call.contains(folder) || call.contains(folder + SCRATCH)) return false;
        String first = call.substring(call.indexOf('(') + 1);
        return !Character.isDigit(first.charAt(0)) || first.startsWith("<" + folder, first.indexOf('<'));
    }

    /// A call that never came back, as its process was killed, has not ended: nobody knows what it did. strace says so
    /// by `= ?`, or by an error that no system has: `= -1 (errno 18446744073709551598)`.
    private void end(Instant at, Call call, String text) {
        Matcher result = RESULT.matcher(text);
        if (text.contains("= -1 (errno ")) return;
        if (result.matches()) moments.add(new Moment(at, call, Optional.of(Long.parseLong(result.group(1)))));
    }
}
