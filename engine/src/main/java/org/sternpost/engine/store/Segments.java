package org.sternpost.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/// Append-only files of message bodies, removed whole once no message refers to them.
///
/// What is appended counts only when a row of the database refers to it: octets behind the last such row, torn or not,
/// are never read. Files are plain `RandomAccessFile`s because an interrupted thread would close a shared channel.
public final class Segments implements AutoCloseable {

    private static final long SEGMENT_OCTETS_MAX = 64L << 20; // a larger body gets a segment of its own
    private static final int COPY_OCTETS = 64 << 10;

    /// Where a body is.
    ///
    /// @param id  the number it is kept under
    /// @param crc CRC-32C of its octets
    public record Reference(long id, long segment, long offset, long length, long crc) {}

    private final Path directory;
    private final Disk disk;
    private final Map<Long, RandomAccessFile> unsynced = new LinkedHashMap<>();
    private final Map<Long, Integer> live = new HashMap<>();
    private final Map<RandomAccessFile, Integer> writing = new HashMap<>();
    private final Set<RandomAccessFile> retired = new HashSet<>();
    private long nextId;
    private long activeNumber;
    private long activeLength;
    private RandomAccessFile active;

    /// @param liveBodies how many bodies the database refers to, by segment
    /// @param lastId     the highest number any body was kept under
    Segments(Path directory, Disk disk, Map<Long, Integer> liveBodies, long lastId) throws IOException {
        this.directory = OwnerOnly.directory(directory);
        this.disk = disk;
        this.live.putAll(liveBodies);
        this.nextId = lastId + 1;
        this.activeNumber = unlinkUnreferenced() + 1;
        this.active = create(activeNumber);
    }

    /// Writes a body to the active segment. It is durable after the next [#sync] and counts as live from now on.
    Reference append(Content content) throws IOException {
        RandomAccessFile file;
        long id;
        long segment;
        long start;
        synchronized (this) {
            if (activeLength > 0 && activeLength + content.size() > SEGMENT_OCTETS_MAX) rotate();
            id = nextId++;
            segment = activeNumber;
            start = activeLength;
            file = active;
            activeLength += content.size();
            live.merge(segment, 1, Integer::sum);
            writing.merge(file, 1, Integer::sum);
        }
        try {
            long crc = copy(content, file, start);
            synchronized (this) {
                unsynced.put(segment, file);
            }
            return new Reference(id, segment, start, content.size(), crc);
        } catch (IOException | RuntimeException failed) {
            release(segment);
            throw failed;
        } finally {
            synchronized (this) {
                writing.computeIfPresent(file, (_, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    /// Returns once all that was appended before is on the disk.
    void sync() throws IOException {
        Map<Long, RandomAccessFile> due;
        synchronized (this) {
            due = new LinkedHashMap<>(unsynced);
            unsynced.clear();
        }
        try {
            for (RandomAccessFile file : due.values())
                disk.sync(file);
        } catch (IOException failed) {
            // A disk that failed to sync may have dropped the pages: nothing more is appended behind them.
            synchronized (this) {
                rotate();
            }
            throw failed;
        }
        closeRetired();
    }

    /// One body less in a segment; a segment without bodies that takes no more is unlinked.
    void release(long segment) throws IOException {
        synchronized (this) {
            if (live.merge(segment, -1, Integer::sum) > 0) return;
            if (segment == activeNumber) return;
            live.remove(segment);
        }
        Files.deleteIfExists(path(segment));
    }

    /// The octets of a body; every reader has a file of its own, so unlinking and interrupting disturb nobody else.
    InputStream open(Reference body) throws IOException {
        return new SegmentStream(new RandomAccessFile(path(body.segment()).toFile(), "r"), body);
    }

    @Override
    public synchronized void close() throws IOException {
        active.close();
        for (RandomAccessFile file : retired)
            file.close();
        if (activeLength == 0) Files.deleteIfExists(path(activeNumber));
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

    /// @return the highest segment number in use
    private long unlinkUnreferenced() throws IOException {
        long highest = 0;
        try (var files = Files.newDirectoryStream(directory, "*.seg")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                long number = Long.parseLong(name.substring(0, name.length() - ".seg".length()), 16);
                highest = Math.max(highest, number);
                if (!live.containsKey(number)) Files.delete(file);
            }
        }
        return highest;
    }

    private void rotate() throws IOException {
        RandomAccessFile fresh = create(activeNumber + 1);
        retired.add(active);
        long full = activeNumber;
        active = fresh;
        activeNumber++;
        activeLength = 0;
        if (live.getOrDefault(full, 0) == 0) {
            live.remove(full);
            Files.deleteIfExists(path(full));
        }
    }

    /// A retired file is closed by the sync after the last append to it; appends under way keep their segment live.
    private synchronized void closeRetired() throws IOException {
        for (var files = retired.iterator(); files.hasNext();) {
            RandomAccessFile file = files.next();
            if (writing.containsKey(file) || unsynced.containsValue(file)) continue;
            file.close();
            files.remove();
        }
    }

    private RandomAccessFile create(long number) throws IOException {
        var file = new RandomAccessFile(OwnerOnly.file(path(number)).toFile(), "rw");
        syncDirectory();
        return file;
    }

    /// A new name is durable only after its directory is; systems that cannot open a directory do it by themselves.
    private void syncDirectory() throws IOException {
        if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) return;
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private Path path(long number) { return directory.resolve(String.format("%016x.seg", number)); }
}
