package org.sternpost.engine.store;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.sternpost.engine.store.journal.RecordFrame;

/// The bodies that were kept last: most mail is sent at once, and then nobody asks tables or disk for it.
///
/// A body that was moved since is not where this says; whoever does not find it there asks the tables.
final class RecentBodies {

    private static final int BODIES_MAX = 10_000;
    private static final long OCTETS_MAX = 32L << 20; // in memory; of the others the place is known

    private final SequencedMap<Long, Recent> bodies = new LinkedHashMap<>();
    private final SequencedMap<Long, Recent> inMemory = new LinkedHashMap<>();
    private long octets;

    /// @param octets of its record; empty where they are on the disk alone
    private record Recent(Segments.Reference body, byte[] octets) {}

    synchronized void put(Segments.Written written) {
        var recent = new Recent(written.body(), written.record());
        long id = written.body().id();
        bodies.put(id, recent);
        if (bodies.size() > BODIES_MAX) forget(bodies.firstEntry().getKey());
        if (recent.octets().length == 0) return;
        octets += recent.octets().length;
        inMemory.put(id, recent);
        while (octets > OCTETS_MAX) {
            Recent first = inMemory.pollFirstEntry().getValue();
            octets -= first.octets().length;
            bodies.replace(first.body().id(), new Recent(first.body(), Segments.Written.NOT_IN_MEMORY));
        }
    }

    synchronized Optional<Segments.Reference> find(long body) {
        return Optional.ofNullable(bodies.get(body)).map(Recent::body);
    }

    /// The octets of one that is in memory.
    Optional<InputStream> open(long body) {
        Recent recent;
        synchronized (this) {
            recent = inMemory.get(body);
        }
        if (recent == null) return Optional.empty();
        int length = (int) recent.body().length();
        int at = recent.octets().length - RecordFrame.TRAILER_OCTETS - length;
        return Optional.of(new ByteArrayInputStream(recent.octets(), at, length));
    }

    synchronized void forget(long body) {
        bodies.remove(body);
        Recent gone = inMemory.remove(body);
        if (gone != null) octets -= gone.octets().length;
    }
}
