package org.sternpost.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.store.Counts.CountsFile;
import org.sternpost.engine.store.DirectoryLock.DirectoryInUseException;
import org.sternpost.engine.store.Disk.DiskTroubleException;
import org.sternpost.engine.store.Job.Manner;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;

/// The embedded store: SQLite for tables, [Segments] for bodies, one [Writer] for both.
public final class SqliteDatabase implements Store {

    static final String FILE = "sternpost.db";

    private static final long FREE_OCTETS_KEPT = 16L << 20; // of the database, for what is kept next
    private static final int GIVEN_PAGES = 256; // at once: 1 MB, a few milliseconds
    private static final int READERS = 4; // for mail
    private static final int SEARCHERS = 2; // for whoever asks about mail: no search keeps mail waiting
    private static final Duration READ_MAX = Duration.ofMinutes(10); // all that waits is read at start
    private static final Duration SEARCH_MAX = Duration.ofMinutes(2); // its asker may leave at any time
    private static final System.Logger LOG = System.getLogger(SqliteDatabase.class.getName());

    private final Path directory;
    private final DirectoryLock lock;
    private final Disk disk;
    private final StoreCondition condition;
    private final CountsFile counts;
    private final Notes notes;
    private final Segments segments;
    private final RecentBodies recent = new RecentBodies();
    private final BodyReader bodies;
    private final List<JournalTail.Unapplied> unapplied;
    private final Writer writer;
    private final Journal journal;
    private final Readers readers;
    private final Readers searchers;
    private final Backups backups;

    private SqliteDatabase(Path directory, DirectoryLock lock, List<String> ddl, Optional<Rebuild.Rows> rows, Disk disk,
            Time time) throws IOException, SQLException {
        this.directory = directory;
        this.lock = lock;
        this.disk = disk;
        SqliteLibrary.prepare(directory);
        OwnerOnly.below(directory, List.of(FILE, FILE + "-wal", FILE + "-shm", Notes.NAME, Segments.DIRECTORY,
                "spool"));
        var opening = new Opening(directory, disk);
        opening.requireDatabase();
        OwnerOnly.file(directory.resolve(FILE)); // SQLite gives its log the permissions of the database
        Connection writing = SqliteDialect.connect(directory.resolve(FILE), false);
        try {
            OwnerOnly.belowSilently(directory, SqliteLibrary.OWN); // the driver may have just made it
            Opening.Found found = look(opening, writing);
            createTables(writing, ddl, found.counts());
            if (found.condition().doubt() && rows.isPresent())
                found = Rebuild.missing(directory, writing, found, rows.get(), disk);
            this.condition = found.condition();
            if (!condition.doubt()) convert(writing);
            SqliteDialect.leaveTransactions(writing);
            this.counts = CountsFile.open(directory);
            counts.write(found.counts());
            this.notes = Notes.open(directory, disk);
            this.segments = new Segments(new SegmentFiles(directory.resolve(Segments.DIRECTORY)), counts, disk,
                    found.live(), found.counts(), time.random());
            this.bodies = new BodyReader(this, segments, recent);
            this.unapplied = new ArrayList<>(found.unapplied());
            this.writer = new Writer(writing, segments, recent, counts, found.counts());
            this.journal = new Journal(segments, writer);
            Readers.Opening reading = () -> SqliteDialect.connect(directory.resolve(FILE), true);
            this.readers = new Readers("store-reader", READERS, reading, READ_MAX, time);
            this.searchers = new Readers("store-search", SEARCHERS, reading, SEARCH_MAX, time);
            this.backups = new Backups(directory, this, segments, disk, time);
        } catch (SQLException | IOException | RuntimeException failed) {
            writing.close();
            throw failed;
        }
        BackupMark.tell(directory);
        for (String words : condition.words())
            LOG.log(System.Logger.Level.WARNING, "event=store-damage data={0} what=\"{1}\"", directory, words);
    }

    /// Closing the connection would end a log that may be needed, so it is copied before that.
    private static Opening.Found look(Opening opening, Connection writing) throws IOException, SQLException {
        try {
            return opening.look(writing);
        } catch (SQLException | IOException | RuntimeException refused) {
            opening.keepLog();
            throw refused;
        }
    }

    /// Opens the store of a directory, which is made if need be, and keeps every other engine out of it.
    ///
    /// @param ddl statements that make tables, columns and indexes unless they exist, in PostgreSQL's words
    /// @throws DirectoryInUseException if another engine has it
    public static SqliteDatabase open(Path directory, List<String> ddl) throws IOException {
        return open(directory, ddl, new Disk());
    }

    /// The same, and what the tables may lack they get from the segments.
    ///
    /// @param rows makes it
    public static SqliteDatabase open(Path directory, List<String> ddl, Rebuild.Rows rows) throws IOException {
        return open(directory, ddl, Optional.of(rows), new Disk(), new SystemTime());
    }

