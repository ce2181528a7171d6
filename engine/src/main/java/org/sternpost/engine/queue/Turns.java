package org.sternpost.engine.queue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;

/// Destinations that wait for their turn: for the first answer of a host that others wait for already
/// (docs/transport-security.md#host-hangs), or for a place for a session (docs/transport-security.md#session-limits).
/// They are paused until it comes, for some time at most.
public final class Turns {

    private final DestinationQueues destinations;

    /// What one destination knows of its turn, for as long as it has mail; [DestinationQueues] guards it.
    static final class Turn {
        private @Nullable DeliveryStatus awaited; // for what it is paused
        private boolean came; // since an attempt began

        /// An attempt begins: what came before it is of no matter.
        void begins() {
            awaited = null;
            came = false;
        }
    }

    Turns(DestinationQueues destinations) { this.destinations = destinations; }

    /// The attempt came to nothing, as it was not its turn. Where it is by now, the next one may begin.
    public void awaits(DestinationKey key, Instant until, DeliveryStatus why) {
        synchronized (destinations) {
            destinations.turn(key).ifPresent(turn -> {
                if (turn.came) {
                    turn.came = false;
                    destinations.stir(key);
                } else {
                    turn.awaited = why;
                    destinations.pause(key, until, why);
                }
            });
        }
    }

    public void comes(DestinationKey key) {
        synchronized (destinations) {
            destinations.turn(key).ifPresent(turn -> {
                DeliveryStatus why = turn.awaited;
                turn.awaited = null;
                turn.came = why == null;
                // Unless it rests for something else by now.
                if (why != null && destinations.lastError(key).equals(why)) destinations.pause(key, Instant.MIN, why);
            });
        }
    }
}
