package org.sternpost.engine.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What is asked of the disk besides the database, and on which threads. A test extends it to one that is slow, full or
/// crashing.
public class Disk {

    private static final int THREADS_MAX = 16; // as many as a disk answers better together than one by one
    private static final Duration IDLE = Duration.ofSeconds(10); // then a thread ends, so nobody needs to close this

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(THREADS_MAX, THREADS_MAX, IDLE.toSeconds(),
            TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
            work -> Thread.ofPlatform().daemon().name("store-disk").unstarted(work));

    /// The machine's own.
    public Disk() { threads.allowCoreThreadTimeOut(true); }

    public void write(RandomAccessFile file, long offset, byte[] octets, int length) throws IOException {
        file.seek(offset);
        file.write(octets, 0, length);
    }

    /// Writes the first octets of a new file.
    public void begin(RandomAccessFile file, byte[] octets) throws IOException { file.write(octets); }

    /// A file that exists, for reading.
    public RandomAccessFile open(Path file) throws IOException { return new RandomAccessFile(file.toFile(), "r"); }

    /// Octets from where the file stands, -1 at its end.
    public int read(RandomAccessFile file, byte[] octets, int length) throws IOException {
        return file.read(octets, 0, length);
    }

    /// Returns once everything written is on the platter.
    public void sync(RandomAccessFile file) throws IOException { file.getChannel().force(false); }

    /// Returns once the names in a directory are on the platter.
    public void syncNames(Path directory) throws IOException { OwnerOnly.syncNames(directory); }

    /// Octets that may still be written to the disk of a directory; 0 when the system does not tell.
    public long usableSpace(Path directory) { return directory.toFile().getUsableSpace(); }

    /// Has done what nobody waits for.
    final void soon(Runnable work) { threads.execute(work); }

    /// What may wait for the disk.
    interface Work<T extends @Nullable Object> {
        T done() throws IOException;
    }

    /// Returns what work comes to that may wait for the disk; for a virtual thread a platform thread does it.
    ///
    /// Java 25 puts another carrier in the place of one that waits in `FileChannel.force`, but not of one that waits in
    /// `open`, `read` or `write` of a file: as many reads of cold pages as the machine has cores would stop all
    /// sessions that deliver. What only asks the file system (how much is free, does a file exist, how long is it) is
    /// answered from memory and stays where it is; SQLite has threads of its own ([Readers], [Writer]); processes are
    /// never started. What computes for long, such as the making of a key, is asked for by administrators, whose
    /// requests run on platform threads.
    ///
    /// An interrupt is waited out: a file is never left in the midst of something.
    final <T extends @Nullable Object> T apart(Work<T> work) throws IOException {
        if (!Thread.currentThread().isVirtual()) return work.done();
        var task = new FutureTask<T>(work::done);
        threads.execute(task);
        boolean interrupted = false;
        try {
            while (true)
                try {
                    return task.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case IOException broken -> throw broken;
                case RuntimeException ours -> throw ours;
                case Error ours -> throw ours;
                case null, default -> throw new IllegalStateException(failed);
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    /// The disk refused a change, for whatever it was: it is full, failing, read-only, or its file is damaged.
    ///
    /// The same change may be kept later; until one is, no other is likely to be.
    public static final class DiskTroubleException extends IOException {

        private static final long serialVersionUID = 1L;

        private final boolean undone;

        /// @param undone false if the change may yet turn out to be on the disk
        DiskTroubleException(Throwable cause, boolean undone) {
            super("the disk did not keep the change: " + cause.getMessage(), cause);
            this.undone = undone;
        }

        boolean isUndone() { return undone; }
    }
}
