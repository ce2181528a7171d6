package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.sternpost.engine.store.journal.Finals;
import org.sternpost.engine.store.journal.RecordFrame.Kind;
import org.sternpost.engine.store.journal.SegmentReader.Form;
import org.sternpost.engine.store.journal.SegmentReader.Stretch;
import org.sternpost.engine.store.journal.SegmentReader;

/// Reads all segments of a directory, and the files beside them, by what they say themselves: without the database.
/// Changes nothing.
public final class SegmentScan {

    private final SegmentFiles files;
    private final Consumer<String> progress;
    private final Set<Long> finished = new HashSet<>();
    private final Map<Finals.Entry, Integer> ended = new HashMap<>(); // by record and position, with state 0
    private final Set<Place> moved = new HashSet<>();
    private final TreeMap<Long, Found> spare = new TreeMap<>(); // moved copies, should the other be hurt or gone
    private final TreeMap<Long, Found> hurt = new TreeMap<>(); // of which no whole copy was found
    private final Set<Long> seen = new HashSet<>();
    private final RecordNumbers.Found accepted = new RecordNumbers.Found();
    private Optional<JournalTail.Applied> applied = Optional.empty();
    private final List<Segments.Reference> passedOver = new ArrayList<>();
    private final Set<Long> damaged = new HashSet<>();
    private final List<String> places = new ArrayList<>();
    private Counts highest = Counts.NONE;
    private Numbers numbers = new Numbers(0, 0, 0, 0, 0, 0, 0, 0);

    private record Place(long segment, long record) {}

    /// A record that was found, of which at least the header is what was written.
    ///
    /// @param body   where its content is; the checksum is 0 where the content is not what was written
    /// @param header for whoever wrote it
    public record Found(Segments.Reference body, Kind kind, byte[] header, boolean whole) {}

    /// Takes each record that nobody has finished, once.
    @FunctionalInterface
    interface Taker {
        void take(Found record) throws IOException;
    }

    /// What is in the segments, in numbers.
    ///
    /// @param segments         files
    /// @param bare             among them, those of contents without records: only the database tells whose they are
    /// @param bareOctets       in those
    /// @param whole            records that are what was written, copies too
    /// @param finished         records that nobody is owed any more
    /// @param unreadable       stretches that are no record, but for zeros at an end, which nothing was written to
    /// @param unreadableOctets in those
    /// @param badEntries       of the files beside the segments, that are not what was written
    public record Numbers(int segments, int bare, long bareOctets, long whole, long finished, long unreadable,
            long unreadableOctets, long badEntries) {}

    /// @param directory the data directory
    /// @param progress  told in words how far it is
    SegmentScan(Path directory, Consumer<String> progress) {
        this.files = new SegmentFiles(directory.resolve(Segments.DIRECTORY));
        this.progress = progress;
    }

    /// Reads all; records whose content is cut or altered come last, unless another copy is whole, and behind them
    /// those that were moved to a place that is gone: nothing says that they were settled there.
    Numbers read(Taker taker) throws IOException {
        for (long number : files.numbers())
            readFinals(number);
        int done = 0;
        for (long number : files.numbers()) {
            read(number, taker);
            progress.accept("segment " + ++done + " of " + files.numbers().size() + ": " + numbers.whole()
                    + " records so far");
        }
        for (Found one : hurt.values()) {
            Found copy = spare.get(one.body().id());
            if (copy != null) taker.take(copy);
            else if (isTorn(one)) passedOver.add(one.body());
            else
                taker.take(one);
        }
        for (Found copy : spare.values())
            if (!seen.contains(copy.body().id()) && !hurt.containsKey(copy.body().id())) taker.take(copy);
        return numbers;
    }

    /// Passes over what is not whole and was written last, behind what has its rows: see [RecordNumbers.Found].
    void passOverTorn(JournalTail.Applied behind) { applied = Optional.of(behind); }

    List<Segments.Reference> passedOver() { return passedOver; }

    private boolean isTorn(Found one) {
        return applied.isPresent() && one.body().id() > applied.get().record() && one.kind() == Kind.Accepted
                && accepted.isOfLastBatch(one.body().id());
    }

