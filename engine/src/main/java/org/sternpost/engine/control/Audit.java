package org.sternpost.engine.control;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.VisibleText;
import org.sternpost.engine.store.Database;

/// Who changed what and when: written in the transaction of the change itself, with old and new value.
public final class Audit {

    public static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS audit (
              at BIGINT NOT NULL, done_by TEXT NOT NULL, operation TEXT NOT NULL, target TEXT NOT NULL,
              path TEXT NOT NULL, before_value TEXT NOT NULL, after_value TEXT NOT NULL)""",
            "CREATE INDEX IF NOT EXISTS audit_by_time ON audit (at)");

    /// Who did what no operator asked for at that moment.
    static final String SCHEDULE = "engine: schedule";

    private Audit() {}

    /// One act is one row, written in the act's own transaction; several changed settings stand in it one a line.
    static Database.Work<@Nullable Void> entry(Instant at, String by, String operation, String target,
            List<Plan.Change> changes) {
        return connection -> {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO audit (at, done_by, "
                    + "operation, target, path, before_value, after_value) VALUES (?,?,?,?,?,?,?)")) {
                insert.setLong(1, at.toEpochMilli());
                insert.setString(2, by);
                insert.setString(3, operation);
                insert.setString(4, VisibleText.of(target));
                insert.setString(5, lines(changes, Plan.Change::path));
                insert.setString(6, lines(changes, Plan.Change::before));
                insert.setString(7, lines(changes, Plan.Change::after));
                insert.executeUpdate();
            }
            return null;
        };
    }

    /// Forgets what is older than the retention, in steps that hold up no mail.
    public static void prune(Database database, Instant before) throws IOException {
        database.writeInSteps(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM audit WHERE at <= (SELECT "
                    + "max(at) FROM (SELECT at FROM audit WHERE at < ? ORDER BY at LIMIT " + Database.STEP_ROWS
                    + ") old)")) {
                delete.setLong(1, before.toEpochMilli());
                return delete.executeUpdate();
            }
        });
    }

    /// Line ends of a value are escaped, as all that cannot be seen: the lines of the three columns belong together.
    private static String lines(List<Plan.Change> changes, Function<Plan.Change, String> part) {
        return changes.stream().map(part).map(text -> VisibleText.of(text.replace("\\", "\\\\")))
                .collect(Collectors.joining("\n"));
    }
}
