package org.sternpost.engine.evidence;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sternpost.engine.evidence.Verdicts.Column;
import org.sternpost.engine.evidence.Verdicts.Counted;
import org.sternpost.engine.evidence.Verdicts.Tally;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;

/// What was delivered and what not, summed up by day, and by minute for the days of which a report wants a part
/// (docs/transport-security.md#report-span).
final class DeliveryCounts {

    static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS delivery_count (
              day TEXT NOT NULL, connector TEXT NOT NULL, domain TEXT NOT NULL, reason TEXT NOT NULL,
              delivered BIGINT NOT NULL, deferred BIGINT NOT NULL, failed BIGINT NOT NULL, would_fail BIGINT NOT NULL,
              PRIMARY KEY (day, connector, domain, reason))""",
            "CREATE INDEX IF NOT EXISTS delivery_count_by_domain ON delivery_count (lower(connector), domain)", """
            CREATE TABLE IF NOT EXISTS delivery_minute (
              minute BIGINT NOT NULL, connector TEXT NOT NULL, domain TEXT NOT NULL, reason TEXT NOT NULL,
              delivered BIGINT NOT NULL, deferred BIGINT NOT NULL, failed BIGINT NOT NULL, would_fail BIGINT NOT NULL,
              PRIMARY KEY (minute, connector, domain, reason))""");

    private static final long MINUTE_SECONDS = 60;
    private static final String ONE_OF = " AND (? = '' OR lower(connector) = lower(?)) AND (? = '' OR domain = ?)";

    private static final String LACKING = "SELECT (SELECT coalesce(sum(delivered + deferred + failed), 0) FROM "
            + "delivery_count WHERE day = ?) - (SELECT coalesce(sum(delivered + deferred + failed), 0) FROM "
            + "delivery_minute WHERE minute >= ? AND minute < ?)"; // minutes of a day

    private DeliveryCounts() {}

    private record Key(String table, Object time, String connector, Domain domain, String reason) {}

    /// What is added to one row.
    private record Count(Key key, Tally tally, long wouldFail) implements Database.Addition {

        @Override
        public Database.Addition plus(Database.Addition other) {
            var more = (Count) other;
            return new Count(key, tally.plus(more.tally), wouldFail + more.wouldFail);
        }

        @Override
        public void write(Connection connection) throws SQLException {
            try (PreparedStatement put = connection.prepareStatement(key.table().equals("delivery_minute")
                    ? insert("delivery_minute", "minute")
                    : insert("delivery_count", "day"))) {
                put.setObject(1, key.time());
                put.setString(2, key.connector());
                put.setString(3, key.domain().ascii());
                put.setString(4, key.reason());
                put.setLong(5, tally.delivered());
                put.setLong(6, tally.deferred());
                put.setLong(7, tally.failed());
                put.setLong(8, wouldFail);
                put.executeUpdate();
            }
        }

        private static String insert(String table, String time) {
            return "INSERT INTO " + table + " (" + time + ", connector, domain, reason, delivered, deferred, failed, "
                    + "would_fail) VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (" + time + ", connector, domain, reason) "
                    + "DO UPDATE SET delivered = " + table + ".delivered + excluded.delivered, deferred = " + table
                    + ".deferred + excluded.deferred, failed = " + table + ".failed + excluded.failed, would_fail = "
                    + table + ".would_fail + excluded.would_fail";
        }
    }

    /// To the day and to the minute.
    static List<Database.Addition> of(Instant at, String connector, Domain domain, String reason, Tally tally,
            long wouldFail) {
        return List.of(new Count(new Key("delivery_count", day(at).toString(), connector, domain, reason), tally,
                wouldFail),
                new Count(new Key("delivery_minute", minute(at), connector, domain, reason), tally, wouldFail));
    }

    /// From one time until before another, by whole minutes.
    record Span(Instant from, Instant until) {

        LocalDate first() { return day(from); }

        LocalDate last() { return day(until.minusNanos(1)); }

        private boolean isWhole(LocalDate day) {
            return !from.isAfter(start(day)) && !until.isBefore(start(day.plusDays(1)));
        }

        /// The part of a day that is in it.
        private long[] minutes(LocalDate day) {
            Instant begin = from.isAfter(start(day)) ? from : start(day);
            Instant end = until.isBefore(start(day.plusDays(1))) ? until : start(day.plusDays(1));
            return new long[]{minute(begin), minute(end.plus(Duration.ofMinutes(1)).minusNanos(1))};
        }
    }

    /// Sums over the columns asked for and in their order.
    static List<Counted> sums(Connection connection, Span span, String connector, String domain, List<Column> by)
            throws SQLException {
        if (!span.from().isBefore(span.until())) return List.of();
        LocalDate first = span.first();
        LocalDate last = span.last();
        var parts = new ArrayList<LocalDate>(); // days that are counted by their minutes
        if (isByMinute(connection, span, first)) parts.add(first);
        if (!last.equals(first) && isByMinute(connection, span, last)) parts.add(last);
        if (parts.contains(first)) first = first.plusDays(1);
        if (parts.contains(last)) last = last.minusDays(1);
        var values = new ArrayList<Object>(List.of(first.toString(), last.toString(), connector, connector, domain,
                domain));
        var sql = new StringBuilder(
                "SELECT day, connector, domain, reason, delivered, deferred, failed, would_fail FROM "
                        + "delivery_count WHERE day >= ? AND day <= ?" + ONE_OF);
        for (LocalDate day : parts) {
            sql.append(" UNION ALL SELECT ? AS day, connector, domain, reason, delivered, deferred, failed, would_fail "
                    + "FROM delivery_minute WHERE minute >= ? AND minute < ?").append(ONE_OF);
            long[] minutes = span.minutes(day);
            values.addAll(List.of(day.toString(), minutes[0], minutes[1], connector, connector, domain, domain));
        }
        return grouped(connection, sql.toString(), values, by);
    }

    private static List<Counted> grouped(Connection connection, String rows, List<Object> values, List<Column> by)
            throws SQLException {
        var shown = Arrays.stream(Column.values())
                .map(column -> by.contains(column) ? column.name() : "'' AS " + column.name()).toList();
        String group = String.join(", ", by.stream().map(Column::name).toList());
        try (PreparedStatement select = connection.prepareStatement("SELECT " + String.join(", ", shown)
                + ", sum(delivered), sum(deferred), sum(failed), sum(would_fail) FROM (" + rows + ") counts"
                + (group.isEmpty() ? "" : " GROUP BY " + group + " ORDER BY " + group))) {
            for (int i = 0; i < values.size(); i++)
                select.setObject(i + 1, values.get(i));
            try (ResultSet row = select.executeQuery()) {
                var all = new ArrayList<Counted>();
                while (row.next())
                    all.add(new Counted(row.getString(1), row.getString(2), row.getString(3), row.getString(4),
                            row.getLong(5), row.getLong(6), row.getLong(7), row.getLong(8)));
                return all;
            }
        }
    }

    /// A part of this day is wanted, and its minutes are all there: an older version kept none, and they are forgotten
    /// before the day is.
    private static boolean isByMinute(Connection connection, Span span, LocalDate day) throws SQLException {
        if (span.isWhole(day)) return false;
        try (PreparedStatement select = connection.prepareStatement(LACKING)) {
            select.setString(1, day.toString());
            select.setLong(2, minute(start(day)));
            select.setLong(3, minute(start(day.plusDays(1))));
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getLong(1) == 0;
            }
        }
    }

    static void forgetDays(Database database, LocalDate before) throws IOException {
        forget(database, "DELETE FROM delivery_count WHERE (day, connector, domain, reason) IN (SELECT day, connector, "
                + "domain, reason FROM delivery_count WHERE day < ? LIMIT " + Database.STEP_ROWS + ")",
                before.toString());
    }

    static void forgetMinutes(Database database, Instant before) throws IOException {
        forget(database, "DELETE FROM delivery_minute WHERE (minute, connector, domain, reason) IN (SELECT minute, "
                + "connector, domain, reason FROM delivery_minute WHERE minute < ? LIMIT " + Database.STEP_ROWS + ")",
                minute(before));
    }

    private static void forget(Database database, String sql, Object before) throws IOException {
        database.writeInSteps(connection -> {
            try (PreparedStatement delete = connection.prepareStatement(sql)) {
                delete.setObject(1, before);
                return delete.executeUpdate();
            }
        });
    }

    private static LocalDate day(Instant at) { return LocalDate.ofInstant(at, ZoneOffset.UTC); }

    private static Instant start(LocalDate day) { return day.atStartOfDay(ZoneOffset.UTC).toInstant(); }

    private static long minute(Instant at) { return Math.floorDiv(at.getEpochSecond(), MINUTE_SECONDS); }
}
