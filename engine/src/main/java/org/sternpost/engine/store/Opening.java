package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sternpost.engine.store.Counts.CountsFile;
import org.sternpost.engine.store.JournalTail.Unapplied;
import org.sternpost.engine.store.SqliteDatabase.StoreDamagedException;
import org.sternpost.engine.store.SqliteDatabase.StoreNewerException;

/// Decides whether the tables of a directory may be believed, before anything is written or removed.
///
/// Takes time by what waits, not by what was ever kept; only where something is wrong all of it is looked at.
final class Opening {

    static final List<String> TABLES = List.of("""
            CREATE TABLE IF NOT EXISTS body (
              id BIGINT PRIMARY KEY, segment BIGINT NOT NULL, start BIGINT NOT NULL, length BIGINT NOT NULL,
              crc BIGINT NOT NULL)""", "CREATE INDEX IF NOT EXISTS body_segment ON body (segment)", """
            CREATE TABLE IF NOT EXISTS store_counts (
              transactions BIGINT NOT NULL, bodies BIGINT NOT NULL, body_sum BIGINT NOT NULL,
              last_body BIGINT NOT NULL, last_segment BIGINT NOT NULL)""", JournalTail.TABLE);

    private final Path directory;
    private final Path database;
    private final SegmentFiles files;
    private final Optional<Counts> expected;
    private final Disk disk;

    /// What the tables refer to, and what that is worth.
    ///
    /// @param unapplied what the tables may have to refer to
    record Found(Counts counts, List<Segments.Reference> bodies, StoreCondition condition, List<Unapplied> unapplied) {

        /// How many bodies each segment has that are needed, or may be.
        Map<Long, Integer> live() {
            var live = new HashMap<Long, Integer>();
            for (Segments.Reference body : bodies)
                live.merge(body.segment(), 1, Integer::sum);
            for (Unapplied one : unapplied)
                live.merge(one.body().segment(), 1, Integer::sum);
            return live;
        }
    }

    Opening(Path directory, Disk disk) throws IOException {
        this.directory = directory;
        this.disk = disk;
        this.database = directory.resolve(SqliteDatabase.FILE);
        this.files = new SegmentFiles(directory.resolve(Segments.DIRECTORY));
        this.expected = CountsFile.read(directory);
    }

    /// To be asked first: SQLite would make an empty database where there is none, and remove its log.
    void requireDatabase() throws IOException { if (isMissing() && holdsMail()) throw refused("is missing or empty"); }

    /// Looks at tables that nobody has changed since they were opened.
    ///
    /// @throws StoreDamagedException if nothing may be changed in them
    /// @throws StoreNewerException   if a newer version has written them
    Found look(Connection connection) throws IOException, SQLException {
        try (var statement = connection.createStatement()) {
            SchemaVersion.requireKnown(statement, directory);
            boolean known = SqliteDialect.hasTable(statement, "body");
            if (!known && holdsMail()) throw refused("has no tables of an engine");
            List<Segments.Reference> bodies = known ? references(statement) : List.of();
            Optional<Counts> row = SqliteDialect.hasTable(statement, "store_counts")
                    ? row(statement)
                    : Optional.empty();
            Counts said = row.orElse(Counts.NONE);
            Counts counted = new Counts(said.transactions(), 0, 0, said.lastBody(), said.lastSegment());
            for (Segments.Reference body : bodies)
                counted = counted.with(body);
            Optional<JournalTail.Applied> applied = JournalTail.Applied.read(statement);
            boolean lost = applied.isEmpty() && SchemaVersion.read(statement) >= SchemaVersion.JOURNAL_APPLIED;
            boolean doubt = lost || doubts(row, counted);
            requireWhole(statement, doubt);
            JournalTail tail = JournalTail.read(files, applied, bodies);
            var seen = new Counts(0, 0, 0, tail.lastRecord(), tail.lastSegment());
            StoreCondition condition = condition(row.isPresent(), counted.after(seen), bodies, doubt);
            if (!doubt) tail.goOn(directory, row.isPresent() ? last(counted.after(seen)) : Long.MAX_VALUE, disk);
            return new Found(counted.after(expected.orElse(Counts.NONE)).after(seen), bodies, condition,
                    tail.records());
        }
    }

    /// Copies the log before the connection to it is closed, which would end it.
    void keepLog() throws IOException {
        Path log = log();
        if (Files.exists(log) && Files.size(log) > 0 && !KeptAside.has(directory, log))
            KeptAside.keep(directory, List.of(log));
    }

    private boolean isMissing() throws IOException { return !Files.exists(database) || Files.size(database) == 0; }

    private Path log() { return directory.resolve(SqliteDatabase.FILE + "-wal"); }

    private boolean holdsMail() throws IOException {
        if (expected.filter(counts -> counts.transactions() > 0).isPresent()) return true;
        for (long number : files.numbers())
            if (files.holdsAny(number)) return true;
        return false;
    }

