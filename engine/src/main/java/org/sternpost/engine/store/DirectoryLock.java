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
import org.jspecify.annotations.Nullable;

/// Keeps a data directory for one engine; the system gives it back when the process ends, however it ends.
final class DirectoryLock implements AutoCloseable {

    private static final String NAME = "engine.lock";

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) { this.channel = channel; }

    /// @throws DirectoryInUseException if an engine has it
    static DirectoryLock take(Path directory) throws IOException {
        Path path = directory.resolve(NAME);
        var channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new DirectoryInUseException(directory, Files.readString(path).strip());
        }
        channel.truncate(0);
        String pid = Long.toString(ProcessHandle.current().pid());
        channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
        return new DirectoryLock(channel);
    }

    @Override
    public void close() throws IOException { channel.close(); }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // An engine in this very process.
        }
    }
}
