package org.sternpost.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.engine.time.Time;

/// The embedded store: SQLite for tables, [Segments] for bodies, one [Writer] for both.
public final class SqliteDatabase implements Store {

    private static final String FILE = "sternpost.db";
    private static final int READERS = 4; // for mail
    private static final int SEARCHERS = 2; // for whoever asks about mail: no search keeps mail waiting
    private static final Duration READ_MAX = Duration.ofMinutes(10); // all that waits is read at start
    private static final Duration SEARCH_MAX = Duration.ofMinutes(2); // its asker may leave at any time
    private static final int BUSY_MILLIS = 10_000;
    private static final int CHECKPOINT_PAGES = 4_000; // 16 MB of log; longer pauses beyond, more syncs below
    private static final List<String> OWN_TABLES = List.of("""
            CREATE TABLE IF NOT EXISTS body (
              id BIGINT PRIMARY KEY, segment BIGINT NOT NULL, start BIGINT NOT NULL, length BIGINT NOT NULL,
              crc BIGINT NOT NULL)""", "CREATE INDEX IF NOT EXISTS body_segment ON body (segment)");

    private final Path directory;
    private final DirectoryLock lock;
    private final Segments segments;
    private final Writer writer;
    private final Readers readers;
    private final Readers searchers;

    private SqliteDatabase(Path directory, DirectoryLock lock, List<String> ddl, Disk disk, Time time)
            throws IOException, SQLException {
        this.directory = directory;
        this.lock = lock;
        useOwnTemporaryDirectory(directory);
        OwnerOnly.below(directory, List.of(FILE, FILE + "-wal", FILE + "-shm", "bodies", "spool"));
        OwnerOnly.file(directory.resolve(FILE)); // SQLite gives its log the permissions of the database
        Connection writing = connect(directory, false);
        try {
            OwnerOnly.belowSilently(directory, "native"); // the driver has just unpacked its library there
            createTables(writing, ddl);
            this.segments = new Segments(directory.resolve("bodies"), disk, liveBodies(writing), lastBody(writing));
            this.readers = new Readers("store-reader", READERS, () -> connect(directory, true), READ_MAX, time);
            this.searchers = new Readers("store-search", SEARCHERS, () -> connect(directory, true), SEARCH_MAX, time);
        } catch (SQLException | IOException | RuntimeException failed) {
            writing.close();
            throw failed;
        }
        this.writer = new Writer(writing, segments);
    }

    /// Opens the store of a directory, which is made if need be, and keeps every other engine out of it.
    ///
    /// @param ddl statements that make tables, columns and indexes unless they exist, in PostgreSQL's words
    /// @throws DirectoryInUseException if another engine has it
    public static SqliteDatabase open(Path directory, List<String> ddl) throws IOException {
        return open(directory, ddl, Disk.REAL);
    }

    static SqliteDatabase open(Path directory, List<String> ddl, Disk disk) throws IOException {
        // The limits of questions are spans of this machine's work, also where a test turns the engine's clock.
        return open(directory, ddl, disk, new SystemTime());
    }

    static SqliteDatabase open(Path directory, List<String> ddl, Disk disk, Time time) throws IOException {
        OwnerOnly.directory(directory);
        DirectoryLock lock = DirectoryLock.take(directory);
        try {
            return new SqliteDatabase(directory, lock, ddl, disk, time);
        } catch (SQLException failed) {
            lock.close();
            throw new IOException("the store in " + directory + " does not open: " + failed.getMessage(), failed);
        } catch (IOException | RuntimeException failed) {
            lock.close();
            throw failed;
        }
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) throws IOException { return writer.write(work); }

    @Override
    public <T extends @Nullable Object> T writeWithBodies(List<Content> bodies, BodyWork<T> work) throws IOException {
        var kept = new ArrayList<Segments.Reference>(bodies.size());
        boolean done = false;
        try {
            for (Content body : bodies)
                kept.add(segments.append(body));
            T result = writer.write(connection -> {
                for (Segments.Reference reference : kept)
                    insert(connection, reference);
                return work.on(connection, List.copyOf(kept));
            });
            done = true;
            return result;
        } finally {
            if (!done) for (Segments.Reference reference : kept)
                segments.release(reference.segment());
        }
    }

    @Override
    public InputStream openBody(long bodyId) throws IOException {
        return segments.open(read(connection -> {
            try (var query = connection.prepareStatement("SELECT segment, start, length, crc FROM body WHERE id = ?")) {
                query.setLong(1, bodyId);
                try (var row = query.executeQuery()) {
                    if (!row.next()) throw new SQLException("there is no body " + bodyId + " (any more)");
                    return new Segments.Reference(bodyId, row.getLong(1), row.getLong(2), row.getLong(3),
                            row.getLong(4));
                }
            }
        }));
    }

    @Override
    public void forgetBody(Connection writing, long bodyId) throws SQLException {
        try (var delete = writing.prepareStatement("DELETE FROM body WHERE id = ? RETURNING segment")) {
            delete.setLong(1, bodyId);
            try (var row = delete.executeQuery()) {
                if (row.next()) writer.releaseAfterCommit(row.getLong(1));
            }
        }
    }

    @Override
    public long usableSpace() { return directory.toFile().getUsableSpace(); }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) throws IOException { return readers.read(work); }

    @Override
    public <T extends @Nullable Object> T search(Work<T> work) throws IOException { return searchers.read(work); }

    @Override
    public void close() throws IOException {
        try (lock; segments; readers; searchers; writer) {
            // Closed in reverse: the last change first, the lock last.
        }
    }

    private static Connection connect(Path directory, boolean reading) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(FILE));
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = " + BUSY_MILLIS);
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = FULL");
            statement.execute("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
            if (reading) statement.execute("PRAGMA query_only = ON");
            return connection;
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }

    private static void createTables(Connection connection, List<String> ddl) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (String sql : OWN_TABLES)
                statement.execute(sql);
            for (String sql : ddl)
                SqliteColumns.execute(statement, sql);
        }
    }

    private static Map<Long, Integer> liveBodies(Connection connection) throws SQLException {
        var live = new HashMap<Long, Integer>();
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT segment, count(*) FROM body GROUP BY segment")) {
            while (row.next())
                live.put(row.getLong(1), row.getInt(2));
        }
        return live;
    }

    private static long lastBody(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT coalesce(max(id), 0) FROM body")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private static void insert(Connection connection, Segments.Reference body) throws SQLException {
        try (var insert = connection.prepareStatement("INSERT INTO body (id, segment, start, length, crc) "
                + "VALUES (?, ?, ?, ?, ?)")) {
            insert.setLong(1, body.id());
            insert.setLong(2, body.segment());
            insert.setLong(3, body.offset());
            insert.setLong(4, body.length());
            insert.setLong(5, body.crc());
            insert.executeUpdate();
        }
    }

    /// The driver unpacks its library for each process and leaves it behind when killed: we hold the lock, so we sweep.
    private static void useOwnTemporaryDirectory(Path directory) throws IOException {
        if (System.getProperty("org.sqlite.tmpdir") != null) return;
        Path own = OwnerOnly.directory(directory.resolve("native")).toAbsolutePath();
        try (var leftovers = Files.newDirectoryStream(own)) {
            for (Path file : leftovers)
                Files.deleteIfExists(file);
        }
        System.setProperty("org.sqlite.tmpdir", own.toString());
    }
}