    private StoreDamagedException refused(String what) throws IOException {
        long octets = 0;
        for (long number : files.numbers())
            octets += files.length(number);
        String waited = expected.map(counts -> "; " + counts.bodies() + " messages waited").orElse("");
        return new StoreDamagedException("the database " + database + " " + what + ", and " + directory
                + " holds mail: " + octets + " octets in " + Segments.DIRECTORY + waited + ". Nothing was changed",
                "put back " + SqliteDatabase.FILE
                        + " (with its -wal, if there was one); or, if there is none, make one "
                        + "of the mail in " + Segments.DIRECTORY + ": sternpost store salvage; or, to begin with an "
                        + "empty queue, move " + SqliteDatabase.FILE + "*, " + Segments.DIRECTORY + " and "
                        + CountsFile.NAME
                        + " to another place first");
    }

    private boolean doubts(Optional<Counts> row, Counts counted) {
        // An older version counted nothing, and a first start that was killed has not begun to.
        if (row.isEmpty() || row.get().transactions() == 0)
            return expected.filter(counts -> counts.transactions() > 0).isPresent();
        if (expected.isEmpty() || !row.get().sameBodies(counted)) return true;
        long missing = expected.get().transactions() - row.get().transactions();
        return missing > 0 || missing == 0 && !expected.get().sameBodies(counted);
    }

    /// A database that was cut is seen by its length; what else is broken in it only by reading all, if in doubt.
    private void requireWhole(Statement statement, boolean doubt) throws IOException, SQLException {
        long octets = SqliteDialect.octets(statement);
        // Pages behind the end may still be in the log.
        if (Files.size(database) < octets && (!Files.exists(log()) || Files.size(log()) == 0))
            throw damaged("it ends after " + Files.size(database) + " octets of " + octets);
        if (!doubt) return;
        Optional<String> fault = SqliteDialect.firstFault(statement);
        if (fault.isPresent()) throw damaged(fault.get());
    }

    private StoreDamagedException damaged(String why) {
        return SqliteTrouble.damaged(directory, why, new SQLException(why));
    }

    private StoreCondition condition(boolean counting, Counts counted, List<Segments.Reference> bodies, boolean doubt)
            throws IOException {
        var hurt = new HashMap<Long, String>();
        var referred = new HashSet<Long>();
        var lengths = new HashMap<Long, Long>();
        for (Segments.Reference body : bodies) {
            if (referred.add(body.segment())) lengths.put(body.segment(), files.length(body.segment()));
            long there = lengths.getOrDefault(body.segment(), 0L);
            hurt(body, there, doubt).ifPresent(why -> hurt.put(body.id(), why));
        }
        long last = last(counted);
        var keep = new ArrayList<Path>();
        for (long number : files.numbers()) {
            boolean foreign = counting && number > last && !referred.contains(number);
            if ((doubt || foreign) && files.holdsAny(number)) keep.add(files.path(number));
        }
        if (doubt && Files.exists(log()) && Files.size(log()) > 0) keep.add(log());
        return new StoreCondition(expected, counted, doubt, hurt, files.strays(), List.of(),
                keep.isEmpty() ? Optional.empty() : Optional.of(KeptAside.keep(directory, keep)));
    }

    private long last(Counts counted) {
        return Math.max(counted.lastSegment(), expected.map(Counts::lastSegment).orElse(0L));
    }

    private Optional<String> hurt(Segments.Reference body, long there, boolean doubt) throws IOException {
        return hurt(files, body, there, doubt, disk);
    }

    /// @param read also where the file is long enough
    static Optional<String> hurt(SegmentFiles files, Segments.Reference body, long there, boolean read, Disk disk)
            throws IOException {
        boolean within = body.offset() >= 0 && body.length() >= 0 && body.offset() + body.length() <= there;
        if (within && !read && there > 0) return Optional.empty(); // Whoever reads it finds out.
        String where = files.path(body.segment()).getFileName() + ", octets " + body.offset() + " to "
                + (body.offset() + body.length());
        if (there == 0) return Optional.of("its content (" + where + ") is missing");
        if (!within) return Optional.of("its content (" + where + ") is cut: the file has " + there + " octets");
        try (var octets = SegmentStream.open(files.path(body.segment()), body, disk)) {
            octets.transferTo(java.io.OutputStream.nullOutputStream());
            return Optional.empty();
        } catch (IOException broken) {
            return Optional.of("its content (" + where + ") is damaged: " + broken.getMessage());
        }
    }

    static List<Segments.Reference> references(Statement statement) throws SQLException {
        var found = new ArrayList<Segments.Reference>();
        try (var row = statement.executeQuery("SELECT id, segment, start, length, crc FROM body")) {
            while (row.next())
                found.add(new Segments.Reference(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4),
                        row.getLong(5)));
        }
        return found;
    }

    static Optional<Counts> row(Statement statement) throws SQLException {
        try (var row = statement.executeQuery(
                "SELECT transactions, bodies, body_sum, last_body, last_segment FROM store_counts")) {
            if (!row.next()) return Optional.empty();
            return Optional.of(new Counts(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4),
                    row.getLong(5)));
        }
    }
}
