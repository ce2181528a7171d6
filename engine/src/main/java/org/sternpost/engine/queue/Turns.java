package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;

/// Destinations that wait for their turn: for the first answer of a host that others wait for already
/// (docs/transport-security.md#host-hangs). They are paused until it comes, for some time at most.
public final class Turns {

    private static final int CAME_MAX = 20_000; // of those that nobody waits for yet, or any more

    private final DestinationQueues destinations;
    private final Map<DestinationKey, DeliveryStatus> paused = new HashMap<>();
    private final Set<DestinationKey> came = new HashSet<>(); // since an attempt began

    Turns(DestinationQueues destinations) { this.destinations = destinations; }

    /// An attempt begins: what came before it is of no matter.
    public synchronized void begins(DestinationKey key) {
        came.remove(key);
        paused.remove(key);
    }

    /// The attempt came to nothing, as it was not its turn. Where it is by now, the next one may begin.
    public synchronized void awaits(DestinationKey key, Instant until, DeliveryStatus why) {
        if (came.remove(key)) {
            destinations.stir(key);
            return;
        }
        paused.put(key, why);
        destinations.pause(key, until, why);
    }

    public synchronized void comes(DestinationKey key) {
        DeliveryStatus why = paused.remove(key);
        if (why == null) {
            if (came.size() >= CAME_MAX) came.clear();
            came.add(key);
            return;
        }
        synchronized (destinations) {
            // Unless it rests for something else by now.
            if (destinations.lastError(key).equals(why)) destinations.pause(key, Instant.MIN, why);
        }
    }
}
