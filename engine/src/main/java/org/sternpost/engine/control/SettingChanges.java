package org.sternpost.engine.control;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.store.Database;

/// Changes of connectors' settings, as the audit has them: by an operator, or by a step of a rollout.
final class SettingChanges {

    private static final String LAST = "SELECT at, operation, target FROM audit WHERE at >= ? AND (operation = "
            + "'Set-OutboundConnector' OR target LIKE 'TlsRollout %') AND (? = '' OR target = ? OR target LIKE ? "
            + "ESCAPE '!' OR target LIKE ? ESCAPE '!') ORDER BY at DESC LIMIT 1";

    private SettingChanges() {}

    record Changed(Instant at, String operation, String target) {}

    /// The latest one.
    ///
    /// @param connector name; null for any
    static Database.Work<Optional<Changed>> last(@Nullable String connector, Instant since) {
        String name = connector == null ? "" : connector;
        String rollout = "TlsRollout % of " + pattern("OutboundConnector " + name);
        return connection -> {
            try (PreparedStatement select = connection.prepareStatement(LAST)) {
                select.setLong(1, since.toEpochMilli());
                select.setString(2, name);
                select.setString(3, "OutboundConnector " + name);
                select.setString(4, rollout);
                select.setString(5, rollout + " (%");
                try (ResultSet row = select.executeQuery()) {
                    return row.next()
                            ? Optional.of(new Changed(Instant.ofEpochMilli(row.getLong(1)), row.getString(2),
                                    row.getString(3)))
                            : Optional.empty();
                }
            }
        };
    }

    private static String pattern(String text) { return text.replace("!", "!!").replace("%", "!%").replace("_", "!_"); }
}
