package org.sternpost.shell.launch;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Lines on their way to the log: in order, and never in the way of who logs.
///
/// A thread of its own writes them. After quiet it writes the first at once and then what gathers in a tenth of a
/// second; a warning, or the end, is not waited with. Where the lines go may take none, such as a pipe that nobody
/// reads: then as many as fit into the bound wait, and the rest is counted and told of. Mail does not wait for it.
final class LogQueue extends Handler {

    static final int OCTETS_MAX = 4 << 20; // about 20,000 lines
    private static final Duration GATHERED = Duration.ofMillis(100);
    private static final Duration STOP_MAX = Duration.ofSeconds(2); // for the last lines; a full pipe never takes them

    private final Sink sink;
    private final Thread writer;
    private final Object lock = new Object();
    private List<byte[]> waiting = new ArrayList<>(); // guarded by lock, as all that follows
    private long octets;
    private long lost;
    private boolean urgent;
    private boolean writing;
    private boolean gathering;
    private boolean closed;

    /// Where lines go. One thread's.
    interface Sink {
        /// Writes whole lines in order; what cannot be written is this one's to count.
        void write(List<byte[]> lines);

        void close();
    }

    LogQueue(Sink sink, Formatter formatter) {
        this.sink = sink;
        setFormatter(formatter);
        this.writer = Thread.ofPlatform().daemon().name("log").start(this::write);
    }

    /// What this process logs on standard error goes this way from now on.
    static void onStandardError() {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers())
            if (handler instanceof ConsoleHandler) {
                var queue = new LogQueue(sink(new FileOutputStream(FileDescriptor.err)), new LogLineFormatter());
                queue.setLevel(handler.getLevel());
                queue.setFilter(handler.getFilter());
                root.removeHandler(handler);
                root.addHandler(queue);
            } else
                handler.setFormatter(new LogLineFormatter());
    }

    /// A stream that stays open, as standard error does.
    static Sink sink(OutputStream out) {
        return new Sink() {
            @Override
            public void write(List<byte[]> lines) {
                try {
                    out.write(joined(lines));
                    out.flush();
                } catch (IOException gone) {
                    // Whoever read it has left; nobody else is there to be told.
                }
            }

            @Override
            public void close() {}
        };
    }

    static byte[] joined(List<byte[]> lines) {
        if (lines.size() == 1) return lines.getFirst();
        byte[] all = new byte[lines.stream().mapToInt(line -> line.length).sum()];
        int at = 0;
        for (byte[] line : lines) {
            System.arraycopy(line, 0, all, at, line.length);
            at += line.length;
        }
        return all;
    }

    static byte[] lost(long lines) {
        return ("event=log-lines-lost lines=" + lines + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void publish(LogRecord event) {
        if (!isLoggable(event)) return;
        byte[] line = getFormatter().format(event).getBytes(StandardCharsets.UTF_8);
        boolean now = event.getLevel().intValue() >= Level.WARNING.intValue();
        synchronized (lock) {
            if (closed) return;
            if (octets + line.length > OCTETS_MAX && !waiting.isEmpty()) {
                lost++;
                return;
            }
            if (lost > 0) waiting.add(lost(lost));
            lost = 0;
            boolean first = waiting.isEmpty();
            waiting.add(line);
            octets += line.length;
            urgent |= now;
            if (now || (gathering ? isMuch() : first)) lock.notifyAll();
        }
    }

    /// Waits until what was logged is written, but not for ever.
    @Override
    public void flush() {
        synchronized (lock) {
            urgent = true;
            lock.notifyAll();
            try {
                if (writing || !waiting.isEmpty()) lock.wait(STOP_MAX.toMillis());
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        try {
            writer.join(STOP_MAX);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try {
            for (List<byte[]> lines = next(); !lines.isEmpty(); lines = next()) {
                sink.write(lines);
                written();
            }
        } catch (InterruptedException never) {
            Thread.currentThread().interrupt(); // nobody has this thread
        } finally {
            sink.close();
        }
    }

    /// What is to be written next; nothing at the end.
    private List<byte[]> next() throws InterruptedException {
        synchronized (lock) {
            while (waiting.isEmpty() && !closed)
                lock.wait();
            if (lost > 0) waiting.add(lost(lost));
            lost = 0;
            List<byte[]> lines = waiting;
            waiting = new ArrayList<>();
            octets = 0;
            urgent = false;
            writing = true;
            return lines;
        }
    }

    private void written() throws InterruptedException {
        synchronized (lock) {
            writing = false;
            if (waiting.isEmpty()) lock.notifyAll();
            gathering = true;
            if (!urgent && !closed && !isMuch()) lock.wait(GATHERED.toMillis());
            gathering = false;
        }
    }

    private boolean isMuch() { return octets >= OCTETS_MAX / 2; }
}
