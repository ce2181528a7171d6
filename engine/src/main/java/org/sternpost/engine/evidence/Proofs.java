package org.sternpost.engine.evidence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.tls.Level;

/// What was proven of a host, once for all mail that it was proven for: each has a number, by which messages refer to
/// it. Those in use are known in memory, so that a session's second message needs no look at the table.
final class Proofs {

    static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS host_proof (
              number BIGINT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, last_used BIGINT NOT NULL,
              connector TEXT NOT NULL, revision BIGINT NOT NULL, mode TEXT NOT NULL, pass INTEGER NOT NULL,
              domain TEXT NOT NULL, host TEXT NOT NULL, address TEXT NOT NULL, preference INTEGER NOT NULL,
              achieved TEXT NOT NULL, required TEXT NOT NULL, body TEXT NOT NULL)""",
            "CREATE INDEX IF NOT EXISTS host_proof_last_used ON host_proof (last_used)",
            // Its form up to schema 4; made where it is not, so that it can be emptied.
            """
            CREATE TABLE IF NOT EXISTS proof (
              digest TEXT PRIMARY KEY, connector TEXT NOT NULL, revision BIGINT NOT NULL, mode TEXT NOT NULL,
              pass INTEGER NOT NULL, domain TEXT NOT NULL, host TEXT NOT NULL, address TEXT NOT NULL,
              preference INTEGER NOT NULL, achieved TEXT NOT NULL, required TEXT NOT NULL, body TEXT NOT NULL)""", """
            CREATE TABLE IF NOT EXISTS proof_of (
              message TEXT NOT NULL, at BIGINT NOT NULL, digest TEXT NOT NULL, delivered INTEGER NOT NULL,
              result TEXT NOT NULL)""", """
            INSERT INTO host_proof (number, digest, last_used, connector, revision, mode, pass, domain, host, address,
              preference, achieved, required, body) SELECT row_number() OVER (ORDER BY p.digest), p.digest,
              coalesce((SELECT max(o.at) FROM proof_of o WHERE o.digest = p.digest), 0) / 86400000, p.connector,
              p.revision, p.mode, p.pass, p.domain, p.host, p.address, p.preference, p.achieved, p.required, p.body
            FROM proof p""", "DROP TABLE proof");

    private static final long DAY_SECONDS = 86_400;
    private static final int KNOWN_MAX = 4_096; // some kilobytes each, of which sessions and routes hold most

    private final Database database;
    private final Map<Key, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) { return size() > KNOWN_MAX; }
    };

    Proofs(Database database) { this.database = database; }

    /// @param day of the last mail that refers to it, as the table has it
    private record Known(long number, long day) {}

    /// By which number mail refers to what was proven. Described now, so that the writer need not wait for it.
    ///
    /// @param at when the mail was settled that refers to it
    Database.Work<Long> number(HostEvidence evidence, Instant at) {
        long day = day(at);
        var key = new Key(evidence);
        Known found = known(key);
        if (found != null && day <= found.day()) {
            long number = found.number();
            return _ -> number;
        }
        var description = new Description(evidence);
        return connection -> {
            long number = description.kept(connection, day);
            database.whenKept(connection, () -> remember(key, new Known(number, day)));
            return number;
        };
    }

    private @Nullable Known known(Key key) {
        synchronized (known) {
            return known.get(key);
        }
    }

    private void remember(Key key, Known one) {
        synchronized (known) {
            known.merge(key, one, (old, now) -> old.day() > now.day() ? old : now);
        }
    }

    /// Forgets what no mail refers to that was settled since then.
    void prune(Instant before) throws IOException {
        database.writeInSteps(connection -> {
            try (PreparedStatement delete = connection
                    .prepareStatement("DELETE FROM host_proof WHERE number IN (SELECT "
                            + "number FROM host_proof WHERE last_used < ? ORDER BY last_used LIMIT "
                            + Database.STEP_ROWS
                            + ")")) {
                delete.setLong(1, day(before));
                database.whenKept(connection, () -> forget(day(before)));
                return delete.executeUpdate();
            }
        });
    }

    /// What is not in the table any more is not known either: a clock that is set back brings mail of those days again.
    private void forget(long before) {
        synchronized (known) {
            known.values().removeIf(one -> one.day() < before);
        }
    }

    private static long day(Instant at) { return Math.floorDiv(at.getEpochSecond(), DAY_SECONDS); }

    /// The evidence of a row that has the columns of a proof beside `at`, `delivered` and `result`.
    static HostEvidence evidence(ResultSet row) throws SQLException {
        var body = EvidenceJson.read(row.getString("body"));
        return new HostEvidence(
                new HostEvidence.Attempt(Instant.ofEpochMilli(row.getLong("at")), row.getString("connector"),
                        row.getLong("revision"), TlsValidation.valueOf(row.getString("mode")), row.getInt("pass"),
                        new Domain(row.getString("domain"))),
                new HostEvidence.Host(new Domain(row.getString("host")),
                        HostEvidence.Host.address(row.getString("address")), row.getInt("preference"), body.facts()),
                new HostEvidence.Session(body.session(), body.pkix(), Level.valueOf(row.getString("achieved")),
                        Level.valueOf(row.getString("required"))),
                body.findings(), body.modes(),
                new HostEvidence.Result(row.getInt("delivered") != 0, row.getString("result")));
    }

    /// A proof as its row has it.
    private static final class Description {

        private final Object[] values;
        private final String digest;

        Description(HostEvidence e) {
            HostEvidence.Attempt attempt = e.attempt();
            HostEvidence.Host host = e.host();
            values = new Object[]{attempt.connector(), attempt.connectorRevision(), attempt.mode().name(),
                    attempt.pass(), attempt.recipientDomain().ascii(), host.name().ascii(), host.addressText(),
                    host.preference(), e.session().achieved().name(), e.session().required().name(),
                    EvidenceJson.of(e)};
            digest = digest(values);
        }

        /// @return its number
        long kept(Connection connection, long day) throws SQLException {
            try (PreparedStatement update = connection.prepareStatement("UPDATE host_proof SET last_used = CASE WHEN "
                    + "last_used < ? THEN ? ELSE last_used END WHERE digest = ? RETURNING number")) {
                update.setLong(1, day);
                update.setLong(2, day);
                update.setString(3, digest);
                try (ResultSet row = update.executeQuery()) {
                    if (row.next()) return row.getLong(1);
                }
            }
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO host_proof (number, digest, "
                    + "last_used, connector, revision, mode, pass, domain, host, address, preference, achieved, "
                    + "required, body) SELECT coalesce(max(number), 0) + 1, ?,?,?,?,?,?,?,?,?,?,?,?,? FROM host_proof "
                    + "RETURNING number")) {
                insert.setString(1, digest);
                insert.setLong(2, day);
                for (int i = 0; i < values.length; i++)
                    insert.setObject(i + 3, values[i]);
                try (ResultSet row = insert.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        }

        private static String digest(Object[] values) {
            try {
                var sha = MessageDigest.getInstance("SHA-256");
                for (Object value : values) {
                    sha.update(value.toString().getBytes(StandardCharsets.UTF_8));
                    sha.update((byte) 0);
                }
                return HexFormat.of().formatHex(sha.digest());
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    /// What one proof is, whenever and for whichever message it was given. Equal parts are mostly the same object.
    private static final class Key {

        private final HostEvidence shown;
        private final int hash;

        Key(HostEvidence shown) {
            this.shown = shown;
            // Enough to tell most apart; to hash all of it would take longer than to compare it.
            this.hash = Objects.hash(shown.attempt().recipientDomain(), shown.host().name(),
                    shown.attempt().connector());
        }

        @Override
        public int hashCode() { return hash; }

        @Override
        public boolean equals(@Nullable Object object) {
            if (!(object instanceof Key other)) return false;
            HostEvidence one = shown;
            HostEvidence two = other.shown;
            return isSame(one.attempt(), two.attempt()) && one.host().equals(two.host())
                    && one.session().equals(two.session()) && one.findings().equals(two.findings())
                    && one.modes().equals(two.modes());
        }

        private static boolean isSame(HostEvidence.Attempt one, HostEvidence.Attempt other) {
            return one.connector().equals(other.connector()) && one.connectorRevision() == other.connectorRevision()
                    && one.mode() == other.mode() && one.pass() == other.pass()
                    && one.recipientDomain().equals(other.recipientDomain());
        }
    }
}
