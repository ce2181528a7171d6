package org.sternpost.engine.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
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
    private final List<Segments.Ended> ended = new ArrayList<>();
    private final BatchParts parts = new BatchParts();
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

    <T extends @Nullable Object> T write(Database.Work<T> work) throws IOException { return write(new Job<>(work)); }

    /// The same for work that does again what it did when all that it did in the tables was undone, so that nobody
    /// keeps a copy of each page that it changes in case it is refused.
    <T extends @Nullable Object> T writeRepeatable(Database.Work<T> work) throws IOException {
        return write(Job.repeatable(work));
    }

    private <T extends @Nullable Object> T write(Job<T> job) throws IOException {
        if (Thread.currentThread() == thread) throw new IllegalStateException("a write inside other work");
        if (closed) throw new IOException("the store is closed");
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

    /// For work under way: a body that not all need any more.
    void end(Segments.Ended one) {
        requireOwnThread();
        ended.add(one);
    }

    /// For work under way, as [Database#add].
    void add(Database.Addition addition) {
        requireOwnThread();
        parts.add(addition);
    }

    /// For work under way, as [Database#whenKept].
    void whenKept(Runnable then) {
        requireOwnThread();
        parts.whenKept(then);
    }

    private void requireOwnThread() {
        if (Thread.currentThread() != thread) throw new IllegalStateException("that is for work of a write alone");
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
        boolean undone = true; // what COMMIT failed at may still be found on the disk
        try {
            execute(SqliteDialect.BEGIN_WRITING);
            try {
                attempt(batch);
                Counts next = next();
                write(connection, next);
                segments.sync();
                undone = false;
                execute("COMMIT");
                counts = next;
            } catch (SQLException | IOException | RuntimeException | Error failed) {
                rollBack();
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
        parts.tellKept();
        for (Job<?> job : batch)
            job.complete();
    }

    private void attempt(List<Job<?>> batch) throws SQLException {
        if (attemptTogether(batch)) return;
        forgotten.clear();
        kept.clear();
        ended.clear();
        parts.undo(0);
        for (Job<?> job : batch)
            attemptAlone(job);
    }

    /// Work that is hardly ever refused: a savepoint for each would copy every page that it changes.
    ///
    /// @return false if one was refused, and all of it is undone
    private boolean attemptTogether(List<Job<?>> batch) throws SQLException {
        forgotten.clear();
        kept.clear();
        ended.clear();
        parts.undo(0);
        for (Job<?> job : batch)
            if (!job.isRepeatable()) return false;
        try {
            for (Job<?> job : batch)
                job.run(connection);
            parts.writeAdditions(connection);
            return true;
        } catch (SQLException | RuntimeException | Error failed) {
            EssentialThread.rethrowFatal(failed);
            note(failed);
            rollBack();
            execute(SqliteDialect.BEGIN_WRITING);
            return false;
        }
    }

    private void attemptAlone(Job<?> job) throws SQLException {
        execute("SAVEPOINT work");
        int forgottenBefore = forgotten.size();
        int keptBefore = kept.size();
        int endedBefore = ended.size();
        int toldBefore = parts.told();
        try {
            job.run(connection);
            // At once: sums that the database refuses are no fault of the other work.
            parts.writeAdditions(connection);
            execute("RELEASE work");
        } catch (SQLException | RuntimeException | Error failed) {
            EssentialThread.rethrowFatal(failed);
            job.refuse(failed);
            note(failed);
            forgotten.subList(forgottenBefore, forgotten.size()).clear();
            kept.subList(keptBefore, kept.size()).clear();
            ended.subList(endedBefore, ended.size()).clear();
            parts.undo(toldBefore);
            // A full disk makes SQLite undo the whole transaction; then this fails and with it the batch.
            execute("ROLLBACK TO work");
            execute("RELEASE work");
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

    static void write(Connection connection, Counts counts) throws SQLException {
        try (var update = connection.prepareStatement("UPDATE store_counts SET transactions = ?, bodies = ?, "
                + "body_sum = ?, last_body = ?, last_segment = ?")) {
            update.setLong(1, counts.transactions());
            update.setLong(2, counts.bodies());
            update.setLong(3, counts.sum());
            update.setLong(4, counts.lastBody());
            update.setLong(5, counts.lastSegment());
            update.executeUpdate();
        }
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }

    private void rollBack() {
        try {
            execute("ROLLBACK");
        } catch (SQLException alreadyUndone) {
            LOG.log(System.Logger.Level.DEBUG, "event=rollback why={0}", alreadyUndone.getMessage());
        }
    }

    private void release() {
        carryMoved();
        for (Segments.Reference body : forgotten)
            try {
                segments.release(body.segment());
            } catch (IOException failed) {
                LOG.log(System.Logger.Level.WARNING, "event=segment-not-removed segment={0} why={1}", body.segment(),
                        failed.getMessage());
            }
        segments.ended(ended);
    }

    /// A body that is forgotten at one place and kept at another is needed as before; all others end with their place.
    private void carryMoved() {
        var places = new HashMap<Long, Segments.Reference>();
        for (Segments.Reference body : kept)
            places.put(body.id(), body);
        var before = new ArrayList<Segments.Reference>();
        var after = new ArrayList<Segments.Reference>();
        for (Segments.Reference body : forgotten) {
            Segments.Reference now = places.get(body.id());
            if (now == null || now.segment() == body.segment()) ended.add(Segments.Ended.whole(body));
            else {
                before.add(body);
                after.add(now);
                ended.add(Segments.Ended.moved(body));
            }
        }
        try {
            if (!before.isEmpty()) segments.moved(before, after);
        } catch (IOException failed) {
            LOG.log(System.Logger.Level.WARNING, "event=done-not-carried why=\"{0}\" what=\"should the database be "
                    + "lost, some mail is sent twice\"", failed.getMessage());
        }
    }
}
