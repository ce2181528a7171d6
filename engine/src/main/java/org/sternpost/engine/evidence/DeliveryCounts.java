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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sternpost.engine.evidence.Verdicts.Column;
import org.sternpost.engine.evidence.Verdicts.Counted;
import org.sternpost.engine.evidence.Verdicts.Tally;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;

/// What was delivered and what not, summed up by day, by hour, and by minute for the days of which a report wants a
/// part (docs/transport-security.md#report-span).
final class DeliveryCounts {

    private static final List<String> ADDED = List.of("notices", "by_dane", "by_sts", "by_tls", "in_clear");
    private static final List<String> SUMS = Stream.concat(Stream.of("delivered", "deferred", "failed", "would_fail"),
            ADDED.stream()).toList();

    static final List<String> SCHEMA = Stream.of(List.of("""
            CREATE TABLE IF NOT EXISTS delivery_count (
              day TEXT NOT NULL, connector TEXT NOT NULL, domain TEXT NOT NULL, reason TEXT NOT NULL,
              delivered BIGINT NOT NULL, deferred BIGINT NOT NULL, failed BIGINT NOT NULL, would_fail BIGINT NOT NULL,
              PRIMARY KEY (day, connector, domain, reason))""",
            "CREATE INDEX IF NOT EXISTS delivery_count_by_domain ON delivery_count (lower(connector), domain)", """
            CREATE TABLE IF NOT EXISTS delivery_minute (
              minute BIGINT NOT NULL, connector TEXT NOT NULL, domain TEXT NOT NULL, reason TEXT NOT NULL,
              delivered BIGINT NOT NULL, deferred BIGINT NOT NULL, failed BIGINT NOT NULL, would_fail BIGINT NOT NULL,
              PRIMARY KEY (minute, connector, domain, reason))""", """
            CREATE TABLE IF NOT EXISTS delivery_hour (
              hour BIGINT NOT NULL, connector TEXT NOT NULL, domain TEXT NOT NULL, reason TEXT NOT NULL,
              delivered BIGINT NOT NULL, deferred BIGINT NOT NULL, failed BIGINT NOT NULL, would_fail BIGINT NOT NULL,
              PRIMARY KEY (hour, connector, domain, reason))"""), added("delivery_count"), added("delivery_minute"),
            added("delivery_hour")).flatMap(List::stream).toList();

    private static final long MINUTE_SECONDS = 60;
    private static final long HOUR_SECONDS = 3600;
    private static final String KEY = "connector, domain, reason, ";
    private static final String ONE_OF = " AND (? = '' OR lower(connector) = lower(?)) AND (? = '' OR domain = ?)";
    private static final String ALL = "coalesce(sum(delivered + deferred + failed), 0)";

    private DeliveryCounts() {}

    private static List<String> added(String table) {
        return Stream.concat(ADDED.stream().map(one -> "ALTER TABLE " + table + " ADD COLUMN IF NOT EXISTS " + one
                + " BIGINT NOT NULL DEFAULT 0"),
                Stream.of("ALTER TABLE " + table + " ADD COLUMN IF NOT EXISTS delays TEXT NOT NULL DEFAULT ''"))
                .toList();
    }

    private enum Table {
        DAY("delivery_count", "day"), HOUR("delivery_hour", "hour"), MINUTE("delivery_minute", "minute");

        private final String insert;
        private final String delays;
        private final String lacking; // of a day that the sums of days have

        Table(String table, String time) {
            insert = "INSERT INTO " + table + " (" + time + ", " + KEY + String.join(", ", SUMS) + ", delays) VALUES ("
                    + "?,?,?,?," + "?,".repeat(SUMS.size()) + "?) ON CONFLICT (" + time + ", connector, domain, "
                    + "reason) DO UPDATE SET " + SUMS.stream().map(sum -> sum + " = " + table + "." + sum
                            + " + excluded." + sum + ", ").collect(Collectors.joining())
                    + "delays = CASE WHEN excluded.delays = '' THEN " + table + ".delays ELSE excluded.delays END";
            delays = "SELECT delays FROM " + table + " WHERE " + time + " = ? AND connector = ? AND domain = ? AND "
                    + "reason = ?";
            lacking = "SELECT (SELECT " + ALL + " FROM delivery_count WHERE day = ?) - (SELECT " + ALL + " FROM "
                    + table + " WHERE " + time + " >= ? AND " + time + " < ?)";
        }
    }

