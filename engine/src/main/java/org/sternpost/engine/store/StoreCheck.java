package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.sternpost.engine.store.Counts.CountsFile;
import org.sternpost.engine.store.journal.RecordFrame;
import org.sternpost.engine.store.journal.SegmentReader;

/// Looks at the store of a directory that no engine has, all of it, and changes nothing.
public final class StoreCheck {

    private static final int NAMED_MAX = 100; // contents that are told one by one

    private final Path directory;
    private final SegmentFiles files;
    private final List<String> words = new ArrayList<>();
    private final Function<byte[], String> name;
    private final Consumer<String> progress;
    private boolean well = true;
    private Set<Long> owed = Set.of();
    private long applied = Long.MAX_VALUE; // the last record whose rows are in the tables

    /// What was found.
    ///
    /// @param words    a sentence each, in numbers
    /// @param well     false if anything is hurt, missing or cannot be told
    /// @param database it can be read, so that an engine can start with it
    /// @param records  of the segments that are whole, or cut or altered
    public record Report(List<String> words, boolean well, boolean database, long records) {
        public Report { words = List.copyOf(words); }
    }

    private StoreCheck(Path directory, Function<byte[], String> name, Consumer<String> progress) {
        this.directory = directory;
        this.name = name;
        this.progress = progress;
        this.files = new SegmentFiles(directory.resolve(Segments.DIRECTORY));
    }

    /// @param name     what a record is called, from its header
    /// @param progress told in words how far it is
    /// @throws IOException if an engine has it, or the disk cannot be read
    public static Report of(Path directory, Function<byte[], String> name, Consumer<String> progress)
            throws IOException {
        if (!Files.isDirectory(directory)) throw new IOException("there is no directory " + directory);
        Optional<Long> owner = DirectoryLock.owner(directory);
        if (owner.isPresent())
            throw new IOException("the engine with process id " + owner.get() + " has " + directory
                    + ", which changes while it runs; Get-EngineStatus tells how it is");
        var check = new StoreCheck(directory, name, progress);
        boolean database = check.database();
        long records = check.segments(database);
        return new Report(check.words, check.well, database, records);
    }

    /// @return whether it can be asked
    private boolean database() throws IOException {
        if (!ReadableCopy.isThere(directory)) {
            hurt("database: " + SqliteDatabase.FILE + " is missing or empty");
            return false;
        }
        progress.accept("database");
        try (var copy = ReadableCopy.of(directory, Path.of(System.getProperty("java.io.tmpdir")))) {
            return asked(copy.url());
        }
    }

