package org.sternpost.engine.schedule;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;

/// Writes down what became of a session's mail while the session goes on: its host does not wait for our disk.
///
/// So many messages of a session are unsettled at most, the one under way among them; a crash repeats no more.
final class SettlingBehind {

    static final int UNSETTLED_MAX = 8;
    private static final int HURRY = UNSETTLED_MAX / 2; // being written: then they are written while the rest goes on

    private final String name;
    private final Hurry hurry;
    private final Set<Thread> writing = new HashSet<>();
    private final Semaphore room = new Semaphore(UNSETTLED_MAX - 1);

    /// Tells the disk's side that a session will soon wait for what is being written, until it no longer does.
    interface Hurry {
        void begins();

        void ends();
    }

    /// @param name of the session
    SettlingBehind(String name, Hurry hurry) {
        this.name = name;
        this.hurry = hurry;
    }

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
                remove(Thread.currentThread());
                room.release();
            }
        });
        add(thread);
        thread.start();
    }

    private synchronized void add(Thread thread) {
        writing.add(thread);
        if (writing.size() == HURRY) hurry.begins();
    }

    private synchronized void remove(Thread thread) {
        writing.remove(thread);
        if (writing.size() == HURRY - 1) hurry.ends();
    }

    private synchronized List<Thread> writing() { return List.copyOf(writing); }

    /// Returns once all is written, or was given up because this thread was interrupted.
    void awaitWritten() {
        List<Thread> left = writing();
        if (left.isEmpty()) return;
        hurry.begins();
        try {
            await(left);
        } finally {
            hurry.ends();
        }
    }

    private static void await(List<Thread> left) {
        boolean interrupted = false;
        for (Thread thread : left)
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
