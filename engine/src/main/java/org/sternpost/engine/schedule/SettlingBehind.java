package org.sternpost.engine.schedule;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// Writes down what became of a session's mail while the session goes on: its host does not wait for our disk.
///
/// So many messages of a session are unsettled at most, the one under way among them; a crash repeats no more.
final class SettlingBehind {

    static final int UNSETTLED_MAX = 8;

    private final String name;
    private final Runnable hurry;
    private final Set<Thread> writing = ConcurrentHashMap.newKeySet();
    private final Semaphore room = new Semaphore(UNSETTLED_MAX - 1);

    /// @param name  of the session
    /// @param hurry asks for what is being written, since the session waits for it
    SettlingBehind(String name, Runnable hurry) {
        this.name = name;
        this.hurry = hurry;
    }

    /// Waits while too many are being written. When it is interrupted meanwhile it writes at once.
    ///
    /// @param settlement does not throw
    void write(Runnable settlement) {
        try {
            if (!room.tryAcquire()) {
                hurry.run();
                room.acquire();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            settlement.run();
            return;
        }
        Thread thread = Thread.ofVirtual().name("settlement " + name).unstarted(() -> {
            try {
                settlement.run();
            } finally {
                writing.remove(Thread.currentThread());
                room.release();
            }
        });
        writing.add(thread);
        thread.start();
    }

    /// Returns once all is written, or was given up because this thread was interrupted.
    void awaitWritten() {
        boolean interrupted = false;
        if (!writing.isEmpty()) hurry.run();
        for (Thread thread : writing)
            while (true)
                try {
                    if (interrupted) thread.interrupt();
                    thread.join();
                    break;
                } catch (InterruptedException _) {
                    interrupted = true;
                }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
