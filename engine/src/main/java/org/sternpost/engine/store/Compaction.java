package org.sternpost.engine.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.store.Disk.DiskTroubleException;

/// Moves what is left of large segments to the active one, so that a message that waits long does not keep 64 MB.
///
/// A body has its old place until the transaction that names its new one is on the disk. One that cannot be read whole
/// stays where it is, and with it its segment.
final class Compaction {

    private static final int LEFT_PART = 4; // of a segment less than a quarter is left
    private static final long SEGMENT_OCTETS_MIN = 1 << 20; // below it there is nothing to gain
    private static final long MOVED_OCTETS_MAX = 64L << 20; // at once; the next time goes on
    private static final int BODIES_MAX = 64; // of one transaction

    private static final System.Logger LOG = System.getLogger(Compaction.class.getName());

    private final Database database;
    private final Segments segments;
    private final Writer writer;
    private long moved;

    /// What bodies a segment still has.
    private record Left(long segment, long octets) {}

    Compaction(Database database, Segments segments, Writer writer) {
        this.database = database;
        this.segments = segments;
        this.writer = writer;
    }

    void run() throws IOException {
        for (Left left : database.<List<Left>>read(Compaction::left)) {
            long octets = segments.octets(left.segment());
            if (octets < SEGMENT_OCTETS_MIN || left.octets() * LEFT_PART >= octets) continue;
            if (moved + left.octets() > MOVED_OCTETS_MAX) return;
            segments.end(left.segment());
            move(left.segment());
        }
    }

    private void move(long segment) throws IOException {
        List<Segments.Reference> bodies = database.<List<Segments.Reference>>read(c -> bodies(c, segment));
        for (int from = 0; from < bodies.size(); from += BODIES_MAX)
            move(bodies.subList(from, Math.min(bodies.size(), from + BODIES_MAX)));
    }

    private void move(List<Segments.Reference> bodies) throws IOException {
        var before = new ArrayList<Segments.Reference>();
        var after = new ArrayList<Segments.Reference>();
        var unused = new ArrayList<Segments.Reference>();
        boolean written = false;
        try {
            for (Segments.Reference body : bodies)
                try {
                    after.add(segments.append(body.id(), segments.again(body)));
                    before.add(body);
                    moved += body.length();
                } catch (IOException unreadable) {
                    LOG.log(System.Logger.Level.WARNING, "event=body-not-moved body={0} why=\"{1}\"",
                            Long.toString(body.id()), unreadable.getMessage());
                }
            database.<@Nullable Void>write(connection -> {
                unused.clear();
                for (int i = 0; i < after.size(); i++)
                    if (!moved(connection, before.get(i), after.get(i))) unused.add(after.get(i));
                return null;
            });
            written = true;
        } catch (DiskTroubleException trouble) {
            written = !trouble.isUndone();
            throw trouble;
        } finally {
            // Should the tables be lost, neither copy counts.
            for (Segments.Reference body : written ? unused : after)
                if (written) segments.abandon(body);
                else
                    segments.abandonCopy(body);
        }
    }

    /// @return false if the body was settled meanwhile
    private boolean moved(Connection connection, Segments.Reference from, Segments.Reference to) throws SQLException {
        try (var update = connection.prepareStatement(
                "UPDATE body SET segment = ?, start = ? WHERE id = ? AND segment = ? AND start = ?")) {
            update.setLong(1, to.segment());
            update.setLong(2, to.offset());
            update.setLong(3, from.id());
            update.setLong(4, from.segment());
            update.setLong(5, from.offset());
            if (update.executeUpdate() == 0) return false;
        }
        writer.bodies().moved(to);
        writer.bodies().forget(from);
        return true;
    }

    private static List<Left> left(Connection connection) throws SQLException {
        var found = new ArrayList<Left>();
        try (var query = connection.prepareStatement("SELECT segment, sum(length) FROM body GROUP BY segment");
                var row = query.executeQuery()) {
            while (row.next())
                found.add(new Left(row.getLong(1), row.getLong(2)));
        }
        return found;
    }

    private static List<Segments.Reference> bodies(Connection connection, long segment) throws SQLException {
        var found = new ArrayList<Segments.Reference>();
        try (var query = connection.prepareStatement("SELECT id, start, length, crc FROM body WHERE segment = ?")) {
            query.setLong(1, segment);
            try (var row = query.executeQuery()) {
                while (row.next())
                    found.add(new Segments.Reference(row.getLong(1), segment, row.getLong(2), row.getLong(3),
                            row.getLong(4)));
            }
        }
        return found;
    }
}
