package org.sternpost.engine.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.store.Disk.DiskTroubleException;
import org.sternpost.engine.store.SqliteDatabase.SearchEndedException;

/// One caller's work, done on a thread of the store, and what came of it.
final class Job<T extends @Nullable Object> {

    /// How work is done among others of a transaction.
    enum Manner {
        /// It is undone alone where it is refused, and finds the rows of all that was accepted before.
        Alone,
        /// Where one of its kind is refused, all of them are undone and done once more. It finds all rows too.
        Together,
        /// The same, and it needs no rows but those that it enters itself; nobody is in a hurry for it.
        Settling
    }

    private final Database.Work<T> work;
    private final Manner manner;
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable T result;
    private @Nullable Throwable failure;
    private volatile boolean wanted = true;

    Job(Database.Work<T> work) { this(Manner.Alone, work); }

    Job(Manner manner, Database.Work<T> work) {
        this.manner = manner;
        this.work = work;
    }

    Manner manner() { return manner; }

    void run(Connection connection) throws SQLException { result = work.on(connection); }

    void refuse(Throwable why) { failure = why; }

    void fail(Throwable why) {
        if (failure == null) failure = why;
        done.countDown();
    }

    void complete() { done.countDown(); }

    /// False once its caller has left.
    boolean isWanted() { return wanted; }

    /// Waits out an interrupt: whether a change was kept is known only afterwards.
    T awaitChange() throws IOException {
        if (waitedOut()) Thread.currentThread().interrupt();
        if (failure instanceof SQLException sql && SqliteTrouble.isOfDisk(sql))
            throw new DiskTroubleException(sql, true);
        return result("the store did not take the change");
    }

    /// An interrupt ends the question: the thread that answers it sees that nobody waits, and stops.
    T awaitAnswer() throws IOException {
        if (waitedOut()) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the store was asked");
        }
        return result("the store cannot be read");
    }

    /// @return true if it was interrupted meanwhile
    private boolean waitedOut() {
        boolean interrupted = false;
        while (true)
            try {
                done.await();
                return interrupted;
            } catch (InterruptedException _) {
                interrupted = true;
                wanted = false;
            }
    }

    @SuppressWarnings("NullAway") // Work may return nothing; then nothing is what its caller gets.
    private T result(String without) throws IOException {
        return switch (failure) {
            case null -> result;
            case RuntimeException ours -> throw ours;
            case Error ours -> throw ours;
            case SearchEndedException ended -> throw ended;
            case DiskTroubleException disk -> throw disk;
            default -> throw new IOException(without + ": " + failure.getMessage(), failure);
        };
    }
}
