package org.sternpost.engine.control;

import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.store.Database;

/// Who changed what and when: written in the transaction of the change itself, with old and new value.
public final class Audit {

    public static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS audit (
              at BIGINT NOT NULL, done_by TEXT NOT NULL, operation TEXT NOT NULL, target TEXT NOT NULL,
              path TEXT NOT NULL, before_value TEXT NOT NULL, after_value TEXT NOT NULL)""",
            "CREATE INDEX IF NOT EXISTS audit_by_time ON audit (at)");

    private Audit() {}

    /// One row per change; a change without settings, such as a retry, is one row too.
    static Database.Work<@Nullable Void> entry(Instant at, String by, String operation, String target,
            List<Plan.Change> changes) {
        return connection -> {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO audit VALUES (?,?,?,?,?,?,?)")) {
                for (Plan.Change change : changes.isEmpty() ? List.of(new Plan.Change("", "", "")) : changes) {
                    insert.setLong(1, at.toEpochMilli());
                    insert.setString(2, by);
                    insert.setString(3, operation);
                    insert.setString(4, target);
                    insert.setString(5, change.path());
                    insert.setString(6, change.before());
                    insert.setString(7, change.after());
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            return null;
        };
    }
}
