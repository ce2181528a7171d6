package org.sternpost.engine.tlsrpt;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.time.Time;

/// What goes where and what came of it: a row for each domain, day and destination, kept across restarts.
///
/// A row without destination stands for the domain as a whole: its record is yet to be found, or it wants no reports.
public final class Outbox {

    public static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS tlsrpt_sending (
              day TEXT NOT NULL, report_domain TEXT NOT NULL, rua TEXT NOT NULL, state TEXT NOT NULL,
              attempts INTEGER NOT NULL, first_at BIGINT NOT NULL, next_at BIGINT NOT NULL, message TEXT NOT NULL,
              detail TEXT NOT NULL, PRIMARY KEY (day, report_domain, rua))""",
            "CREATE INDEX IF NOT EXISTS tlsrpt_sending_due ON tlsrpt_sending (next_at) WHERE state = 'Waiting'");

    private static final int ROWS_MAX = 1_000; // ours, at once; the rest a minute later
    private static final int DETAIL_CHARACTERS_MAX = 500;
    private static final Duration RETRY_FIRST = Duration.ofMinutes(15);
    private static final int DOUBLINGS_MAX = 4; // 4 h between attempts at most
    private static final Duration RETRIES = Duration.ofHours(24); // RFC 8460 §5.5

    private Outbox() {}

    /// What became of one report.
    public enum State {
        /// To be sent, now or again.
        Waiting,
        /// Taken by the HTTPS server, or handed to our queue.
        Sent,
        /// The destination said no for good.
        Refused,
        /// Its time is over.
        GivenUp,
        /// The domain asks for no reports.
        Unwanted
    }

    /// @param rua     as in the domain's record; empty text for the domain as a whole
    /// @param message of our queue, for a report that went by mail; else empty text
    /// @param detail  the last answer or failure, in words
    public record Row(LocalDate day, Domain domain, String rua, State state, int attempts, Instant firstAt,
            Instant nextAt, String message, String detail) {

        static Row waiting(LocalDate day, Domain domain, String rua, Instant now) {
            return new Row(day, domain, rua, State.Waiting, 0, now, now, "", "");
        }

        Row ended(State how, String why) {
            return new Row(day, domain, rua, how, attempts + 1, firstAt, nextAt, message, why);
        }

        Row queued(String id) {
            return new Row(day, domain, rua, State.Sent, attempts + 1, firstAt, nextAt, id, "handed to our queue");
        }

        /// RFC 8460 §5.5: tried again for 24 hours, at growing intervals.
        Row failed(Time time, String why) {
            Duration pause = RETRY_FIRST.multipliedBy(1L << Math.min(attempts, DOUBLINGS_MAX));
            return time.ages().now().plus(pause).isAfter(firstAt.plus(RETRIES))
                    ? ended(State.GivenUp, why)
                    : new Row(day, domain, rua, State.Waiting, attempts + 1, firstAt, time.instant().plus(pause),
                            message, why);
        }

        /// Once more from the beginning, because somebody asks for it.
        Row again(Instant now) { return waiting(day, domain, rua, now); }
    }

    /// Rows to be tried by now, the oldest first; a domain whose record is yet to be found is one of them.
    static Database.Work<List<Row>> due(Instant now) {
        return connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT * FROM tlsrpt_sending WHERE state = 'Waiting' AND next_at <= ? ORDER BY next_at LIMIT "
                            + ROWS_MAX)) {
                select.setLong(1, now.toEpochMilli());
                return rows(select);
            }
        };
    }

    /// All rows of one domain and day.
    public static Database.Work<List<Row>> of(Domain domain, LocalDate day) {
        return connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT * FROM tlsrpt_sending WHERE day = ? AND report_domain = ? ORDER BY rua")) {
                select.setString(1, day.toString());
                select.setString(2, domain.ascii());
                return rows(select);
            }
        };
    }

    static Database.Work<@Nullable Void> put(Row row) {
        return connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO tlsrpt_sending (day, report_domain, rua, state, attempts, first_at, "
                            + "next_at, message, detail) "
                            + "VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (day, report_domain, rua) DO "
                            + "UPDATE SET state = excluded.state, attempts = excluded.attempts, "
                            + "first_at = excluded.first_at, next_at = excluded.next_at, message = excluded.message, "
                            + "detail = excluded.detail")) {
                Object[] values = {row.day().toString(), row.domain().ascii(), row.rua(), row.state().name(),
                        row.attempts(), row.firstAt().toEpochMilli(), row.nextAt().toEpochMilli(), row.message(),
                        row.detail().substring(0, Math.min(row.detail().length(), DETAIL_CHARACTERS_MAX))};
                for (int i = 0; i < values.length; i++)
                    insert.setObject(i + 1, values[i]);
                insert.executeUpdate();
            }
            return null;
        };
    }

    /// The record of a domain is found: a row for each destination that has none yet, and the domain is settled.
    static Database.Work<@Nullable Void> address(Domain domain, LocalDate day, List<String> destinations,
            Instant now) {
        return connection -> {
            try (PreparedStatement delete = connection.prepareStatement(
                    "DELETE FROM tlsrpt_sending WHERE day = ? AND report_domain = ? AND rua = ''")) {
                delete.setString(1, day.toString());
                delete.setString(2, domain.ascii());
                delete.executeUpdate();
            }
            var known = of(domain, day).on(connection).stream().map(Row::rua).toList();
            for (String rua : destinations.stream().distinct().filter(rua -> !known.contains(rua)).toList())
                put(Row.waiting(day, domain, rua, now)).on(connection);
            return Aggregates.settle(domain, day).on(connection);
        };
    }

    /// Drops the rows of days before `day`, in steps that hold up no mail.
    public static void forget(Database database, LocalDate day) throws IOException {
        database.writeInSteps(connection -> Aggregates.forget(connection, "tlsrpt_sending", day));
    }

    private static List<Row> rows(PreparedStatement select) throws SQLException {
        var rows = new ArrayList<Row>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next())
                rows.add(new Row(LocalDate.parse(row.getString("day")), new Domain(row.getString("report_domain")),
                        row.getString("rua"), State.valueOf(row.getString("state")), row.getInt("attempts"),
                        Instant.ofEpochMilli(row.getLong("first_at")), Instant.ofEpochMilli(row.getLong("next_at")),
                        row.getString("message"), row.getString("detail")));
        }
        return List.copyOf(rows);
    }
}
