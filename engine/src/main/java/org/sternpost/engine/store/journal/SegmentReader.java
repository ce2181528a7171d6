package org.sternpost.engine.store.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Reads the records of a segment, whatever became of its octets.
///
/// Believes nothing that no checksum proves, never holds more than one header and one buffer, and goes on behind
/// damage at the next record that is whole. Changes nothing.
public final class SegmentReader {

    private static final int BUFFER_OCTETS = 64 << 10;

    /// One stretch of a segment; all of them together are the segment from where reading began.
    public sealed interface Stretch {

        /// Where it begins in the file.
        long at();

        /// How long it is.
        long octets();

        /// A record all of which is what was written.
        record Whole(long at, RecordFrame frame, byte[] header, long contentCrc) implements Stretch {
            /// Where the content begins in the file.
            public long contentAt() { return at + frame.contentAt(); }

            @Override
            public long octets() { return frame.octets(); }
        }

        /// A record whose header is what was written and whose content is not.
        ///
        /// @param octets those that are there of it
        /// @param cut    the file ends in it
        record Hurt(long at, long octets, RecordFrame frame, byte[] header, boolean cut) implements Stretch {}

        /// Octets that are no record.
        ///
        /// @param zero  all of them are zero, as where the system made room and nothing was written
        /// @param atEnd the file ends with them: an append that a crash cut
        record Unreadable(long at, long octets, boolean zero, boolean atEnd) implements Stretch {}
    }

    /// Takes each stretch in order.
    @FunctionalInterface
    public interface Taker {
        void take(Stretch stretch) throws IOException;
    }

    /// What kind of file it is.
    public enum Form {
        /// Records follow.
        Records,
        /// Contents without records, as older versions wrote; or nothing at all.
        Bare,
        /// Records follow, and the first octets are damaged.
        Headless
    }

    private final RandomAccessFile file;
    private final long length;
    private final byte[] buffer = new byte[BUFFER_OCTETS];

    private SegmentReader(RandomAccessFile file) throws IOException {
        this.file = file;
        this.length = file.length();
    }

    /// Reads from the first record.
    public static Form read(Path segment, Taker taker) throws IOException { return read(segment, 0, taker); }

    /// Reads from where a record begins, or from the first one if that is less.
    ///
    /// @return the form of the file; of a bare one nothing is taken
    public static Form read(Path segment, long from, Taker taker) throws IOException {
        try (var file = new RandomAccessFile(segment.toFile(), "r")) {
            return new SegmentReader(file).read(from, taker);
        }
    }

    /// The number that all records of a segment carry; empty if there is none, as in a file of bare contents.
    public static Optional<Long> nonce(Path segment) throws IOException {
        try (var file = new RandomAccessFile(segment.toFile(), "r")) {
            return new SegmentReader(file).nonce();
        }
    }

    /// True if nothing was ever written there.
    public static boolean isZero(Path segment) throws IOException {
        try (var file = new RandomAccessFile(segment.toFile(), "r")) {
            var reader = new SegmentReader(file);
            return reader.isZero(0, reader.length);
        }
    }

    /// The record that a content stands in, if it stands in one that is whole.
    public static Optional<Stretch.Whole> around(Path segment, long contentAt, long contentOctets)
            throws IOException {
        try (var file = new RandomAccessFile(segment.toFile(), "r")) {
            return new SegmentReader(file).around(contentAt, contentOctets);
        }
    }

    private Optional<Stretch.Whole> around(long contentAt, long contentOctets) throws IOException {
        Optional<Preamble> preamble = preamble();
        long trailer = contentAt + contentOctets;
        if (preamble.isEmpty() || contentAt < 0 || trailer + RecordFrame.TRAILER_OCTETS > length)
            return Optional.empty();
        long before = ByteBuffer.wrap(at(trailer, RecordFrame.TRAILER_OCTETS)).getInt(Integer.BYTES);
        if (before < RecordFrame.PREFIX_OCTETS || before > contentAt - Preamble.OCTETS) return Optional.empty();
        return record(contentAt - before, preamble.get().nonce())
                .flatMap(found -> found instanceof Stretch.Whole whole && whole.frame().contentOctets() == contentOctets
                        ? Optional.of(whole)
                        : Optional.empty());
    }

    private Form read(long from, Taker taker) throws IOException {
        Optional<Preamble> preamble = preamble();
        if (preamble.isPresent()) {
            records(Math.max(from, Preamble.OCTETS), preamble.get().nonce(), taker);
            return Form.Records;
        }
        Optional<Long> nonce = nonceOfAnyRecord();
        if (nonce.isEmpty()) return Form.Bare;
        records(from, nonce.get(), taker);
        return Form.Headless;
    }

    private Optional<Preamble> preamble() throws IOException {
        return Preamble.read(at(0, (int) Math.min(length, Preamble.OCTETS)));
    }

    private Optional<Long> nonce() throws IOException {
        Optional<Preamble> preamble = preamble();
        return preamble.isPresent() ? preamble.map(Preamble::nonce) : nonceOfAnyRecord();
    }

