package org.sternpost.engine.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.store.Segments.BodyDamagedException;

/// The octets of one body within its segment; its end is reached only if they are those that were kept.
///
/// The file is open only while octets are read of it: a host that takes a message slowly, or not at all, costs no file,
/// and thousands of them leave enough for those who bring mail. What was moved to another segment meanwhile is read
/// there.
final class SegmentStream extends InputStream {

    private static final int BUFFER_OCTETS = 32 << 10;

    private final CRC32C crc = new CRC32C();
    private final Segments.Reference body;
    private final Moved moved;
    private final Disk disk;
    private final byte[] buffer;
    private Place place;
    private long left;
    private int position;
    private int limit;
    private @Nullable BodyDamagedException damaged;

    /// Where a body starts.
    record Place(Path segment, long offset) {}

    /// Where one is that is no more where it was.
    @FunctionalInterface
    interface Moved {
        Moved NOWHERE = gone -> {
            throw gone;
        };

        /// @throws IOException if it was not moved
        Place find(NoSuchFileException gone) throws IOException;
    }

    private SegmentStream(Path segment, Segments.Reference body, Disk disk, Moved moved) {
        this.body = body;
        this.disk = disk;
        this.moved = moved;
        this.place = new Place(segment, body.offset());
        this.left = body.length();
        this.buffer = new byte[(int) Math.min(BUFFER_OCTETS, Math.max(1, body.length()))];
    }

    static SegmentStream open(Path segment, Segments.Reference body, Disk disk) throws IOException {
        return open(segment, body, disk, Moved.NOWHERE);
    }

    /// @throws NoSuchFileException if the segment is not there
    static SegmentStream open(Path segment, Segments.Reference body, Disk disk, Moved moved) throws IOException {
        var stream = new SegmentStream(segment, body, disk, moved);
        try {
            stream.limit = stream.next(segment);
        } catch (BodyDamagedException altered) {
            stream.damaged = altered; // told to who reads
        }
        return stream;
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

    /// Checks before it gives the last octets away: a small body that was altered gives none at all.
    private boolean fill() throws IOException {
        if (damaged != null) throw damaged;
        if (left == 0) {
            check();
            return false;
        }
        position = 0;
        limit = 0;
        try {
            limit = next(place.segment());
        } catch (NoSuchFileException gone) {
            place = moved.find(gone);
            limit = next(place.segment());
        }
        return true;
    }

    /// @return how many octets came into the buffer
    private int next(Path segment) throws IOException {
        int wanted = (int) Math.min(buffer.length, left);
        if (wanted == 0) {
            if (Files.notExists(segment)) throw new NoSuchFileException(segment.toString());
            return 0;
        }
        int n = disk.<Integer>apart(() -> {
            try (RandomAccessFile file = opened(segment)) {
                file.seek(place.offset() + body.length() - left);
                return disk.read(file, buffer, wanted);
            }
        });
        if (n < 0) throw new BodyDamagedException("segment " + body.segment() + " ends inside body " + body.id());
        crc.update(buffer, 0, n);
        left -= n;
        if (left == 0) check();
        return n;
    }

    private RandomAccessFile opened(Path segment) throws IOException {
        try {
            return disk.open(segment);
        } catch (FileNotFoundException refused) {
            // Java says so also of a file that it may not open now, as when too many are open.
            if (Files.notExists(segment)) throw new NoSuchFileException(segment.toString());
            throw refused;
        }
    }

    private void check() throws IOException {
        if (crc.getValue() != body.crc())
            throw new BodyDamagedException("body " + body.id() + " in segment " + body.segment()
                    + " is not what was kept: its checksum differs");
    }
}
