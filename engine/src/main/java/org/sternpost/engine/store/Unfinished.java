package org.sternpost.engine.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sternpost.engine.store.journal.Preamble;
import org.sternpost.engine.store.journal.SegmentReader;

/// Copies of what a start goes on without, as it was being written when the power went and is not whole. Nobody was
/// answered that it is kept, unless the disk altered it after that: so it is no damage, and is not thrown away either.
///
/// `kept/unfinished/NNN-1.seg` has the beginning of a segment and behind it those of its octets that were passed over
/// or cut off: it can be read as a segment is. The last 16 files stay, and all of one start.
public final class Unfinished {

    static final int FILES_MAX = 16;

    private static final String DIRECTORY = "unfinished";
    private static final String MADE = "made.part";
    private static final int BUFFER_OCTETS = 64 << 10;

    private static final System.Logger LOG = System.getLogger(Unfinished.class.getName());

    private final Path data;
    private final Path directory;
    private final SegmentFiles files;
    private final Disk disk;
    private final SortedMap<Long, TreeMap<Long, Long>> parts = new TreeMap<>(); // how long by where, by segment

    Unfinished(Path data, SegmentFiles files, Disk disk) {
        this.data = data;
        this.directory = KeptAside.directory(data).resolve(DIRECTORY);
        this.files = files;
        this.disk = disk;
    }

    /// The files of a data directory, those of the oldest segments first.
    public static List<Path> files(Path data) throws IOException {
        Path here = KeptAside.directory(data).resolve(DIRECTORY);
        if (!Files.isDirectory(here)) return List.of();
        var found = new ArrayList<Path>();
        try (var all = Files.newDirectoryStream(here, "*.seg")) {
            all.forEach(found::add);
        }
        found.sort(null);
        return found;
    }

    /// Octets to be kept.
    void add(long segment, long at, long octets) {
        parts.computeIfAbsent(segment, _ -> new TreeMap<>()).merge(at, octets, Math::max);
    }

    /// Returns once copies of all that was added are on the disk.
    ///
    /// @return the copy by segment
    Map<Long, Path> keep() throws IOException {
        var kept = new TreeMap<Long, Path>();
        if (parts.isEmpty()) return kept;
        OwnerOnly.directory(KeptAside.directory(data));
        OwnerOnly.directory(directory);
        for (var one : parts.entrySet())
            try {
                kept.put(one.getKey(), keep(one.getKey(), one.getValue()));
            } catch (IOException failed) {
                throw new IOException("what was being written into " + files.path(one.getKey())
                        + " when the power went cannot be kept aside in " + directory + ": " + failed.getMessage()
                        + ". Nothing was changed; make room on that disk, or look at it, and start again", failed);
            }
        disk.syncNames(directory);
        removeOldest(new HashSet<>(kept.values()));
        return kept;
    }

    private Path keep(long segment, Map<Long, Long> stretches) throws IOException {
        Path made = directory.resolve(MADE);
        Files.deleteIfExists(made);
        try (var to = new RandomAccessFile(OwnerOnly.file(made).toFile(), "rw");
                var from = new RandomAccessFile(files.path(segment).toFile(), "r")) {
            // The beginning may be what is altered: then each record still says the number that it would have said.
            Optional<Long> nonce = SegmentReader.nonce(files.path(segment));
            if (nonce.isPresent()) disk.write(to, 0, new Preamble(nonce.get()).octets(), Preamble.OCTETS);
            for (var one : stretches.entrySet())
                copy(from, one.getKey(), one.getValue(), to);
            disk.sync(to);
        }
        String name = files.path(segment).getFileName().toString().replace(".seg", "");
        for (int number = 1;; number++) {
            Path copy = directory.resolve(name + "-" + number + ".seg");
            if (!Files.exists(copy)) return Files.move(made, copy, StandardCopyOption.ATOMIC_MOVE);
            if (Files.mismatch(made, copy) < 0) { // a start that was killed has kept it before
                Files.delete(made);
                return copy;
            }
        }
    }

    private void copy(RandomAccessFile from, long at, long octets, RandomAccessFile to) throws IOException {
        var buffer = new byte[BUFFER_OCTETS];
        from.seek(at);
        for (long left = octets; left > 0;) {
            int n = from.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (n < 0) return;
            disk.write(to, to.length(), buffer, n);
            left -= n;
        }
    }

    private void removeOldest(Set<Path> now) throws IOException {
        List<Path> before = files(data).stream().filter(one -> !now.contains(one))
                .toList();
        int more = Math.min(before.size(), before.size() + now.size() - FILES_MAX);
        for (int i = 0; i < more; i++) {
            Files.delete(before.get(i));
            LOG.log(System.Logger.Level.WARNING, "event=unfinished-removed file={0} what=\"the oldest of what starts "
                    + "have passed over gave way: {1} files stay\"", before.get(i), Integer.toString(FILES_MAX));
        }
    }
}
