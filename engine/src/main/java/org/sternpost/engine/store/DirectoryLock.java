package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Keeps a data directory for one engine; the system gives it back when the process ends, however it ends.
public final class DirectoryLock implements AutoCloseable {

    private static final String NAME = "engine.lock";
    private static final Duration ROUNDING = Duration.ofSeconds(2); // of start times and of file times

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) { this.channel = channel; }

    /// @throws DirectoryInUseException if an engine has it
    static DirectoryLock take(Path directory) throws IOException {
        Path path = OwnerOnly.file(directory.resolve(NAME));
        var channel = FileChannel.open(path, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new DirectoryInUseException(directory, Files.readString(path).strip());
        }
        channel.truncate(0);
        String pid = Long.toString(ProcessHandle.current().pid());
        channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
        return new DirectoryLock(channel);
    }

    /// The living process that has a directory; what a killed one has written is no sign of life.
    public static Optional<Long> owner(Path directory) {
        try {
            Path path = directory.resolve(NAME);
            String pid = Files.readString(path).strip();
            if (!pid.matches("[1-9]\\d{0,17}")) return Optional.empty();
            Instant written = Files.getLastModifiedTime(path).toInstant();
            // A process that began after the file was written has got the number of another one that is gone.
            return ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive)
                    .filter(process -> process.info().startInstant()
                            .map(began -> !began.isAfter(written.plus(ROUNDING))).orElse(true))
                    .map(ProcessHandle::pid);
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        channel.truncate(0);
        channel.close();
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // An engine in this very process.
        }
    }

    /// Another engine owns the data directory.
    static final class DirectoryInUseException extends IOException {

        private static final long serialVersionUID = 1L;

        DirectoryInUseException(Path directory, String pid) {
            super("the data directory " + directory + " is in use by the engine with process id "
                    + (pid.isEmpty() ? "unknown" : pid) + "; stop it or give this one another dataDirectory");
        }
    }
}