    private boolean asked(String url) throws IOException {
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            Optional<String> fault = SqliteDialect.firstFault(statement);
            if (fault.isPresent()) return unreadable("it is damaged: " + fault.get());
            if (!SqliteDialect.hasTable(statement, "body")) return unreadable("it has no tables of an engine");
            int version = SchemaVersion.read(statement);
            if (version > SchemaVersion.CURRENT)
                return unreadable("its tables have version " + version + ", and this program knows them up to "
                        + SchemaVersion.CURRENT + "; start the newer version that wrote them");
            List<Segments.Reference> bodies = Opening.references(statement);
            words.add("database: whole; " + bodies.size() + " messages are owed");
            counts(statement, bodies);
            contents(bodies);
            applied = JournalTail.Applied.read(statement).map(JournalTail.Applied::record).orElse(Long.MAX_VALUE);
            owed = new HashSet<>();
            for (Segments.Reference body : bodies)
                owed.add(body.id());
            return true;
        } catch (SQLException unreadable) {
            return unreadable("it cannot be read: " + unreadable.getMessage());
        }
    }

    private boolean unreadable(String why) {
        hurt("database: " + why);
        return false;
    }

    private void counts(Statement statement, List<Segments.Reference> bodies)
            throws IOException, SQLException {
        Optional<Counts> said = CountsFile.read(directory);
        Optional<Counts> row = SqliteDialect.hasTable(statement, "store_counts")
                ? Opening.row(statement)
                : Optional.empty();
        if (said.isEmpty()) {
            hurt("counts: " + CountsFile.NAME + " is missing or damaged, so nothing tells whether the database is as "
                    + "new as what was acknowledged");
            return;
        }
        long has = row.map(Counts::transactions).orElse(0L);
        if (has < said.get().transactions())
            hurt("counts: the database lacks the last " + (said.get().transactions() - has) + " of "
                    + said.get().transactions() + " transactions that were acknowledged");
        else if (has == said.get().transactions() && said.get().bodies() != bodies.size())
            hurt("counts: " + said.get().bodies() + " messages were owed, " + bodies.size() + " are found");
        else
            words.add("counts: they agree, " + has + " transactions");
    }

    private void contents(List<Segments.Reference> bodies) throws IOException {
        var disk = new Disk();
        int bad = 0;
        for (Segments.Reference body : bodies) {
            Optional<String> why = Opening.hurt(files, body, files.length(body.segment()), true, disk);
            if (why.isEmpty()) continue;
            if (++bad <= NAMED_MAX) words.add("content " + body.id() + ": " + why.get());
        }
        if (bad > 0) hurt("contents: " + bad + " of " + bodies.size() + " cannot be read whole");
    }

    /// @param database knows what is owed
    /// @return records that were found
    private long segments(boolean database) throws IOException {
        var scan = new SegmentScan(directory, progress);
        var without = new ArrayList<String>();
        var altered = new ArrayList<String>();
        var found = new HashSet<Long>();
        var behind = new AtomicLong();
        SegmentScan.Numbers numbers = scan.read(record -> {
            found.add(record.body().id());
            if (!record.whole()) altered.add(named(record) + " is cut or altered");
            if (database && isBehind(record)) behind.incrementAndGet();
            else if (database && !owed.contains(record.body().id()))
                without.add(named(record) + " is in no table and nobody said that it is done: never acknowledged, or "
                        + "lost by the database");
        });
        if (behind.get() > 0)
            words.add("segments: " + behind + " records have no rows yet: the next start writes them");
        words.add("segments: " + numbers.segments() + " files, " + numbers.whole() + " records whole, "
                + altered.size() + " cut or altered, " + numbers.finished() + " done; " + numbers.unreadable()
                + " stretches (" + numbers.unreadableOctets() + " octets) are no record");
        well &= altered.isEmpty() && numbers.unreadable() == 0; // a crash leaves records that nobody was told are kept
        tell("segments: ", scan.places());
        tell("record: ", altered);
        tell("record: ", without);
        tell("done: ", owed.stream().filter(scan::isFinished).sorted().map(
                one -> "record " + one + " is owed by the database, and the file beside its segment says it is done")
                .toList());
        well &= owed.stream().noneMatch(scan::isFinished);
        if (numbers.badEntries() > 0)
            words.add(
                    "done: " + numbers.badEntries() + " entries beside the segments cannot be read; what they said is "
                            + "sent again only if the database is lost");
        if (numbers.bare() > 0)
            words.add("segments: " + numbers.bare() + " files (" + numbers.bareOctets()
                    + " octets) hold contents without records: only the database tells whose they are");
        unfinished();
        for (Path stray : files.strays())
            words.add("stray: " + stray + " is no file of the store");
        return found.size();
    }

    /// No damage that anybody knows of: what is told does not make the store less well.
    private void unfinished() throws IOException {
        for (Path file : Unfinished.files(directory)) {
            var records = new ArrayList<String>();
            SegmentReader.read(file, stretch -> {
                if (stretch instanceof SegmentReader.Stretch.Hurt one)
                    records.add("record " + one.frame().number() + " (" + name.apply(one.header()) + ")");
            });
            words.add("unfinished: " + file + " (" + Files.size(file)
                    + " octets) has what a start went on without, as it "
                    + "was being written when the power went: nobody was answered that it is kept, unless the disk "
                    + "altered it since; remove the file once you need nothing of it");
            tell("unfinished: ", records);
        }
    }

    private boolean isBehind(SegmentScan.Found record) {
        return record.body().id() > applied && record.kind() == RecordFrame.Kind.Accepted
                && !owed.contains(record.body().id());
    }

    private String named(SegmentScan.Found record) {
        return "record " + record.body().id() + " (" + name.apply(record.header()) + ")";
    }

    private void tell(String of, List<String> sentences) {
        sentences.stream().limit(NAMED_MAX).forEach(one -> words.add(of + one));
        if (sentences.size() > NAMED_MAX) words.add(of + "and " + (sentences.size() - NAMED_MAX) + " more");
    }

    private void hurt(String what) {
        words.add(what);
        well = false;
    }
}
