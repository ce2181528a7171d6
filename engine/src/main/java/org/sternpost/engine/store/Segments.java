package org.sternpost.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.store.Counts.CountsFile;
import org.sternpost.engine.store.JournalTail.Applied;
import org.sternpost.engine.store.journal.Finals;
import org.sternpost.engine.store.journal.Preamble;
import org.sternpost.engine.store.journal.RecordFrame;
import org.sternpost.engine.store.journal.SegmentReader;

/// Append-only files of message bodies, removed whole once no message refers to them. Each body stands in a record that
/// says what it is (the package `journal`); files of older versions have the bare octets of bodies.
///
/// A body is found by its row in the database, which refers to its octets within the record. Files are plain
/// `RandomAccessFile`s because an interrupted thread would close a shared channel.
public final class Segments implements AutoCloseable {

    static final String DIRECTORY = "bodies";

    private static final long SEGMENT_OCTETS_MAX = 64L << 20; // a larger body gets a segment of its own

    /// Where the octets of a body are.
    ///
    /// @param id  the number it is kept under
    /// @param crc CRC-32C of its octets
    public record Reference(long id, long segment, long offset, long length, long crc) {}

    /// A body that was appended.
    ///
    /// @param record the octets of its record, where they are few; must not change
    record Written(Reference body, byte[] record) {

        static final byte[] NOT_IN_MEMORY = {};
    }

    /// Who needs a body no more.
    ///
    /// @param recipient position in its record, or [Finals#ALL]
    /// @param state     as whoever wrote the record's header counts states
    record Ended(Reference body, int recipient, int state) {

        /// Nobody needs it.
        static Ended whole(Reference body) { return new Ended(body, Finals.ALL, 0); }

        /// Another place has it now.
        static Ended moved(Reference body) { return new Ended(body, Finals.ALL, Finals.MOVED); }

        Finals.Entry entry() { return new Finals.Entry(body.id(), recipient, state); }
    }

    private static final System.Logger LOG = System.getLogger(Segments.class.getName());

    private final SegmentFiles files;
    private final CountsFile counts;
    private final Disk disk;
    private final RandomGenerator random;
    private final DoneFiles done;
    private final RecordNumbers numbers;
    private final Map<Long, RandomAccessFile> unsynced = new LinkedHashMap<>();
    private final Set<Long> failed = new HashSet<>(); // a sync of them failed: whatever it covered may be gone
    private final Map<Long, Integer> live = new HashMap<>();
    private final Map<RandomAccessFile, Integer> writing = new HashMap<>();
    private final Set<RandomAccessFile> retired = new HashSet<>();
    private final Object syncing = new Object();
    private final Set<Long> held = new HashSet<>(); // nobody needs them, and somebody reads them
    private int holds;
    private long activeNumber;
    private long activeLength;
    private Preamble preamble = new Preamble(0);
    private RandomAccessFile active;

    /// Removes segments that nothing refers to: whoever opens the store has made sure that the tables know all.
    ///
    /// @param liveBodies how many bodies the database refers to, by segment
    /// @param known      the highest numbers given out so far
    /// @param random     of which a sender of mail knows nothing
    Segments(SegmentFiles files, CountsFile counts, Disk disk, Map<Long, Integer> liveBodies, Counts known,
            RandomGenerator random) throws IOException {
        this.files = files;
        this.counts = counts;
        this.disk = disk;
        this.random = random;
        this.done = new DoneFiles(files, disk);
        this.live.putAll(liveBodies);
        this.numbers = new RecordNumbers(known.lastBody());
        long highest = known.lastSegment();
        for (long number : files.numbers()) {
            highest = Math.max(highest, number);
            if (!live.containsKey(number)) files.delete(number);
        }
        for (long number : files.withDone())
            if (!live.containsKey(number)) files.delete(number);
        this.activeNumber = files.free(highest + 1);
        this.active = begin(activeNumber);
    }

    void beginBatch() { numbers.beginBatch(); }

    /// Writes a body to the active segment. It is durable after the next [#sync] and counts as live from now on.
    Written append(NewBody body) throws IOException {
        return disk.apart(() -> appended(numbers.next(), body, Ended::whole));
    }

