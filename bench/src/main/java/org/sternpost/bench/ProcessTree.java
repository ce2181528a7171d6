package org.sternpost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A process with all its descendants, as `/proc` shows them.
record ProcessTree(long root) {

    private static final Path PROC = Path.of("/proc");
    private static final double TICKS_A_SECOND = 100; // USER_HZ of Linux, the same on every machine that Java runs on
    // Fields of /proc/PID/stat behind the name, which may hold blanks itself (proc(5)); counted from the state.
    private static final int PARENT = 1;
    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int ENDED_USER = 13;
    private static final int ENDED_SYSTEM = 14;

    private record Stat(String name, String[] fields) {
        long number(int field) { return Long.parseLong(fields[field]); }
    }

    /// Seconds of CPU of all of them, with those of children that have ended.
    double cpuSeconds() {
        double ticks = 0;
        for (Stat stat : members().values())
            ticks += stat.number(USER) + stat.number(SYSTEM) + stat.number(ENDED_USER) + stat.number(ENDED_SYSTEM);
        return ticks / TICKS_A_SECOND;
    }

    /// Of the root alone, without its children.
    double ownCpuSeconds() {
        return stat(PROC.resolve(root + "/stat"))
                .map(stat -> (stat.number(USER) + stat.number(SYSTEM)) / TICKS_A_SECOND)
                .orElse(0.0);
    }

    /// Proportional set size of all: what is shared counts once.
    long pssBytes() {
        long kilobytes = 0;
        for (long pid : members().keySet())
            kilobytes += pssKilobytes(pid);
        return kilobytes * 1024;
    }

    int size() { return members().size(); }

    /// Seconds of CPU by name of thread, of the root alone, as long as its threads live.
    Map<String, Double> cpuSecondsByThread() {
        var seconds = new TreeMap<String, Double>();
        for (Path task : list(PROC.resolve(root + "/task")))
            stat(task.resolve("stat")).ifPresent(stat -> seconds.merge(stat.name(),
                    (stat.number(USER) + stat.number(SYSTEM)) / TICKS_A_SECOND, Double::sum));
        return seconds;
    }

    private Map<Long, Stat> members() {
        var all = new HashMap<Long, Stat>();
        var children = new HashMap<Long, List<Long>>();
        for (Path folder : list(PROC)) {
            String name = folder.getFileName().toString();
            if (!Character.isDigit(name.charAt(0))) continue;
            stat(folder.resolve("stat")).ifPresent(stat -> {
                all.put(Long.valueOf(name), stat);
                children.computeIfAbsent(stat.number(PARENT), _ -> new ArrayList<>()).add(Long.valueOf(name));
            });
        }
        var members = new HashMap<Long, Stat>();
        var open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            long pid = open.pop();
            var stat = all.get(pid);
            if (stat == null) continue;
            members.put(pid, stat);
            open.addAll(children.getOrDefault(pid, List.of()));
        }
        return members;
    }

    private static Optional<Stat> stat(Path file) {
        try {
            String text = Files.readString(file);
            int open = text.indexOf('(');
            int close = text.lastIndexOf(')');
            return Optional.of(new Stat(text.substring(open + 1, close), text.substring(close + 2).split(" ")));
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    private static long pssKilobytes(long pid) {
        try {
            for (String line : Files.readAllLines(PROC.resolve(pid + "/smaps_rollup")))
                if (line.startsWith("Pss:")) return Long.parseLong(line.replaceAll("\\D", ""));
            return 0;
        } catch (IOException ended) {
            return 0;
        }
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        } catch (IOException ended) {
            return List.of();
        }
    }
}
