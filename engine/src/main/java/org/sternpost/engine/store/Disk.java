package org.sternpost.engine.store;

import java.io.IOException;
import java.io.RandomAccessFile;

/// The two things asked of a segment file, apart so that a test can be a disk that is slow, full or crashing.
interface Disk {

    /// The machine's own.
    Disk REAL = new Disk() {};

    default void write(RandomAccessFile file, long offset, byte[] octets, int length) throws IOException {
        file.seek(offset);
        file.write(octets, 0, length);
    }

    /// Returns once everything written is on the platter.
    default void sync(RandomAccessFile file) throws IOException { file.getChannel().force(false); }
}
