package org.sternpost.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.sternpost.engine.store.Segments.BodyDamagedException;

/// Opens bodies: those in memory there, of those kept lately the place is known, all others have a row that says it.
final class BodyReader {

    private final Store store;
    private final Segments segments;
    private final RecentBodies recent;

    BodyReader(Store store, Segments segments, RecentBodies recent) {
        this.store = store;
        this.segments = segments;
        this.recent = recent;
    }

    InputStream open(long bodyId) throws IOException {
        Optional<InputStream> inMemory = recent.open(bodyId);
        if (inMemory.isPresent()) return inMemory.get();
        Optional<Segments.Reference> known = recent.find(bodyId);
        Segments.Reference body = known.isPresent() ? known.get() : reference(bodyId);
        try {
            return segments.open(body, this::moved);
        } catch (NoSuchFileException gone) {
            return segments.open(moved(body, gone), this::moved);
        }
    }

    private Segments.Reference moved(Segments.Reference before, NoSuchFileException gone) throws IOException {
        Segments.Reference now = reference(before.id());
        if (now.equals(before))
            throw new BodyDamagedException("the segment of body " + before.id() + " is missing: " + gone.getMessage(),
                    gone);
        return now;
    }

    private Segments.Reference reference(long bodyId) throws IOException {
        Optional<Segments.Reference> written = store.<Optional<Segments.Reference>>readWritten(
                connection -> reference(connection, bodyId));
        if (written.isPresent()) return written.get();
        // Forgotten here before it had rows.
        return store.<Segments.Reference>read(connection -> reference(connection, bodyId)
                .orElseThrow(() -> new SQLException("there is no body " + bodyId + " (any more)")));
    }

    static Optional<Segments.Reference> reference(Connection connection, long bodyId) throws SQLException {
        try (var query = connection.prepareStatement("SELECT segment, start, length, crc FROM body WHERE id = ?")) {
            query.setLong(1, bodyId);
            try (var row = query.executeQuery()) {
                if (!row.next()) return Optional.empty();
                return Optional.of(new Segments.Reference(bodyId, row.getLong(1), row.getLong(2), row.getLong(3),
                        row.getLong(4)));
            }
        }
    }
}
