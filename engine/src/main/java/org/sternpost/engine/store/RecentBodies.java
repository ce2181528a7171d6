package org.sternpost.engine.store;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/// Where the bodies are that were kept last: most mail is sent at once, and then nobody asks the tables.
///
/// A body that was moved since is not where this says; whoever does not find it there asks the tables.
final class RecentBodies {

    private static final int BODIES_MAX = 10_000;

    private final SequencedMap<Long, Segments.Reference> places = new LinkedHashMap<>();

    synchronized void put(Segments.Reference body) {
        places.put(body.id(), body);
        if (places.size() > BODIES_MAX) places.pollFirstEntry();
    }

    synchronized Optional<Segments.Reference> find(long body) { return Optional.ofNullable(places.get(body)); }

    synchronized void forget(long body) { places.remove(body); }
}
