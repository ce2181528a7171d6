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
import org.sternpost.engine.store.Counts.CountsFile;

/// Looks at the store of a directory that no engine has, all of it, and changes nothing.
public final class StoreCheck {

    private static final int NAMED_MAX = 100; // contents that are told one by one

    private final Path directory;
    private final SegmentFiles files;
    private final List<String> words = new ArrayList<>();
    private boolean well = true;

    /// What was found.
    ///
    /// @param words a sentence each, in numbers
    /// @param well  false if anything is hurt, missing or cannot be told
    public record Report(List<String> words, boolean well) {
        public Report { words = List.copyOf(words); }
    }

    private StoreCheck(Path directory) {
        this.directory = directory;
        this.files = new SegmentFiles(directory.resolve(Segments.DIRECTORY));
    }

    /// @throws IOException if an engine has it, or the disk cannot be read
    public static Report of(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) throw new IOException("there is no directory " + directory);
        Optional<Long> owner = DirectoryLock.owner(directory);
        if (owner.isPresent())
            throw new IOException("the engine with process id " + owner.get() + " has " + directory
                    + ", which changes while it runs; Get-EngineStatus tells how it is");
        var check = new StoreCheck(directory);
        check.segments(check.database());
        return new Report(check.words, check.well);
    }

    /// @return the contents that it knows; empty if it cannot be asked
    private Optional<Set<Long>> database() throws IOException {
        Path database = directory.resolve(SqliteDatabase.FILE);
        if (!Files.exists(database) || Files.size(database) == 0) {
            hurt("database: " + SqliteDatabase.FILE + " is missing or empty");
            return Optional.empty();
        }
        Path log = directory.resolve(SqliteDatabase.FILE + "-wal");
        if (!Files.exists(log) || Files.size(log) == 0) return asked("jdbc:sqlite:file:" + database + "?immutable=1");
        // To read a log SQLite has to write beside it, so it gets a copy.
        Path copy = OwnerOnly.directory(Files.createTempDirectory("sternpost-check-"));
        try {
            Files.copy(database, copy.resolve(SqliteDatabase.FILE));
            Files.copy(log, copy.resolve(SqliteDatabase.FILE + "-wal"));
            return asked("jdbc:sqlite:" + copy.resolve(SqliteDatabase.FILE));
        } finally {
            for (String end : List.of("", "-wal", "-shm"))
                Files.deleteIfExists(copy.resolve(SqliteDatabase.FILE + end));
            Files.deleteIfExists(copy);
        }
    }

    private Optional<Set<Long>> asked(String url) throws IOException {
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            Optional<String> fault = SqliteDialect.firstFault(statement);
            if (fault.isPresent()) {
                hurt("database: it is damaged: " + fault.get());
                return Optional.empty();
            }
            if (!SqliteDialect.hasTable(statement, "body")) {
                hurt("database: it has no tables of an engine");
                return Optional.empty();
            }
            List<Segments.Reference> bodies = Opening.references(statement);
            words.add("database: whole; " + bodies.size() + " messages are owed");
            counts(statement, bodies);
            contents(bodies);
            var known = new HashSet<Long>();
            for (Segments.Reference body : bodies)
                known.add(body.id());
            return Optional.of(known);
        } catch (SQLException unreadable) {
            hurt("database: it cannot be read: " + unreadable.getMessage());
            return Optional.empty();
        }
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

    private void segments(Optional<Set<Long>> known) throws IOException {
        var scan = new SegmentScan(directory);
        SegmentScan.Numbers found = scan.read();
        words.add("segments: " + found.segments() + " files, " + found.whole() + " records whole, " + found.hurt()
                + " cut or altered; " + found.unreadable() + " stretches (" + found.unreadableOctets()
                + " octets) are no record");
        well &= found.isWell();
        if (found.bare() > 0)
            words.add("segments: " + found.bare() + " files (" + found.bareOctets()
                    + " octets) hold contents without records: only the database tells whose they are");
        long unknown = known.isEmpty() ? 0 : scan.records().stream().filter(one -> !known.get().contains(one)).count();
        if (unknown > 0)
            words.add("segments: " + unknown + " records are in no table: settled, never acknowledged, or lost by the "
                    + "database if it lacks transactions");
        for (Path stray : files.strays())
            words.add("stray: " + stray + " is no file of the store");
    }

    private void hurt(String what) {
        words.add(what);
        well = false;
    }
}