    private record Key(Table table, Object time, String connector, Domain domain, String reason) {}

    /// What is added to one row.
    private record Count(Key key, Tally tally, long wouldFail) implements Database.Addition {

        @Override
        public Database.Addition plus(Database.Addition other) {
            var more = (Count) other;
            return new Count(key, tally.plus(more.tally), wouldFail + more.wouldFail);
        }

        @Override
        public void write(Connection connection) throws SQLException {
            String delays = tally.delays().isNone() ? "" : kept(connection).plus(tally.delays()).text();
            try (PreparedStatement put = connection.prepareStatement(key.table().insert)) {
                setKey(put);
                long[] sums = {tally.delivered(), tally.deferred(), tally.failed(), wouldFail, tally.notices(),
                        tally.levels().dane(), tally.levels().sts(), tally.levels().tls(), tally.levels().clear()};
                for (int i = 0; i < sums.length; i++)
                    put.setLong(i + 5, sums[i]);
                put.setString(sums.length + 5, delays);
                put.executeUpdate();
            }
        }

        private Delays kept(Connection connection) throws SQLException {
            try (PreparedStatement select = connection.prepareStatement(key.table().delays)) {
                setKey(select);
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? Delays.read(row.getString(1)) : Delays.NONE;
                }
            }
        }

