package org.sternpost.engine.evidence;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.trust.Reason;

/// What the mail of the last minutes came to, read from its sums: what that costs goes by the mail of those minutes,
/// whatever was counted before.
public final class RecentMail {

    /// Reasons that say nothing of a domain: there is none, it is ours, or the sender asked for more than others.
    private static final String UNTELLING = Stream.concat(Stream.of(""), Arrays.stream(Reason.values())
            .filter(reason -> reason.isLocal() || reason.ofSender()).map(Reason::token)).distinct()
            .map(token -> "'" + token + "'").collect(Collectors.joining(", ", "(", ")"));
    // A notice that passes for being one is neither.
    private static final String FAILS = "(reason NOT IN " + UNTELLING + " AND would_fail + deferred + failed > 0)";

    private static final long MINUTE_SECONDS = 60;

    private final Database database;

    public RecentMail(Database database) { this.database = database; }

    /// How validation of one domain's mail went, to the minute.
    ///
    /// @param passed      the last time that some did
    /// @param firstFailed of the time asked about
    /// @param failures    recipients whose mail it refused, or would have, each time that it was tried
    public record Course(String connector, Domain domain, Optional<Instant> passed, Optional<Instant> firstFailed,
            Optional<Instant> lastFailed, long failures) {}

    /// What came of attempts for recipients, but those that trouble of our own kept from telling anything.
    public record Outcomes(long delivered, long deferred, long failed) {

        public long all() { return delivered + deferred + failed; }

        public double deferredPercent() { return percent(deferred); }

        public double failedPercent() { return percent(failed); }

        private double percent(long part) { return all() == 0 ? 0 : 100.0 * part / all(); }
    }

    /// Recipients whose mail passed validation, and those whose mail did not each time that it was tried.
    public record History(long passed, long failures) {}

    /// Of each domain that had mail since a time.
    public List<Course> courses(Instant since) throws IOException {
        return database.<List<Course>>search(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT connector, domain, max(CASE WHEN "
                    + "reason = '' AND delivered > 0 THEN minute ELSE -1 END), min(CASE WHEN " + FAILS + " THEN minute "
                    + "ELSE NULL END), max(CASE WHEN " + FAILS + " THEN minute ELSE -1 END), sum(CASE WHEN " + FAILS
                    + " THEN would_fail + deferred + failed ELSE 0 END) FROM delivery_minute WHERE minute >= ? GROUP "
                    + "BY connector, domain")) {
                select.setLong(1, minute(since));
                try (ResultSet row = select.executeQuery()) {
                    var all = new ArrayList<Course>();
                    while (row.next()) {
                        long failed = row.getLong(5);
                        all.add(new Course(row.getString(1), new Domain(row.getString(2)), time(row.getLong(3)),
                                failed < 0 ? Optional.empty() : time(row.getLong(4)), time(failed), row.getLong(6)));
                    }
                    return all;
                }
            }
        });
    }

    /// Of a connector, from one minute until before another.
    public Outcomes outcomes(String connector, Instant from, Instant until) throws IOException {
        return database.<Outcomes>search(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT coalesce(sum(delivered), 0), "
                    + "coalesce(sum(deferred), 0), coalesce(sum(failed), 0) FROM delivery_minute WHERE minute >= ? AND "
                    + "minute < ? AND connector = ? AND reason <> 'local'")) {
                select.setLong(1, minute(from));
                select.setLong(2, minute(until));
                select.setString(3, connector);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    return new Outcomes(row.getLong(1), row.getLong(2), row.getLong(3));
                }
            }
        });
    }

    /// Of one domain, from a day on.
    public History history(String connector, Domain domain, LocalDate from) throws IOException {
        return database.<History>search(connection -> history(connection, connector, domain, from));
    }

    private static History history(Connection connection, String connector, Domain domain, LocalDate from)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT coalesce(sum(CASE WHEN reason = '' THEN "
                + "delivered ELSE 0 END), 0), coalesce(sum(CASE WHEN " + FAILS + " THEN would_fail + deferred + failed "
                + "ELSE 0 END), 0) FROM delivery_count WHERE lower(connector) = lower(?) AND domain = ? AND "
                + "day >= ?")) {
            select.setString(1, connector);
            select.setString(2, domain.ascii());
            select.setString(3, from.toString());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return new History(row.getLong(1), row.getLong(2));
            }
        }
    }

    private static Optional<Instant> time(long minute) {
        return minute < 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(minute * MINUTE_SECONDS));
    }

    private static long minute(Instant at) { return Math.floorDiv(at.getEpochSecond(), MINUTE_SECONDS); }
}
