package org.sternpost.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.sternpost.engine.store.Counts.CountsFile;
import org.sternpost.engine.store.journal.Finals;
import org.sternpost.engine.store.journal.RecordFrame;
import org.sternpost.engine.store.journal.SegmentReader;
import org.sternpost.engine.time.Time;

/// Copies a store while mail flows: a data directory as an engine could have left it at one moment.
///
/// 1. No segment is removed meanwhile.
/// 2. SQLite writes a snapshot of the database: it decides what moment it is.
/// 3. Of each segment that the snapshot refers to, what it refers to is copied, and of the file beside it what was true
///    at that moment.
/// 4. The counts are those of the snapshot.
///
/// All is written under another name and synced; the last step gives it its own.
public final class StoreBackup {

    private static final int BUFFER_OCTETS = 64 << 10;
    private static final Duration TOLD_EVERY = Duration.ofSeconds(10); // how far it is, in the log

    private static final System.Logger LOG = System.getLogger(StoreBackup.class.getName());

    private final Path directory;
    private final Path target;
    private final Path part;
    private final Disk disk;
    private final Time time;
    private final BooleanSupplier goesOn;
    private final SegmentFiles from;
    private long octets;
    private Instant told;

    /// What was copied.
    ///
    /// @param messages that are owed
    /// @param segments files of contents
    /// @param octets   of all files
    public record Done(Path path, long messages, int segments, long octets) {}

    /// It cannot be made there; nothing is left of it.
    public static final class BackupRefusedException extends IOException {

        private static final long serialVersionUID = 1L;

        private final String remedy;

        BackupRefusedException(String why, String remedy) {
            super(why);
            this.remedy = remedy;
        }

        /// What the operator can do, in words.
        public String remedy() { return remedy; }
    }

    /// @param goesOn false once the store is closed
    StoreBackup(Path directory, Path target, Disk disk, Time time, BooleanSupplier goesOn) {
        this.directory = directory;
        this.target = target;
        this.part = target.resolveSibling(target.getFileName() + ".part");
        this.disk = disk;
        this.time = time;
        this.goesOn = goesOn;
        this.from = new SegmentFiles(directory.resolve(Segments.DIRECTORY));
        this.told = time.instant();
    }

    /// Asked before anything is written.
    ///
    /// @return octets that it needs at most
    long requirePlace() throws IOException {
        if (!target.isAbsolute())
            throw new BackupRefusedException(target + " is no whole path", "write it from the root: the engine's own "
                    + "directory is not where the command was given");
        Path parent = target.getParent();
        if (parent == null || !Files.isDirectory(parent))
            throw new BackupRefusedException("there is no directory " + parent, "make it first");
        for (Path one : List.of(target, part))
            if (Files.exists(one, LinkOption.NOFOLLOW_LINKS))
                throw new BackupRefusedException(one + " is there already", "nothing is written over: give another "
                        + "path, or remove it");
        Path data = directory.toRealPath();
        if (parent.toRealPath().startsWith(data))
            throw new BackupRefusedException(target + " is within the data directory " + data, "give a path outside, "
                    + "on another disk if there is one");
        if (!Files.isWritable(parent))
            throw new BackupRefusedException("the engine may not write to " + parent, "it runs as "
                    + System.getProperty("user.name") + ": chown the directory to it");
        long needed = Files.size(directory.resolve(SqliteDatabase.FILE));
        for (long segment : from.numbers())
            needed += from.length(segment);
        requireRoom(needed);
        return needed;
    }

    /// The engine's own disk is not filled so far that mail is refused.
    private void requireRoom(long needed) throws IOException {
        Path parent = parent();
        boolean own = isOfOneDisk(parent, directory);
        long usable = disk.usableSpace(parent);
        long wanted = needed + (own ? 2 * Store.FREE_OCTETS_MIN : 0);
        if (usable < wanted)
            throw new BackupRefusedException("the disk of " + parent + " has " + usable + " octets free, and a backup "
                    + "needs " + wanted + (own ? ", with what the engine keeps free on its own disk" : ""),
                    "make room, or give a path on another disk");
    }

    private static boolean isOfOneDisk(Path one, Path other) throws IOException {
        try {
            return Files.getAttribute(one, "unix:dev").equals(Files.getAttribute(other, "unix:dev"));
        } catch (UnsupportedOperationException notOfUnix) {
            return true; // the more careful answer
        }
    }

    private Path parent() { return Optional.ofNullable(target.getParent()).orElseThrow(); }

