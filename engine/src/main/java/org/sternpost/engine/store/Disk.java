package org.sternpost.engine.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/// What is asked of the disk besides the database, apart so that a test can be one that is slow, full or crashing.
public interface Disk {

    /// The machine's own.
    Disk REAL = new Disk() {};

    default void write(RandomAccessFile file, long offset, byte[] octets, int length) throws IOException {
        file.seek(offset);
        file.write(octets, 0, length);
    }

    /// A file that exists, for reading.
    default RandomAccessFile open(Path file) throws IOException { return new RandomAccessFile(file.toFile(), "r"); }

    /// Octets from where the file stands, -1 at its end.
    default int read(RandomAccessFile file, byte[] octets, int length) throws IOException {
        return file.read(octets, 0, length);
    }

    /// Returns once everything written is on the platter.
    default void sync(RandomAccessFile file) throws IOException { file.getChannel().force(false); }

    /// Octets that may still be written to the disk of a directory; 0 when the system does not tell.
    default long usableSpace(Path directory) { return directory.toFile().getUsableSpace(); }
}
