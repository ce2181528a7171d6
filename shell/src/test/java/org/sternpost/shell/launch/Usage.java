package org.sternpost.shell.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a process of an engine holds, and has used.
///
/// @param cpuSeconds since it started
/// @param memoryMb   resident, as the system counts it, before garbage is collected
/// @param heapMb     of Java's objects that live: after garbage was collected
/// @param bodiesMb   of mail on the disk
/// @param databaseMb on the disk, the trace of all that is gone among it
record Usage(double cpuSeconds, long memoryMb, double heapMb, int threads, int descriptors, long bodiesMb,
        long databaseMb) {

    static final Usage UNKNOWN = new Usage(0, 0, 0, 0, 0, 0, 0);
    private static final Pattern USED = Pattern.compile("garbage-first heap.* used (\\d+)K");
    private static final int SHIFT_MB = 20;
    private static final double TICKS_PER_SECOND = 100; // of /proc, on every Linux
    private static final int USER_TICKS = 11; // place of utime behind the name; stime is next

    /// @return unknown where the system has no `/proc`
    static Usage of(long pid, Path data) throws IOException, InterruptedException {
        Path process = Path.of("/proc", String.valueOf(pid));
        if (!Files.isDirectory(process)) return UNKNOWN;
        List<String> status = Files.readAllLines(process.resolve("status"));
        String stat = Files.readString(process.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        double cpu = (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1])) / TICKS_PER_SECOND;
        jcmd(pid, "GC.run");
        var used = USED.matcher(jcmd(pid, "GC.heap_info"));
        double heap = used.find() ? Long.parseLong(used.group(1)) / 1024.0 : Double.NaN;
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            long bodies = size(data.resolve("bodies"));
            return new Usage(cpu, value(status, "VmRSS:") >> 10, heap, (int) value(status, "Threads:"),
                    (int) descriptors.count(), bodies >> SHIFT_MB, (size(data) - bodies) >> SHIFT_MB);
        }
    }

    /// @param before when what is told of began
    String since(Usage before) {
        return String.format(Locale.ROOT, "%5.1f s of CPU, %4d MB resident, %5.1f MB of live heap, %3d threads, "
                + "%3d descriptors, %3d MB of bodies, %3d MB of database", cpuSeconds - before.cpuSeconds, memoryMb,
                heapMb, threads, descriptors, bodiesMb, databaseMb);
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), String.valueOf(pid), command).redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    private static long value(List<String> status, String name) {
        return status.stream().filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0);
    }

    private static long size(Path directory) throws IOException {
        long size = 0;
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path one : all.toList())
                try {
                    if (Files.isRegularFile(one)) size += Files.size(one);
                } catch (NoSuchFileException gone) {
                    // A segment that nobody needs is removed while we look.
                    continue;
                }
        }
        return size;
    }
}
