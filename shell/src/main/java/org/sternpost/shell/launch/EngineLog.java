package org.sternpost.shell.launch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.store.OwnerOnly;

/// What an engine inside a shell logs: a file beside its data, for its owner alone, that never outgrows its limit.
///
/// `engine.log` is the youngest, `engine.log.1` the one before it. A line that the disk does not take is counted, and
/// told of when it takes lines again; the engine goes on.
final class EngineLog extends Handler {

    private static final long FILE_OCTETS_MAX = 10L << 20;
    private static final int OLDER_FILES = 4;

    private final Path file;
    private final long octetsMax;
    private @Nullable OutputStream out;
    private long octets;
    private long lost;

    /// @throws IOException if nothing can be written there
    EngineLog(Path file, Formatter formatter) throws IOException { this(file, formatter, FILE_OCTETS_MAX); }

    EngineLog(Path file, Formatter formatter, long octetsMax) throws IOException {
        this.file = file;
        this.octetsMax = octetsMax;
        setFormatter(formatter);
        open();
    }

    @Override
    public synchronized void publish(LogRecord event) {
        if (!isLoggable(event)) return;
        byte[] line = getFormatter().format(event).getBytes(StandardCharsets.UTF_8);
        try {
            if (octets > 0 && octets + line.length > octetsMax) rotate();
            OutputStream to = out == null ? open() : out;
            if (lost > 0)
                write(to, ("event=log-lines-lost lines=" + lost + System.lineSeparator())
                        .getBytes(StandardCharsets.UTF_8));
            lost = 0;
            write(to, line);
        } catch (IOException full) {
            lost++;
        }
    }

    @Override
    public void flush() {
        // Each line goes to the system at once.
    }

    @Override
    public synchronized void close() {
        try {
            if (out != null) out.close();
        } catch (IOException late) {
            lost++; // Nobody is left to tell.
        } finally {
            out = null;
        }
    }

    private OutputStream open() throws IOException {
        OwnerOnly.file(file);
        OutputStream opened = Files.newOutputStream(file, StandardOpenOption.APPEND);
        octets = Files.size(file);
        out = opened;
        return opened;
    }

    private void write(OutputStream to, byte[] line) throws IOException {
        to.write(line);
        octets += line.length;
    }

    private void rotate() throws IOException {
        close();
        for (int age = OLDER_FILES; age > 0; age--)
            if (Files.exists(older(age - 1)))
                Files.move(older(age - 1), older(age), StandardCopyOption.REPLACE_EXISTING);
        open();
    }

    private Path older(int age) { return age == 0 ? file : file.resolveSibling(file.getFileName() + "." + age); }
}
