package org.sternpost.engine.rollout;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.sternpost.engine.mail.Domain;

/// What the latest mail to each domain told, in each stage of a rollout: as many rows as there are domains, however
/// much mail there is.
final class ToldTable {

    static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS rollout_told (
              rollout_id TEXT NOT NULL, domain TEXT NOT NULL, stage INTEGER NOT NULL, told INTEGER NOT NULL,
              PRIMARY KEY (rollout_id, domain, stage))""",
            "CREATE INDEX IF NOT EXISTS rollout_told_by_result ON rollout_told (rollout_id, told, domain, stage)",
            // Of older versions, which kept no order: of each domain the worst.
            "INSERT INTO rollout_told (rollout_id, domain, stage, told) SELECT m.rollout_id, m.domain, m.stage, "
                    + "max(m.failed) FROM rollout r JOIN rollout_mail m ON m.rollout_id = r.id WHERE NOT EXISTS "
                    + "(SELECT 1 FROM rollout_told t WHERE t.rollout_id = r.id) GROUP BY m.rollout_id, m.domain, "
                    + "m.stage");

    private ToldTable() {}

    /// Keeps what a message told, unless it told nothing and another did.
    static void put(Connection connection, Rollout r, Domain domain, MessageResult told) throws SQLException {
        int stage = r.progress().stage();
        try (PreparedStatement update = RolloutTable.prepare(connection, "UPDATE rollout_told SET told = CASE WHEN ? "
                + "THEN CAST(? AS INTEGER) ELSE CASE WHEN told < 0 THEN CAST(? AS INTEGER) ELSE told END END WHERE "
                + "rollout_id = ? AND domain = ? AND stage = ?", told.isTelling(), told.stored(), told.stored(), r.id(),
                domain.ascii(), stage)) {
            if (update.executeUpdate() > 0) return;
        }
        RolloutTable.update(connection, "INSERT INTO rollout_told (rollout_id, domain, stage, told) VALUES (?,?,?,?)",
                r.id(), domain.ascii(), stage, told.stored());
    }

    /// True once there was mail to a domain.
    static boolean isHeard(Connection connection, Rollout r, Domain domain) throws SQLException {
        try (PreparedStatement select = RolloutTable.prepare(connection,
                "SELECT 1 FROM rollout_told WHERE rollout_id = ? AND domain = ? LIMIT 1", r.id(), domain.ascii());
                ResultSet row = select.executeQuery()) {
            return row.next();
        }
    }

    /// What the latest mail to each domain told, in this stage or, as a whole, from the first on.
    static RolloutStage seen(Connection connection, Rollout r, boolean whole) throws SQLException {
        try (PreparedStatement select = RolloutTable.prepare(connection, "SELECT domain, told FROM rollout_told WHERE "
                + "rollout_id = ? AND stage BETWEEN ? AND ? ORDER BY domain, stage", r.id(),
                whole ? 0 : r.progress().stage(), r.progress().stage());
                ResultSet row = select.executeQuery()) {
            var states = new HashMap<Domain, RolloutStage.State>();
            while (row.next()) {
                MessageResult told = MessageResult.ofStored(row.getInt("told"));
                var domain = new Domain(row.getString("domain"));
                if (told.isTelling()) states.put(domain, told.state());
                else
                    states.putIfAbsent(domain, told.state());
            }
            return new RolloutStage(states);
        }
    }

    /// Domains that had mail in any stage, the latest of which did not pass; by name. It reads nothing of those whose
    /// mail passed, which are nearly all.
    ///
    /// @param result what it told
    static List<Domain> notProven(Connection connection, Rollout r, MessageResult result) throws SQLException {
        // Later mail that told something goes before; and mail that told nothing is no answer to what told before it.
        String overruled = "SELECT 1 FROM rollout_told o WHERE o.rollout_id = t.rollout_id AND o.domain = t.domain AND "
                + "o.stage " + (result.isTelling() ? ">" : "<>") + " t.stage AND o.told >= 0";
        try (PreparedStatement select = RolloutTable.prepare(connection, "SELECT DISTINCT domain FROM rollout_told t "
                + "WHERE rollout_id = ? AND told = ? AND NOT EXISTS (" + overruled + ") ORDER BY domain", r.id(),
                result.stored());
                ResultSet row = select.executeQuery()) {
            var domains = new ArrayList<Domain>();
            while (row.next())
                domains.add(new Domain(row.getString("domain")));
            return domains;
        }
    }
}
