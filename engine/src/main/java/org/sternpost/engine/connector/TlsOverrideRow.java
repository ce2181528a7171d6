package org.sternpost.engine.connector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Columns;

/// How an exception lies in its table.
final class TlsOverrideRow {

    static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS tls_exception (
              folded_connector TEXT NOT NULL, connector TEXT NOT NULL, domain TEXT NOT NULL,
              tls_validation TEXT NOT NULL, smtp_dane_mode TEXT, mta_sts_mode TEXT, reason TEXT NOT NULL,
              owner TEXT NOT NULL, created_by TEXT NOT NULL, when_created BIGINT NOT NULL, expires BIGINT NOT NULL,
              told TEXT NOT NULL, PRIMARY KEY (folded_connector, domain))""");

    private TlsOverrideRow() {}

    static void put(Connection connection, TlsOverride e) throws SQLException {
        delete(connection, e);
        try (PreparedStatement insert = connection
                .prepareStatement("INSERT INTO tls_exception (folded_connector, connector, domain, "
                        + "tls_validation, smtp_dane_mode, mta_sts_mode, reason, owner, created_by, when_created, "
                        + "expires, told) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)")) {
            SmtpDaneMode dane = e.smtpDaneMode();
            MtaStsMode sts = e.mtaStsMode();
            @Nullable
            Object[] values = {e.connector().toLowerCase(Locale.ROOT), e.connector(), e.domain().ascii(),
                    e.tlsValidation().name(), dane == null ? null : dane.name(), sts == null ? null : sts.name(),
                    e.reason(), e.owner(), e.createdBy(), e.whenCreated().toEpochMilli(), e.expires().toEpochMilli(),
                    e.told().name()};
            for (int i = 0; i < values.length; i++)
                insert.setObject(i + 1, values[i]);
            insert.executeUpdate();
        }
    }

    static void delete(Connection connection, TlsOverride e) throws SQLException {
        update(connection, "DELETE FROM tls_exception WHERE folded_connector = ? AND domain = ?",
                e.connector().toLowerCase(Locale.ROOT), e.domain().ascii());
    }

    static void deleteOf(Connection connection, OutboundConnector connector) throws SQLException {
        update(connection, "DELETE FROM tls_exception WHERE folded_connector = ?",
                connector.id().toLowerCase(Locale.ROOT));
    }

    static List<TlsOverride> readAll(Connection connection) throws SQLException {
        try (PreparedStatement select = connection
                .prepareStatement("SELECT * FROM tls_exception ORDER BY folded_connector, domain");
                ResultSet row = select.executeQuery()) {
            var all = new ArrayList<TlsOverride>();
            while (row.next())
                all.add(Columns.whole(row, "table tls_exception, connector " + row.getString("connector") + ", domain "
                        + row.getString("domain"), TlsOverrideRow::exception));
            return all;
        }
    }

    private static TlsOverride exception(ResultSet row) throws SQLException {
        String dane = row.getString("smtp_dane_mode");
        String sts = row.getString("mta_sts_mode");
        return new TlsOverride(row.getString("connector"), new Domain(row.getString("domain")),
                TlsValidation.valueOf(row.getString("tls_validation")),
                dane == null ? null : SmtpDaneMode.valueOf(dane), sts == null ? null : MtaStsMode.valueOf(sts),
                row.getString("reason"), row.getString("owner"), row.getString("created_by"),
                Instant.ofEpochMilli(row.getLong("when_created")), Instant.ofEpochMilli(row.getLong("expires")),
                TlsOverride.Told.valueOf(row.getString("told")));
    }

    private static void update(Connection connection, String sql, String... values) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++)
                update.setString(i + 1, values[i]);
            update.executeUpdate();
        }
    }
}