    private void readFinals(long segment) throws IOException {
        Optional<Long> nonce = SegmentReader.nonce(files.path(segment));
        if (nonce.isEmpty()) return;
        Finals said = Finals.read(files.done(segment), nonce.get());
        numbers = new Numbers(0, 0, 0, 0, 0, 0, 0, numbers.badEntries() + said.unreadable());
        for (Finals.Entry one : said.entries()) {
            highest = highest.after(new Counts(0, 0, 0, one.record(), segment));
            if (one.recipient() != Finals.ALL)
                ended.put(new Finals.Entry(one.record(), one.recipient(), 0), one.state());
            else if (one.state() == Finals.MOVED) moved.add(new Place(segment, one.record()));
            else
                finished.add(one.record());
        }
    }

    private void read(long segment, Taker taker) throws IOException {
        highest = highest.after(new Counts(0, 0, 0, 0, segment));
        Form form = SegmentReader.read(files.path(segment), stretch -> {
            switch (stretch) {
                case Stretch.Whole record -> take(new Found(new Segments.Reference(record.frame().number(), segment,
                        record.contentAt(), record.frame().contentOctets(), record.contentCrc()),
                        record.frame().kind(), record.header(), true), taker);
                case Stretch.Hurt record -> {
                    place(segment, record,
                            record.cut() ? "a record whose end is missing" : "a content that was altered");
                    take(new Found(new Segments.Reference(record.frame().number(), segment,
                            record.at() + record.frame().contentAt(), record.frame().contentOctets(), 0),
                            record.frame().kind(), record.header(), false), taker);
                }
                case Stretch.Unreadable room when room.zero() && room.atEnd() -> {
                }
                case Stretch.Unreadable lost -> {
                    place(segment, lost, lost.atEnd() ? "a torn tail, or damage" : "no record");
                    add(0, 0, 0, 0, 0, 1, lost.octets());
                }
            }
        });
        boolean bare = form == Form.Bare && files.length(segment) > 0;
        if (bare) damaged.add(segment);
        add(1, bare ? 1 : 0, bare ? files.length(segment) : 0, 0, 0, 0, 0);
    }

    private void take(Found record, Taker taker) throws IOException {
        long number = record.body().id();
        highest = highest.after(new Counts(0, 0, 0, number, record.body().segment()));
        if (record.kind() == Kind.Accepted) accepted.add(number);
        boolean done = finished.contains(number);
        add(0, 0, 0, record.whole() ? 1 : 0, done ? 1 : 0, 0, 0);
        if (done) return;
        if (moved.contains(new Place(record.body().segment(), number))) {
            if (record.whole()) spare.put(number, record);
        } else if (!record.whole()) {
            if (!seen.contains(number)) hurt.put(number, record);
        } else if (seen.add(number)) {
            hurt.remove(number);
            taker.take(record);
        }
    }

    private void place(long segment, Stretch stretch, String what) {
        damaged.add(segment);
        places.add(files.path(segment).getFileName() + ", octets " + stretch.at() + " to "
                + (stretch.at() + stretch.octets()) + ": " + what);
    }

    private void add(int segments, int bare, long bareOctets, long whole, long done, long unreadable, long octets) {
        numbers = new Numbers(numbers.segments() + segments, numbers.bare() + bare, numbers.bareOctets() + bareOctets,
                numbers.whole() + whole, numbers.finished() + done, numbers.unreadable() + unreadable,
                numbers.unreadableOctets() + octets, numbers.badEntries());
    }

    /// What was said of a recipient who needs a record no more, if anything was: known once reading has begun.
    public Optional<Integer> ended(long record, int recipient) {
        return Optional.ofNullable(ended.get(new Finals.Entry(record, recipient, 0)));
    }

    /// Whether nobody is owed a record any more.
    boolean isFinished(long record) { return finished.contains(record); }

    /// The highest numbers that were read, which nobody may give out again.
    Counts highest() { return highest; }

    /// Where something is no record, cut or altered, a sentence each.
    List<String> places() { return places; }

    /// Files of segments in which something cannot be read, or that only a database tells about, with what lies beside.
    List<Path> damaged(Set<Long> more) throws IOException {
        var all = new HashSet<>(damaged);
        all.addAll(more);
        var paths = new ArrayList<Path>();
        for (long segment : all.stream().sorted().toList()) {
            paths.add(files.path(segment));
            if (java.nio.file.Files.exists(files.done(segment))) paths.add(files.done(segment));
        }
        return paths;
    }
}
