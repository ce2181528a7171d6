package org.sternpost.engine.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.sternpost.engine.store.JournalTail.Applied;

/// What the journal has and the tables have not, in the order of acceptance, and how far the tables have come.
///
/// Known to the writer's thread alone.
final class Held {

    private static final long AGE_NANOS = Duration.ofSeconds(5).toNanos(); // most mail is settled by then
    private static final int DUE_MAX = 256; // in one transaction, so that what is settled need not wait for many

    private static final System.Logger LOG = System.getLogger(Held.class.getName());

    private final Behind behind;
    private final SequencedMap<Object, Unwritten> all = new LinkedHashMap<>();
    private Optional<Applied> reached = Optional.empty(); // behind all that was handed over
    private Optional<Applied> stuck = Optional.empty(); // what is applied for good, where rows were refused

    Held(Behind behind) { this.behind = behind; }

    boolean isEmpty() { return all.isEmpty(); }

    int size() { return all.size(); }

    Optional<Unwritten> find(Object key) { return Optional.ofNullable(all.get(key)).filter(Unwritten::isHeld); }

    boolean has(Unwritten one) { return all.get(one.key()) == one; }

    void add(Unwritten one) {
        if (all.putIfAbsent(one.key(), one) != null)
            refused(one, new IllegalStateException("another was accepted with this key"));
        reached = Optional.of(one.applied());
    }

    /// All that was accepted up to here has its rows.
    void reached(Applied now) { reached = Optional.of(now); }

    /// It has its rows, or never gets any.
    void done(Unwritten one) {
        all.remove(one.key());
        behind.done(one);
    }

    /// What was acknowledged and has rows that are refused: its record stays the proof.
    void refuse(Unwritten one, Throwable why) {
        all.remove(one.key());
        refused(one, why);
    }

    private void refused(Unwritten one, Throwable why) {
        LOG.log(System.Logger.Level.ERROR, "event=rows-refused key=" + one.key() + " what=\"the rows of an accepted "
                + "message were refused; its record stays in the journal, and the next start writes them\" "
                + "remedy=\"restart the engine\"", why);
        if (stuck.isEmpty()) stuck = Optional.of(one.notApplied());
        behind.done(one);
    }

    /// How long until the first is due; only where there is one.
    long dueNanos() { return behind.isPressing() ? 0 : AGE_NANOS - all.firstEntry().getValue().ageNanos(); }

    List<Unwritten> all() { return List.copyOf(all.values()); }

    /// Some of those that have waited long enough, or of which too many gather.
    List<Unwritten> due() {
        if (all.isEmpty() || dueNanos() > 0) return List.of();
        var due = new ArrayList<Unwritten>();
        for (Unwritten one : all.values()) {
            if (due.size() == DUE_MAX || !behind.isPressing() && one.ageNanos() < AGE_NANOS / 2) break;
            due.add(one); // some that have waited less too, so that it is seldom
        }
        return due;
    }

    /// How far the tables have come with this transaction.
    void writeApplied(Connection connection) throws SQLException {
        Optional<Applied> now = stuck;
        if (now.isEmpty())
            now = all.values().stream().filter(Unwritten::isHeld).findFirst().map(Unwritten::notApplied)
                    .or(() -> reached);
        if (now.isEmpty()) return;
        now.get().write(connection);
    }
}
