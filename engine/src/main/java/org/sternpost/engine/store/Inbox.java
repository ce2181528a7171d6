package org.sternpost.engine.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// What the [Writer] is given: work, and what the journal has kept. Work that somebody waits for wakes it at once; what
/// is settled, and rows of what was accepted, gather without waking it.
final class Inbox {

    static final long NEVER = Long.MAX_VALUE;

    private static final int BATCH_MAX = 256;
    private static final int WAITING_MAX = 4_096;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ArrayDeque<Job<?>> jobs = new ArrayDeque<>();
    private List<Unwritten> accepted = new ArrayList<>();
    private int pressing; // of the jobs, those that somebody waits for
    private int hurried; // who wait until they may go on
    private boolean idle; // the writer waits for whatever comes
    private boolean closed;

    /// Waits while there is too much.
    ///
    /// @return false if the writer takes no more
    synchronized boolean put(Job<?> job) throws InterruptedException {
        while (!closed && jobs.size() >= WAITING_MAX)
            wait();
        if (closed) return false;
        jobs.add(job);
        if (isPressing(job)) pressing++;
        // The first one, and those for which the writer stops to gather.
        if (isPressing(job) || jobs.size() == 1 || jobs.size() == BATCH_MAX) notifyAll();
        return true;
    }

    /// What was kept, in its order.
    synchronized void put(List<Unwritten> kept) {
        accepted.addAll(kept);
        if (idle) notifyAll();
    }

    /// Until [#hurryEnds] nothing waits for more to be written with it.
    synchronized void hurryBegins() { if (hurried++ == 0 && !jobs.isEmpty()) notifyAll(); }

    synchronized void hurryEnds() { hurried--; }

    /// Takes nothing more; what is there is taken.
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /// Returns once there is something to write.
    ///
    /// @param batch takes work
    /// @param kept  takes all that was accepted before that work came, and more
    /// @param rest  nanoseconds for which work that nobody waits for may gather
    /// @param due   nanoseconds until rows are to be written that were taken before, or [#NEVER]
    /// @return false if this is the end
    synchronized boolean take(List<Job<?>> batch, List<Unwritten> kept, long rest, long due) {
        long began = System.nanoTime();
        while (!closed && pressing == 0 && jobs.size() < BATCH_MAX && (hurried == 0 || jobs.isEmpty())) {
            long wanted = jobs.isEmpty() ? due : rest;
            idle = wanted == NEVER;
            if (idle && !accepted.isEmpty()) break;
            long left = wanted - (System.nanoTime() - began);
            if (!idle && left <= 0) break;
            try {
                if (idle) wait();
                else
                    wait(left / NANOS_PER_MILLI + 1);
            } catch (InterruptedException _) {
                // Nobody interrupts the writer; it ends when this is closed.
            }
        }
        idle = false;
        kept.addAll(accepted);
        accepted = new ArrayList<>();
        boolean full = jobs.size() >= WAITING_MAX;
        while (batch.size() < BATCH_MAX && !jobs.isEmpty()) {
            Job<?> job = jobs.poll();
            if (isPressing(job)) pressing--;
            batch.add(job);
        }
        if (full) notifyAll();
        return !closed || !jobs.isEmpty();
    }

    private static boolean isPressing(Job<?> job) { return job.manner() != Job.Manner.Settling; }
}
