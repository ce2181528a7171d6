package org.sternpost.engine.rollout;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.sternpost.engine.store.Database;

/// Forgets mail that a rollout has counted, save what tells most of each domain in each stage, so that one that runs
/// for months does not grow with its mail.
///
/// The counts stand in the rollout's own row, and what is kept is all that the guard and whoever looks at a stage ask
/// for. Mail that still waits in the present stage stays: another attempt may tell more of it, and it counts once.
final class MailThinning implements Database.Work<Integer> {

    /// A row, and by their order how far all rows are looked at.
    private record Told(String rollout, String domain, int stage, int told, String message) {
        boolean isOfSameDomainAndStage(Told other) {
            return rollout.equals(other.rollout) && domain.equals(other.domain) && stage == other.stage;
        }
    }

    private Told from = new Told("", "", 0, 0, "");

    /// A step, which looks at so many rows and no more.
    ///
    /// @return how many; 0 once all were looked at
    @Override
    public Integer on(Connection connection) throws SQLException {
        List<Told> rows = rows(connection);
        // The last of a domain and stage tells most of it; the last of all comes again.
        for (int i = 0; i + 1 < rows.size(); i++)
            if (rows.get(i).isOfSameDomainAndStage(rows.get(i + 1)) && !isAwaited(connection, rows.get(i)))
                delete(connection, rows.get(i));
        if (rows.size() < Database.STEP_ROWS) return 0;
        from = rows.getLast();
        return rows.size();
    }

    private List<Told> rows(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT rollout_id, domain, stage, failed, message "
                + "FROM rollout_mail WHERE (rollout_id, domain, stage, failed, message) >= (?, ?, ?, ?, ?) ORDER BY "
                + "rollout_id, domain, stage, failed, message LIMIT " + Database.STEP_ROWS)) {
            select.setString(1, from.rollout());
            select.setString(2, from.domain());
            select.setInt(3, from.stage());
            select.setInt(4, from.told());
            select.setString(5, from.message());
            var rows = new ArrayList<Told>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next())
                    rows.add(new Told(row.getString(1), row.getString(2), row.getInt(3), row.getInt(4),
                            row.getString(5)));
            }
            return rows;
        }
    }

    private static boolean isAwaited(Connection connection, Told row) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT 1 FROM recipient q, rollout r WHERE "
                + "q.message = ? AND q.domain = ? AND q.state IN ('Waiting', 'Suspended') AND r.id = ? AND r.stage = ? "
                + "LIMIT 1")) {
            select.setString(1, row.message());
            select.setString(2, row.domain());
            select.setString(3, row.rollout());
            select.setInt(4, row.stage());
            try (ResultSet found = select.executeQuery()) {
                return found.next();
            }
        }
    }

    private static void delete(Connection connection, Told row) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM rollout_mail WHERE rollout_id = ? AND "
                + "stage = ? AND message = ? AND domain = ?")) {
            delete.setString(1, row.rollout());
            delete.setInt(2, row.stage());
            delete.setString(3, row.message());
            delete.setString(4, row.domain());
            delete.executeUpdate();
        }
    }
}
