package org.sternpost.shell.launch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.store.OwnerOnly;

/// What an engine inside a shell logs: a file beside its data, for its owner alone, that never outgrows its limit.
///
/// `engine.log` is the youngest, `engine.log.1` the one before it. A line that the disk does not take is counted, and
/// told of when it takes lines again; the engine goes on.
final class EngineLog implements LogQueue.Sink {

    private static final long FILE_OCTETS_MAX = 10L << 20;
    private static final int OLDER_FILES = 4;

    private final Path file;
    private final long octetsMax;
    private @Nullable OutputStream out;
    private long octets;
    private long lost;

    /// @throws IOException if nothing can be written there
    EngineLog(Path file) throws IOException { this(file, FILE_OCTETS_MAX); }

    EngineLog(Path file, long octetsMax) throws IOException {
        this.file = file;
        this.octetsMax = octetsMax;
        open();
    }

    @Override
    public void write(List<byte[]> lines) {
        var together = new ArrayList<byte[]>();
        long size = octets;
        for (byte[] line : lines) {
            if (size > 0 && size + line.length > octetsMax) {
                append(together);
                together.clear();
                size = 0;
            }
            together.add(line);
            size += line.length;
        }
        append(together);
    }

    /// Writes lines of which all but the first fit into the same file.
    private void append(List<byte[]> lines) {
        if (lines.isEmpty()) return;
        try {
            if (octets > 0 && octets + lines.stream().mapToLong(line -> line.length).sum() > octetsMax) rotate();
            OutputStream to = out == null ? open() : out;
            if (lost > 0) write(to, LogQueue.lost(lost));
            lost = 0;
            write(to, LogQueue.joined(lines));
        } catch (IOException full) {
            lost += lines.size();
        }
    }

    @Override
    public void close() {
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
