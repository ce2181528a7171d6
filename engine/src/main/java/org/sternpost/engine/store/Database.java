package org.sternpost.engine.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.store.SqliteDatabase.SearchEndedException;

/// The one door to durable tables. All writes of the engine pass one writer, which shares one sync among many.
public interface Database extends AutoCloseable {

    /// Rows that one transaction may change without others noticing.
    int STEP_ROWS = 1_000;

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
    ///
    /// For what mail waits for: a few rows, found by an index. Never called from inside other work.
    <T extends @Nullable Object> T read(Work<T> work) throws IOException;

    /// As [#read], for what an operator asks, whose answer may take long. It keeps no mail waiting, ends when the
    /// thread that asks is interrupted, and ends by itself after a while.
    ///
    /// @throws SearchEndedException if its time was over
    <T extends @Nullable Object> T search(Work<T> work) throws IOException;

    /// Repeats a change, each time in a transaction of its own, until it finds nothing to do: so that what is long in
    /// all, such as forgetting old rows, holds up no mail.
    ///
    /// @param step changes about [#STEP_ROWS] rows and answers how many
    default void writeInSteps(Work<Integer> step) throws IOException {
        while (write(step) > 0)
            if (Thread.currentThread().isInterrupted()) throw new IOException("interrupted between two steps");
    }

    /// Something to add to a row of sums.
    interface Addition {

        /// Additions to the same row have equal keys.
        Object key();

        /// Both in one.
        Addition plus(Addition other);

        void write(Connection connection) throws SQLException;
    }

    /// For work under way: adds to sums in its transaction. What one transaction adds to the same row is written once.
    default void add(Connection writing, Addition addition) throws SQLException { addition.write(writing); }

    /// For work under way: runs once its transaction is on the disk, before anybody learns of that; never if the work
    /// was undone. To be short, for all that is written waits meanwhile.
    default void whenKept(Connection writing, Runnable then) {}

    @Override
    void close() throws IOException;
}
