package org.sternpost.engine.queue;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.sternpost.engine.queue.DestinationQueues.DestinationKey;

/// When the scheduler looks at destinations again by itself.
final class Wakes {

    private final Map<DestinationKey, Instant> byKey = new HashMap<>();
    private final TreeSet<Wake> inOrder = new TreeSet<>(
            Comparator.comparing(Wake::at).thenComparing(Wake::destination));

    private record Wake(Instant at, DestinationKey destination) {}

    /// @param at [Instant#MAX] for never
    void set(DestinationKey key, Instant at) {
        Instant before = at.isBefore(Instant.MAX) ? byKey.put(key, at) : byKey.remove(key);
        if (at.equals(before)) return;
        if (before != null) inOrder.remove(new Wake(before, key));
        if (at.isBefore(Instant.MAX)) inOrder.add(new Wake(at, key));
    }

    Optional<Instant> next() { return inOrder.isEmpty() ? Optional.empty() : Optional.of(inOrder.getFirst().at()); }

    /// Takes one whose time has come.
    Optional<DestinationKey> poll(Instant now) {
        if (inOrder.isEmpty() || inOrder.getFirst().at().isAfter(now)) return Optional.empty();
        DestinationKey key = inOrder.getFirst().destination();
        set(key, Instant.MAX);
        return Optional.of(key);
    }
}
