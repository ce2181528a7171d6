package org.sternpost.engine.evidence;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.evidence.Verdicts.Verdict;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.Database;

/// Keeps evidence: what is the same is one row, and each message points to it with its own time
/// (docs/transport-security.md#evidence-once).
///
/// Of a message to a domain, the last host of the last judged attempt is pointed to by the row of its verdict, which is
/// all that most mail needs; rows of their own point to the others.
public final class EvidenceLog {

    public static final List<String> SCHEMA = Stream.of(Proofs.SCHEMA, List.of("""
            CREATE TABLE IF NOT EXISTS host_seen (
              message TEXT NOT NULL, at BIGINT NOT NULL, proof BIGINT NOT NULL, delivered INTEGER NOT NULL,
              result TEXT NOT NULL)""",
            "CREATE INDEX IF NOT EXISTS host_seen_message ON host_seen (message)",
            "CREATE INDEX IF NOT EXISTS host_seen_at ON host_seen (at)",
            "INSERT INTO host_seen (message, at, proof, delivered, result) SELECT o.message, o.at, p.number, "
                    + "o.delivered, o.result FROM proof_of o JOIN host_proof p ON p.digest = o.digest",
            "DROP TABLE proof_of",
            // Data directories of versions that kept a row for each result: nobody reads these any more.
            "DROP TABLE IF EXISTS evidence_of", "DROP TABLE IF EXISTS evidence"), Verdicts.SCHEMA,
            DeliveryCounts.SCHEMA, ReasonWords.SCHEMA,
            Shadows.SCHEMA)
            .flatMap(List::stream).toList();

    private static final int RESULT_CHARACTERS_MAX = 1_000;
    private static final String STEP = "(SELECT max(at) FROM (SELECT at FROM host_seen WHERE at < ? ORDER BY at LIMIT "
            + Database.STEP_ROWS + ") old)"; // its rows of the same time go as well

    private final Database database;
    private final Proofs proofs;

    public EvidenceLog(Database database) {
        this.database = database;
        this.proofs = new Proofs(database);
    }

    /// A message for its recipients at one domain, at the time when an attempt at it was settled.
    public record Settled(QueueId message, Domain domain, String connector, Instant at) {}

    /// How one host was met, as rows have it.
    record Seen(Instant at, long proof, HostEvidence.Result result) {

        /// Nobody was met.
        static final Seen NOBODY = new Seen(Instant.EPOCH, 0, new HostEvidence.Result(false, ""));
    }

    /// What to write when an attempt is settled: the latest verdict on a message stands, but that it was
    /// refused before is kept.
    ///
    /// @param verdict empty where the attempt says nothing of what `Enabled` does
    public Database.Work<@Nullable Void> keep(Settled mail, Optional<Verdict> verdict, List<HostEvidence> evidence) {
        var numbers = new ArrayList<Database.Work<Long>>(evidence.size());
        for (HostEvidence one : evidence)
            numbers.add(proofs.number(one, mail.at()));
        return connection -> {
            var seen = new ArrayList<Seen>();
            for (int i = 0; i < numbers.size(); i++) {
                HostEvidence one = evidence.get(i);
                seen.add(new Seen(one.attempt().at(), numbers.get(i).on(connection), shortened(one.result())));
            }
            keep(connection, mail, verdict, seen);
            return null;
        };
    }

    private static void keep(Connection connection, Settled mail, Optional<Verdict> verdict, List<Seen> seen)
            throws SQLException {
        if (verdict.isEmpty() && seen.isEmpty()) return;
        Seen last = seen.isEmpty() ? Seen.NOBODY : seen.getLast();
        if (!Verdicts.insert(connection, mail, verdict, last)) {
            if (verdict.isPresent()) {
                toRowOfItsOwn(connection, mail);
                Verdicts.replace(connection, mail, verdict.get(), last);
            } else
                insert(connection, mail.message(), last);
        }
        for (Seen other : seen.subList(0, Math.max(seen.size() - 1, 0)))
            insert(connection, mail.message(), other);
    }

    /// What the row of the verdict points to, before it points to something newer.
    private static void toRowOfItsOwn(Connection connection, Settled mail) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO host_seen (message, at, proof, "
                + "delivered, result) SELECT message, seen, proof, delivered, result FROM verdict WHERE message = ? "
                + "AND domain = ? AND proof > 0")) {
            insert.setString(1, mail.message().text());
            insert.setString(2, mail.domain().ascii());
            insert.executeUpdate();
        }
    }

    private static void insert(Connection connection, QueueId message, Seen seen) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO host_seen (message, at, proof, delivered, result) VALUES (?,?,?,?,?)")) {
            insert.setString(1, message.text());
            insert.setLong(2, seen.at().toEpochMilli());
            insert.setLong(3, seen.proof());
            insert.setInt(4, seen.result().delivered() ? 1 : 0);
            insert.setString(5, seen.result().text());
            insert.executeUpdate();
        }
    }

    /// The host's own words differ from message to message, so they are no part of what was proven.
    private static HostEvidence.Result shortened(HostEvidence.Result result) {
        String text = result.text();
        return text.length() <= RESULT_CHARACTERS_MAX
                ? result
                : new HostEvidence.Result(result.delivered(), text.substring(0, RESULT_CHARACTERS_MAX - 1) + "…");
    }

    /// All that was proved on the way of one message, oldest first.
    public List<HostEvidence> of(QueueId message) throws IOException {
        return database.<List<HostEvidence>>search(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT o.at, o.delivered, o.result, p.* FROM "
                    + "(SELECT at, proof, delivered, result FROM host_seen WHERE message = ? UNION ALL SELECT seen, "
                    + "proof, delivered, result FROM verdict WHERE message = ? AND proof > 0) o "
                    + "JOIN host_proof p ON p.number = o.proof ORDER BY o.at, p.pass, p.preference")) {
                select.setString(1, message.text());
                select.setString(2, message.text());
                try (ResultSet row = select.executeQuery()) {
                    var found = new ArrayList<HostEvidence>();
                    while (row.next())
                        found.add(Proofs.evidence(row));
                    return found;
                }
            }
        });
    }

    /// Forgets what is older than the retention, in steps that hold up no mail. What was proven goes after the last
    /// message that points to it, on the next day at the latest.
    public void prune(Instant before) throws IOException {
        database.writeInSteps(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM host_seen WHERE at <= " + STEP)) {
                delete.setLong(1, before.toEpochMilli());
                return delete.executeUpdate();
            }
        });
        Verdicts.prune(database, before);
        proofs.prune(before);
        Shadows.prune(database, before);
        DeliveryCounts.forgetParts(database, before);
        ReasonWords.prune(database, before);
    }
}
