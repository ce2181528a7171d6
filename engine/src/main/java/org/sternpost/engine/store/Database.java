package org.sternpost.engine.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// The one door to durable tables. All writes of the engine pass one writer, which shares one sync among many.
public interface Database extends AutoCloseable {

    /// SQL to run; the text stays within what SQLite and PostgreSQL share.
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    /// Runs in the writer's current transaction and returns once that transaction is synced to disk.
    ///
    /// Work that throws is undone alone; other work of the same batch stands. Never called from inside other work.
    ///
    /// @throws IOException if the work or the disk failed; then nothing of it was kept
    <T extends @Nullable Object> T write(Work<T> work) throws IOException;

    /// Runs on a connection that sees all committed writes and may not change anything.
    <T extends @Nullable Object> T read(Work<T> work) throws IOException;

    @Override
    void close() throws IOException;
}
