package org.sternpost.engine.evidence;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.Database;

/// What `Enabled` would have made of mail that was delivered without it: delayed until a time, or returned.
///
/// A route whose strict pass was refused is judged again without mail; it ends when a judgement passes, or when the
/// last of its messages would have expired.
public final class Shadows {

    static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS shadow_mail (
              message TEXT NOT NULL, domain TEXT NOT NULL, connector TEXT NOT NULL, delivered BIGINT NOT NULL,
              expires BIGINT NOT NULL, first_pass TEXT NOT NULL, fate TEXT NOT NULL, until BIGINT NOT NULL,
              PRIMARY KEY (message, domain))""",
            "CREATE INDEX IF NOT EXISTS shadow_mail_by_route ON shadow_mail (connector, domain, fate)",
            "CREATE INDEX IF NOT EXISTS shadow_mail_by_time ON shadow_mail (delivered)",
            "CREATE INDEX IF NOT EXISTS shadow_mail_open ON shadow_mail (fate, expires)", """
            CREATE TABLE IF NOT EXISTS shadow_route (
              connector TEXT NOT NULL, domain TEXT NOT NULL, attempts INTEGER NOT NULL, due BIGINT NOT NULL,
              PRIMARY KEY (connector, domain))""");

    private static final String WITHOUT_MAIL = "WHERE NOT EXISTS (SELECT 1 FROM shadow_mail m WHERE m.connector = "
            + "r.connector AND m.domain = r.domain AND m.fate = 'Open') LIMIT 1000";
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
    /// @param attempts made so far, the one with mail included
    public record Route(String connector, Domain domain, int attempts) {}

    /// What is known of one message.
    ///
    /// @param until when it would have been delivered or returned; meaningless while open
    /// @param since the time from which that is known; of the delivery while it is open
    public record Shadow(Domain domain, FirstPass firstPass, Fate fate, Instant until, Instant since) {}

    /// How the mail of one route would have fared.
    ///
    /// @param until the latest time that any would have been delayed to
    public record Fared(String connector, Domain domain, long delayed, long returned, Optional<Instant> until) {}

    private final Database database;
    private final Set<String> routes = ConcurrentHashMap.newKeySet(); // spares the other mail a look at the table

    /// Goes on with the routes that were open when the engine stopped.
    public Shadows(Database database) throws IOException {
        this.database = database;
        for (Route route : due(Instant.ofEpochMilli(Long.MAX_VALUE), ROUTES_MAX))
            routes.add(key(route.connector(), route.domain()));
    }

    /// A message was delivered although `Enabled` would not have: its route is judged again from `due` on.
    public Database.Work<@Nullable Void> refused(QueueId message, Domain domain, String connector, FirstPass firstPass,
            Instant at, Instant expires, Instant due) {
        return connection -> {
            // A failure just seen with mail is as good as one seen without: the schedule starts anew from it.
            int known = update(connection, "UPDATE shadow_route SET attempts = 1, due = ? WHERE connector = ? AND "
                    + "domain = ?", due.toEpochMilli(), connector, domain.ascii());
            if (known == 0 && routes.size() >= ROUTES_MAX) return null;
            if (known == 0)
                update(connection, "INSERT INTO shadow_route (connector, domain, attempts, due) "
                        + "VALUES (?, ?, 1, ?)", connector, domain.ascii(),
                        due.toEpochMilli());
            routes.add(key(connector, domain));
            update(connection, "INSERT INTO shadow_mail (message, domain, connector, delivered, expires, "
                    + "first_pass, fate, until) VALUES (?, ?, ?, ?, ?, ?, 'Open', 0) ON CONFLICT (message, "
                    + "domain) DO NOTHING", message.text(), domain.ascii(), connector, at.toEpochMilli(),
                    expires.toEpochMilli(), firstPass.name());
            return null;
        };
    }

    /// The strict pass was seen to succeed, with mail or without: what waited would have gone now.
    public Database.Work<@Nullable Void> passed(String connector, Domain domain, Instant at) {
        // Asked now: work that is undone and done again finds the route gone from memory.
        if (routes.isEmpty() || !routes.contains(key(connector, domain))) return _ -> null;
        return connection -> {
            expire(connection, at);
            end(connection, connector, domain, Fate.Delayed, at);
            return null;
        };
    }

    /// The strict pass was seen to succeed without mail.
    public void passedAgain(Route route, Instant at) throws IOException {
        database.write(passed(route.connector(), route.domain(), at));
    }

    /// Mail could never have gone there: it would have come back at once.
    public void impossible(Route route, Instant at) throws IOException {
        database.<@Nullable Void>write(connection -> {
            expire(connection, at);
            end(connection, route.connector(), route.domain(), Fate.Returned, at);
            return null;
        });
    }

    /// The strict pass failed once more.
    public void failedAgain(Route route, Instant due) throws IOException {
        database.<@Nullable Void>write(connection -> {
            update(connection, "UPDATE shadow_route SET attempts = attempts + 1, due = ? WHERE connector = ? AND "
                    + "domain = ?", due.toEpochMilli(), route.connector(), route.domain().ascii());
            return null;
        });
    }

    /// Our own trouble hid how the strict pass would have gone: what ends before the next look stays undecided.
    public void undecided(Route route, Instant next) throws IOException {
        database.<@Nullable Void>write(connection -> {
            update(connection, "DELETE FROM shadow_mail WHERE connector = ? AND domain = ? AND fate = 'Open' AND "
                    + "expires <= ?", route.connector(), route.domain().ascii(), next.toEpochMilli());
            return null;
        });
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

    /// Mail whose time is over would have been returned; a route without open mail is judged no more.
    public void expire(Instant now) throws IOException {
        if (routes.isEmpty() || !database.<Boolean>read(connection -> isAnyOver(connection, now))) return;
        database.<@Nullable Void>write(connection -> {
            expire(connection, now);
            for (Route route : routes(connection, WITHOUT_MAIL))
                forget(connection, route.connector(), route.domain());
            return null;
        });
    }

    /// A look costs nothing; a write costs a sync.
    private static boolean isAnyOver(Connection connection, Instant now) throws SQLException {
        try (var select = prepared(connection, "SELECT 1 FROM shadow_mail WHERE fate = 'Open' AND expires <= ? LIMIT 1",
                now.toEpochMilli()); ResultSet row = select.executeQuery()) {
            return row.next() || !routes(connection, WITHOUT_MAIL).isEmpty();
        }
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
                    + "sum(CASE fate WHEN 'Returned' THEN 1 ELSE 0 END), max(CASE fate WHEN 'Delayed' THEN until ELSE "
                    + "0 END) FROM (SELECT connector || '' AS c, domain || '' AS d, fate, until FROM shadow_mail WHERE "
                    + "delivered >= ?) recent GROUP BY c, d", since.toEpochMilli());
                    ResultSet row = select.executeQuery()) {
                var found = new ArrayList<Fared>();
                while (row.next())
                    found.add(new Fared(row.getString(1), new Domain(row.getString(2)), row.getLong(3), row.getLong(4),
                            row.getLong(3) == 0
                                    ? Optional.empty()
                                    : Optional.of(Instant.ofEpochMilli(row.getLong(5)))));
                return found;
            }
        });
    }

    /// Forgets what was delivered before; what is still open ends within the life of a message.
    static void prune(Database database, Instant before) throws IOException {
        database.writeInSteps(connection -> update(connection, "DELETE FROM shadow_mail WHERE fate <> 'Open' AND "
                + "delivered <= (SELECT max(delivered) FROM (SELECT delivered FROM shadow_mail WHERE delivered < ? AND "
                + "fate <> 'Open' ORDER BY delivered LIMIT " + Database.STEP_ROWS + ") old)",
                before.toEpochMilli()));
    }

    private void end(Connection connection, String connector, Domain domain, Fate fate, Instant at)
            throws SQLException {
        update(connection, "UPDATE shadow_mail SET fate = ?, until = ? WHERE connector = ? AND domain = ? AND fate = "
                + "'Open'", fate.name(), at.toEpochMilli(), connector, domain.ascii());
        forget(connection, connector, domain);
    }

    private static void expire(Connection connection, Instant now) throws SQLException {
        update(connection, "UPDATE shadow_mail SET fate = 'Returned', until = expires WHERE fate = 'Open' AND "
                + "expires <= ?", now.toEpochMilli());
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

    private static String key(String connector, Domain domain) {
        return connector.toLowerCase(Locale.ROOT) + "/" + domain.ascii();
    }
}
