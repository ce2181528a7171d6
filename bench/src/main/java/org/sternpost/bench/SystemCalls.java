package org.sternpost.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The system calls of a process, as `strace -f -yy` wrote them down, in the order in which they began and ended.
final class SystemCalls {

    /// One call. `begin` and `end` are lines of the trace: what ends on an earlier line than another begins was over
    /// by then.
    ///
    /// @param file the descriptor's file or connection, as strace names it; empty if there is none
    /// @param text everything between the parentheses, escaped as strace does
    record Call(String name, String file, String text, int begin, int end, String result) {

        boolean isSync() { return name.equals("fsync") || name.equals("fdatasync"); }

        boolean isWrite() { return name.contains("write") || name.startsWith("send"); }

        boolean isRead() { return name.contains("read") || name.startsWith("recv"); }

        boolean isFile() { return file.startsWith("/"); }

        boolean worked() { return !result.startsWith("-1"); }
    }

    private static final Pattern WHOLE = Pattern.compile("(\\d+) +(\\w+)\\((.*)\\) += (.*)");
    private static final Pattern BEGUN = Pattern.compile("(\\d+) +(\\w+)\\((.*) <unfinished \\.\\.\\.>");
    private static final Pattern ENDED = Pattern.compile("(\\d+) +<\\.\\.\\. (\\w+) resumed>(.*)\\) += (.*)");
    private static final Pattern CONNECTION = Pattern.compile("\\d+<TCP(v6)?:");
    private static final Pattern FILE = Pattern.compile("\\d+<(.*?)>[,)]?.*");

    private record Open(String name, String text, int begin) {}

    private final List<Call> calls = new ArrayList<>();
    private final Map<String, Open> open = new HashMap<>();
    private int line;

    static List<Call> read(Stream<String> lines) {
        var calls = new SystemCalls();
        lines.forEachOrdered(calls::line);
        calls.calls.sort(java.util.Comparator.comparingInt(Call::begin));
        return calls.calls;
    }

    private void line(String text) {
        line++;
        var begun = BEGUN.matcher(text);
        var ended = ENDED.matcher(text);
        var whole = WHOLE.matcher(text);
        if (begun.matches()) {
            open.put(begun.group(1), new Open(begun.group(2), begun.group(3), line));
        } else if (ended.matches()) {
            var known = open.remove(ended.group(1));
            if (known != null) add(known.name(), known.text() + ended.group(3), known.begin(), ended.group(4));
        } else if (whole.matches()) {
            add(whole.group(2), whole.group(3), line, whole.group(4));
        }
    }

    private void add(String name, String text, int begin, String result) {
        var file = FILE.matcher(text);
        // A connection is written as TCP:[here->there] or TCPv6:[...], with a > of its own.
        String of = CONNECTION.matcher(text).lookingAt()
                ? text.substring(text.indexOf('<') + 1, text.indexOf("]>") + 1)
                : file.matches() ? file.group(1) : "";
        calls.add(new Call(name, of, text, begin, line, result));
    }
}
