package org.sternpost.engine.rollout;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.sternpost.engine.connector.ShareOf;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Columns;
import org.sternpost.engine.store.Database;

/// How rollouts and the mail they count lie in their tables.
final class RolloutTable {

    static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS rollout (
              id TEXT PRIMARY KEY, number INTEGER NOT NULL, connector TEXT NOT NULL, from_mode TEXT NOT NULL,
              to_mode TEXT NOT NULL, shares TEXT NOT NULL, hold_ms BIGINT NOT NULL,
              max_failure_percent DOUBLE PRECISION NOT NULL,
              min_messages INTEGER NOT NULL, rollback_on_breach INTEGER NOT NULL, status TEXT NOT NULL,
              stage INTEGER NOT NULL, started_at BIGINT NOT NULL, stage_started_at BIGINT NOT NULL, why TEXT NOT NULL,
              history TEXT NOT NULL)""", """
            CREATE TABLE IF NOT EXISTS rollout_mail (
              rollout_id TEXT NOT NULL, stage INTEGER NOT NULL, message TEXT NOT NULL, domain TEXT NOT NULL,
              failed INTEGER NOT NULL, PRIMARY KEY (rollout_id, stage, message, domain))""",
            "DROP INDEX IF EXISTS rollout_mail_by_domain", // of older versions; the next one begins with it
            "CREATE INDEX IF NOT EXISTS rollout_mail_by_told ON rollout_mail (rollout_id, domain, stage, failed, "
                    + "message)",
            // What the present stage's mail told, counted as it comes: the guard looks twice a second.
            "ALTER TABLE rollout ADD COLUMN IF NOT EXISTS messages BIGINT",
            "ALTER TABLE rollout ADD COLUMN IF NOT EXISTS failures BIGINT",
            "ALTER TABLE rollout ADD COLUMN IF NOT EXISTS unknown BIGINT",
            "UPDATE rollout SET messages = " + counted("m.failed >= 0") + ", failures = " + counted("m.failed = 1")
                    + ", unknown = " + counted("m.failed = -2") + " WHERE messages IS NULL",
            // Whose mail was put off when it was first tried: a domain counts once a stage.
            """
            CREATE TABLE IF NOT EXISTS rollout_domain (
              rollout_id TEXT NOT NULL, stage INTEGER NOT NULL, domain TEXT NOT NULL, held INTEGER NOT NULL,
              late INTEGER NOT NULL, PRIMARY KEY (rollout_id, stage, domain, held))""",
            "ALTER TABLE rollout ADD COLUMN IF NOT EXISTS share_of TEXT NOT NULL DEFAULT 'Domain'",
            // Empty for none.
            "ALTER TABLE rollout ADD COLUMN IF NOT EXISTS step_window TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE rollout ADD COLUMN IF NOT EXISTS time_zone TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE rollout ADD COLUMN IF NOT EXISTS change_note TEXT NOT NULL DEFAULT ''",
            sum("held_domains"), sum("held_late"), sum("other_domains"), sum("other_late"),
            // Where a connector was renamed under an older version, which knew it by name, its rollout follows it.
            "UPDATE rollout SET connector = (SELECT c.id FROM connector c WHERE c.rollout_id = rollout.id) WHERE "
                    + "status IN ('Running', 'Suspended') AND (SELECT count(*) FROM connector c WHERE c.rollout_id = "
                    + "rollout.id) = 1 AND NOT EXISTS (SELECT 1 FROM connector c WHERE lower(c.id) = "
                    + "lower(rollout.connector))");

    private RolloutTable() {}

    /// Keeps a new one under the next identity.
    static Rollout insert(Connection connection, Rollout draft) throws SQLException {
        int number;
        try (PreparedStatement select = connection.prepareStatement("SELECT coalesce(max(number), 0) + 1 FROM rollout");
                ResultSet row = select.executeQuery()) {
            row.next();
            number = row.getInt(1);
        }
        Rollout r = draft.withId("R-" + number);
        Rollout.Plan plan = r.plan();
        Rollout.Progress progress = r.progress();
        update(connection, "INSERT INTO rollout (id, number, connector, from_mode, to_mode, shares, hold_ms, "
                + "max_failure_percent, min_messages, rollback_on_breach, status, stage, started_at, stage_started_at, "
                + "why, history, share_of, step_window, time_zone, change_note, messages, failures, unknown) VALUES "
                + "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,0,0)", r.id(),
                number, r.connector(), plan.from().name(), plan.to().name(),
                plan.shares().stream().map(String::valueOf).collect(Collectors.joining(" ")), plan.hold().toMillis(),
                plan.limit().failurePercent(), plan.limit().minMessages(), plan.limit().rollback() ? 1 : 0,
                progress.status().name(), progress.stage(), progress.startedAt().toEpochMilli(),
                progress.stageStartedAt().toEpochMilli(), progress.why(), String.join("\n", r.history()),
                plan.manner().by().name(), plan.manner().window().map(StepWindow::text).orElse(""),
                plan.manner().window().map(StepWindow::zone).orElse(""), plan.manner().changeNote());
        return r;
    }

    /// Keeps a step of one. Its counts are the table's own, and begin anew with each stage.
    static void update(Connection connection, Rollout before, Rollout after) throws SQLException {
        Rollout.Progress now = after.progress();
        update(connection, "UPDATE rollout SET status = ?, stage = ?, stage_started_at = ?, why = ?, history = ? "
                + "WHERE id = ?", now.status().name(), now.stage(), now.stageStartedAt().toEpochMilli(), now.why(),
                String.join("\n", after.history()), after.id());
        boolean resumed = before.progress().status() == Rollout.Status.Suspended
                && now.status() == Rollout.Status.Running;
        if (now.stage() == before.progress().stage() && !resumed) return;
        update(connection,
                "UPDATE rollout SET messages = 0, failures = 0, unknown = 0, held_domains = 0, held_late = 0, "
                        + "other_domains = 0, other_late = 0 WHERE id = ?",
                after.id());
        // Of a stage that begins anew no mail is known; of one that was never there is none.
        for (String table : List.of("rollout_mail", "rollout_domain", "rollout_told"))
            update(connection, "DELETE FROM " + table + " WHERE rollout_id = ? AND stage = ?", after.id(), now.stage());
    }

    /// By number.
    static List<Rollout> readAll(Connection connection) throws SQLException {
        return read(connection, "SELECT * FROM rollout ORDER BY number");
    }

    /// Those that have not ended, by number.
    static List<Rollout> open(Connection connection) throws SQLException {
        return read(connection, "SELECT * FROM rollout WHERE status IN ('Running', 'Suspended') ORDER BY number");
    }

    /// Case does not matter.
    static Optional<Rollout> find(Connection connection, String id) throws SQLException {
        return read(connection, "SELECT * FROM rollout WHERE id = ?", id.toUpperCase(Locale.ROOT)).stream().findFirst();
    }

    /// Counts one message to one domain once per stage, by the most telling that was heard of it.
    static void count(Connection connection, Rollout r, String message, Domain domain, MessageResult told)
            throws SQLException {
        ToldTable.put(connection, r, domain, told);
        Optional<MessageResult> before = told(connection, r, message, domain);
        if (before.isPresent() && before.get().stored() >= told.stored()) return;
        if (before.isEmpty())
            update(connection,
                    "INSERT INTO rollout_mail (rollout_id, stage, message, domain, failed) VALUES (?,?,?,?,?)", r.id(),
                    r.progress().stage(),
                    message, domain.ascii(), told.stored());
        else
            update(connection, "UPDATE rollout_mail SET failed = ? WHERE rollout_id = ? AND stage = ? AND message = ? "
                    + "AND domain = ?", told.stored(), r.id(), r.progress().stage(), message, domain.ascii());
        // A stage that ended meanwhile counts no more.
        update(connection, "UPDATE rollout SET messages = messages + ?, failures = failures + ?, unknown = unknown + ? "
                + "WHERE id = ? AND stage = ?", more(before, told, MessageResult::isTelling),
                more(before, told, MessageResult.FAILED::equals), more(before, told, MessageResult.UNKNOWN::equals),
                r.id(), r.progress().stage());
    }

    /// Counts one domain once per stage, by its first message: what comes later tells more of one that has more mail.
    /// Of a share of messages, a domain may be in both groups.
    ///
    /// @param held by the share; the others are in the old mode
    static void count(Connection connection, Rollout r, Domain domain, boolean held, boolean late) throws SQLException {
        try (PreparedStatement insert = prepare(connection,
                "INSERT INTO rollout_domain (rollout_id, stage, domain, held, "
                        + "late) VALUES (?,?,?,?,?) ON CONFLICT (rollout_id, stage, domain, held) DO NOTHING",
                r.id(),
                r.progress().stage(), domain.ascii(), held ? 1 : 0, late ? 1 : 0)) {
            if (insert.executeUpdate() == 0) return;
        }
        String group = held ? "held" : "other";
        update(connection, "UPDATE rollout SET " + group + "_domains = " + group + "_domains + 1, " + group + "_late = "
                + group + "_late + ? WHERE id = ? AND stage = ?", late ? 1 : 0, r.id(), r.progress().stage());
    }

    private static int more(Optional<MessageResult> before, MessageResult now, Predicate<MessageResult> counted) {
        return (counted.test(now) ? 1 : 0) - (before.filter(counted).isPresent() ? 1 : 0);
    }

    private static Optional<MessageResult> told(Connection connection, Rollout r, String message, Domain domain)
            throws SQLException {
        try (PreparedStatement select = prepare(connection, "SELECT failed FROM rollout_mail WHERE rollout_id = ? AND "
                + "stage = ? AND message = ? AND domain = ?", r.id(), r.progress().stage(), message, domain.ascii());
                ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(MessageResult.ofStored(row.getInt(1))) : Optional.empty();
        }
    }

    private static String sum(String name) {
        return "ALTER TABLE rollout ADD COLUMN IF NOT EXISTS " + name + " BIGINT NOT NULL DEFAULT 0";
    }

    private static String counted(String which) {
        return "(SELECT count(*) FROM rollout_mail m WHERE m.rollout_id = rollout.id AND m.stage = rollout.stage AND "
                + which + ")";
    }

    private static List<Rollout> read(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement select = prepare(connection, sql, values); ResultSet row = select.executeQuery()) {
            var all = new ArrayList<Rollout>();
            while (row.next())
                all.add(Columns.whole(row, "table rollout, number " + row.getString("number"),
                        RolloutTable::rollout));
            return all;
        }
    }

    static void update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement update = prepare(connection, sql, values)) {
            update.executeUpdate();
        }
    }

    static PreparedStatement prepare(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++)
            statement.setObject(i + 1, values[i]);
        return statement;
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
                "DELETE FROM rollout_domain WHERE (rollout_id, stage, domain, held) IN (SELECT rollout_id, stage, "
                        + "domain, held FROM rollout_domain WHERE rollout_id IN (" + ended + ") LIMIT "
                        + Database.STEP_ROWS + ")",
                "DELETE FROM rollout_told WHERE (rollout_id, domain, stage) IN (SELECT rollout_id, domain, stage FROM "
                        + "rollout_told WHERE rollout_id IN (" + ended + ") LIMIT " + Database.STEP_ROWS + ")",
                "DELETE FROM rollout WHERE id IN (" + ended + ") AND NOT EXISTS (SELECT 1 FROM rollout_mail m WHERE "
                        + "m.rollout_id = rollout.id) AND NOT EXISTS (SELECT 1 FROM rollout_domain d WHERE "
                        + "d.rollout_id = rollout.id) AND NOT EXISTS (SELECT 1 FROM rollout_told t WHERE "
                        + "t.rollout_id = rollout.id)"))
            try (PreparedStatement statement = connection.prepareStatement(delete)) {
                statement.setLong(1, before.toEpochMilli());
                gone += statement.executeUpdate();
            }
        return gone;
    }

    private static Rollout rollout(ResultSet row) throws SQLException {
        var plan = new Rollout.Plan(TlsValidation.valueOf(row.getString("from_mode")),
                TlsValidation.valueOf(row.getString("to_mode")),
                Arrays.stream(row.getString("shares").split(" ")).map(Double::valueOf).toList(),
                Duration.ofMillis(row.getLong("hold_ms")), new Rollout.Limit(row.getDouble("max_failure_percent"),
                        row.getInt("min_messages"), row.getInt("rollback_on_breach") != 0),
                new Rollout.Manner(ShareOf.valueOf(row.getString("share_of")), window(row),
                        row.getString("change_note")));
        var progress = new Rollout.Progress(Rollout.Status.valueOf(row.getString("status")), row.getInt("stage"),
                Instant.ofEpochMilli(row.getLong("started_at")), Instant.ofEpochMilli(row.getLong("stage_started_at")),
                row.getString("why"));
        return new Rollout(row.getString("id"), row.getString("connector"), plan, progress,
                new Rollout.Counts(row.getLong("messages"), row.getLong("failures"), row.getLong("unknown"),
                        new Trials(row.getLong("held_domains"), row.getLong("held_late")),
                        new Trials(row.getLong("other_domains"), row.getLong("other_late"))),
                Arrays.stream(row.getString("history").split("\n")).filter(line -> !line.isEmpty()).toList());
    }

    private static Optional<StepWindow> window(ResultSet row) throws SQLException {
        String text = row.getString("step_window");
        return text.isEmpty() ? Optional.empty() : Optional.of(StepWindow.kept(text, row.getString("time_zone")));
    }
}
