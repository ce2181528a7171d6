package org.sternpost.engine.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.store.Disk.DiskTroubleException;
import org.sternpost.engine.store.journal.Finals;
import org.sternpost.engine.store.journal.RecordFrame.Kind;
import org.sternpost.engine.store.journal.RecordFrame;
import org.sternpost.engine.store.journal.SegmentReader.Form;
import org.sternpost.engine.store.journal.SegmentReader.Stretch;
import org.sternpost.engine.store.journal.SegmentReader;

/// What stands in the segments behind the last record that was applied: accepted mail whose rows a crash kept from
/// being written, and the end that it cut.
///
/// Nothing before that record is looked at. What a settlement brings has its rows with it or does not count.
///
/// Records are written in batches, each synced before the next is begun, and [RecordNumbers] tell them apart.
final class JournalTail {

    static final String TABLE = "CREATE TABLE IF NOT EXISTS journal_applied (record BIGINT NOT NULL, "
            + "segment BIGINT NOT NULL, start BIGINT NOT NULL)";

    /// One row, in every directory. All that versions without it have accepted has its rows, so nothing that stands in
    /// their segments is ever applied.
    static final String FIRST = "INSERT INTO journal_applied (record, segment, start) SELECT last_body, "
            + "last_segment + 1, 0 FROM store_counts WHERE NOT EXISTS (SELECT 1 FROM journal_applied)";

    private static final System.Logger LOG = System.getLogger(JournalTail.class.getName());

    private final SegmentFiles files;
    private final Applied applied;
    private final Set<Long> known;
    private final Map<Long, Long> ends = new HashMap<>(); // of what the tables refer to, by segment
    private final List<Unapplied> records = new ArrayList<>();
    private final List<Torn> torn = new ArrayList<>();
    private final List<Torn> lost = new ArrayList<>();
    private final List<Torn> bare = new ArrayList<>(); // segments that are none
    private final List<Hurt> hurt = new ArrayList<>();
    private final List<Hurt> passedOver = new ArrayList<>();
    private final RecordNumbers.Found accepted = new RecordNumbers.Found();
    private long lastRecord;
    private long lastSegment;

    /// All records up to this one have their rows, or never get any.
    ///
    /// @param segment where the first record stands that is not applied
    /// @param start   and where it begins, or begins at the earliest
    record Applied(long record, long segment, long start) {

        void write(Connection connection) throws SQLException {
            try (var update = connection
                    .prepareStatement("UPDATE journal_applied SET record = ?, segment = ?, start = ?")) {
                update.setLong(1, record);
                update.setLong(2, segment);
                update.setLong(3, start);
                update.executeUpdate();
            }
        }

        /// Empty in a directory of a version that wrote all rows before it answered, and where it was lost.
        static Optional<Applied> read(Statement statement) throws SQLException {
            if (!SqliteDialect.hasTable(statement, "journal_applied")) return Optional.empty();
            try (var row = statement.executeQuery("SELECT record, segment, start FROM journal_applied")) {
                return row.next()
                        ? Optional.of(new Applied(row.getLong(1), row.getLong(2), row.getLong(3)))
                        : Optional.empty();
            }
        }
    }

    /// A record that may have to be applied: its rows may be there, and what they owed settled.
    record Unapplied(Segments.Reference body, byte[] header) {
        Applied applied() {
            return new Applied(body.id(), body.segment(), body.offset() - header.length - RecordFrame.PREFIX_OCTETS);
        }
    }

    /// Octets that are no record.
    ///
    /// @param zero nothing was written there
    private record Torn(long segment, long at, long octets, boolean zero) {}

    /// A record whose content is not what was written.
    private record Hurt(Unapplied record, Stretch.Hurt found) {}

    private JournalTail(SegmentFiles files, Applied applied, List<Segments.Reference> bodies) {
        this.files = files;
        this.applied = applied;
        this.known = bodies.stream().map(Segments.Reference::id).collect(Collectors.toSet());
        for (Segments.Reference body : bodies)
            ends.merge(body.segment(), body.offset() + body.length(), Math::max);
        this.lastRecord = applied.record();
        this.lastSegment = applied.segment();
    }

    /// @param applied empty where nothing is to be applied
    /// @param bodies  that the tables refer to
    static JournalTail read(SegmentFiles files, Optional<Applied> applied, List<Segments.Reference> bodies)
            throws IOException {
        var tail = new JournalTail(files, applied.orElse(new Applied(0, 0, 0)), bodies);
        if (applied.isPresent()) tail.read();
        else if (!files.numbers().isEmpty()) tail.lastSegment = files.numbers().last();
        return tail;
    }

