package org.sternpost.engine.store;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Platform threads for what may wait for the disk on behalf of a virtual one.
///
/// Java 25 puts another carrier in the place of one that waits in `FileChannel.force`, but not of one that waits in
/// `open`, `read` or `write` of a file: as many reads of cold pages as the machine has cores would stop all sessions
/// that deliver. What only asks the file system (how much is free, does a file exist, how long is it) is answered from
/// memory and stays where it is; SQLite has threads of its own ([Readers], [Writer]); processes are never started.
/// What computes for long, such as the making of a key, is asked for by administrators, whose requests run on platform
/// threads.
final class DiskThreads {

    private static final int THREADS_MAX = 16; // as many as a disk answers better together than one by one
    private static final Duration IDLE = Duration.ofSeconds(10); // then a thread ends, so nobody needs to close this

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(THREADS_MAX, THREADS_MAX, IDLE.toSeconds(),
            TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
            work -> Thread.ofPlatform().daemon().name("store-disk").unstarted(work));

    DiskThreads() { threads.allowCoreThreadTimeOut(true); }

    /// What the disk is asked.
    interface Work<T extends @Nullable Object> {
        T done() throws IOException;
    }

    /// Returns what work comes to. An interrupt is waited out: a file is never left in the midst of something.
    <T extends @Nullable Object> T done(Work<T> work) throws IOException {
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
}
