package org.sternpost.engine.evidence;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SchemaVersion;

/// What `Enabled` would have made of mail that was delivered without it: delayed until a time, or returned.
///
/// Each message has the times at which the queue would have tried it again, the last one when its time is over, as the
/// queue has it. At each its route is judged again without mail: the message ends when that passes, or when it does not
/// at the last of its times. What other mail shows in between is nothing that it would have noticed.
public final class Shadows {

    private static final String OF_ROUTE = "WHERE r.connector = shadow_mail.connector AND r.domain = "
            + "shadow_mail.domain";
    static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS shadow_mail (
              message TEXT NOT NULL, domain TEXT NOT NULL, connector TEXT NOT NULL, delivered BIGINT NOT NULL,
              expires BIGINT NOT NULL, first_pass TEXT NOT NULL, fate TEXT NOT NULL, until BIGINT NOT NULL,
              PRIMARY KEY (message, domain))""",
            // Made so far, the one with mail included; when it would have been tried next; the last that failed.
            "ALTER TABLE shadow_mail ADD COLUMN IF NOT EXISTS attempts INTEGER NOT NULL DEFAULT 1",
            "ALTER TABLE shadow_mail ADD COLUMN IF NOT EXISTS due BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE shadow_mail ADD COLUMN IF NOT EXISTS failed BIGINT NOT NULL DEFAULT 0",
            "DROP INDEX IF EXISTS shadow_mail_by_route", "DROP INDEX IF EXISTS shadow_mail_open",
            "CREATE INDEX IF NOT EXISTS shadow_mail_by_turn ON shadow_mail (connector, domain, fate, due)",
            "CREATE INDEX IF NOT EXISTS shadow_mail_by_time ON shadow_mail (delivered)", """
            CREATE TABLE IF NOT EXISTS shadow_route (
              connector TEXT NOT NULL, domain TEXT NOT NULL, attempts INTEGER NOT NULL, due BIGINT NOT NULL,
              PRIMARY KEY (connector, domain))""",
            // All mail of a route had the times of the latest.
            SchemaVersion.before(8, "UPDATE shadow_mail SET attempts = coalesce((SELECT r.attempts FROM shadow_route r "
                    + OF_ROUTE + "), 1), due = coalesce((SELECT r.due FROM shadow_route r " + OF_ROUTE
                    + "), expires) WHERE fate = 'Open'"));

    private static final int ROUTES_MAX = 20_000; // judged again at once; mail of further ones stays undecided

    /// What would have become of a message.
    public enum Fate {
        /// Still being judged.
        Open,
        /// `Enabled` would have delivered it later.
        Delayed,
        /// It would have expired first, or could never have been delivered.
        Returned
    }

    /// How the strict pass of an attempt ended, as it was observed (docs/transport-security.md#mode-opportunistic).
    public enum FirstPass {
        /// There was none: the mode does not look.
        NotMade,
        /// A host took the mail as `Enabled` wants it.
        Delivered,
        /// Every host was refused by validation.
        Refused,
        /// No host passed, and at least one for a reason that is not validation's: it was down, or said no.
        OtherReason;

        /// @param attempt all evidence of one attempt
        public static FirstPass of(List<HostEvidence> attempt) {
            var strict = attempt.stream().filter(one -> one.attempt().pass() == 1).toList();
            if (strict.isEmpty()) return NotMade;
            if (strict.stream().anyMatch(one -> one.result().delivered())) return Delivered;
            var refused = strict.stream().filter(one -> one.modes().enabled().refusal().isPresent())
                    .map(one -> one.host().name()).collect(Collectors.toSet());
            return strict.stream().allMatch(one -> refused.contains(one.host().name())) ? Refused : OtherReason;
        }
    }

    /// One domain over one connector that is judged again.
    ///
    /// @param attempts made so far, one with mail included
    public record Route(String connector, Domain domain, int attempts) {}

    /// When a message would have been tried again.
    ///
    /// @param attempts made before, the one with mail included
    public record Turn(int attempts, Instant due) {}

    /// One look at a route without mail.
    ///
    /// @param together mail due so soon after it goes by it too: a route of much mail is not called for each message
    public record Look(Route route, Instant at, Duration together) {

        private long horizon() { return at.plus(together).toEpochMilli(); }
    }

    /// What is known of one message.
    ///
    /// @param until when it would have been delivered or returned; meaningless while open
    /// @param since the time from which that is known; of the delivery while it is open
    public record Shadow(Domain domain, FirstPass firstPass, Fate fate, Instant until, Instant since) {}

    /// How the mail of one route would have fared.
    ///
    /// @param until the latest time that any would have been delayed to, and `first` the earliest
    /// @param lastFailed when the route was last seen to fail without mail
    public record Fared(String connector, Domain domain, long delayed, long returned, Optional<Instant> until,
            Optional<Instant> first, Optional<Instant> lastFailed) {

        /// Of a route of which nothing is known.
        public static Fared none(String connector, Domain domain) {
            return new Fared(connector, domain, 0, 0, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    private final Database database;
    private final Set<String> routes = ConcurrentHashMap.newKeySet(); // counted without a look at the table

    /// Goes on with the routes that were open when the engine stopped.
    public Shadows(Database database) throws IOException {
        this.database = database;
        for (Route route : due(Instant.ofEpochMilli(Long.MAX_VALUE), ROUTES_MAX))
            routes.add(key(route.connector(), route.domain()));
    }

    /// A message was delivered although `Enabled` would not have: its route is judged again when it would have been
    /// tried again, and at once no more where its time was over.
    public Database.Work<@Nullable Void> refused(QueueId message, Domain domain, String connector, FirstPass firstPass,
            Instant at, Instant expires, Turn next) {
        boolean over = !at.isBefore(expires);
        long due = min(next.due(), expires).toEpochMilli();
        return connection -> {
            if (!over && !isJudged(connection, connector, domain, due)) return null;
            update(connection, "INSERT INTO shadow_mail (message, domain, connector, delivered, expires, first_pass, "
                    + "fate, until, attempts, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message, domain) "
                    + "DO NOTHING", message.text(), domain.ascii(), connector, at.toEpochMilli(),
                    expires.toEpochMilli(), firstPass.name(), (over ? Fate.Returned : Fate.Open).name(),
                    over ? at.toEpochMilli() : 0L, next.attempts(), due);
            return null;
        };
    }

    /// @return false if there are too many routes
    private boolean isJudged(Connection connection, String connector, Domain domain, long due) throws SQLException {
        if (update(connection, "UPDATE shadow_route SET due = CASE WHEN due < ? THEN due ELSE ? END WHERE connector = "
                + "? AND domain = ?", due, due, connector, domain.ascii()) == 0) {
            if (routes.size() >= ROUTES_MAX) return false;
            update(connection, "INSERT INTO shadow_route (connector, domain, attempts, due) VALUES (?, ?, 1, ?)",
                    connector, domain.ascii(), due);
        }
        routes.add(key(connector, domain));
        return true;
    }

    /// Whatever comes of a look, the route has had its turn.
    public void looksAt(Route route, Instant next) throws IOException {
        database.<@Nullable Void>write(connection -> {
            update(connection, "UPDATE shadow_route SET attempts = attempts + 1, due = ? WHERE connector = ? AND "
                    + "domain = ?", next.toEpochMilli(), route.connector(), route.domain().ascii());
            return null;
        });
    }

    /// The strict pass was seen to succeed without mail: what was due would have gone.
    public void passedAgain(Look look) throws IOException {
        long at = look.at().toEpochMilli();
        settle(look,
                connection -> changed(connection, look, "fate = 'Delayed', until = CASE WHEN due > ? THEN due ELSE "
                        + "? END", "", at, at));
    }

    /// Mail could never have gone there: what was due would have come back at once.
    public void impossible(Look look) throws IOException {
        long at = look.at().toEpochMilli();
        settle(look, connection -> changed(connection, look, "fate = 'Returned', until = ?, failed = ?", "", at, at));
    }

    /// The strict pass failed once more: what was due waits on, and comes back where that was its last attempt.
    ///
    /// @param intervals until the next attempt after so many
    public void failedAgain(Look look, IntFunction<Duration> intervals) throws IOException {
        settle(look, connection -> {
            changed(connection, look, "fate = 'Returned', until = expires, failed = ?", " AND due >= expires",
                    look.at().toEpochMilli());
            waitOn(connection, look, intervals, look.at().toEpochMilli());
        });
    }

    /// Our own trouble hid how the strict pass would have gone: of what had its last attempt nothing is known.
    public void undecided(Look look, IntFunction<Duration> intervals) throws IOException {
        settle(look, connection -> {
            update(connection, "DELETE FROM shadow_mail WHERE connector = ? AND domain = ? AND fate = 'Open' AND due "
                    + "<= ? AND due >= expires", look.route().connector(), look.route().domain().ascii(),
                    look.horizon());
            waitOn(connection, look, intervals, 0);
        });
    }

    /// @param failed when the route was seen to fail; 0 if it was not
    private static void waitOn(Connection connection, Look look, IntFunction<Duration> intervals, long failed)
            throws SQLException {
        // From the most attempts down, so that no message has two turns.
        for (int attempts : attempts(connection, look)) {
            long span = intervals.apply(attempts + 1).toMillis();
            long now = look.at().toEpochMilli();
            changed(connection, look, "attempts = attempts + 1, failed = CASE WHEN ? > failed THEN ? ELSE failed END, "
                    + "due = CASE WHEN (CASE WHEN due > ? THEN due ELSE ? END) + ? < expires THEN (CASE WHEN due > ? "
                    + "THEN due ELSE ? END) + ? ELSE expires END", " AND attempts = " + attempts, failed, failed, now,
                    now, span, now, now, span);
        }
    }

    private static List<Integer> attempts(Connection connection, Look look) throws SQLException {
        try (var select = prepared(connection, "SELECT DISTINCT attempts FROM shadow_mail WHERE connector = ? AND "
                + "domain = ? AND fate = 'Open' AND due <= ? ORDER BY attempts DESC", look.route().connector(),
                look.route().domain().ascii(), look.horizon()); ResultSet row = select.executeQuery()) {
            var found = new ArrayList<Integer>();
            while (row.next())
                found.add(row.getInt(1));
            return found;
        }
    }

    private static void changed(Connection connection, Look look, String set, String which, Long... values)
            throws SQLException {
        var all = new ArrayList<Object>(List.of(values));
        all.addAll(List.of(look.route().connector(), look.route().domain().ascii(), look.horizon()));
        update(connection,
                "UPDATE shadow_mail SET " + set + " WHERE connector = ? AND domain = ? AND fate = 'Open' AND "
                        + "due <= ?" + which,
                all.toArray());
    }

    private interface Change {
        void on(Connection connection) throws SQLException;
    }

    private void settle(Look look, Change change) throws IOException {
        database.<@Nullable Void>write(connection -> {
            change.on(connection);
            Route route = look.route();
            long next = nextDue(connection, route);
            if (next == 0)
                forget(connection, route.connector(), route.domain());
            else
                update(connection, "UPDATE shadow_route SET due = ? WHERE connector = ? AND domain = ?", next,
                        route.connector(), route.domain().ascii());
            return null;
        });
    }

    /// @return 0 if no mail is open
    private static long nextDue(Connection connection, Route route) throws SQLException {
        try (var select = prepared(connection,
                "SELECT min(due) FROM shadow_mail WHERE connector = ? AND domain = ? AND "
                        + "fate = 'Open'",
                route.connector(), route.domain().ascii()); ResultSet row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /// Nobody wants this route judged any more; its mail stays undecided.
    public void abandon(Route route) throws IOException {
        database.<@Nullable Void>write(connection -> {
            update(connection, "DELETE FROM shadow_mail WHERE connector = ? AND domain = ? AND fate = 'Open'",
                    route.connector(), route.domain().ascii());
            forget(connection, route.connector(), route.domain());
            return null;
        });
    }

    /// Routes to judge now, the longest due first.
    public List<Route> due(Instant now, int max) throws IOException {
        return database.<List<Route>>read(connection -> routes(connection,
                "WHERE r.due <= ? ORDER BY r.due LIMIT " + max, now.toEpochMilli()));
    }

    /// What is known of one message, by domain.
    public List<Shadow> of(QueueId message) throws IOException {
        return database.<List<Shadow>>search(connection -> {
            try (var select = prepared(connection, "SELECT * FROM shadow_mail WHERE message = ? ORDER BY domain",
                    message.text()); ResultSet row = select.executeQuery()) {
                var found = new ArrayList<Shadow>();
                while (row.next()) {
                    var fate = Fate.valueOf(row.getString("fate"));
                    var until = Instant.ofEpochMilli(row.getLong("until"));
                    found.add(new Shadow(new Domain(row.getString("domain")),
                            FirstPass.valueOf(row.getString("first_pass")), fate, until,
                            fate == Fate.Open ? Instant.ofEpochMilli(row.getLong("delivered")) : until));
                }
                return found;
            }
        });
    }

    /// How mail delivered since then would have fared, by connector and domain.
    public List<Fared> since(Instant since) throws IOException {
        return database.<List<Fared>>search(connection -> {
            // Grouped by texts that no index has, so that only the mail since then is looked at.
            try (var select = prepared(connection, "SELECT c, d, sum(CASE fate WHEN 'Delayed' THEN 1 ELSE 0 END), "
                    + "sum(CASE fate WHEN 'Returned' THEN 1 ELSE 0 END), max(CASE fate WHEN 'Delayed' THEN until END), "
                    + "min(CASE fate WHEN 'Delayed' THEN until END), max(failed) FROM (SELECT connector || '' AS c, "
                    + "domain || '' AS d, fate, until, failed FROM shadow_mail WHERE delivered >= ?) recent GROUP BY "
                    + "c, d", since.toEpochMilli()); ResultSet row = select.executeQuery()) {
                var found = new ArrayList<Fared>();
                while (row.next())
                    found.add(new Fared(row.getString(1), new Domain(row.getString(2)), row.getLong(3), row.getLong(4),
                            time(row, 5), time(row, 6), time(row, 7)));
                return found;
            }
        });
    }

    /// 0 and no value are none.
    private static Optional<Instant> time(ResultSet row, int column) throws SQLException {
        long at = row.getLong(column);
        return at == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(at));
    }

    /// Forgets what was delivered before; what is still open ends within the life of a message.
    static void prune(Database database, Instant before) throws IOException {
        database.writeInSteps(connection -> update(connection, "DELETE FROM shadow_mail WHERE fate <> 'Open' AND "
                + "delivered <= (SELECT max(delivered) FROM (SELECT delivered FROM shadow_mail WHERE delivered < ? AND "
                + "fate <> 'Open' ORDER BY delivered LIMIT " + Database.STEP_ROWS + ") old)",
                before.toEpochMilli()));
    }

    private void forget(Connection connection, String connector, Domain domain) throws SQLException {
        update(connection, "DELETE FROM shadow_route WHERE connector = ? AND domain = ?", connector, domain.ascii());
        routes.remove(key(connector, domain));
    }

    private static List<Route> routes(Connection connection, String which, Object... values) throws SQLException {
        try (var select = prepared(connection, "SELECT r.connector, r.domain, r.attempts FROM shadow_route r " + which,
                values); ResultSet row = select.executeQuery()) {
            var found = new ArrayList<Route>();
            while (row.next())
                found.add(new Route(row.getString(1), new Domain(row.getString(2)), row.getInt(3)));
            return found;
        }
    }

    private static int update(Connection connection, String sql, Object... values) throws SQLException {
        try (var statement = prepared(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++)
            statement.setObject(i + 1, values[i]);
        return statement;
    }

    private static Instant min(Instant one, Instant other) { return one.isBefore(other) ? one : other; }

    private static String key(String connector, Domain domain) {
        return connector.toLowerCase(Locale.ROOT) + "/" + domain.ascii();
    }
}
