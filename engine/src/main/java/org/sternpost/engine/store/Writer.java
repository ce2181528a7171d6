package org.sternpost.engine.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.process.EssentialThread;
import org.sternpost.engine.store.Counts.CountsFile;
import org.sternpost.engine.store.Disk.DiskTroubleException;
import org.sternpost.engine.store.JournalTail.Applied;

/// The one thread that changes tables. It takes what has gathered while it synced the last batch ([Inbox]) and syncs
/// that at once, unless nobody is in a hurry for it: under load more gathers.
///
/// Rows of what the journal has are held back a moment ([Unwritten]): most mail is settled meanwhile, and then it never
/// gets the rows of mail that waits. Whoever reads or changes tables has them written first.
///
/// A platform thread, as those of [Readers], because native calls would hold the carrier of a virtual one.
final class Writer implements AutoCloseable {

    private static final int BUSY_JOBS = 8; // in one batch: then the next one waits for more
    private static final long REST_NANOS = Duration.ofMillis(20).toNanos(); // a kill repeats what is settled meanwhile
    private static final long AGAIN_NANOS = Duration.ofSeconds(1).toNanos(); // to a disk that does not take rows

    private static final System.Logger LOG = System.getLogger(Writer.class.getName());

    private final Connection connection;
    private final CountsFile file;
    private final Inbox inbox = new Inbox();
    private final Behind behind = new Behind();
    private final Held held = new Held(behind);
    private final BodyChanges bodies;
    private final BatchParts parts = new BatchParts();
    private boolean busy;
    private long committed = System.nanoTime();
    private long triable = committed; // when rows that the disk did not take may be tried again
    private Counts counts;
    private final Thread thread;
    private volatile boolean closed;

    /// @param counts as the tables have them
    Writer(Connection connection, Segments segments, RecentBodies recent, CountsFile file, Counts counts) {
        this.connection = connection;
        this.bodies = new BodyChanges(segments, recent);
        this.file = file;
        this.counts = counts;
        this.thread = EssentialThread.startPlatform("store-writer", this::run);
    }

    <T extends @Nullable Object> T write(Database.Work<T> work) throws IOException { return write(new Job<>(work)); }

    <T extends @Nullable Object> T write(Job.Manner manner, Database.Work<T> work) throws IOException {
        return write(new Job<>(manner, work));
    }

    Behind behind() { return behind; }

    /// Takes what the journal has kept, in its order; its rows are written as often as it takes.
    void follow(List<Unwritten> kept) {
        behind.handed(kept);
        inbox.put(kept);
    }

    /// Returns once all that was accepted before is in the tables, or never will be.
    ///
    /// @throws IOException if the disk does not take it at present
    void catchUp() throws IOException {
        // Trouble may outlast the rows at which it was met, if they were refused: only what is written ends it.
        if (!behind.isNone() || behind.isTroubled()) write(Job.Manner.Together, _ -> true);
    }

    /// Until [#hurryEnds] what is settled does not wait for more to be settled with it.
    void hurryBegins() { inbox.hurryBegins(); }

    void hurryEnds() { inbox.hurryEnds(); }

    private <T extends @Nullable Object> T write(Job<T> job) throws IOException {
        if (Thread.currentThread() == thread) throw new IllegalStateException("a write inside other work");
        if (closed) throw new IOException("the store is closed");
        try {
            if (!inbox.put(job)) throw new IOException("the store is closed");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before the store took the change");
        }
        return job.awaitChange();
    }

    /// For work under way: what was accepted with a key, where it has no rows yet.
    Optional<Unwritten> find(Object key) {
        requireOwnThread();
        return held.find(key);
    }

    /// For work under way: all that was accepted up to here has its rows.
    void reached(Applied now) {
        requireOwnThread();
        held.reached(now);
    }

    /// For work under way: the rows of what is held.
    void enter(Connection writing, Unwritten one) throws SQLException {
        bodies().touch(one);
        bodies.keep(writing, one.place());
        one.rows().on(writing, one.place().id());
    }

    /// For work under way.
    BodyChanges bodies() {
        requireOwnThread();
        return bodies;
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
            inbox.close();
            thread.join();
            connection.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (SQLException failed) {
            throw new IOException("the store does not close: " + failed.getMessage(), failed);
        }
    }

    private void run() {
        var batch = new ArrayList<Job<?>>();
        var kept = new ArrayList<Unwritten>();
        boolean running = true;
        while (running) {
            batch.clear();
            kept.clear();
            running = inbox.take(batch, kept, restNanos(), dueNanos());
            kept.forEach(held::add);
            // All of them where somebody looks at rows, or those that have waited.
            commit(batch, !running || needsRows(batch) ? held.all() : held.due());
        }
        if (!held.isEmpty())
            LOG.log(System.Logger.Level.WARNING, "event=rows-not-written messages={0} what=\"the journal has them; the "
                    + "next start writes their rows\"", held.size());
    }

    /// How long nobody is in a hurry for what is settled.
    private long restNanos() { return busy ? committed + REST_NANOS - System.nanoTime() : 0; }

    /// How long nobody is in a hurry for rows.
    private long dueNanos() {
        return held.isEmpty() ? Inbox.NEVER : Math.max(held.dueNanos(), triable - System.nanoTime());
    }

