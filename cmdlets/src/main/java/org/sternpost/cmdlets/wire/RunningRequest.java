package org.sternpost.cmdlets.wire;

import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.wire.EngineClient.CancelledException;

/// One request under way, and how it is stopped.
///
/// A query is interrupted. A change is stopped only before its commit: half a change helps nobody.
final class RunningRequest {

    private @Nullable Thread worker;
    private boolean cancelled;
    private boolean commits;

    /// Names the calling thread as the one to interrupt.
    synchronized void begin() {
        worker = Thread.currentThread();
        if (cancelled) Thread.currentThread().interrupt();
    }

    /// From here on nothing is interrupted any more, and the thread is as free as it was.
    synchronized void end() {
        worker = null;
        if (cancelled) Thread.interrupted();
    }

    synchronized void cancel() {
        if (commits || cancelled) return;
        cancelled = true;
        if (worker != null) worker.interrupt();
    }

    synchronized boolean isCancelled() { return cancelled; }

    void refuseIfCancelled() throws CancelledException { if (isCancelled()) throw new CancelledException("cancelled"); }

    /// The last moment for a cancel; after it the change is carried through.
    synchronized void beginCommit() throws CancelledException {
        if (cancelled) throw new CancelledException("cancelled before anything was changed");
        commits = true;
    }
}
