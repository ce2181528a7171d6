package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Reads the database of a directory without changing anything there: to read a log SQLite has to write beside it, so
/// a database with a log is copied first.
final class ReadableCopy implements AutoCloseable {

    private final String url;
    private final Optional<Path> copy;

    private ReadableCopy(String url, Optional<Path> copy) {
        this.url = url;
        this.copy = copy;
    }

    /// True if there is anything that might be a database.
    static boolean isThere(Path directory) throws IOException {
        Path database = directory.resolve(SqliteDatabase.FILE);
        return Files.exists(database) && Files.size(database) > 0;
    }

    /// @param room where a copy may lie meanwhile
    static ReadableCopy of(Path directory, Path room) throws IOException {
        Path database = directory.resolve(SqliteDatabase.FILE);
        Path log = directory.resolve(SqliteDatabase.FILE + "-wal");
        if (!Files.exists(log) || Files.size(log) == 0)
            return new ReadableCopy("jdbc:sqlite:file:" + database + "?immutable=1", Optional.empty());
        Path copy = OwnerOnly.directory(Files.createTempDirectory(room, "sternpost-check-"));
        var readable = new ReadableCopy("jdbc:sqlite:" + copy.resolve(SqliteDatabase.FILE), Optional.of(copy));
        try {
            Files.copy(database, copy.resolve(SqliteDatabase.FILE));
            Files.copy(log, copy.resolve(SqliteDatabase.FILE + "-wal"));
            return readable;
        } catch (IOException failed) {
            readable.close();
            throw failed;
        }
    }

    String url() { return url; }

    @Override
    public void close() throws IOException {
        if (copy.isEmpty()) return;
        for (String end : List.of("", "-wal", "-shm"))
            Files.deleteIfExists(copy.get().resolve(SqliteDatabase.FILE + end));
        Files.deleteIfExists(copy.get());
    }
}