    private void read() throws IOException {
        for (long segment : files.numbers().tailSet(applied.segment())) {
            // Nobody waits for these: they were settled, or refused.
            Set<Long> done = Finals.read(files.done(segment), SegmentReader.nonce(files.path(segment)).orElse(0L))
                    .entries().stream().filter(entry -> entry.recipient() == Finals.ALL).map(Finals.Entry::record)
                    .collect(Collectors.toSet());
            Form form = SegmentReader.read(files.path(segment), segment == applied.segment() ? applied.start() : 0,
                    stretch -> take(segment, stretch, done));
            // Not even its beginning is what was written, and no table knows it.
            if (form == Form.Bare && !ends.containsKey(segment) && files.holdsAny(segment))
                bare.add(new Torn(segment, 0, files.length(segment), SegmentReader.isZero(files.path(segment))));
        }
        for (Hurt one : hurt)
            if (accepted.isOfLastBatch(one.record().body().id())) passedOver.add(one);
            else
                records.add(one.record()); // whoever reads it finds that out, and names it
        records.sort(Comparator.comparing(one -> one.body().id()));
    }

    /// Tells of records that were being written when the power went, and says it beside their segments: once others
    /// are written behind them, nothing else does, and they would be taken for what was accepted and damaged.
    ///
    /// @param kept where a copy is of what is in a segment
    static void passOver(SegmentFiles files, List<Segments.Reference> bodies, Function<Long, Path> kept, Disk disk) {
        try (var done = new DoneFiles(files, disk)) {
            for (Segments.Reference body : bodies) {
                LOG.log(System.Logger.Level.WARNING,
                        "event=journal-torn file={0} at={1} octets={2} record={3} kept={4} what=\"it was written last "
                                + "and is not whole: the power went before it was synced, so nobody was answered that "
                                + "it is kept; or the disk altered it since. It is passed over, and a copy is kept\"",
                        files.path(body.segment()), Long.toString(body.offset()), Long.toString(body.length()),
                        Long.toString(body.id()), kept.apply(body.segment()));
                done.append(body.segment(), List.of(Segments.Ended.whole(body).entry()), true);
            }
        }
    }

    /// Goes on without what is not whole, once there is a copy of it: the disk may have altered it after it was synced,
    /// and answered.
    ///
    /// @param last of the segments that are known of; those behind it are kept whole where nothing can be read of them
    void goOn(Path data, long last, Disk disk) throws IOException {
        bare.stream().filter(one -> one.segment() <= last).forEach(lost::add);
        var unfinished = new Unfinished(data, files, disk);
        for (Hurt one : passedOver)
            unfinished.add(one.record().body().segment(), one.found().at(), one.found().octets());
        for (Torn one : lost)
            if (!one.zero()) unfinished.add(one.segment(), one.at(), one.octets());
        for (Torn end : torn)
            if (!end.zero() && !isReferred(end)) unfinished.add(end.segment(), end.at(), end.octets());
        Map<Long, Path> kept = unfinished.keep();
        passOver(files, passedOver.stream().map(one -> one.record().body()).toList(),
                segment -> kept.getOrDefault(segment, data), disk);
        for (Torn one : lost)
            LOG.log(System.Logger.Level.WARNING,
                    "event=journal-unreadable file={0} at={1} octets={2} kept={3} what=\"no record: what was refused "
                            + "as it was not synced, or damage; a copy is kept unless all of it is zero\"",
                    files.path(one.segment()), Long.toString(one.at()), Long.toString(one.octets()),
                    one.zero() ? "-" : kept.get(one.segment()));
        cut(kept);
    }

    /// In the order in which they were accepted.
    List<Unapplied> records() { return records; }

    /// The highest number of any record seen.
    long lastRecord() { return lastRecord; }

    /// The highest number of a segment that has anything.
    long lastSegment() { return lastSegment; }

    /// Takes off what a crash cut while it was written: nobody was told that it is kept.
    private void cut(Map<Long, Path> kept) throws IOException {
        for (Torn end : torn) {
            if (isReferred(end)) continue;
            LOG.log(System.Logger.Level.WARNING,
                    "event=journal-torn file={0} at={1} octets={2} kept={3} what=\"a crash cut what was being written: "
                            + "nobody was answered that it is kept, and it was taken off; a copy is kept unless all of "
                            + "it is zero\"",
                    files.path(end.segment()), Long.toString(end.at()), Long.toString(end.octets()),
                    end.zero() ? "-" : kept.get(end.segment()));
            try (var file = new RandomAccessFile(files.path(end.segment()).toFile(), "rw")) {
                file.setLength(end.at());
            }
        }
    }

