package org.sternpost.engine.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.store.Counts.CountsFile;
import org.sternpost.engine.store.Disk.DiskTroubleException;

/// The one thread that changes tables. It takes what has gathered while it synced the last batch and syncs that
/// at once.
///
/// A platform thread, as those of [Readers], because native calls would hold the carrier of a virtual one.
final class Writer implements AutoCloseable {

    private static final int BATCH_MAX = 256;
    private static final int WAITING_MAX = 4_096;

    private static final System.Logger LOG = System.getLogger(Writer.class.getName());

    private final Connection connection;
    private final Segments segments;
    private final CountsFile file;
    private final BlockingQueue<Job<?>> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final List<Segments.Reference> forgotten = new ArrayList<>();
    private final List<Segments.Reference> kept = new ArrayList<>();
    private Counts counts;
    private final Job<Boolean> stop = new Job<>(_ -> true);
    private final Thread thread;
    private volatile boolean closed;

    /// @param counts as the tables have them
    Writer(Connection connection, Segments segments, CountsFile file, Counts counts) {
        this.connection = connection;
        this.segments = segments;
        this.file = file;
        this.counts = counts;
        this.thread = EssentialThread.startPlatform("store-writer", this::run);
    }

    <T extends @Nullable Object> T write(Database.Work<T> work) throws IOException {
        if (Thread.currentThread() == thread) throw new IllegalStateException("a write inside other work");
        if (closed) throw new IOException("the store is closed");
        var job = new Job<>(work);
        try {
            waiting.put(job);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before the store took the change");
        }
        return job.awaitChange();
    }

    /// For work under way: one body more.
    void keep(Segments.Reference body) {
        requireOwnThread();
        kept.add(body);
    }

    /// For work under way: one body less, whose segment gets to know once the transaction is on the disk.
    void forget(Segments.Reference body) {
        requireOwnThread();
        forgotten.add(body);
    }

    private void requireOwnThread() {
        if (Thread.currentThread() != thread) throw new IllegalStateException("bodies change in a write alone");
    }

    @Override
    public void close() throws IOException {
        if (closed) return;
        closed = true;
        try {
            waiting.put(stop);
            thread.join();
            connection.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (SQLException failed) {
            throw new IOException("the store does not close: " + failed.getMessage(), failed);
        }
    }

    private void run() {
        var batch = new ArrayList<Job<?>>(BATCH_MAX);
        boolean running = true;
        while (running) {
            batch.clear();
            try {
                batch.add(waiting.take());
            } catch (InterruptedException _) {
                continue; // Nobody interrupts this thread; it ends by `stop`.
            }
            waiting.drainTo(batch, BATCH_MAX - 1);
            running = !batch.remove(stop);
            commit(batch);
        }
        for (Job<?> late; (late = waiting.poll()) != null;)
            late.fail(new IOException("the store is closed"));
    }

    private void commit(List<Job<?>> batch) {
        forgotten.clear();
        kept.clear();
        boolean undone = true; // what COMMIT failed at may still be found on the disk
        try (var statement = connection.createStatement()) {
            statement.execute(SqliteDialect.BEGIN_WRITING);
            try {
                for (Job<?> job : batch)
                    attempt(job, statement);
                Counts next = next();
                write(statement, next);
                segments.sync();
                undone = false;
                statement.execute("COMMIT");
                counts = next;
            } catch (SQLException | IOException | RuntimeException | Error failed) {
                rollBack(statement);
                throw failed;
            }
        } catch (SQLException | IOException | RuntimeException | Error failed) {
            note(failed);
            for (Job<?> job : batch)
                job.fail(failed instanceof IOException || failed instanceof SQLException
                        ? new DiskTroubleException(failed, undone)
                        : failed);
            EssentialThread.rethrowFatal(failed);
            return;
        }
        file.write(counts);
        release();
        for (Job<?> job : batch)
            job.complete();
    }

    private void attempt(Job<?> job, Statement statement) throws SQLException {
        statement.execute("SAVEPOINT work");
        int forgottenBefore = forgotten.size();
        int keptBefore = kept.size();
        try {
            job.run(connection);
            statement.execute("RELEASE work");
        } catch (SQLException | RuntimeException | Error failed) {
            EssentialThread.rethrowFatal(failed);
            job.refuse(failed);
            note(failed);
            forgotten.subList(forgottenBefore, forgotten.size()).clear();
            kept.subList(keptBefore, kept.size()).clear();
            // A full disk makes SQLite undo the whole transaction; then this fails and with it the batch.
            statement.execute("ROLLBACK TO work");
            statement.execute("RELEASE work");
        }
    }

    private void note(Throwable failed) {
        if (failed instanceof SQLException sql && SqliteTrouble.isDamage(sql)) file.doubt();
    }

    private Counts next() {
        Counts next = counts.next();
        for (Segments.Reference body : kept)
            next = next.with(body);
        for (Segments.Reference body : forgotten)
            next = next.without(body);
        return next;
    }

    /// All are numbers of ours, so they need no parameters.
    static void write(Statement statement, Counts counts) throws SQLException {
        statement.execute("UPDATE store_counts SET transactions = " + counts.transactions() + ", bodies = "
                + counts.bodies() + ", body_sum = " + counts.sum() + ", last_body = " + counts.lastBody()
                + ", last_segment = " + counts.lastSegment());
    }

    private static void rollBack(Statement statement) {
        try {
            statement.execute("ROLLBACK");
        } catch (SQLException alreadyUndone) {
            LOG.log(System.Logger.Level.DEBUG, "event=rollback why={0}", alreadyUndone.getMessage());
        }
    }

    private void release() {
        for (Segments.Reference body : forgotten)
            try {
                segments.release(body.segment());
            } catch (IOException failed) {
                LOG.log(System.Logger.Level.WARNING, "event=segment-not-removed segment={0} why={1}", body.segment(),
                        failed.getMessage());
            }
    }
}
