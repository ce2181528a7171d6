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
    private final Set<Thread> writing = ConcurrentHashMap.newKeySet();
    private final Semaphore room = new Semaphore(UNSETTLED_MAX - 1);

    /// @param name of the session
    SettlingBehind(String name) { this.name = name; }

    /// Waits while too many are being written. When it is interrupted meanwhile it writes at once.
    ///
    /// @param settlement does not throw
    void write(Runnable settlement) {
        try {
            room.acquire();
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
