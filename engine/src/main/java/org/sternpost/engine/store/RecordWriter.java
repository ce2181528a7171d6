package org.sternpost.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.util.zip.CRC32C;
import org.sternpost.engine.store.journal.RecordFrame;

/// Writes one record into its place in a segment: a short one at once.
final class RecordWriter {

    private static final int BUFFER_OCTETS = 64 << 10;

    private final Disk disk;
    private final RandomAccessFile file;
    private final byte[] buffer;
    private long at;
    private int gathered;

    /// @param at where it begins
    RecordWriter(Disk disk, RandomAccessFile file, long at, RecordFrame frame) {
        this.disk = disk;
        this.file = file;
        this.at = at;
        this.buffer = new byte[(int) Math.min(BUFFER_OCTETS, frame.octets())];
    }

    /// @param before all that stands before the content
    /// @return the checksum of the content
    long write(byte[] before, RecordFrame frame, Content content) throws IOException {
        put(before, 0, before.length);
        var crc = new CRC32C();
        long left = content.size();
        try (InputStream octets = content.open()) {
            while (left > 0) {
                if (gathered == buffer.length) flush();
                int n = octets.read(buffer, gathered, (int) Math.min(left, buffer.length - gathered));
                if (n < 0) break;
                crc.update(buffer, gathered, n);
                gathered += n;
                left -= n;
            }
            if (left > 0 || octets.read() >= 0)
                throw new IOException("a body of " + content.size() + " octets gave another number of them");
        }
        byte[] behind = frame.behind(crc.getValue());
        put(behind, 0, behind.length);
        flush();
        return crc.getValue();
    }

    /// The whole record, where it was short; to be asked once it is written.
    byte[] inMemory(RecordFrame frame) {
        return buffer.length == frame.octets() ? buffer : Segments.Written.NOT_IN_MEMORY;
    }

    private void put(byte[] octets, int offset, int length) throws IOException {
        for (int done = 0; done < length;) {
            if (gathered == buffer.length) flush();
            int n = Math.min(length - done, buffer.length - gathered);
            System.arraycopy(octets, offset + done, buffer, gathered, n);
            gathered += n;
            done += n;
        }
    }

    private void flush() throws IOException {
        synchronized (file) {
            disk.write(file, at, buffer, gathered);
        }
        at += gathered;
        gathered = 0;
    }
}
