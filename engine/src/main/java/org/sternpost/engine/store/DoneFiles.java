package org.sternpost.engine.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.sternpost.engine.store.journal.Finals;
import org.sternpost.engine.store.journal.SegmentReader;

/// Appends to the files beside segments who needs their records no more ([Finals]): one write for all that a
/// transaction ends in a segment, and no sync.
///
/// Nobody reads them but who has lost the tables, or looks for what had no rows yet when its process was killed. What
/// cannot be written is tried again with what comes next; what is not, or a power loss takes, is sent once more then.
final class DoneFiles implements AutoCloseable {

    private static final int OPEN_MAX = 16;
    private static final int MISSED_MAX = 100_000;

    private static final System.Logger LOG = System.getLogger(DoneFiles.class.getName());

    private final SegmentFiles files;
    private final Disk disk;
    private final SequencedMap<Long, Open> open = new LinkedHashMap<>(); // the one used last is the last
    private final Set<Long> bare = new HashSet<>(); // of an older version: nothing tells their records apart
    private final Map<Long, List<Finals.Entry>> missed = new LinkedHashMap<>(); // not written yet
    private volatile int missing; // of them, changed under the lock alone
    private boolean failing;

    /// A file that is appended to.
    private static final class Open {
        private final RandomAccessFile file;
        private final long nonce;
        private long next;

        Open(RandomAccessFile file, long nonce) throws IOException {
            this.file = file;
            this.nonce = nonce;
            this.next = Finals.next(file.length());
        }
    }

    DoneFiles(SegmentFiles files, Disk disk) {
        this.files = files;
        this.disk = disk;
    }

    /// Nothing of a segment that is gone, or whose records nobody could tell apart.
    ///
    /// @param synced returns once they are on the disk
    synchronized void append(long segment, Collection<Finals.Entry> entries, boolean synced) {
        again();
        if (!isWritten(segment, entries, synced) && missing < MISSED_MAX) {
            missed.computeIfAbsent(segment, _ -> new ArrayList<>()).addAll(entries);
            missing += entries.size();
        }
    }

    /// Tries again what could not be written, if there is any: before something new is kept, since what was refused may
    /// be whole on the disk.
    void tryAgain() {
        if (missing == 0) return;
        synchronized (this) {
            again();
        }
    }

    private void again() {
        for (long segment : List.copyOf(missed.keySet()))
            if (isWritten(segment, missed.getOrDefault(segment, List.of()), false)) forgetMissed(segment);
    }

    private void forgetMissed(long segment) {
        List<Finals.Entry> gone = missed.remove(segment);
        if (gone != null) missing -= gone.size();
    }

    /// @return false if it is to be tried again
    private boolean isWritten(long segment, Collection<Finals.Entry> entries, boolean synced) {
        try {
            Optional<Open> file = opened(segment);
            if (file.isEmpty()) return true;
            Open to = file.get();
            byte[] octets = Finals.octets(to.nonce, entries);
            disk.write(to.file, to.next, octets, octets.length);
            to.next += octets.length;
            if (synced) {
                disk.sync(to.file);
                disk.syncNames(files.directory());
            }
            failing = false;
            return true;
        } catch (IOException broken) {
            if (!failing)
                LOG.log(System.Logger.Level.WARNING, "event=done-not-written file={0} why=\"{1}\" what=\"should the "
                        + "database be lost, some mail is sent twice\"", files.done(segment), broken.getMessage());
            failing = true;
            return false;
        }
    }

    /// What was said so far of the records of a segment.
    Finals read(long segment) throws IOException {
        return Finals.read(files.done(segment), SegmentReader.nonce(files.path(segment)).orElse(0L));
    }

    /// A segment is about to be removed.
    synchronized void forget(long segment) {
        bare.remove(segment);
        forgetMissed(segment);
        Open file = open.remove(segment);
        if (file != null) close(file);
    }

    @Override
    public synchronized void close() {
        open.values().forEach(DoneFiles::close);
        open.clear();
    }

    private Optional<Open> opened(long segment) throws IOException {
        if (bare.contains(segment)) return Optional.empty();
        Open known = open.remove(segment);
        if (known == null) {
            Optional<Long> nonce = nonce(segment);
            if (nonce.isEmpty()) {
                bare.add(segment);
                return Optional.empty();
            }
            known = new Open(new RandomAccessFile(OwnerOnly.file(files.done(segment)).toFile(), "rw"), nonce.get());
            if (open.size() == OPEN_MAX) close(open.pollFirstEntry().getValue());
        }
        open.putLast(segment, known);
        return Optional.of(known);
    }

    private Optional<Long> nonce(long segment) throws IOException {
        try {
            return SegmentReader.nonce(files.path(segment));
        } catch (FileNotFoundException gone) {
            if (Files.notExists(files.path(segment))) return Optional.empty();
            throw gone;
        }
    }

    private static void close(Open one) {
        try {
            one.file.close();
        } catch (IOException broken) {
            LOG.log(System.Logger.Level.DEBUG, "event=done-not-closed why={0}", broken.getMessage());
        }
    }
}
