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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.tls.Level;

/// Keeps evidence: what is the same is one row, and each message points to it with its own time
/// (docs/transport-security.md#evidence-once).
public final class EvidenceLog {

    public static final List<String> SCHEMA = Stream.concat(Stream.of("""
            CREATE TABLE IF NOT EXISTS proof (
              digest TEXT PRIMARY KEY, connector TEXT NOT NULL, revision BIGINT NOT NULL, mode TEXT NOT NULL,
              pass INTEGER NOT NULL, domain TEXT NOT NULL, host TEXT NOT NULL, address TEXT NOT NULL,
              preference INTEGER NOT NULL, achieved TEXT NOT NULL, required TEXT NOT NULL, body TEXT NOT NULL)""", """
            CREATE TABLE IF NOT EXISTS proof_of (
              message TEXT NOT NULL, at BIGINT NOT NULL, digest TEXT NOT NULL, delivered INTEGER NOT NULL,
              result TEXT NOT NULL)""",
            "CREATE INDEX IF NOT EXISTS proof_of_message ON proof_of (message)",
            "CREATE INDEX IF NOT EXISTS proof_of_digest ON proof_of (digest)",
            "CREATE INDEX IF NOT EXISTS proof_of_time ON proof_of (at)",
            // Data directories of versions that kept a row for each result: nobody reads these any more.
            "DROP TABLE IF EXISTS evidence_of", "DROP TABLE IF EXISTS evidence"),
            Stream.concat(Verdicts.SCHEMA.stream(),
                    Shadows.SCHEMA.stream()))
            .toList();

    private static final int RESULT_CHARACTERS_MAX = 1_000;
    private static final String STEP = "(SELECT max(at) FROM (SELECT at FROM proof_of WHERE at < ? ORDER BY at LIMIT "
            + Database.STEP_ROWS + ") old)"; // its rows of the same time go as well

    private final Database database;

    public EvidenceLog(Database database) { this.database = database; }

    /// What to write when an attempt is settled.
    public Database.Work<@Nullable Void> keep(QueueId message, List<HostEvidence> evidence) {
        return connection -> {
            for (HostEvidence one : evidence)
                keep(connection, message, one);
            return null;
        };
    }

    /// All that was proved on the way of one message, oldest first.
    public List<HostEvidence> of(QueueId message) throws IOException {
        return database.<List<HostEvidence>>search(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT o.at, o.delivered, o.result, e.* FROM proof_of o JOIN proof e ON e.digest = o.digest "
                            + "WHERE o.message = ? ORDER BY o.at, e.pass, e.preference")) {
                select.setString(1, message.text());
                try (ResultSet row = select.executeQuery()) {
                    var found = new ArrayList<HostEvidence>();
                    while (row.next())
                        found.add(evidence(row));
                    return found;
                }
            }
        });
    }

    /// Forgets what is older than the retention, in steps that hold up no mail.
    public void prune(Instant before) throws IOException {
        database.writeInSteps(connection -> {
            var digests = new HashSet<String>();
            int gone = 0;
            try (PreparedStatement delete = connection.prepareStatement(
                    "DELETE FROM proof_of WHERE at <= " + STEP + " RETURNING digest")) {
                delete.setLong(1, before.toEpochMilli());
                try (ResultSet row = delete.executeQuery()) {
                    for (; row.next(); gone++)
                        digests.add(row.getString(1));
                }
            }
            forgetUnless(connection, digests);
            return gone;
        });
        Verdicts.prune(database, before);
        Shadows.prune(database, before);
    }

    /// What was proven goes with the last message that points to it.
    private static void forgetUnless(Connection connection, Set<String> digests) throws SQLException {
        try (PreparedStatement orphan = connection.prepareStatement("DELETE FROM proof WHERE digest = ? AND NOT EXISTS "
                + "(SELECT 1 FROM proof_of o WHERE o.digest = proof.digest)")) {
            for (String digest : digests) {
                orphan.setString(1, digest);
                orphan.executeUpdate();
            }
        }
    }

    private static void keep(Connection connection, QueueId message, HostEvidence e) throws SQLException {
        HostEvidence.Attempt attempt = e.attempt();
        HostEvidence.Host host = e.host();
        String text = e.result().text();
        String result = text.length() > RESULT_CHARACTERS_MAX
                ? text.substring(0, RESULT_CHARACTERS_MAX - 1) + "…"
                : text;
        Object[] values = {attempt.connector(), attempt.connectorRevision(), attempt.mode().name(), attempt.pass(),
                attempt.recipientDomain().ascii(), host.name().ascii(), host.addressText(), host.preference(),
                e.session().achieved().name(), e.session().required().name(), EvidenceJson.of(e)};
        String digest = digest(values);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO proof (digest, connector, revision, mode, pass, domain, host, address, "
                        + "preference, achieved, required, body) "
                        + "VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (digest) DO NOTHING")) {
            insert.setString(1, digest);
            for (int i = 0; i < values.length; i++)
                insert.setObject(i + 2, values[i]);
            insert.executeUpdate();
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO proof_of (message, at, "
                + "digest, delivered, result) VALUES (?,?,?,?,?)")) {
            insert.setString(1, message.text());
            insert.setLong(2, attempt.at().toEpochMilli());
            insert.setString(3, digest);
            insert.setInt(4, e.result().delivered() ? 1 : 0);
            // The host's own words differ from message to message, so they are no part of what was proven.
            insert.setString(5, result);
            insert.executeUpdate();
        }
    }

    private static HostEvidence evidence(ResultSet row) throws SQLException {
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
