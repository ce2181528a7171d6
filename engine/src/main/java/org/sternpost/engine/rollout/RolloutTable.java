package org.sternpost.engine.rollout;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Columns;
import org.sternpost.engine.store.Database;

/// How rollouts and the mail they count lie in their tables.
final class RolloutTable {

    static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS rollout (
              id TEXT PRIMARY KEY, number INTEGER NOT NULL, connector TEXT NOT NULL, from_mode TEXT NOT NULL,
              to_mode TEXT NOT NULL, shares TEXT NOT NULL, hold_ms BIGINT NOT NULL, max_failure_percent REAL NOT NULL,
              min_messages INTEGER NOT NULL, rollback_on_breach INTEGER NOT NULL, status TEXT NOT NULL,
              stage INTEGER NOT NULL, started_at BIGINT NOT NULL, stage_started_at BIGINT NOT NULL, why TEXT NOT NULL,
              history TEXT NOT NULL)""", """
            CREATE TABLE IF NOT EXISTS rollout_mail (
              rollout_id TEXT NOT NULL, stage INTEGER NOT NULL, message TEXT NOT NULL, domain TEXT NOT NULL,
              failed INTEGER NOT NULL, PRIMARY KEY (rollout_id, stage, message, domain))""");

    private RolloutTable() {}

    static int nextNumber(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT coalesce(max(number), 0) + 1 FROM rollout");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    static void put(Connection connection, int number, Rollout r) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO rollout (id, number, connector, from_mode, to_mode, shares, hold_ms, "
                        + "max_failure_percent, min_messages, rollback_on_breach, status, stage, started_at, "
                        + "stage_started_at, why, history) "
                        + "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET "
                        + "status = excluded.status, stage = excluded.stage, history = excluded.history, "
                        + "stage_started_at = excluded.stage_started_at, why = excluded.why")) {
            Object[] values = {r.id(), number, r.connector(), r.from().name(), r.to().name(),
                    r.shares().stream().map(String::valueOf).collect(Collectors.joining(" ")), r.hold().toMillis(),
                    r.maxFailurePercent(), r.minMessages(), r.rollbackOnBreach() ? 1 : 0, r.status().name(), r.stage(),
                    r.startedAt().toEpochMilli(), r.stageStartedAt().toEpochMilli(), r.why(),
                    String.join("\n", r.history())};
            for (int i = 0; i < values.length; i++)
                insert.setObject(i + 1, values[i]);
            insert.executeUpdate();
        }
    }

    /// By number, with the counts of the present stage.
    static List<Rollout> readAll(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT r.*, (SELECT count(*) FROM rollout_mail m
                     WHERE m.rollout_id = r.id AND m.stage = r.stage AND m.failed >= 0) AS mail,
                  (SELECT count(*) FROM rollout_mail m
                     WHERE m.rollout_id = r.id AND m.stage = r.stage AND m.failed = 1) AS failures,
                  (SELECT count(*) FROM rollout_mail m
                     WHERE m.rollout_id = r.id AND m.stage = r.stage AND m.failed = -2) AS unknown
                FROM rollout r ORDER BY number"""); ResultSet row = select.executeQuery()) {
            var all = new ArrayList<Rollout>();
            while (row.next())
                all.add(Columns.whole(row, "table rollout, number " + row.getString("number"),
                        RolloutTable::rollout));
            return all;
        }
    }

    /// What the mail to each domain told, in this stage or, as a whole, from the first on.
    static Stage seen(Connection connection, Rollout r, boolean whole) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT domain, max(failed) AS worst FROM rollout_mail WHERE rollout_id = ? AND stage BETWEEN ? AND ?
                GROUP BY domain""")) {
            select.setString(1, r.id());
            select.setInt(2, whole ? 0 : r.stage());
            select.setInt(3, r.stage());
            try (ResultSet row = select.executeQuery()) {
                var states = new HashMap<Domain, Stage.State>();
                while (row.next()) {
                    int worst = row.getInt("worst");
                    states.put(new Domain(row.getString("domain")), worst == MessageResult.FAILED.stored()
                            ? Stage.State.Failing
                            : worst == MessageResult.SUCCEEDED.stored() ? Stage.State.Proven : Stage.State.Unproven);
                }
                return new Stage(states);
            }
        }
    }

    /// Counts one message to one domain once per stage, by the most telling that was heard of it.
    static void count(Connection connection, Rollout r, String message, String domain, MessageResult told)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO rollout_mail (rollout_id, stage, message, domain, failed) "
                        + "VALUES (?,?,?,?,?) ON CONFLICT (rollout_id, stage, message, domain) "
                        + "DO UPDATE SET failed = max(failed, excluded.failed)")) {
            insert.setString(1, r.id());
            insert.setInt(2, r.stage());
            insert.setString(3, message);
            insert.setString(4, domain);
            insert.setInt(5, told.stored());
            insert.executeUpdate();
        }
    }

    /// Forgets rollouts that have ended and whose last share began before a time, with their mail, a step at once.
    ///
    /// @return how many rows
    static int prune(Connection connection, Instant before) throws SQLException {
        // The last number stays, so that no identity is given twice.
        String ended = "SELECT id FROM rollout WHERE status NOT IN ('Running', 'Suspended') AND stage_started_at < ? "
                + "AND number < (SELECT max(number) FROM rollout)";
        int gone = 0;
        for (String delete : List.of("DELETE FROM rollout_mail WHERE (rollout_id, stage, message, domain) IN (SELECT "
                + "rollout_id, stage, message, domain FROM rollout_mail WHERE rollout_id IN (" + ended + ") LIMIT "
                + Database.STEP_ROWS + ")",
                "DELETE FROM rollout WHERE id IN (" + ended + ") AND NOT EXISTS (SELECT 1 FROM rollout_mail m WHERE "
                        + "m.rollout_id = rollout.id)"))
            try (PreparedStatement statement = connection.prepareStatement(delete)) {
                statement.setLong(1, before.toEpochMilli());
                gone += statement.executeUpdate();
            }
        return gone;
    }

    private static Rollout rollout(ResultSet row) throws SQLException {
        return new Rollout(row.getString("id"), row.getString("connector"),
                TlsValidation.valueOf(row.getString("from_mode")), TlsValidation.valueOf(row.getString("to_mode")),
                Arrays.stream(row.getString("shares").split(" ")).map(Double::valueOf).toList(),
                Duration.ofMillis(row.getLong("hold_ms")), row.getDouble("max_failure_percent"),
                row.getInt("min_messages"), row.getInt("rollback_on_breach") != 0,
                Rollout.Status.valueOf(row.getString("status")), row.getInt("stage"),
                Instant.ofEpochMilli(row.getLong("started_at")), Instant.ofEpochMilli(row.getLong("stage_started_at")),
                row.getLong("mail"), row.getLong("failures"), row.getLong("unknown"), row.getString("why"),
                Arrays.stream(row.getString("history").split("\n")).filter(line -> !line.isEmpty()).toList());
    }
}
