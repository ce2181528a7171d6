package org.sternpost.engine.alert;

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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.alert.Alert.Kind;
import org.sternpost.engine.alert.Alert.Subject;
import org.sternpost.engine.connector.OutboundConnector;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.store.Columns;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.trust.Reason.Owner;

/// How alerts lie in their table, open ones and past ones.
final class AlertTable {

    static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS alert (
              number BIGINT PRIMARY KEY, kind TEXT NOT NULL, connector TEXT NOT NULL, domain TEXT NOT NULL,
              name TEXT NOT NULL, since BIGINT NOT NULL, why TEXT NOT NULL, remedy TEXT NOT NULL, owner TEXT NOT NULL,
              cleared BIGINT NOT NULL, mailed INTEGER NOT NULL, posted INTEGER NOT NULL)""",
            // Of those that are open there is one of each.
            "CREATE UNIQUE INDEX IF NOT EXISTS alert_open ON alert (kind, connector, domain, name) WHERE cleared = 0",
            "CREATE INDEX IF NOT EXISTS alert_cleared ON alert (cleared)",
            "CREATE INDEX IF NOT EXISTS alert_of ON alert (kind, connector, domain, cleared)",
            // Each way has told nothing (0), that it began (1), or all (2).
            "CREATE INDEX IF NOT EXISTS alert_mailed ON alert (mailed, number) WHERE mailed < 2",
            "CREATE INDEX IF NOT EXISTS alert_posted ON alert (posted, number) WHERE posted < 2",
            // The first day on all of which a connector's mail was judged.
            "CREATE TABLE IF NOT EXISTS alert_judged (connector TEXT PRIMARY KEY, day TEXT NOT NULL)");

    static final int OPEN_MAX = 1_000; // more say no more

    private static final int TOLD_MAX = 100; // at once; the others at the next look

    private static final System.Logger LOG = System.getLogger(AlertTable.class.getName());
    private static final String COLUMNS = "number, kind, connector, domain, name, since, why, remedy, owner, cleared";

    private final Database database;

    AlertTable(Database database) { this.database = database; }

    List<Alert> open() throws IOException {
        return database.<List<Alert>>read(connection -> read(connection, "SELECT " + COLUMNS + " FROM alert WHERE "
                + "cleared = 0 ORDER BY number LIMIT ?", OPEN_MAX));
    }

    /// The latest first.
    ///
    /// @param since also those that were over later; empty for open ones alone
    List<Alert> all(Optional<Instant> since, int limit) throws IOException {
        return database.<List<Alert>>search(connection -> {
            var all = new ArrayList<>(read(connection, "SELECT " + COLUMNS + " FROM alert WHERE cleared = 0 ORDER BY "
                    + "number DESC LIMIT ?", limit));
            if (since.isPresent())
                all.addAll(read(connection, "SELECT " + COLUMNS + " FROM alert WHERE cleared >= ? "
                        + "ORDER BY cleared DESC LIMIT ?", Math.max(1, since.get().toEpochMilli()), limit));
            return all.stream().sorted((a, b) -> Long.compare(b.number(), a.number())).limit(limit).toList();
        });
    }

    /// True if it was open, and over since a time.
    boolean wasCleared(Kind kind, Subject subject, Instant since) throws IOException {
        return database.<Boolean>read(connection -> {
            try (PreparedStatement select = prepare(connection, "SELECT 1 FROM alert WHERE kind = ? AND connector = ? "
                    + "AND domain = ? AND cleared >= ? LIMIT 1", kind.name(), subject.connector(), subject.domain(),
                    Math.max(1, since.toEpochMilli())); ResultSet row = select.executeQuery()) {
                return row.next();
            }
        });
    }

    /// Begins one, unless it is open.
    ///
    /// @return empty if it is, or too many are
    static Optional<Alert> begin(Connection connection, Kind kind, AlertRule.Finding found) throws SQLException {
        Subject subject = found.subject();
        if (has(connection, "SELECT 1 FROM alert WHERE cleared = 0 AND kind = ? AND connector = ? AND domain = ? AND "
                + "name = ? LIMIT 1", kind.name(), subject.connector(), subject.domain(), subject.name()))
            return Optional.empty();
        if (has(connection, "SELECT 1 FROM alert WHERE cleared = 0 LIMIT 1 OFFSET ?", OPEN_MAX - 1)) {
            LOG.log(System.Logger.Level.WARNING, "event=alert-not-kept kind={0} connector={1} domain={2} why=\"{3} are "
                    + "open\"", kind, subject.connector(), subject.domain(), Integer.toString(OPEN_MAX));
            return Optional.empty();
        }
        return Optional.of(insert(connection, kind, found, Optional.empty()));
    }

    /// What is over as it begins.
    static Alert event(Connection connection, Kind kind, AlertRule.Finding found) throws SQLException {
        return insert(connection, kind, found, Optional.of(found.since()));
    }

    private static Alert insert(Connection connection, Kind kind, AlertRule.Finding found, Optional<Instant> cleared)
            throws SQLException {
        long number;
        try (PreparedStatement select = connection.prepareStatement("SELECT coalesce(max(number), 0) + 1 FROM alert");
                ResultSet row = select.executeQuery()) {
            row.next();
            number = row.getLong(1);
        }
        Instant since = Instant.ofEpochMilli(found.since().toEpochMilli());
        var made = new Alert(number, kind, found.subject(), since, found.words(), cleared.map(_ -> since));
        update(connection, "INSERT INTO alert (" + COLUMNS + ", mailed, posted) VALUES (?,?,?,?,?,?,?,?,?,?,0,0)",
                number, kind.name(), found.subject().connector(), found.subject().domain(), found.subject().name(),
                since.toEpochMilli(), found.words().why(), found.words().remedy(), found.words().owner().name(),
                cleared.isPresent() ? since.toEpochMilli() : 0L);
        return made;
    }

    static void say(Connection connection, Alert open, Alert.Words words) throws SQLException {
        update(connection, "UPDATE alert SET why = ?, remedy = ?, owner = ? WHERE number = ? AND cleared = 0",
                words.why(), words.remedy(), words.owner().name(), open.number());
    }

    static void clear(Connection connection, Alert open, Instant at) throws SQLException {
        update(connection, "UPDATE alert SET cleared = ? WHERE number = ? AND cleared = 0", at.toEpochMilli(),
                open.number());
    }

    /// All of a kind at a connector.
    static void clear(Connection connection, Kind kind, String connector, Instant at) throws SQLException {
        update(connection, "UPDATE alert SET cleared = ? WHERE kind = ? AND connector = ? AND cleared = 0",
                at.toEpochMilli(), kind.name(), connector);
    }

    /// Forgets those that were over before a time, but the last number, which must not be given twice.
    static void prune(Database database, Instant before) throws IOException {
        database.writeInSteps(connection -> update(connection, "DELETE FROM alert WHERE number IN (SELECT number FROM "
                + "alert WHERE cleared > 0 AND cleared < ? AND number < (SELECT max(number) FROM alert) LIMIT "
                + Database.STEP_ROWS + ")", before.toEpochMilli()));
    }

    /// From which day on the counts of a connector tell what validation said: of a day on which it was `Disabled` they
    /// do not. Notes what is new.
    ///
    /// @return days by connector, of those that are not `Disabled`
    Map<String, LocalDate> judgedFrom(List<OutboundConnector> connectors, Instant now) throws IOException {
        Map<String, LocalDate> known = database.<Map<String, LocalDate>>read(AlertTable::judged);
        var gone = new HashSet<>(known.keySet());
        var days = new HashMap<String, LocalDate>();
        var fresh = new HashMap<String, LocalDate>();
        for (OutboundConnector one : connectors) {
            if (one.tls().tlsValidation() == TlsValidation.Disabled) continue;
            gone.remove(one.id());
            LocalDate day = known.get(one.id());
            if (day == null) {
                day = firstDay(one, now);
                fresh.put(one.id(), day);
            }
            days.put(one.id(), day);
        }
        if (!gone.isEmpty() || !fresh.isEmpty()) database.write(connection -> note(connection, fresh, gone));
        return days;
    }

    /// One that was changed may have been `Disabled` before.
    private static LocalDate firstDay(OutboundConnector one, Instant now) {
        return one.stored().whenChanged().equals(one.stored().whenCreated())
                ? LocalDate.ofInstant(one.stored().whenCreated(), ZoneOffset.UTC)
                : LocalDate.ofInstant(now.plus(Duration.ofDays(1)), ZoneOffset.UTC);
    }

    private static @Nullable Void note(Connection connection, Map<String, LocalDate> fresh, Set<String> gone)
            throws SQLException {
        for (String connector : gone)
            update(connection, "DELETE FROM alert_judged WHERE connector = ?", connector);
        for (var one : fresh.entrySet())
            update(connection, "INSERT INTO alert_judged (connector, day) VALUES (?, ?) ON CONFLICT (connector) DO "
                    + "UPDATE SET day = excluded.day", one.getKey(), one.getValue().toString());
        return null;
    }

    private static Map<String, LocalDate> judged(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT connector, day FROM alert_judged");
                ResultSet row = select.executeQuery()) {
            var all = new HashMap<String, LocalDate>();
            while (row.next())
                all.put(row.getString(1), LocalDate.parse(row.getString(2)));
            return all;
        }
    }

    /// What a way has to tell still, by number: what it has told nothing of, and what is over since it told.
    List<Alert> untold(AlertChannel.Way way) throws IOException {
        return database.<List<Alert>>read(connection -> {
            var all = new ArrayList<>(read(connection, "SELECT " + COLUMNS + " FROM alert WHERE " + way.column()
                    + " = 0 AND " + way.column() + " < 2 ORDER BY number LIMIT ?", TOLD_MAX));
            all.addAll(read(connection, "SELECT " + COLUMNS + " FROM alert WHERE " + way.column() + " = 1 AND "
                    + way.column() + " < 2 AND cleared > 0 ORDER BY number LIMIT ?", TOLD_MAX));
            return all.stream().sorted((a, b) -> Long.compare(a.number(), b.number())).limit(TOLD_MAX).toList();
        });
    }

    /// Marks what a way has told, as it was then.
    static Database.Work<Integer> told(AlertChannel.Way way, List<Alert> told) {
        return connection -> {
            for (Alert one : told)
                update(connection, "UPDATE alert SET " + way.column() + " = ? WHERE number = ?", one.isOpen() ? 1 : 2,
                        one.number());
            return told.size();
        };
    }

    void tell(AlertChannel.Way way, List<Alert> told) throws IOException { database.write(told(way, told)); }

    /// A way that is off tells nothing later of what was meanwhile.
    void off(AlertChannel.Way way) throws IOException {
        String which = " alert WHERE " + way.column() + " < 2";
        if (database.<Boolean>read(connection -> has(connection, "SELECT 1 FROM" + which + " LIMIT 1")))
            database.write(connection -> update(connection, "UPDATE alert SET " + way.column() + " = 2 WHERE "
                    + way.column() + " < 2"));
    }

    private static List<Alert> read(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement select = prepare(connection, sql, values); ResultSet row = select.executeQuery()) {
            var all = new ArrayList<Alert>();
            while (row.next())
                all.add(Columns.whole(row, "table alert, number " + row.getString("number"), AlertTable::alert));
            return all;
        }
    }

    private static Alert alert(ResultSet row) throws SQLException {
        long cleared = row.getLong("cleared");
        return new Alert(row.getLong("number"), Kind.valueOf(row.getString("kind")),
                new Subject(row.getString("connector"), row.getString("domain"), row.getString("name")),
                Instant.ofEpochMilli(row.getLong("since")), new Alert.Words(row.getString("why"),
                        row.getString("remedy"), Owner.valueOf(row.getString("owner"))),
                cleared == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(cleared)));
    }

    private static boolean has(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement select = prepare(connection, sql, values); ResultSet row = select.executeQuery()) {
            return row.next();
        }
    }

    private static int update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++)
            statement.setObject(i + 1, values[i]);
        return statement;
    }
}