    /// The same on a disk of a test's own.
    public static SqliteDatabase open(Path directory, List<String> ddl, Disk disk) throws IOException {
        // The limits of questions are spans of this machine's work, also where a test turns the engine's clock.
        return open(directory, ddl, disk, new SystemTime());
    }

    static SqliteDatabase open(Path directory, List<String> ddl, Disk disk, Time time) throws IOException {
        return open(directory, ddl, Optional.empty(), disk, time);
    }

    private static SqliteDatabase open(Path directory, List<String> ddl, Optional<Rebuild.Rows> rows, Disk disk,
            Time time) throws IOException {
        OwnerOnly.directory(directory);
        DirectoryLock lock = DirectoryLock.take(directory);
        try {
            return new SqliteDatabase(directory, lock, ddl, rows, disk, time);
        } catch (SQLException failed) {
            lock.close();
            throw SqliteTrouble.of(directory, "the store in " + directory + " does not open", failed);
        } catch (IOException | RuntimeException failed) {
            lock.close();
            throw failed;
        }
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) throws IOException { return writer.write(work); }

    @Override
    public void add(Connection writing, Addition addition) { writer.add(addition); }

    @Override
    public void whenKept(Connection writing, Runnable then) { writer.whenKept(then); }

    @Override
    public <T extends @Nullable Object> T writeWithBodies(List<NewBody> bodies, BodyWork<T> work) throws IOException {
        return writeWithBodies(Manner.Together, bodies, work);
    }

    @Override
    public <T extends @Nullable Object> T settle(Object key, List<NewBody> bodies, SettleWork<T> work)
            throws IOException {
        return writeWithBodies(Manner.Settling, bodies,
                (connection, kept) -> work.on(connection, kept, writer.find(key)));
    }

    private <T extends @Nullable Object> T writeWithBodies(Manner manner, List<NewBody> bodies, BodyWork<T> work)
            throws IOException {
        var written = new ArrayList<Segments.Written>(bodies.size());
        boolean needed = false;
        try {
            for (NewBody body : bodies)
                written.add(append(body));
            List<Segments.Reference> kept = written.stream().map(Segments.Written::body).toList();
            T result = writer.write(manner, connection -> {
                for (Segments.Reference reference : kept)
                    writer.bodies().keepUnsynced(connection, reference);
                return work.on(connection, kept);
            });
            needed = true;
            written.forEach(recent::put);
            return result;
        } catch (DiskTroubleException trouble) {
            needed = !trouble.isUndone();
            throw trouble;
        } finally {
            if (!needed) for (Segments.Written one : written)
                segments.abandon(one.body());
        }
    }

    @Override
    public long accept(Object key, NewBody body, Rows rows) throws IOException {
        if (!unapplied.isEmpty()) throw new IllegalStateException("what was accepted before is not applied yet");
        Segments.Written kept = journal.keep(key, body, rows);
        recent.put(kept);
        return kept.body().id();
    }

    @Override
    public void replay(Replay work) throws IOException {
        JournalTail.replay(unapplied, work, writer, segments);
        unapplied.clear();
    }

    @Override
    public void note(byte[] note) { notes.add(note); }

    @Override
    public List<byte[]> noted() { return notes.found(); }

    @Override
    public void forgetNoted() throws IOException { notes.forget(); }

    @Override
    public void hurryBegins() { writer.hurryBegins(); }

    @Override
    public void hurryEnds() { writer.hurryEnds(); }

    private Segments.Written append(NewBody body) throws IOException {
        try {
            return segments.append(body);
        } catch (Content.UnreadableException theirs) {
            throw theirs; // the disk has no part in it
        } catch (IOException failed) {
            throw new DiskTroubleException(failed, true);
        }
    }

    @Override
    public InputStream openBody(long bodyId) throws IOException { return bodies.open(bodyId); }

    @Override
    public void compact() throws IOException {
        new Compaction(this, segments, writer).run();
        giveBack();
    }

    /// Takes time by what is free, in steps between which mail goes on. Some stays for what is kept next.
    private void giveBack() throws IOException {
        writeInSteps(connection -> {
            try (var statement = connection.createStatement()) {
                if (!SqliteDialect.givesBack(statement) || SqliteDialect.freeOctets(statement) <= FREE_OCTETS_KEPT)
                    return 0;
            }
            return SqliteDialect.giveBack(connection, GIVEN_PAGES);
        });
    }

