package org.sternpost.cmdlets.pipeline;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A file that is seen whole or not at all: written beside its place and renamed at the end.
///
/// What is no plain file, such as a device or a named pipe, is written as it is: nothing takes its place.
public final class WholeFile implements AutoCloseable {

    private final Path target;
    private final @Nullable Path draft;
    private final BufferedWriter writer;
    private final boolean append;
    private boolean complete;

    private WholeFile(Path target, @Nullable Path draft, BufferedWriter writer, boolean append) {
        this.target = target;
        this.draft = draft;
        this.writer = writer;
        this.append = append;
    }

    /// @param append what is written comes after what the file holds
    public static WholeFile open(Path path, boolean append) throws IOException {
        Path target = path.toAbsolutePath();
        if (Files.isDirectory(target)) throw new IOException("it is a directory");
        if (Files.exists(target) && !Files.isRegularFile(target))
            return new WholeFile(target, null, Files.newBufferedWriter(target, StandardOpenOption.WRITE), append);
        // A link goes on pointing to its file.
        if (Files.exists(target)) target = target.toRealPath();
        Path draft = Files.createTempFile(target.getParent(), "." + target.getFileName(), ".part");
        return new WholeFile(target, draft, Files.newBufferedWriter(draft), append);
    }

    public void line(String line) throws IOException {
        writer.write(line);
        writer.write('\n');
    }

    /// Everything was written: the file takes its place.
    public void keep() { complete = true; }

    @Override
    public void close() throws IOException {
        Path written = draft;
        try {
            writer.close();
            if (written == null || !complete) return;
            if (append)
                Files.writeString(target, Files.readString(written), StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            else
                Files.move(written, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            if (written != null) Files.deleteIfExists(written);
        }
    }

    /// Why a file could not be written, without its name, which the caller says.
    public static String why(IOException broken) {
        return switch (broken) {
            case NoSuchFileException _ -> "there is no such directory";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException failed when failed.getReason() instanceof String reason -> reason;
            default -> String.valueOf(broken.getMessage());
        };
    }
}
