package org.sternpost.engine.rollout;

/// Wakes whoever waits for a step of a rollout.
final class StepBell {

    private long rung;

    synchronized void ring() {
        rung++;
        notifyAll();
    }

    synchronized long count() { return rung; }

    /// Until it has rung since [#count] was so.
    synchronized void awaitAfter(long count) throws InterruptedException {
        while (rung == count)
            wait();
    }
}