    private static boolean needsRows(List<Job<?>> batch) {
        for (Job<?> job : batch)
            if (job.manner() != Job.Manner.Settling) return true;
        return false;
    }

    private void commit(List<Job<?>> batch, List<Unwritten> entering) {
        if (batch.isEmpty() && entering.isEmpty()) return;
        boolean undone = true; // what COMMIT failed at may still be found on the disk
        try {
            execute(SqliteDialect.BEGIN_WRITING);
            try {
                attempt(batch, entering);
                Counts next = bodies.after(counts);
                write(connection, next);
                markIdle();
                held.writeApplied(connection);
                bodies.sync();
                undone = false;
                execute("COMMIT");
                counts = next;
            } catch (SQLException | IOException | RuntimeException | Error failed) {
                rollBack();
                throw failed;
            }
        } catch (SQLException | IOException | RuntimeException | Error failed) {
            note(failed);
            begin();
            committed = System.nanoTime();
            if (!entering.isEmpty()) {
                triable = committed + AGAIN_NANOS;
                behind.trouble(failed);
            }
            for (Job<?> job : batch)
                job.fail(failed instanceof IOException || failed instanceof SQLException
                        ? new DiskTroubleException(failed, undone)
                        : failed);
            EssentialThread.rethrowFatal(failed);
            return;
        }
        file.write(counts);
        bodies.publish().forEach(held::done);
        parts.tellKept();
        if (!entering.isEmpty() || held.isEmpty()) behind.well();
        for (Job<?> job : batch)
            job.complete();
        busy = batch.size() >= BUSY_JOBS;
        committed = System.nanoTime();
    }

    /// Where nothing that was accepted is on its way, no start need look at what was written so far: also what is large
    /// or tells of other mail, and comes with its rows.
    private void markIdle() {
        if (!behind.isNone()) return;
        Applied end = bodies.end();
        // Asked after that: what comes now stands behind it.
        if (behind.isIdle()) held.reached(end);
    }

    /// Nothing of a transaction is done yet.
    private void begin() {
        bodies.undo(BodyChanges.Mark.BEGIN);
        parts.undo(0);
    }

    private void attempt(List<Job<?>> batch, List<Unwritten> entering) throws SQLException {
        begin();
        boolean alone = batch.stream().anyMatch(job -> job.manner() == Job.Manner.Alone);
        if (attemptTogether(alone ? List.of() : batch, entering)) {
            if (!alone) return;
        } else {
            begin();
            // What is settled in this transaction need not enter, unless somebody looks at its rows.
            if (needsRows(batch)) enterAlone(entering);
        }
        for (Job<?> job : batch)
            attemptAlone(job);
        enterAlone(entering);
    }

    /// Work that is hardly ever refused: a savepoint for each would copy every page that it changes.
    ///
    /// @return false if one was refused, and all of it is undone
    private boolean attemptTogether(List<Job<?>> batch, List<Unwritten> entering) throws SQLException {
        try {
            if (batch.isEmpty() || needsRows(batch)) enterTogether(entering);
            for (Job<?> job : batch)
                job.run(connection);
            enterTogether(entering);
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

    private void enterTogether(List<Unwritten> entering) throws SQLException {
        for (Unwritten one : entering)
            if (one.isHeld()) one.enter(connection);
    }

    private void enterAlone(List<Unwritten> entering) throws SQLException {
        for (Unwritten one : entering)
            if (one.isHeld()) enterAlone(one);
    }

    private void attemptAlone(Job<?> job) throws SQLException {
        refused(() -> job.run(connection)).ifPresent(job::refuse);
    }

    /// What was acknowledged is tried again with all of its batch where the disk is at fault. Where the rows are, its
    /// record stays the proof: the next start finds it, and all behind it.
    private void enterAlone(Unwritten one) throws SQLException {
        if (!held.has(one)) return; // refused already
        Optional<Throwable> why = refused(() -> one.enter(connection));
        if (why.isEmpty()) return;
        if (why.get() instanceof SQLException sql && SqliteTrouble.isOfDisk(sql)) throw sql;
        held.refuse(one, why.get());
    }

    /// Something to do in a transaction.
    private interface Step {
        void run() throws SQLException;
    }

    /// @return why a step was refused, which is undone then
    private Optional<Throwable> refused(Step step) throws SQLException {
        execute("SAVEPOINT work");
        BodyChanges.Mark before = bodies.mark();
        int toldBefore = parts.told();
        try {
            step.run();
            // At once: sums that the database refuses are no fault of the other work.
            parts.writeAdditions(connection);
            execute("RELEASE work");
            return Optional.empty();
        } catch (SQLException | RuntimeException | Error failed) {
            EssentialThread.rethrowFatal(failed);
            note(failed);
            bodies.undo(before);
            parts.undo(toldBefore);
            // A full disk makes SQLite undo the whole transaction; then this fails and with it the batch.
            execute("ROLLBACK TO work");
            execute("RELEASE work");
            return Optional.of(failed);
        }
    }

    private void note(Throwable failed) {
        if (failed instanceof SQLException sql && SqliteTrouble.isDamage(sql)) file.doubt();
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
}