    private Optional<Long> nonceOfAnyRecord() throws IOException {
        Optional<Stretch> any = firstOfAnyNonce(0);
        if (any.isEmpty()) return Optional.empty();
        return Optional.of(RecordFrame.nonce(at(any.get().at(), RecordFrame.PREFIX_OCTETS)));
    }

    private void records(long from, long nonce, Taker taker) throws IOException {
        for (long at = from; at < length;) {
            Optional<Stretch> record = record(at, nonce);
            Stretch next = record.isPresent() ? record.get() : unreadable(at, nonce);
            taker.take(next);
            at += next.octets();
        }
    }

    /// The record that begins at a place, if its header is whole.
    private Optional<Stretch> record(long at, long nonce) throws IOException {
        long left = length - at;
        if (left < RecordFrame.PREFIX_OCTETS) return Optional.empty();
        byte[] prefix = at(at, RecordFrame.PREFIX_OCTETS);
        Optional<RecordFrame> claimed = RecordFrame.claimed(prefix, nonce, left);
        if (claimed.isEmpty()) return Optional.empty();
        RecordFrame frame = claimed.get();
        byte[] header = at(at + RecordFrame.PREFIX_OCTETS, frame.headerOctets());
        if (!RecordFrame.isWhole(prefix, header)) return Optional.empty();
        long behind = left - frame.contentAt() - RecordFrame.TRAILER_OCTETS;
        if (behind < frame.contentOctets()) {
            // Where the end of the file is not the end of the record, a whole one may still stand in between.
            long end = next(at + frame.contentAt(), nonce);
            return Optional.of(new Stretch.Hurt(at, end - at, frame, header, end == length));
        }
        long contentAt = at + frame.contentAt();
        long crc = crc(contentAt, frame.contentOctets());
        byte[] trailer = at(contentAt + frame.contentOctets(), RecordFrame.TRAILER_OCTETS);
        if (Arrays.equals(trailer, frame.behind(crc)))
            return Optional.of(new Stretch.Whole(at, frame, header, crc));
        long end = at + frame.octets();
        if (end < length && !isRecord(end, nonce)) end = next(contentAt, nonce);
        return Optional.of(new Stretch.Hurt(at, end - at, frame, header, false));
    }

    private boolean isRecord(long at, long nonce) throws IOException {
        if (length - at < RecordFrame.PREFIX_OCTETS) return false;
        byte[] prefix = at(at, RecordFrame.PREFIX_OCTETS);
        Optional<RecordFrame> claimed = RecordFrame.claimed(prefix, nonce, length - at);
        return claimed.isPresent() && RecordFrame.isWhole(prefix,
                at(at + RecordFrame.PREFIX_OCTETS, claimed.get().headerOctets()));
    }

    private Stretch unreadable(long at, long nonce) throws IOException {
        long end = next(at + 1, nonce);
        return new Stretch.Unreadable(at, end - at, isZero(at, end), end == length);
    }

    /// Where the next record begins whose header is whole; the end of the file if there is none.
    private long next(long from, long nonce) throws IOException {
        for (long at = magic(from); at < length; at = magic(at + 1))
            if (isRecord(at, nonce)) return at;
        return length;
    }

    /// The first whole record, whatever its nonce: a sender can make one only where nothing of ours is left before it.
    private Optional<Stretch> firstOfAnyNonce(long from) throws IOException {
        for (long at = magic(from); at < length; at = magic(at + 1)) {
            if (length - at < RecordFrame.PREFIX_OCTETS) return Optional.empty();
            Optional<Stretch> found = record(at, RecordFrame.nonce(at(at, RecordFrame.PREFIX_OCTETS)));
            if (found.isPresent()) return found;
        }
        return Optional.empty();
    }

    /// Where the next four octets stand that begin a record; the end of the file if there are none.
    private long magic(long from) throws IOException {
        for (long at = from; at + Integer.BYTES <= length;) {
            int n = fill(at, buffer.length);
            var octets = ByteBuffer.wrap(buffer, 0, n);
            for (int i = 0; i + Integer.BYTES <= n; i++)
                if (octets.getInt(i) == RecordFrame.MAGIC) return at + i;
            at += n - Integer.BYTES + 1;
        }
        return length;
    }

    private boolean isZero(long from, long end) throws IOException {
        for (long at = from; at < end;) {
            int n = fill(at, (int) Math.min(buffer.length, end - at));
            for (int i = 0; i < n; i++)
                if (buffer[i] != 0) return false;
            at += n;
        }
        return true;
    }

    private long crc(long from, long octets) throws IOException {
        var crc = new CRC32C();
        for (long at = from; at < from + octets;) {
            int n = fill(at, (int) Math.min(buffer.length, from + octets - at));
            crc.update(buffer, 0, n);
            at += n;
        }
        return crc.getValue();
    }

    /// As many octets as there are, at least one.
    private int fill(long at, int octets) throws IOException {
        int n = (int) Math.min(octets, length - at);
        file.seek(at);
        file.readFully(buffer, 0, n);
        return n;
    }

    /// No more than the file has: whoever calls has compared.
    private byte[] at(long at, int octets) throws IOException {
        var read = new byte[octets];
        file.seek(at);
        file.readFully(read);
        return read;
    }
}
