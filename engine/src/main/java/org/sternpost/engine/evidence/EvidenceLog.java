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
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.HostFacts;

/// All evidence there is. Equal evidence is one row; each message that proved it again points there with its own time.
public final class EvidenceLog {

    /// Tables; run once at start, harmless when repeated.
    public static final List<String> SCHEMA = List.of(
            "CREATE TABLE IF NOT EXISTS evidence (hash TEXT PRIMARY KEY, body TEXT NOT NULL)", """
                    CREATE TABLE IF NOT EXISTS evidence_seen (message TEXT NOT NULL, seq INTEGER NOT NULL,
                    at BIGINT NOT NULL, domain TEXT NOT NULL, connector TEXT NOT NULL, mode TEXT NOT NULL,
                    delivered INTEGER NOT NULL, reason TEXT NOT NULL, host TEXT NOT NULL, result TEXT NOT NULL,
                    policy_age BIGINT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (message, at, domain, seq))""",
            "CREATE INDEX IF NOT EXISTS evidence_seen_by_connector ON evidence_seen (connector, at)",
            "CREATE INDEX IF NOT EXISTS evidence_seen_by_time ON evidence_seen (at)");

    private static final int HASH_DIGITS = 32; // 128 bits tell apart all the evidence there will ever be
    private static final int RESULT_CHARACTERS_MAX = 500;

    /// What a stricter mode would do to one recipient domain, as its own traffic has shown.
    ///
    /// @param messages  seen since the instant asked for
    /// @param wouldFail of them, those that no host would have taken under `Enabled`
    /// @param last      the latest refusal; empty when there is none
    public record Readiness(Domain domain, long messages, long wouldFail, Optional<LastRefusal> last) {}

    /// @param why with reason token, sentence, remedy and owner
    public record LastRefusal(Instant at, Domain host, Failure why) {}

    private final Database database;

    public EvidenceLog(Database database) { this.database = database; }

    /// Work that keeps the evidence of one message, for the transaction that settles it.
    public Database.Work<Integer> keep(QueueId message, List<HostEvidence> evidence) {
        return connection -> {
            try (var body = connection
                    .prepareStatement("INSERT INTO evidence (hash, body) VALUES (?, ?) ON CONFLICT DO NOTHING");
                    var seen = connection.prepareStatement(
                            "INSERT INTO evidence_seen VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING")) {
                for (int i = 0; i < evidence.size(); i++)
                    keep(body, seen, message, i, evidence.get(i));
            }
            return evidence.size();
        };
    }

    /// Everything one message showed, in order.
    public List<HostEvidence> of(QueueId message) throws IOException {
        return database.read(connection -> {
            try (var query = connection.prepareStatement("""
                    SELECT e.body, s.at, s.policy_age, s.delivered, s.result FROM evidence_seen s
                    JOIN evidence e ON e.hash = s.hash WHERE s.message = ? ORDER BY s.at, s.domain, s.seq""")) {
                query.setString(1, message.text());
                var found = new ArrayList<HostEvidence>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next())
                        found.add(EvidenceJson.read(row.getString(1), Instant.ofEpochMilli(row.getLong(2)),
                                row.getLong(3), row.getInt(4) != 0, row.getString(5)));
                }
                return List.copyOf(found);
            }
        });
    }

    /// What `Enabled` would have done to the mail of a connector since an instant, by recipient domain.
    public List<Readiness> readiness(String connector, Instant since) throws IOException {
        return database.read(connection -> {
            try (var query = connection.prepareStatement("""
                    SELECT domain, COUNT(*), SUM(failed) FROM (SELECT domain, message,
                      CASE WHEN MAX(CASE WHEN delivered = 1 AND reason = '' THEN 1 ELSE 0 END) = 0
                        AND MAX(CASE WHEN reason <> '' THEN 1 ELSE 0 END) = 1 THEN 1 ELSE 0 END AS failed
                      FROM evidence_seen WHERE connector = ? AND at >= ? GROUP BY domain, message) AS per_message
                    GROUP BY domain ORDER BY 3 DESC, 2 DESC, 1""")) {
                query.setString(1, connector);
                query.setLong(2, since.toEpochMilli());
                var found = new ArrayList<Readiness>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next())
                        found.add(new Readiness(new Domain(row.getString(1)), row.getLong(2), row.getLong(3),
                                row.getLong(3) == 0
                                        ? Optional.empty()
                                        : last(connection, connector, row.getString(1), since)));
                }
                return List.copyOf(found);
            }
        });
    }

    /// Work that forgets what is older; bodies that nobody points to go too.
    public Database.Work<Integer> forgetBefore(Instant limit) {
        return connection -> {
            try (var old = connection.prepareStatement("DELETE FROM evidence_seen WHERE at < ?");
                    var orphans = connection.prepareStatement(
                            "DELETE FROM evidence WHERE hash NOT IN (SELECT hash FROM evidence_seen)")) {
                old.setLong(1, limit.toEpochMilli());
                int gone = old.executeUpdate();
                orphans.executeUpdate();
                return gone;
            }
        };
    }

    private static Optional<LastRefusal> last(Connection connection, String connector, String domain, Instant since)
            throws SQLException {
        try (var query = connection.prepareStatement("""
                SELECT e.body, s.at FROM evidence_seen s JOIN evidence e ON e.hash = s.hash
                WHERE s.connector = ? AND s.domain = ? AND s.at >= ? AND s.reason <> ''
                ORDER BY s.at DESC, s.seq LIMIT 1""")) {
            query.setString(1, connector);
            query.setString(2, domain);
            query.setLong(3, since.toEpochMilli());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) return Optional.empty();
                var it = EvidenceJson.read(row.getString(1), Instant.ofEpochMilli(row.getLong(2)), 0, false, "");
                return it.enabled().map(why -> new LastRefusal(it.at(), it.host(), why));
            }
        }
    }

    private static void keep(PreparedStatement body, PreparedStatement seen, QueueId message, int seq,
            HostEvidence it) throws SQLException {
        String json = EvidenceJson.write(it);
        String hash = hash(json);
        body.setString(1, hash);
        body.setString(2, json);
        body.executeUpdate();
        seen.setString(1, message.text());
        seen.setInt(2, seq);
        seen.setLong(3, it.at().toEpochMilli());
        seen.setString(4, it.recipientDomain().ascii());
        seen.setString(5, it.connector());
        seen.setString(6, it.mode().name());
        seen.setInt(7, it.delivered() ? 1 : 0);
        seen.setString(8, it.enabled().map(why -> why.reason().token()).orElse(""));
        seen.setString(9, it.host().ascii());
        seen.setString(10, it.result().substring(0, Math.min(it.result().length(), RESULT_CHARACTERS_MAX)));
        seen.setLong(11, it.facts().sts().map(HostFacts.StsFacts::ageSeconds).orElse(0L));
        seen.setString(12, hash);
        seen.executeUpdate();
    }

    private static String hash(String json) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
