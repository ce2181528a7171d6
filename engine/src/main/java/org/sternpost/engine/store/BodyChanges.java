package org.sternpost.engine.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.sternpost.engine.store.JournalTail.Applied;

/// What one transaction changes of bodies, and what follows from it once it is on the disk.
///
/// Known to the writer's thread alone.
final class BodyChanges {

    private static final System.Logger LOG = System.getLogger(BodyChanges.class.getName());

    private final Segments segments;
    private final RecentBodies recent;
    private final List<Segments.Reference> forgotten = new ArrayList<>();
    private final List<Segments.Reference> kept = new ArrayList<>();
    private final List<Segments.Reference> unsynced = new ArrayList<>(); // of those kept
    private final List<Segments.Ended> ended = new ArrayList<>();
    private final List<Unwritten> touched = new ArrayList<>();

    /// How far a transaction had come.
    record Mark(int forgotten, int kept, int unsynced, int ended, int touched) {

        static final Mark BEGIN = new Mark(0, 0, 0, 0, 0);
    }

    BodyChanges(Segments segments, RecentBodies recent) {
        this.segments = segments;
        this.recent = recent;
    }

    Mark mark() { return new Mark(forgotten.size(), kept.size(), unsynced.size(), ended.size(), touched.size()); }

    /// All since then is undone.
    void undo(Mark to) {
        forgotten.subList(to.forgotten(), forgotten.size()).clear();
        kept.subList(to.kept(), kept.size()).clear();
        unsynced.subList(to.unsynced(), unsynced.size()).clear();
        ended.subList(to.ended(), ended.size()).clear();
        List<Unwritten> undone = touched.subList(to.touched(), touched.size());
        undone.forEach(Unwritten::putBack);
        undone.clear();
    }

    /// Has rows by now, or never gets any.
    void touch(Unwritten one) { touched.add(one); }

    /// One body more, which is on the disk.
    void keep(Connection writing, Segments.Reference body) throws SQLException {
        insert(writing, body);
        kept.add(body);
    }

    /// The row of a body.
    static void insert(Connection writing, Segments.Reference body) throws SQLException {
        try (var insert = writing.prepareStatement("INSERT INTO body (id, segment, start, length, crc) "
                + "VALUES (?, ?, ?, ?, ?)")) {
            insert.setLong(1, body.id());
            insert.setLong(2, body.segment());
            insert.setLong(3, body.offset());
            insert.setLong(4, body.length());
            insert.setLong(5, body.crc());
            insert.executeUpdate();
        }
    }

    /// One that is synced before the transaction ends.
    void keepUnsynced(Connection writing, Segments.Reference body) throws SQLException {
        if (segments.isLost(body)) throw SqliteTrouble.ofDisk("the content of a message was not synced");
        keep(writing, body);
        unsynced.add(body);
    }

    /// One in another place, which is synced before the transaction ends.
    void moved(Segments.Reference to) {
        kept.add(to);
        unsynced.add(to);
    }

    void forget(Segments.Reference body) { forgotten.add(body); }

    void end(Segments.Ended one) { ended.add(one); }

    /// Behind all bodies that were begun so far.
    Applied end() { return segments.end(); }

    /// What the tables have then.
    Counts after(Counts before) {
        Counts next = before.next();
        for (Segments.Reference body : kept)
            next = next.with(body);
        for (Segments.Reference body : forgotten)
            next = next.without(body);
        return next;
    }

    /// Returns once all bodies are on the disk that the transaction refers to.
    void sync() throws IOException {
        if (unsynced.isEmpty()) return;
        segments.sync();
        // Another sync than this one may have failed meanwhile.
        for (Segments.Reference body : unsynced)
            if (segments.isLost(body)) throw new IOException("the content of a message was not synced");
    }

    /// The transaction is on the disk.
    ///
    /// @return what has its rows now, or never gets any
    List<Unwritten> publish() {
        carryMoved();
        for (Segments.Reference body : forgotten)
            release(body);
        for (Unwritten one : touched) {
            if (!one.hasLeft()) continue;
            recent.forget(one.place().id());
            release(one.place());
            ended.add(Segments.Ended.whole(one.place()));
        }
        segments.ended(ended);
        var done = List.copyOf(touched);
        touched.clear();
        undo(Mark.BEGIN);
        return done;
    }

    /// A body that is forgotten at one place and kept at another is needed as before; all others end with their place.
    private void carryMoved() {
        var places = new HashMap<Long, Segments.Reference>();
        for (Segments.Reference body : kept)
            places.put(body.id(), body);
        var before = new ArrayList<Segments.Reference>();
        var after = new ArrayList<Segments.Reference>();
        for (Segments.Reference body : forgotten) {
            Segments.Reference now = places.get(body.id());
            if (now == null || now.segment() == body.segment()) ended.add(Segments.Ended.whole(body));
            else {
                before.add(body);
                after.add(now);
                ended.add(Segments.Ended.moved(body));
            }
        }
        try {
            if (!before.isEmpty()) segments.moved(before, after);
        } catch (IOException failed) {
            LOG.log(System.Logger.Level.WARNING, "event=done-not-carried why=\"{0}\" what=\"should the database be "
                    + "lost, some mail is sent twice\"", failed.getMessage());
        }
    }

    private void release(Segments.Reference body) {
        try {
            segments.release(body.segment());
        } catch (IOException failed) {
            LOG.log(System.Logger.Level.WARNING, "event=segment-not-removed segment={0} why={1}", body.segment(),
                    failed.getMessage());
        }
    }
}
