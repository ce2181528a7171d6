package org.sternpost.engine.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.sternpost.engine.store.Database.Addition;

/// What the work of one transaction leaves for its end: sums to write, and who is told once it is on the disk.
///
/// Known to the writer's thread alone.
final class BatchParts {

    private final List<Addition> additions = new ArrayList<>();
    private final List<Runnable> kept = new ArrayList<>();

    void add(Addition addition) { additions.add(addition); }

    void whenKept(Runnable then) { kept.add(then); }

    /// How many wait to be told.
    int told() { return kept.size(); }

    /// What was left since that many waited was undone.
    void undo(int told) {
        additions.clear();
        kept.subList(told, kept.size()).clear();
    }

    /// Adds up what belongs together, in the order in which it came first.
    void writeAdditions(Connection connection) throws SQLException {
        if (additions.isEmpty()) return;
        var sums = new LinkedHashMap<Object, Addition>();
        for (Addition addition : additions)
            sums.merge(addition.key(), addition, Addition::plus);
        additions.clear();
        for (Addition sum : sums.values())
            sum.write(connection);
    }

    /// The transaction is on the disk.
    void tellKept() {
        for (Runnable then : kept)
            then.run();
        kept.clear();
    }
}