    /// The same for one that has its number already, and is in another place until its row says otherwise.
    Reference append(long id, NewBody body) throws IOException {
        return disk.apart(() -> appended(id, body, Ended::moved)).body();
    }

    /// @param unfinished what is said of a record that did not come to its end
    private Written appended(long id, NewBody body, Function<Reference, Ended> unfinished) throws IOException {
        RandomAccessFile file;
        long segment;
        long start;
        long nonce;
        Content content = body.content();
        var frame = new RecordFrame(body.kind(), id, body.header().length, content.size());
        done.tryAgain();
        synchronized (this) {
            if (failed.contains(activeNumber)
                    || activeLength > Preamble.OCTETS && activeLength + frame.octets() > SEGMENT_OCTETS_MAX)
                rotate();
            segment = activeNumber;
            start = activeLength;
            file = active;
            nonce = preamble.nonce();
            activeLength += frame.octets();
            live.merge(segment, 1, Integer::sum);
            writing.merge(file, 1, Integer::sum);
        }
        try {
            byte[] before = RecordFrame.before(body.kind(), id, nonce, body.header(), content.size());
            var writer = new RecordWriter(disk, file, start, frame);
            long crc = writer.write(before, frame, content);
            synchronized (this) {
                if (!failed.contains(segment)) unsynced.put(segment, file);
            }
            return new Written(new Reference(id, segment, start + before.length, content.size(), crc),
                    writer.inMemory(frame));
        } catch (IOException | RuntimeException broken) {
            giveUp(unfinished.apply(new Reference(id, segment, start + frame.contentAt(), content.size(), 0)),
                    start, frame, broken);
            throw broken;
        } finally {
            synchronized (this) {
                writing.computeIfPresent(file, (_, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    /// Its beginning may be in the file, and readable. The next record takes its place, where none came behind it.
    private void giveUp(Ended record, long start, RecordFrame frame, Exception why) {
        Reference body = record.body();
        synchronized (this) {
            if (body.segment() == activeNumber && activeLength == start + frame.octets()) activeLength = start;
        }
        try {
            abandon(record);
        } catch (IOException failed) {
            why.addSuppressed(failed);
        }
    }

    /// A body with the record that it has, if it has one, to be kept in another place.
    NewBody again(Reference body) throws IOException {
        Content content = new Content() {
            @Override
            public long size() { return body.length(); }

            @Override
            public InputStream open() throws IOException { return Segments.this.open(body); }
        };
        return disk.apart(() -> SegmentReader.around(files.path(body.segment()), body.offset(), body.length()))
                .map(record -> new NewBody(record.frame().kind(), record.header(), content))
                .orElseGet(() -> NewBody.bare(content));
    }

    /// Behind all that was begun so far.
    synchronized Applied end() { return new Applied(numbers.last(), activeNumber, activeLength); }

    /// Ends a segment, so that nothing more is appended to it; nothing if it has ended.
    synchronized void end(long segment) throws IOException {
        if (segment == activeNumber && activeLength > Preamble.OCTETS) rotate();
    }

    /// Returns once all that was appended before is on the disk, but for what [#isLost] says.
    ///
    /// After a sync that failed the system may have dropped the pages it could not write and call the next sync a
    /// success, so the segment is never synced again and nothing more is appended to it.
    void sync() throws IOException {
        synchronized (syncing) { // nobody believes synced what another is only about to sync
            syncAll();
        }
    }

    private void syncAll() throws IOException {
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
            remove(segment);
            return null;
        });
    }

    /// A body that nobody was told is kept: should its octets be found one day, they are nobody's.
    void abandon(Reference body) throws IOException { abandon(Ended.whole(body)); }

    /// A copy of a body that is needed in the place that it has.
    void abandonCopy(Reference copy) throws IOException { abandon(Ended.moved(copy)); }

    private void abandon(Ended record) throws IOException {
        release(record.body().segment());
        ended(List.of(record));
    }

    /// Says beside the segments who needs what no more, for whoever has lost the tables: one write for each segment
    /// that is still there, and no sync.
    void ended(Collection<Ended> all) {
        var entries = new TreeMap<Long, List<Finals.Entry>>();
        synchronized (this) {
            for (Ended one : all) {
                long segment = one.body().segment();
                if (segment == activeNumber || live.containsKey(segment))
                    entries.computeIfAbsent(segment, _ -> new ArrayList<>()).add(one.entry());
            }
        }
        entries.forEach((segment, some) -> done.append(segment, some, false));
    }

    /// What was said of bodies goes with them to where they were moved, and is on the disk before their old segments
    /// are gone.
    void moved(List<Reference> before, List<Reference> after) throws IOException {
        var said = new HashMap<Long, Finals>();
        for (int i = 0; i < before.size(); i++) {
            Reference from = before.get(i);
            if (!said.containsKey(from.segment())) said.put(from.segment(), done.read(from.segment()));
            List<Finals.Entry> carried = said.get(from.segment()).entries().stream()
                    .filter(one -> one.record() == from.id() && one.recipient() != Finals.ALL).toList();
            if (!carried.isEmpty()) done.append(after.get(i).segment(), carried, true);
        }
    }

    private void remove(long segment) throws IOException {
        done.forget(segment);
        synchronized (this) {
            if (holds > 0) {
                held.add(segment);
                return;
            }
        }
        files.delete(segment);
    }

    /// Until [#letGo] no file goes: somebody reads them by what the tables said a while ago.
    synchronized void hold() { holds++; }

    /// What cannot be removed now goes when the store is opened next.
    void letGo() {
        Set<Long> due;
        synchronized (this) {
            if (--holds > 0) return;
            due = Set.copyOf(held);
            held.clear();
        }
        for (long segment : due)
            try {
                files.delete(segment);
            } catch (IOException failed) {
                LOG.log(System.Logger.Level.WARNING, "event=segment-not-removed file={0} why=\"{1}\" what=\"nobody "
                        + "needs it; the next start removes it\"", files.path(segment), failed.getMessage());
            }
    }

    /// The octets of a body; every reader opens the file for itself, so interrupting disturbs nobody else.
    InputStream open(Reference body) throws IOException { return open(body, (_, gone) -> {
        throw gone;
    }); }

    /// The same of one that may be moved while it is read.
    ///
    /// @param now where it is once its segment is gone
    InputStream open(Reference body, Moved now) throws IOException {
        return SegmentStream.open(files.path(body.segment()), body, disk, gone -> {
            Reference there = now.find(body, gone);
            return new SegmentStream.Place(files.path(there.segment()), there.offset());
        });
    }

    /// Where a body is that is no more where it was.
    @FunctionalInterface
    interface Moved {
        Reference find(Reference before, NoSuchFileException gone) throws IOException;
    }

    /// Octets that a segment takes on the disk.
    long octets(long segment) throws IOException { return files.length(segment); }

    @Override
    public synchronized void close() throws IOException {
        active.close();
        for (RandomAccessFile file : retired)
            file.close();
        done.close();
        if (activeLength == Preamble.OCTETS) files.delete(activeNumber);
    }

    private synchronized void lose(long segment) {
        failed.add(segment);
        unsynced.remove(segment);
        LOG.log(System.Logger.Level.ERROR, "event=sync-failed file={0} what=\"what it covered is refused, and the "
                + "segment takes no more\" remedy=\"look at the disk\"", files.path(segment));
    }

    private void rotate() throws IOException {
        long next = files.free(activeNumber + 1);
        RandomAccessFile before = active;
        active = begin(next);
        retired.add(before);
        long full = activeNumber;
        activeNumber = next;
        if (live.getOrDefault(full, 0) == 0) {
            live.remove(full);
            remove(full);
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

    private RandomAccessFile begin(long number) throws IOException {
        counts.segment(number);
        var first = new Preamble(random.nextLong());
        RandomAccessFile file = files.create(number, first, disk);
        preamble = first;
        activeLength = Preamble.OCTETS;
        return file;
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
