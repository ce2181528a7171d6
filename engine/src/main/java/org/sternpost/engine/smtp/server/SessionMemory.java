package org.sternpost.engine.smtp.server;

import java.util.concurrent.atomic.AtomicLong;

/// The memory that all sessions share: whoever wants more than there is gets none, and its client is asked to come
/// later. What a session holds is estimated from above, so that the whole process never runs out.
final class SessionMemory {

    private final long octetsMax;
    private final AtomicLong taken = new AtomicLong();

    SessionMemory(long octetsMax) { this.octetsMax = octetsMax; }

    /// Taken by all.
    long taken() { return taken.get(); }

    /// For one session, or for one message of it; empty at first.
    Share share() { return new Share(); }

    /// What one holds. Belongs to one thread.
    final class Share implements AutoCloseable {

        private long held;

        /// @return false if there is not so much left; then nothing was taken
        boolean take(long octets) {
            if (taken.addAndGet(octets) > octetsMax) {
                taken.addAndGet(-octets);
                return false;
            }
            held += octets;
            return true;
        }

        void give(long octets) {
            held -= octets;
            taken.addAndGet(-octets);
        }

        /// Gives back whatever it holds.
        @Override
        public void close() { give(held); }
    }
}
