package org.sternpost.engine.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.sternpost.engine.store.StoreBackup.BackupRefusedException;
import org.sternpost.engine.time.Time;

/// Makes backups of an open store, one at a time.
public final class Backups implements AutoCloseable {

    private final Path directory;
    private final Database database;
    private final Segments segments;
    private final Disk disk;
    private final Time time;
    private final ReentrantLock one = new ReentrantLock();
    private volatile boolean closed;

    Backups(Path directory, Database database, Segments segments, Disk disk, Time time) {
        this.directory = directory;
        this.database = database;
        this.segments = segments;
        this.disk = disk;
        this.time = time;
    }

    /// Asks whether one may be made there, and changes nothing.
    ///
    /// @param target a directory that is to be made
    /// @return octets that it needs at most
    /// @throws BackupRefusedException in words for who asks
    public long requirePlace(Path target) throws IOException { return backup(target).requirePlace(); }

    /// Takes as long as the disks do; mail flows meanwhile. A process that ends before it does leaves a directory with
    /// the end `.part`.
    ///
    /// @param besides directories of files within the data directory that belong to it
    /// @throws BackupRefusedException in words for who asks; nothing of it is left
    public StoreBackup.Done make(Path target, List<String> besides) throws IOException {
        if (!one.tryLock())
            throw new BackupRefusedException("another backup is under way",
                    "wait for it; the engine's log says how far "
                            + "it is");
        try {
            if (closed) throw new IOException("the store is closed");
            segments.hold();
            try {
                database.<Boolean>read(_ -> true); // which sees all that was accepted before
                return backup(target).run(besides);
            } finally {
                segments.letGo();
            }
        } finally {
            one.unlock();
        }
    }

    private StoreBackup backup(Path target) { return new StoreBackup(directory, target, disk, time, () -> !closed); }

    /// Ends what is under way.
    @Override
    public void close() {
        closed = true;
        one.lock();
        one.unlock();
    }
}
