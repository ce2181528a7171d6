package org.sternpost.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.store.Counts.CountsFile;

/// Append-only files of message bodies, removed whole once no message refers to them.
///
/// What is appended counts only when a row of the database refers to it: octets behind the last such row, torn or not,
/// are never read. Files are plain `RandomAccessFile`s because an interrupted thread would close a shared channel.
public final class Segments implements AutoCloseable {

    static final String DIRECTORY = "bodies";

    private static final long SEGMENT_OCTETS_MAX = 64L << 20; // a larger body gets a segment of its own
    private static final int COPY_OCTETS = 64 << 10;

    /// Where a body is.
    ///
    /// @param id  the number it is kept under
    /// @param crc CRC-32C of its octets
    public record Reference(long id, long segment, long offset, long length, long crc) {}

    private static final System.Logger LOG = System.getLogger(Segments.class.getName());

    private final SegmentFiles files;
    private final CountsFile counts;
    private final Disk disk;
    private final Map<Long, RandomAccessFile> unsynced = new LinkedHashMap<>();
    private final Set<Long> failed = new HashSet<>(); // a sync of them failed: whatever it covered may be gone
    private final Map<Long, Integer> live = new HashMap<>();
    private final Map<RandomAccessFile, Integer> writing = new HashMap<>();
    private final Set<RandomAccessFile> retired = new HashSet<>();
    private long nextId;
    private long activeNumber;
    private long activeLength;
    private RandomAccessFile active;

    /// Removes segments that nothing refers to: whoever opens the store has made sure that the tables know all.
    ///
    /// @param liveBodies how many bodies the database refers to, by segment
    /// @param known      the highest numbers given out so far
    Segments(SegmentFiles files, CountsFile counts, Disk disk, Map<Long, Integer> liveBodies,
            Counts known) throws IOException {
        this.files = files;
        this.counts = counts;
        this.disk = disk;
        this.live.putAll(liveBodies);
        this.nextId = known.lastBody() + 1;
        long highest = known.lastSegment();
        for (long number : files.numbers()) {
            highest = Math.max(highest, number);
            if (!live.containsKey(number)) files.delete(number);
        }
        this.activeNumber = files.free(highest + 1);
        this.active = create(activeNumber);
    }

    /// Writes a body to the active segment. It is durable after the next [#sync] and counts as live from now on.
    Reference append(Content content) throws IOException { return append(freshId(), content); }

    /// The same for one that has its number already.
    Reference append(long id, Content content) throws IOException { return disk.apart(() -> appended(id, content)); }

