package org.sternpost.engine.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.store.SqliteDatabase.SearchEndedException;
import org.sternpost.engine.time.Time;

/// Threads that look into the tables, each with a connection of its own.
///
/// Platform threads, because SQLite's native calls would hold the carriers of virtual ones: as many questions as the
/// machine has cores would stop every session. Callers wait for the answer without holding anything.
final class Readers implements AutoCloseable {

    /// Opens one more connection that only reads.
    interface Opening {
        Connection open() throws SQLException;
    }

    private final BlockingQueue<Job<?>> waiting = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final Duration limit;
    private final Time time;
    private volatile boolean closed;

    /// @param limit how long one question may take
    Readers(String name, int count, Opening opening, Duration limit, Time time) throws SQLException {
        this.limit = limit;
        this.time = time;
        try {
            for (int i = 0; i < count; i++)
                connections.add(opening.open());
        } catch (SQLException failed) {
            for (Connection connection : connections)
                connection.close();
            throw failed;
        }
        for (Connection connection : connections)
            threads.add(EssentialThread.startPlatform(name + "-" + threads.size(), () -> run(connection)));
    }

    <T extends @Nullable Object> T read(Database.Work<T> work) throws IOException {
        if (threads.contains(Thread.currentThread())) throw new IllegalStateException("a question inside other work");
        if (Thread.currentThread().isInterrupted()) throw new IOException("interrupted before the store was asked");
        var job = new Job<>(work);
        waiting.add(job);
        // Looked at after the job was added: either it is seen here, or the closing thread finds it.
        if (closed) refuseWaiting();
        return job.awaitAnswer();
    }

    /// Ends what is under way.
    @Override
    public void close() throws IOException {
        closed = true;
        try {
            for (Thread thread : threads)
                thread.interrupt();
            for (Thread thread : threads)
                thread.join();
            for (Connection connection : connections)
                connection.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (SQLException failed) {
            throw new IOException("the store does not close: " + failed.getMessage(), failed);
        } finally {
            refuseWaiting();
        }
    }

    private void run(Connection connection) {
        try {
            while (!closed)
                answer(connection, waiting.take());
        } catch (InterruptedException _) {
            // As asked by close(); nobody else knows these threads.
        }
    }

    private void answer(Connection connection, Job<?> job) {
        Instant end = time.steady().plus(limit);
        try {
            SqliteDialect.watch(connection, () -> job.isWanted() && !closed && time.steady().isBefore(end));
            if (job.isWanted()) job.run(connection);
            job.complete();
        } catch (SQLException failed) {
            job.fail(time.steady().isBefore(end) ? failed : new SearchEndedException(limit));
        } catch (RuntimeException | Error failed) {
            job.fail(failed);
            EssentialThread.rethrowFatal(failed);
        }
    }

    private void refuseWaiting() {
        for (Job<?> late; (late = waiting.poll()) != null;)
            late.fail(new IOException("the store is closed"));
    }
}
