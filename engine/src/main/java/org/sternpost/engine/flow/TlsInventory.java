package org.sternpost.engine.flow;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sternpost.engine.flow.Flows.Days;

/// Which sums of what hosts showed are wanted.
///
/// @param by columns that make a row, in this order
/// @param only patterns of columns, with `*` and `?`; others take anything
/// @param postQuantum only with such a key exchange, only without it; empty for both
public record TlsInventory(Days days, List<Column> by, List<Only> only, Optional<Boolean> postQuantum) {

    /// Something that a host shows.
    public enum Column {
        Domain("domain"), Host("host"), Protocol("protocol"), Cipher("cipher"), KeyExchange("key_group"),
        Signature("signature"),
        Key("CASE WHEN key_bits > 0 THEN key_kind || ' ' || CAST(key_bits AS TEXT) ELSE key_kind END"),
        CertificateSignature("certificate_signature"), Issuer("issuer");

        private final String sql;

        Column(String sql) { this.sql = sql; }
    }

    /// @param pattern case does not matter
    public record Only(Column column, String pattern) {}

    /// @param values of all columns by their place; empty text where it was not asked for
    /// @param seen   messages, or attempts at them
    public record Row(List<String> values, long domains, long hosts, long seen, Instant last) {

        public String of(Column column) { return values.get(column.ordinal()); }
    }

    /// The most seen first.
    List<Row> read(Connection connection) throws SQLException {
        var sql = new StringBuilder("SELECT ");
        for (Column column : Column.values())
            sql.append(by.contains(column) ? column.sql : "''").append(" AS c").append(column.ordinal()).append(", ");
        sql.append(
                "count(DISTINCT domain), count(DISTINCT host), sum(seen), max(last_seen) FROM tls_seen WHERE day >= ? "
                        + "AND day <= ?");
        for (Only one : only)
            sql.append(" AND lower(").append(one.column().sql).append(") LIKE ? ESCAPE '!'");
        postQuantum.ifPresent(wanted -> sql.append(" AND host <> '*' AND protocol <> 'none' AND pq = ")
                .append(wanted ? 1 : 0));
        String places = String.join(", ", by.stream().map(column -> "c" + column.ordinal()).toList());
        if (!by.isEmpty()) sql.append(" GROUP BY ").append(String.join(", ", by.stream().map(one -> one.sql).toList()));
        sql.append(" ORDER BY sum(seen) DESC").append(places.isEmpty() ? "" : ", " + places);
        try (PreparedStatement select = connection.prepareStatement(sql.toString())) {
            select.setString(1, days.from().toString());
            select.setString(2, days.to().toString());
            for (int i = 0; i < only.size(); i++)
                select.setString(3 + i, like(only.get(i).pattern()));
            try (ResultSet row = select.executeQuery()) {
                var all = new ArrayList<Row>();
                while (row.next())
                    if (row.getLong(Column.values().length + 3) > 0) all.add(row(row));
                return all;
            }
        }
    }

    private static Row row(ResultSet row) throws SQLException {
        int columns = Column.values().length;
        var values = new ArrayList<String>();
        for (int i = 1; i <= columns; i++)
            values.add(row.getString(i));
        return new Row(List.copyOf(values), row.getLong(columns + 1), row.getLong(columns + 2),
                row.getLong(columns + 3), Instant.ofEpochMilli(row.getLong(columns + 4)));
    }

    /// As SQL has it.
    private static String like(String pattern) {
        var like = new StringBuilder();
        for (char c : pattern.toLowerCase(Locale.ROOT).toCharArray())
            switch (c) {
                case '*' -> like.append('%');
                case '?' -> like.append('_');
                case '%', '_', '!' -> like.append('!').append(c);
                default -> like.append(c);
            }
        return like.toString();
    }
}
