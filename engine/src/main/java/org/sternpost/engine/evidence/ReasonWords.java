package org.sternpost.engine.evidence;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.sternpost.engine.evidence.Verdicts.Told;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SchemaVersion;
import org.sternpost.engine.trust.Failure;

/// What was said last for each connector, domain and reason: so that a report need not look for it in the verdicts of
/// all mail.
final class ReasonWords {

    private static final String COLUMNS = "connector, domain, reason, at, sentence, remedy, owner";

    /// Behind that of the verdicts, from which it is filled once.
    static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS delivery_words (
              connector TEXT NOT NULL, domain TEXT NOT NULL, reason TEXT NOT NULL, at BIGINT NOT NULL,
              sentence TEXT NOT NULL, remedy TEXT NOT NULL, owner TEXT NOT NULL,
              PRIMARY KEY (connector, domain, reason))""",
            "CREATE INDEX IF NOT EXISTS delivery_words_by_time ON delivery_words (at)",
            SchemaVersion.before(10, "INSERT INTO delivery_words (" + COLUMNS + ") SELECT " + COLUMNS + " FROM ("
                    + "SELECT " + COLUMNS + ", row_number() OVER (PARTITION BY connector, domain, reason ORDER BY at "
                    + "DESC, message DESC) AS place FROM verdict WHERE judged = 1 AND reason <> '') latest "
                    + "WHERE place = 1"));

    private static final String PUT = "INSERT INTO delivery_words (" + COLUMNS + ") VALUES (?,?,?,?,?,?,?) ON CONFLICT "
            + "(connector, domain, reason) DO UPDATE SET at = excluded.at, sentence = excluded.sentence, remedy = "
            + "excluded.remedy, owner = excluded.owner";

    private ReasonWords() {}

    private record Key(String table, String connector, Domain domain, String reason) {}

    private record Words(Key key, Instant at, Failure why) implements Database.Addition {

        @Override
        public Database.Addition plus(Database.Addition later) { return later; }

        @Override
        public void write(Connection connection) throws SQLException {
            try (PreparedStatement put = connection.prepareStatement(PUT)) {
                put.setString(1, key.connector());
                put.setString(2, key.domain().ascii());
                put.setString(3, key.reason());
                put.setLong(4, at.toEpochMilli());
                put.setString(5, why.sentence());
                put.setString(6, why.remedy());
                put.setString(7, why.owner().name());
                put.executeUpdate();
            }
        }
    }

    static Database.Addition of(Instant at, String connector, Domain domain, Failure why) {
        return new Words(new Key("delivery_words", connector, domain, why.reason().token()), at, why);
    }

    /// The latest first.
    static List<Told> since(Connection connection, Instant since) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT connector, domain, reason, sentence, "
                + "remedy, owner FROM delivery_words WHERE at >= ? ORDER BY at DESC, connector, domain, reason")) {
            select.setLong(1, since.toEpochMilli());
            try (ResultSet row = select.executeQuery()) {
                var all = new ArrayList<Told>();
                while (row.next())
                    all.add(new Told(row.getString(1), row.getString(2), row.getString(3), row.getString(4),
                            row.getString(5), row.getString(6)));
                return all;
            }
        }
    }

    static void prune(Database database, Instant before) throws IOException {
        database.writeInSteps(connection -> {
            try (PreparedStatement delete = connection
                    .prepareStatement("DELETE FROM delivery_words WHERE at <= (SELECT "
                            + "max(at) FROM (SELECT at FROM delivery_words WHERE at < ? ORDER BY at LIMIT "
                            + Database.STEP_ROWS + ") old)")) {
                delete.setLong(1, before.toEpochMilli());
                return delete.executeUpdate();
            }
        });
    }
}
