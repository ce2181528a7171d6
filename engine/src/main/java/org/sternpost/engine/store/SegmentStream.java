package org.sternpost.engine.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.sternpost.engine.store.Segments.BodyDamagedException;

/// The octets of one body within its segment; its end is reached only if they are those that were kept.
final class SegmentStream extends InputStream {

    private static final int BUFFER_OCTETS = 32 << 10;

    private final RandomAccessFile file;
    private final Segments.Reference body;
    private final Disk disk;
    private final CRC32C crc = new CRC32C();
    private final byte[] buffer;
    private long left;
    private int position;
    private int limit;

    private SegmentStream(RandomAccessFile file, Segments.Reference body, Disk disk)
            throws IOException {
        this.file = file;
        this.body = body;
        this.disk = disk;
        this.left = body.length();
        this.buffer = new byte[(int) Math.min(BUFFER_OCTETS, Math.max(1, body.length()))];
        file.seek(body.offset());
    }

    static SegmentStream open(Path segment, Segments.Reference body, Disk disk)
            throws IOException {
        return disk.apart(() -> {
            RandomAccessFile file;
            try {
                file = disk.open(segment);
            } catch (FileNotFoundException refused) {
                // Java says so also of a file that it may not open now, as when too many are open.
                if (Files.notExists(segment)) throw new NoSuchFileException(segment.toString());
                throw refused;
            }
            try {
                return new SegmentStream(file, body, disk);
            } catch (IOException | RuntimeException failed) {
                file.close();
                throw failed;
            }
        });
    }

    @Override
    public int read() throws IOException {
        if (position == limit && !fill()) return -1;
        return buffer[position++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) return 0;
        if (position == limit && !fill()) return -1;
        int n = Math.min(length, limit - position);
        System.arraycopy(buffer, position, target, offset, n);
        position += n;
        return n;
    }

    @Override
    public int available() { return limit - position; }

    @Override
    public void close() throws IOException { file.close(); }

    /// Checks before it gives the last octets away: a small body that was altered gives none at all.
    private boolean fill() throws IOException {
        if (left == 0) {
            check();
            return false;
        }
        int wanted = (int) Math.min(buffer.length, left);
        int n = disk.<Integer>apart(() -> disk.read(file, buffer, wanted));
        if (n < 0) throw new BodyDamagedException("segment " + body.segment() + " ends inside body " + body.id());
        crc.update(buffer, 0, n);
        left -= n;
        if (left == 0) check();
        position = 0;
        limit = n;
        return true;
    }

    private void check() throws IOException {
        if (crc.getValue() != body.crc())
            throw new BodyDamagedException("body " + body.id() + " in segment " + body.segment()
                    + " is not what was kept: its checksum differs");
    }
}