        private void setKey(PreparedStatement statement) throws SQLException {
            statement.setObject(1, key.time());
            statement.setString(2, key.connector());
            statement.setString(3, key.domain().ascii());
            statement.setString(4, key.reason());
        }
    }

    /// To the day, to the hour and to the minute.
    static List<Database.Addition> of(Instant at, String connector, Domain domain, String reason, Tally tally,
            long wouldFail) {
        return List.of(
                new Count(new Key(Table.DAY, day(at).toString(), connector, domain, reason), tally, wouldFail),
                new Count(new Key(Table.HOUR, hour(at), connector, domain, reason), tally, wouldFail),
                new Count(new Key(Table.MINUTE, minute(at), connector, domain, reason), tally, wouldFail));
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

    /// Rows of several tables as one.
    private static final class Rows {

        private final String connector;
        private final String domain;
        private final List<String> parts = new ArrayList<>();
        private final List<Object> values = new ArrayList<>();

        Rows(String connector, String domain) {
            this.connector = connector;
            this.domain = domain;
        }

        /// Both included.
        void days(LocalDate first, LocalDate last) {
            if (!first.isAfter(last))
                add("day, 0 AS hour, ", "delivery_count WHERE day >= ? AND day <= ?", List.of(first.toString(),
                        last.toString()));
        }

        void hours(LocalDate first, LocalDate last) {
            if (!first.isAfter(last))
                add("'' AS day, hour, ", "delivery_hour WHERE hour >= ? AND hour < ?",
                        List.of(hour(start(first)), hour(start(last.plusDays(1)))));
        }

        void minutes(LocalDate day, long[] minutes) {
            add("? AS day, minute / 60 AS hour, ", "delivery_minute WHERE minute >= ? AND minute < ?",
                    List.of(day.toString(), minutes[0], minutes[1]));
        }

        private void add(String time, String from, List<?> bounds) {
            parts.add("SELECT " + time + KEY + String.join(", ", SUMS) + ", delays FROM " + from + ONE_OF);
            values.addAll(bounds);
            values.addAll(List.of(connector, connector, domain, domain));
        }

        List<Counted> grouped(Connection connection, List<Column> by) throws SQLException {
            if (parts.isEmpty()) return List.of();
            var shown = Arrays.stream(Column.values())
                    .map(column -> by.contains(column) ? column.name() : "'' AS " + column.name()).toList();
            String group = String.join(", ", by.stream().map(Column::name).toList());
            try (PreparedStatement select = connection.prepareStatement("SELECT " + String.join(", ", shown)
                    + SUMS.stream().map(sum -> ", sum(" + sum + ")").collect(Collectors.joining())
                    + ", string_agg(NULLIF(delays, ''), ' ') FROM (" + String.join(" UNION ALL ", parts) + ") counts"
                    + (group.isEmpty() ? "" : " GROUP BY " + group + " ORDER BY " + group))) {
                for (int i = 0; i < values.size(); i++)
                    select.setObject(i + 1, values.get(i));
                try (ResultSet row = select.executeQuery()) {
                    var all = new ArrayList<Counted>();
                    while (row.next())
                        all.add(counted(row));
                    return all;
                }
            }
        }

        private static Counted counted(ResultSet row) throws SQLException {
            return new Counted(row.getString(1), row.getString(2), row.getString(3), row.getString(4),
                    row.getString(5),
                    new Tally(row.getLong(6), row.getLong(7), row.getLong(8), row.getLong(10),
                            new Tally.Levels(row.getLong(11), row.getLong(12), row.getLong(13), row.getLong(14)),
                            Delays.read(Optional.ofNullable(row.getString(15)).orElse(""))),
                    row.getLong(9));
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
        var days = new Rows(connector, domain);
        if (!by.contains(Column.hour)) {
            days.days(first, last);
            for (LocalDate day : parts)
                days.minutes(day, span.minutes(day));
            return days.grouped(connection, by);
        }
        LocalDate since = hoursSince(connection);
        days.days(first, last.isBefore(since) ? last : since.minusDays(1));
        var hours = new Rows(connector, domain);
        hours.hours(first.isBefore(since) ? since : first, last);
        for (LocalDate day : parts)
            hours.minutes(day, span.minutes(day));
        return byHour(days.grouped(connection, withTime(Column.day, by)),
                hours.grouped(connection, withTime(Column.hour, by)), by.contains(Column.day));
    }

    private static List<Column> withTime(Column time, List<Column> by) {
        return Stream.concat(Stream.of(time), by.stream().filter(one -> one != Column.day && one != Column.hour))
                .toList();
    }

    /// A day whose hours are not kept stands in their place.
    private static List<Counted> byHour(List<Counted> days, List<Counted> hours, boolean withDay) {
        return Stream.concat(days.stream().map(one -> one.at(withDay ? one.day() : "", one.day())),
                hours.stream().map(one -> {
                    Instant at = Instant.ofEpochSecond(Long.parseLong(one.hour()) * HOUR_SECONDS);
                    String text = at.toString();
                    return one.at(withDay ? day(at).toString() : "", text.substring(0, text.length() - 4) + "Z");
                })).sorted(Comparator.comparing(Counted::hour)).toList();
    }

    /// A part of this day is wanted, and its minutes are all there: an older version kept none, and they are forgotten
    /// before the day is.
    private static boolean isByMinute(Connection connection, Span span, LocalDate day) throws SQLException {
        return !span.isWhole(day)
                && isThere(connection, Table.MINUTE, day, minute(start(day)), minute(start(day.plusDays(1))));
    }

    /// The first day of which all hours are kept; those behind it are too.
    private static LocalDate hoursSince(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT min(hour) FROM delivery_hour");
                ResultSet row = select.executeQuery()) {
            if (!row.next() || row.getObject(1) == null) return LocalDate.MAX;
            LocalDate day = day(Instant.ofEpochSecond(row.getLong(1) * HOUR_SECONDS));
            return isThere(connection, Table.HOUR, day, hour(start(day)), hour(start(day.plusDays(1))))
                    ? day
                    : day.plusDays(1);
        }
    }

    private static boolean isThere(Connection connection, Table table, LocalDate day, long from, long until)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(table.lacking)) {
            select.setString(1, day.toString());
            select.setLong(2, from);
            select.setLong(3, until);
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

    /// Hours and minutes.
    static void forgetParts(Database database, Instant before) throws IOException {
        forget(database, "DELETE FROM delivery_minute WHERE (minute, connector, domain, reason) IN (SELECT minute, "
                + "connector, domain, reason FROM delivery_minute WHERE minute < ? LIMIT " + Database.STEP_ROWS + ")",
                minute(before));
        forget(database, "DELETE FROM delivery_hour WHERE (hour, connector, domain, reason) IN (SELECT hour, "
                + "connector, domain, reason FROM delivery_hour WHERE hour < ? LIMIT " + Database.STEP_ROWS + ")",
                hour(before));
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

    private static long hour(Instant at) { return Math.floorDiv(at.getEpochSecond(), HOUR_SECONDS); }

    private static long minute(Instant at) { return Math.floorDiv(at.getEpochSecond(), MINUTE_SECONDS); }
}