    /// Where the tables refer to it, it is damage: whoever looks for what is left of it finds it.
    private boolean isReferred(Torn end) { return end.at() < ends.getOrDefault(end.segment(), 0L); }

    /// Writes the rows of records. One of which none can be made is set aside, and keeps nobody else's from being made.
    ///
    /// @throws IOException if the disk does not take them, which it may later
    static void replay(List<Unapplied> records, Store.Replay work, Writer writer, Segments segments)
            throws IOException {
        for (int from = 0; from < records.size(); from += Database.STEP_ROWS)
            replaySome(records.subList(from, Math.min(records.size(), from + Database.STEP_ROWS)), work, writer,
                    segments);
    }

    private static void replaySome(List<Unapplied> records, Store.Replay work, Writer writer, Segments segments)
            throws IOException {
        Set<Long> written;
        try {
            written = replayTogether(records, work, writer);
        } catch (DiskTroubleException trouble) {
            throw trouble;
        } catch (IOException | RuntimeException refused) {
            if (records.size() == 1) setAside(records.getFirst(), refused, writer);
            else {
                replaySome(records.subList(0, records.size() / 2), work, writer, segments);
                replaySome(records.subList(records.size() / 2, records.size()), work, writer, segments);
            }
            return;
        }
        for (Unapplied one : records)
            if (!written.contains(one.body().id())) segments.release(one.body().segment());
        LOG.log(System.Logger.Level.INFO,
                "event=journal-replayed records={0} written={1} what=\"mail that was accepted "
                        + "shortly before the last end\"",
                records.size(), written.size());
    }

    /// Its content gets its row, which nobody refers to: so it stays, and whoever opens the tables names it.
    private static void setAside(Unapplied one, Throwable why, Writer writer) throws IOException {
        LOG.log(System.Logger.Level.ERROR, "event=record-set-aside content=" + one.body().id() + " segment="
                + one.body().segment() + " what=\"something was accepted and no rows can be made of its record: it is "
                + "not sent, and stays\" remedy=\"Get-Message shows it as Damaged; keep a copy of the data directory "
                + "for the authors of this program\"", why);
        writer.<@Nullable Void>write(connection -> {
            writer.bodies().keep(connection, one.body());
            writer.reached(one.applied());
            return null;
        });
    }

    private static Set<Long> replayTogether(List<Unapplied> records, Store.Replay work, Writer writer)
            throws IOException {
        var written = new HashSet<Long>();
        writer.<@Nullable Void>write(connection -> {
            written.clear();
            for (Unapplied one : records) {
                if (!work.on(connection, one.body().id(), one.header())) continue;
                writer.bodies().keep(connection, one.body());
                written.add(one.body().id());
            }
            writer.reached(records.getLast().applied());
            return null;
        });
        return written;
    }

    private void take(long segment, Stretch stretch, Set<Long> done) {
        lastSegment = Math.max(lastSegment, segment);
        switch (stretch) {
            case Stretch.Whole whole ->
                found(segment, whole.at(), whole.frame(), whole.header(), whole.contentCrc(), done)
                        .ifPresent(records::add);
            // What ends with the file was never synced whole.
            case Stretch.Hurt hurt when hurt.cut() -> torn
                    .add(new Torn(segment, hurt.at(), hurt.octets(), false));
            case Stretch.Hurt some -> found(segment, some.at(), some.frame(), some.header(), -1, done)
                    .ifPresent(record -> hurt.add(new Hurt(record, some)));
            case Stretch.Unreadable none -> (none.atEnd() ? torn : lost)
                    .add(new Torn(segment, none.at(), none.octets(), none.zero()));
        }
    }

    /// @return empty if it is none that may have to be applied
    private Optional<Unapplied> found(long segment, long at, RecordFrame frame, byte[] header, long crc,
            Set<Long> done) {
        lastRecord = Math.max(lastRecord, frame.number());
        if (frame.kind() != Kind.Accepted || frame.number() <= applied.record()) return Optional.empty();
        accepted.add(frame.number());
        if (known.contains(frame.number()) || done.contains(frame.number())) return Optional.empty();
        return Optional.of(new Unapplied(new Segments.Reference(frame.number(), segment, at + frame.contentAt(),
                frame.contentOctets(), crc), header));
    }
}
