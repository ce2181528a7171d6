package org.sternpost.engine.connector;

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
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.OutboundConnector.ConnectionSettings;
import org.sternpost.engine.connector.OutboundConnector.General;
import org.sternpost.engine.connector.OutboundConnector.MessageLimits;
import org.sternpost.engine.connector.OutboundConnector.Pace;
import org.sternpost.engine.connector.OutboundConnector.Route;
import org.sternpost.engine.connector.OutboundConnector.Stored;
import org.sternpost.engine.connector.OutboundConnector.TlsPolicy;
import org.sternpost.engine.store.Columns;

/// How a connector lies in its table.
final class ConnectorRow {

    static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS connector (
              folded_name TEXT PRIMARY KEY, name TEXT NOT NULL, enabled INTEGER NOT NULL, comment TEXT NOT NULL,
              recipient_domains TEXT NOT NULL, use_mx_record INTEGER NOT NULL, smart_hosts TEXT NOT NULL,
              tls_validation TEXT NOT NULL, smtp_dane_mode TEXT NOT NULL, mta_sts_mode TEXT NOT NULL,
              tls_settings TEXT NOT NULL, tls_domain TEXT, port INTEGER NOT NULL, source_ip_address TEXT, fqdn TEXT,
              max_message_size BIGINT NOT NULL, message_expiration_ms BIGINT, revision BIGINT NOT NULL,
              when_created BIGINT NOT NULL, when_changed BIGINT NOT NULL, rollout_id TEXT, rollout_to TEXT,
              rollout_percent REAL)""",
            "ALTER TABLE connector ADD COLUMN IF NOT EXISTS rollout_below BIGINT",
            "ALTER TABLE connector ADD COLUMN IF NOT EXISTS rollout_by TEXT NOT NULL DEFAULT 'Domain'",
            "ALTER TABLE connector ADD COLUMN IF NOT EXISTS max_sessions INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE connector ADD COLUMN IF NOT EXISTS max_sessions_per_domain INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE connector ADD COLUMN IF NOT EXISTS max_messages_per_session INTEGER NOT NULL DEFAULT 0",
            // Milliseconds, between spaces.
            "ALTER TABLE connector ADD COLUMN IF NOT EXISTS retry_intervals TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE connector ADD COLUMN IF NOT EXISTS id TEXT NOT NULL DEFAULT ''",
            // Data directories of versions that knew a connector by its name alone, also in the queue and the evidence.
            "UPDATE connector SET id = name WHERE id = ''");

    private ConnectorRow() {}

    static void insert(Connection connection, OutboundConnector c) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO connector (folded_name, name, enabled, comment, recipient_domains, "
                        + "use_mx_record, smart_hosts, tls_validation, smtp_dane_mode, mta_sts_mode, tls_settings, "
                        + "tls_domain, port, source_ip_address, fqdn, max_message_size, message_expiration_ms, "
                        + "revision, when_created, when_changed, rollout_id, rollout_to, rollout_percent, "
                        + "rollout_below, id, max_sessions, max_sessions_per_domain, max_messages_per_session, "
                        + "retry_intervals, rollout_by) VALUES "
                        + "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")) {
            RolloutShare rollout = c.rollout();
            TlsPolicy tls = c.tls();
            Duration expiration = c.limits().messageExpiration();
            @Nullable
            Object[] values = {c.name().toLowerCase(Locale.ROOT), c.name(), c.general().enabled() ? 1 : 0,
                    c.general().comment(), joined(c.general().recipientDomains()), c.route().useMXRecord() ? 1 : 0,
                    joined(c.route().smartHosts()), tls.tlsValidation().name(), tls.smtpDaneMode().name(),
                    tls.mtaStsMode().name(), tls.tlsSettings().name(), tls.tlsDomain(), c.connection().port(),
                    c.connection().sourceIPAddress(), c.connection().fqdn(), c.limits().maxMessageSize(),
                    expiration == null ? null : expiration.toMillis(), c.stored().revision(),
                    c.stored().whenCreated().toEpochMilli(), c.stored().whenChanged().toEpochMilli(),
                    rollout == null ? null : rollout.rolloutId(),
                    rollout == null ? null : rollout.to().name(), rollout == null ? null : rollout.percent(),
                    rollout == null ? null : rollout.below(), c.id(), c.pace().maxSessions(),
                    c.pace().maxSessionsPerDomain(), c.pace().maxMessagesPerSession(),
                    joined(c.pace().retryIntervals().stream().map(Duration::toMillis).toList()),
                    (rollout == null ? ShareOf.Domain : rollout.by()).name()};
            for (int i = 0; i < values.length; i++)
                insert.setObject(i + 1, values[i]);
            insert.executeUpdate();
        }
    }

    static void delete(Connection connection, OutboundConnector c) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM connector WHERE id = ?")) {
            delete.setString(1, c.id());
            delete.executeUpdate();
        }
    }

    static List<OutboundConnector> readAll(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT * FROM connector ORDER BY folded_name");
                ResultSet row = select.executeQuery()) {
            var all = new ArrayList<OutboundConnector>();
            while (row.next())
                all.add(Columns.whole(row, "table connector, name " + row.getString("name"),
                        ConnectorRow::connector));
            return all;
        }
    }

    private static OutboundConnector connector(ResultSet row) throws SQLException {
        long expiration = row.getLong("message_expiration_ms");
        boolean noExpiration = row.wasNull();
        return new OutboundConnector(
                new General(row.getString("name"), row.getInt("enabled") != 0,
                        split(row.getString("recipient_domains"), DomainPattern::of), row.getString("comment")),
                new Route(row.getInt("use_mx_record") != 0, split(row.getString("smart_hosts"), HostPort::of)),
                new TlsPolicy(TlsValidation.valueOf(row.getString("tls_validation")),
                        SmtpDaneMode.valueOf(row.getString("smtp_dane_mode")),
                        MtaStsMode.valueOf(row.getString("mta_sts_mode")),
                        TlsSettings.valueOf(row.getString("tls_settings")), row.getString("tls_domain")),
                new ConnectionSettings(row.getInt("port"), row.getString("source_ip_address"), row.getString("fqdn")),
                new MessageLimits(row.getLong("max_message_size"),
                        noExpiration ? null : Duration.ofMillis(expiration)),
                new Pace(row.getInt("max_sessions"), row.getInt("max_sessions_per_domain"),
                        row.getInt("max_messages_per_session"),
                        split(row.getString("retry_intervals"), text -> Duration.ofMillis(Long.parseLong(text)))),
                new Stored(row.getString("id"), row.getLong("revision"),
                        Instant.ofEpochMilli(row.getLong("when_created")),
                        Instant.ofEpochMilli(row.getLong("when_changed")), rollout(row)));
    }

    private static @Nullable RolloutShare rollout(ResultSet row) throws SQLException {
        String id = row.getString("rollout_id");
        if (id == null) return null;
        double percent = row.getDouble("rollout_percent");
        long below = row.getLong("rollout_below");
        if (row.wasNull()) below = RolloutShare.ofAllNames(percent); // as older versions cut shares
        return new RolloutShare(id, TlsValidation.valueOf(row.getString("rollout_to")), percent, below,
                ShareOf.valueOf(row.getString("rollout_by")));
    }

    private static String joined(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    private static <T> List<T> split(String text, Function<String, T> reader) {
        return Arrays.stream(text.split(" ")).filter(part -> !part.isEmpty()).map(reader).toList();
    }
}
