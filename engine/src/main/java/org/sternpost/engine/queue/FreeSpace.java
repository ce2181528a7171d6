package org.sternpost.engine.queue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.sternpost.engine.store.Store;
import org.sternpost.engine.time.Time;

/// How much room the disk has, asked at most once in a while: the system takes longer to say than a message takes to
/// be claimed. What was taken in since then is counted off.
final class FreeSpace {

    static final Duration AGAIN = Duration.ofSeconds(1);

    private final Store store;
    private final Time time;
    private Instant asked = Instant.EPOCH;
    private long octets;

    FreeSpace(Store store, Time time) {
        this.store = store;
        this.time = time;
    }

    /// Octets; 0 when the system does not tell.
    synchronized long octets() throws IOException {
        Instant now = time.instant();
        // A clock that was turned back is no reason to believe what was said before.
        if (now.isBefore(asked) || !now.isBefore(asked.plus(AGAIN))) {
            octets = store.usableSpace();
            asked = now;
        }
        return octets;
    }

    /// True if that much is left once so many octets more are kept.
    boolean has(long more, long left) throws IOException {
        long free = octets();
        return free >= left && free - left >= more;
    }

    /// A message of so many octets was kept.
    synchronized void taken(long size) { octets = Math.max(0, octets - size); }
}