    Done run(List<String> besides) throws IOException {
        long needed = requirePlace();
        boolean made = false;
        try {
            OwnerOnly.directory(part);
            tell("database", needed);
            BackupMark.write(part, time.instant());
            snapshot();
            Contents contents = contents();
            OwnerOnly.directory(part.resolve(Segments.DIRECTORY));
            for (var one : contents.ends().entrySet())
                segment(one.getKey(), one.getValue(), contents.places().getOrDefault(one.getKey(), Set.of()), needed);
            try (CountsFile counts = CountsFile.open(part)) {
                counts.write(contents.counts());
            }
            for (String name : besides)
                if (Files.isDirectory(directory.resolve(name))) copyFiles(directory.resolve(name), part.resolve(name));
            syncAll();
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            made = true;
            OwnerOnly.syncNames(parent());
            LOG.log(System.Logger.Level.INFO, "event=backup path={0} messages={1} segments={2} octets={3}", target,
                    Long.toString(contents.counts().bodies()), contents.ends().size(), Long.toString(octets));
            return new Done(target, contents.counts().bodies(), contents.ends().size(), octets);
        } catch (SQLException failed) {
            throw new IOException("the backup of the database failed: " + failed.getMessage(), failed);
        } finally {
            if (!made) removePart();
        }
    }

    private void snapshot() throws IOException, SQLException {
        Path file = OwnerOnly.file(part.resolve(SqliteDatabase.FILE));
        try (Connection connection = SqliteDialect.connect(directory.resolve(SqliteDatabase.FILE), false)) {
            SqliteDialect.watch(connection, goesOn);
            SqliteDialect.copyInto(connection, file);
        }
        octets += Files.size(file);
    }

    /// What the snapshot refers to.
    ///
    /// @param ends   how far each segment is needed
    /// @param places its records in each segment
    private record Contents(Counts counts, Map<Long, Long> ends, Map<Long, Set<Long>> places) {}

    private Contents contents() throws IOException, SQLException {
        try (var copy = ReadableCopy.of(part, part);
                Connection connection = java.sql.DriverManager.getConnection(copy.url());
                var statement = connection.createStatement()) {
            Counts counts = Opening.row(statement)
                    .orElseThrow(() -> new IOException("the copy of the database has no counts"));
            var ends = new TreeMap<Long, Long>();
            var places = new HashMap<Long, Set<Long>>();
            for (Segments.Reference body : Opening.references(statement)) {
                ends.merge(body.segment(), body.offset() + body.length() + RecordFrame.TRAILER_OCTETS, Math::max);
                places.computeIfAbsent(body.segment(), _ -> new HashSet<>()).add(body.id());
            }
            return new Contents(counts, ends, places);
        }
    }

    private void segment(long number, long end, Set<Long> owed, long needed) throws IOException {
        Path source = from.path(number);
        if (Files.notExists(source)) return; // lost on the disk: whoever reads it finds out, there as here
        var to = new SegmentFiles(part.resolve(Segments.DIRECTORY));
        try (InputStream in = Files.newInputStream(source)) {
            copy(in, to.path(number), Math.min(end, from.length(number)), needed);
        }
        Optional<Long> nonce = SegmentReader.nonce(source);
        if (nonce.isEmpty()) return;
        // What was done after the moment of the snapshot is not done in it.
        var done = Finals.read(from.done(number), nonce.get()).entries().stream()
                .filter(one -> one.recipient() != Finals.ALL || !owed.contains(one.record())).toList();
        if (done.isEmpty()) return;
        byte[] entries = Finals.octets(nonce.get(), done);
        copy(new java.io.ByteArrayInputStream(entries), to.done(number), entries.length, needed);
    }

    private void copy(InputStream in, Path to, long length, long needed) throws IOException {
        var buffer = new byte[BUFFER_OCTETS];
        requireRoom(0);
        try (OutputStream out = Files.newOutputStream(OwnerOnly.file(to))) {
            for (long left = length; left > 0;) {
                if (!goesOn.getAsBoolean()) throw new IOException("the engine stops");
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) break; // cut on the disk: whoever reads it finds out, there as here
                out.write(buffer, 0, n);
                left -= n;
                octets += n;
                tell("contents", needed);
            }
        }
    }

    private void copyFiles(Path source, Path to) throws IOException {
        OwnerOnly.directory(to);
        try (var files = Files.newDirectoryStream(source)) {
            for (Path file : files)
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    copyFile(file, to.resolve(file.getFileName()));
        }
    }

    private void copyFile(Path file, Path to) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            copy(in, to, Files.size(file), 0);
        }
    }

    private void syncAll() throws IOException {
        try (var files = Files.walk(part)) {
            for (Path one : files.toList()) {
                if (Files.isDirectory(one)) OwnerOnly.syncNames(one);
                else
                    try (var file = new RandomAccessFile(one.toFile(), "rw")) {
                        disk.sync(file);
                    }
            }
        }
    }

    private void tell(String what, long needed) {
        Instant now = time.instant();
        if (now.isBefore(told.plus(TOLD_EVERY))) return;
        told = now;
        LOG.log(System.Logger.Level.INFO, "event=backup-under-way path={0} at={1} octets={2} of={3}", part, what,
                Long.toString(octets), Long.toString(needed));
    }

    private void removePart() {
        if (!Files.exists(part)) return;
        try (var files = Files.walk(part)) {
            for (Path one : files.sorted(java.util.Comparator.reverseOrder()).toList())
                Files.deleteIfExists(one);
        } catch (IOException left) {
            LOG.log(System.Logger.Level.WARNING, "event=backup-left path={0} why=\"{1}\" remedy=\"remove it\"", part,
                    left.getMessage());
        }
    }
}
