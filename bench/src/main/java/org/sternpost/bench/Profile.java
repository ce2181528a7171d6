package org.sternpost.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/// Where the engine's CPU went in one run, by Java Flight Recorder's samples of CPU time (native code included).
///
/// @param subjects of the warm phase: what was done, and how many samples
/// @param methods  of the warm phase: innermost methods
record Profile(String of, long coldSamples, long warmSamples, Map<String, Long> subjects, Map<String, Long> methods) {

    /// Where the recording lies in the directory of a run.
    static final String FILE = "engine.jfr";

    private static final String EVENT = "jdk.CPUTimeSample";
    private static final int SUBJECTS_MAX = 25;
    private static final int METHODS_MAX = 25;
    /// The first that fits a frame, from the innermost outwards, names the subject. A frame's name is its class,
    /// `.`, method.
    private static final Map<String, String> SUBJECTS = knownSubjects();

    /// Options of the JVM that make the recording.
    static String options(Path file) {
        return "-XX:StartFlightRecording=filename=" + file + ",settings=profile,dumponexit=true," + EVENT
                + "#enabled=true," + EVENT + "#throttle=5ms -Xlog:jfr*=off";
    }

    static Profile read(String of, Path file, Measurement.Times times) throws IOException {
        var subjects = new HashMap<String, Long>();
        var methods = new HashMap<String, Long>();
        long cold = 0;
        long warm = 0;
        try (var recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                if (!event.getEventType().getName().equals(EVENT)) continue;
                Instant at = event.getStartTime();
                if (at.isBefore(times.cold())) {
                    cold++;
                } else if (at.isBefore(times.warm())) {
                    warm++;
                    List<RecordedFrame> frames = event.getStackTrace() == null
                            ? List.of()
                            : event.getStackTrace().getFrames();
                    subjects.merge(subject(frames), 1L, Long::sum);
                    methods.merge(frames.isEmpty() ? "(no stack)" : name(frames.getFirst()), 1L, Long::sum);
                }
            }
        }
        return new Profile(of, cold, warm, top(subjects, SUBJECTS_MAX), top(methods, METHODS_MAX));
    }

    String markdown() {
        var text = new StringBuilder("CPU of Sternpost's Java threads, " + of + ", warm: " + warmSamples
                + " samples (cold: " + coldSamples + ")\n\n| subject | share |\n|---|--:|\n");
        subjects.forEach((name, count) -> text.append(line(name, count)));
        text.append("\n| innermost method | share |\n|---|--:|\n");
        methods.forEach((name, count) -> text.append(line(name, count)));
        return text.toString();
    }

    private String line(String name, long count) {
        return String.format(Locale.ROOT, "| %s | %.1f %% |%n", name, 100.0 * count / Math.max(1, warmSamples));
    }

    static String subject(List<RecordedFrame> frames) {
        for (RecordedFrame frame : frames) {
            String name = name(frame);
            for (var known : SUBJECTS.entrySet())
                if (name.startsWith(known.getKey())) return known.getValue();
        }
        return frames.isEmpty() ? "(no stack)" : "other: " + packageOf(name(frames.getLast()));
    }

    private static String name(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }

    private static String packageOf(String method) {
        int name = method.lastIndexOf('.');
        int type = method.lastIndexOf('.', name - 1);
        return type < 0 ? method : method.substring(0, type);
    }

    private static Map<String, Long> top(Map<String, Long> counts, int most) {
        var top = new LinkedHashMap<String, Long>();
        counts.entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(most).forEach(one -> top.put(one.getKey(), one.getValue()));
        return top;
    }

    private static Map<String, String> knownSubjects() {
        var known = new LinkedHashMap<String, String>();
        known.put("org.sqlite.core.NativeDB.prepare", "SQLite: preparing statements");
        known.put("org.sqlite.core.NativeDB._exec", "SQLite: begin and commit");
        known.put("org.sqlite.", "SQLite: running statements");
        known.put("sun.security.ssl.SSLSocketInputRecord", "TLS: records");
        known.put("sun.security.ssl.SSLSocketOutputRecord", "TLS: records");
        known.put("sun.security.ssl.SSLSocketImpl.startHandshake", "TLS: handshakes");
        known.put("sun.security.ssl.HandshakeContext", "TLS: handshakes");
        known.put("sun.security.ssl.SSLContextImpl", "TLS: contexts");
        known.put("org.bouncycastle.", "Bouncy Castle");
        known.put("org.xbill.DNS.", "DNS messages");
        known.put("java.util.regex.", "regular expressions");
        known.put("java.util.Formatter", "String.format");
        known.put("java.util.logging.", "logging");
        known.put("sun.nio.ch.FileDispatcherImpl", "files");
        known.put("sun.nio.ch.FileChannelImpl", "files");
        for (String name : List.of("smtp.server", "smtp.client", "intake", "queue", "schedule", "delivery", "trust",
                "dane",
                "mtasts", "dnssec", "dns", "certificate", "tls", "evidence", "store", "connector", "report", "tlsrpt",
                "mx", "dsn", "rollout", "control", "message", "mail"))
            known.put("org.sternpost.engine." + name + ".", "engine: " + name);
        return known;
    }
}