    private Reference appended(long id, Content content) throws IOException {
        RandomAccessFile file;
        long segment;
        long start;
        long size = content.size();
        synchronized (this) {
            if (failed.contains(activeNumber) || activeLength > 0 && activeLength + size > SEGMENT_OCTETS_MAX) rotate();
            segment = activeNumber;
            start = activeLength;
            file = active;
            activeLength += size;
            live.merge(segment, 1, Integer::sum);
            writing.merge(file, 1, Integer::sum);
        }
        try {
            long crc = copy(content, file, start);
            synchronized (this) {
                if (!failed.contains(segment)) unsynced.put(segment, file);
            }
            return new Reference(id, segment, start, size, crc);
        } catch (IOException | RuntimeException broken) {
            release(segment);
            throw broken;
        } finally {
            synchronized (this) {
                writing.computeIfPresent(file, (_, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    private synchronized long freshId() { return nextId++; }

    /// Ends a segment, so that nothing more is appended to it; nothing if it has ended.
    synchronized void end(long segment) throws IOException {
        if (segment == activeNumber && activeLength > 0) rotate();
    }

    /// Returns once all that was appended before is on the disk, but for what [#isLost] says.
    ///
    /// After a sync that failed the system may have dropped the pages it could not write and call the next sync a
    /// success, so the segment is never synced again and nothing more is appended to it.
    void sync() throws IOException {
        Map<Long, RandomAccessFile> due;
        synchronized (this) {
            due = new LinkedHashMap<>(unsynced);
        }
        for (var one : due.entrySet()) {
            synchronized (this) {
                // Appended during the sync means not covered by it: the segment is due again.
                unsynced.remove(one.getKey());
            }
            boolean synced = false;
            try {
                disk.sync(one.getValue());
                synced = true;
            } finally {
                if (!synced) lose(one.getKey());
            }
        }
        closeRetired();
    }

    /// Octets that were appended and are not known to be on the disk, now or ever; to be asked before [#sync].
    synchronized boolean isLost(Reference body) { return failed.contains(body.segment()); }

    /// One body less in a segment; a segment without bodies that takes no more is unlinked.
    void release(long segment) throws IOException {
        synchronized (this) {
            if (live.merge(segment, -1, Integer::sum) > 0) return;
            if (segment == activeNumber) return;
            live.remove(segment);
            failed.remove(segment);
        }
        disk.<@Nullable Void>apart(() -> {
            files.delete(segment);
            return null;
        });
    }

    /// The octets of a body; every reader has a file of its own, so unlinking and interrupting disturb nobody else.
    InputStream open(Reference body) throws IOException {
        return SegmentStream.open(files.path(body.segment()), body, disk);
    }

    /// Octets that a segment takes on the disk.
    long octets(long segment) throws IOException { return files.length(segment); }

    @Override
    public synchronized void close() throws IOException {
        active.close();
        for (RandomAccessFile file : retired)
            file.close();
        if (activeLength == 0) files.delete(activeNumber);
    }

    private synchronized void lose(long segment) {
        failed.add(segment);
        unsynced.remove(segment);
        LOG.log(System.Logger.Level.ERROR, "event=sync-failed file={0} what=\"what it covered is refused, and the "
                + "segment takes no more\" remedy=\"look at the disk\"", files.path(segment));
    }

    private long copy(Content content, RandomAccessFile file, long start) throws IOException {
        var crc = new CRC32C();
        var buffer = new byte[(int) Math.min(COPY_OCTETS, Math.max(1, content.size()))];
        long done = 0;
        try (InputStream octets = content.open()) {
            for (int n; (n = octets.readNBytes(buffer, 0, buffer.length)) > 0; done += n) {
                if (done + n > content.size()) break;
                crc.update(buffer, 0, n);
                synchronized (file) {
                    disk.write(file, start + done, buffer, n);
                }
            }
        }
        if (done != content.size())
            throw new IOException("a body of " + content.size() + " octets gave another number of them");
        return crc.getValue();
    }

    private void rotate() throws IOException {
        long next = files.free(activeNumber + 1);
        RandomAccessFile fresh = create(next);
        retired.add(active);
        long full = activeNumber;
        active = fresh;
        activeNumber = next;
        activeLength = 0;
        if (live.getOrDefault(full, 0) == 0) {
            live.remove(full);
            files.delete(full);
        }
    }

    /// A retired file is closed by the sync after the last append to it; appends under way keep their segment live.
    private synchronized void closeRetired() throws IOException {
        for (var each = retired.iterator(); each.hasNext();) {
            RandomAccessFile file = each.next();
            if (writing.containsKey(file) || unsynced.containsValue(file)) continue;
            file.close();
            each.remove();
        }
    }

    private RandomAccessFile create(long number) throws IOException {
        counts.segment(number);
        return files.create(number);
    }

    /// The octets of a body are not those that were kept, and never will be: its file was altered, cut or removed.
    ///
    /// Trouble that may pass, such as a disk that fails to read now, is any other IOException.
    public static final class BodyDamagedException extends IOException {

        private static final long serialVersionUID = 1L;

        BodyDamagedException(String why) { super(why); }

        BodyDamagedException(String why, IOException cause) { super(why, cause); }
    }
}
