package org.sternpost.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.util.zip.CRC32C;

/// The octets of one body within its segment; its end is reached only if they are those that were kept.
final class SegmentStream extends InputStream {

    private static final int BUFFER_OCTETS = 32 << 10;

    private final RandomAccessFile file;
    private final Segments.Reference body;
    private final CRC32C crc = new CRC32C();
    private final byte[] buffer;
    private long left;
    private int position;
    private int limit;

    SegmentStream(RandomAccessFile file, Segments.Reference body) throws IOException {
        this.file = file;
        this.body = body;
        this.left = body.length();
        this.buffer = new byte[(int) Math.min(BUFFER_OCTETS, Math.max(1, body.length()))];
        file.seek(body.offset());
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
        int n = file.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (n < 0) throw new IOException("segment " + body.segment() + " ends inside body " + body.id());
        crc.update(buffer, 0, n);
        left -= n;
        if (left == 0) check();
        position = 0;
        limit = n;
        return true;
    }

    private void check() throws IOException {
        if (crc.getValue() != body.crc())
            throw new IOException("body " + body.id() + " in segment " + body.segment()
                    + " is not what was kept: its checksum differs");
    }
}
