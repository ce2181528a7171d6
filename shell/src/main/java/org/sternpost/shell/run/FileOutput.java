package org.sternpost.shell.run;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.sternpost.shell.render.Format;

/// The file after `>`: written beside it and renamed, so that a failure leaves the old one.
final class FileOutput implements AutoCloseable {

    private final Path target;
    private final Path written;
    private final BufferedWriter writer;
    private final boolean append;
    private boolean complete;

    private FileOutput(Path target, Path written, BufferedWriter writer, boolean append) {
        this.target = target;
        this.written = written;
        this.writer = writer;
        this.append = append;
    }

    static FileOutput open(String name, boolean append) throws IOException {
        Path target = Path.of(name).toAbsolutePath();
        Path written = Files.createTempFile(target.getParent(), "." + target.getFileName(), ".part");
        return new FileOutput(target, written, Files.newBufferedWriter(written), append);
    }

    /// By the ending of the name.
    static Format format(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".json")) return Format.JsonArray;
        if (lower.endsWith(".jsonl")) return Format.Json;
        return lower.endsWith(".csv") ? Format.Csv : Format.Text;
    }

    void line(String line) {
        try {
            writer.write(line);
            writer.write('\n');
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    /// Everything was written: the file takes its place.
    void keep() { complete = true; }

    @Override
    public void close() throws IOException {
        writer.close();
        if (!complete) {
            Files.deleteIfExists(written);
        } else if (append) {
            Files.writeString(target, Files.readString(written), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            Files.delete(written);
        } else {
            Files.move(written, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