    /// A file that an older version made only grows. A large one is rewritten at a start at which little of it is
    /// used: any other time it would keep mail waiting.
    private void convert(Connection writing) throws SQLException {
        try (var statement = writing.createStatement()) {
            long octets = SqliteDialect.octets(statement);
            boolean room = disk.usableSpace(directory) > FREE_OCTETS_MIN + 2 * octets;
            if (room && SqliteDialect.convert(statement) || SqliteDialect.givesBack(statement)) return;
            LOG.log(System.Logger.Level.INFO,
                    "event=database-not-converted file={0} octets={1} what=\"an older version "
                            + "made it, and it gives no room back to the file system; a start at which less than 64 MB "
                            + "of it are in use converts it\"",
                    directory.resolve(FILE), Long.toString(octets));
        }
    }

    @Override
    public void forgetBody(Connection writing, long bodyId) throws SQLException {
        recent.forget(bodyId);
        try (var delete = writing.prepareStatement(
                "DELETE FROM body WHERE id = ? RETURNING segment, start, length, crc")) {
            delete.setLong(1, bodyId);
            try (var row = delete.executeQuery()) {
                if (row.next())
                    writer.bodies().forget(new Segments.Reference(bodyId, row.getLong(1), row.getLong(2),
                            row.getLong(3), row.getLong(4)));
            }
        }
    }

    @Override
    public void endRecipient(Connection writing, long bodyId, int recipient, int state) throws SQLException {
        BodyReader.reference(writing, bodyId)
                .ifPresent(body -> writer.bodies().end(new Segments.Ended(body, recipient, state)));
    }

    /// How copies of it are made while mail flows.
    public Backups backups() { return backups; }

    @Override
    public StoreCondition condition() { return condition; }

    @Override
    public long usableSpace() { return disk.usableSpace(directory); }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) throws IOException {
        writer.catchUp();
        return asked(readers, work);
    }

    @Override
    public <T extends @Nullable Object> T readWritten(Work<T> work) throws IOException { return asked(readers, work); }

    @Override
    public <T extends @Nullable Object> T searchWritten(Work<T> work) throws IOException {
        return asked(searchers, work);
    }

    @Override
    public <T extends @Nullable Object> T search(Work<T> work) throws IOException {
        try {
            writer.catchUp();
        } catch (DiskTroubleException trouble) {
            // An operator who looks meanwhile sees what the tables have.
            LOG.log(System.Logger.Level.DEBUG, "event=search-behind why={0}", trouble.getMessage());
        }
        return asked(searchers, work);
    }

    private <T extends @Nullable Object> T asked(Readers whom, Work<T> work) throws IOException {
        try {
            return whom.read(work);
        } catch (IOException failed) {
            if (failed.getCause() instanceof SQLException sql) {
                if (SqliteTrouble.isDamage(sql)) counts.doubt();
                throw SqliteTrouble.of(directory, "the store cannot be read", sql);
            }
            throw failed;
        }
    }

    @Override
    public void close() throws IOException {
        try (lock; counts; notes; segments; readers; searchers; writer; journal; backups) {
            // Closed in reverse: the last change first, the lock last.
        }
    }

    /// All or nothing: a start that is killed in the midst of an upgrade leaves what was there.
    static void createTables(Connection connection, List<String> ddl, Counts counts) throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            for (String sql : Opening.TABLES)
                statement.execute(sql);
            statement.execute("DELETE FROM store_counts"); // whatever was there, it has one row from now on
            statement.execute("INSERT INTO store_counts (transactions, bodies, body_sum, last_body, last_segment) "
                    + "VALUES (0, 0, 0, 0, 0)");
            Writer.write(connection, counts);
            statement.execute(JournalTail.FIRST);
            int found = SchemaVersion.read(statement);
            for (String sql : ddl)
                if (SchemaVersion.isDue(sql, found)) SqliteDialect.execute(statement, sql);
            SchemaVersion.write(statement);
            connection.commit();
        } catch (SQLException failed) {
            connection.rollback();
            throw failed;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /// A data directory was written by a newer version of this program, whose tables this one does not know.
    public static final class StoreNewerException extends IOException {

        private static final long serialVersionUID = 1L;

        StoreNewerException(String message) { super(message); }
    }

    /// The store cannot be opened or read without risk to the mail in it; nothing was changed.
    public static final class StoreDamagedException extends IOException {

        private static final long serialVersionUID = 1L;

        private final String remedy;

        StoreDamagedException(String message, String remedy, Throwable cause) {
            super(message, cause);
            this.remedy = remedy;
        }

        StoreDamagedException(String message, String remedy) {
            super(message);
            this.remedy = remedy;
        }

        /// What the operator can do, in words.
        public String remedy() { return remedy; }
    }

    /// A search has used up its time; the store is well.
    public static final class SearchEndedException extends IOException {

        private static final long serialVersionUID = 1L;

        SearchEndedException(Duration limit) { super("the search was ended after " + limit.toSeconds() + " s"); }
    }
}
