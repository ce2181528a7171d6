package org.sternpost.engine.evidence;

import java.io.IOException;
import java.sql.ResultSet;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.tls.Level;

/// What became of recipients, counted by day, so that a report over months reads few rows.
public final class Counters {

    /// Tables; run once at start, harmless when repeated.
    public static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS delivery_count (day TEXT NOT NULL, connector TEXT NOT NULL, domain TEXT NOT NULL,
            outcome TEXT NOT NULL, reason TEXT NOT NULL, level TEXT NOT NULL, n BIGINT NOT NULL,
            PRIMARY KEY (day, connector, domain, outcome, reason, level))""");

    /// What an attempt came to.
    public enum Kind { Delivered, Deferred, Failed }

    /// @param day    in UTC
    /// @param reason token of why `Enabled` refuses or would have refused; empty text when it does not
    /// @param n      recipients
    public record Count(LocalDate day, String connector, Domain domain, Kind kind, String reason, Level level,
            long n) {}

    private final Database database;

    public Counters(Database database) { this.database = database; }

    /// Work that adds counts, for the transaction that settles what they count.
    public Database.Work<Integer> add(List<Count> counts) {
        return connection -> {
            try (var add = connection.prepareStatement("""
                    INSERT INTO delivery_count (day, connector, domain, outcome, reason, level, n)
                    VALUES (?,?,?,?,?,?,?) ON CONFLICT (day, connector, domain, outcome, reason, level)
                    DO UPDATE SET n = delivery_count.n + excluded.n""")) {
                for (var count : counts) {
                    add.setString(1, count.day().toString());
                    add.setString(2, count.connector());
                    add.setString(3, count.domain().ascii());
                    add.setString(4, count.kind().name());
                    add.setString(5, count.reason());
                    add.setString(6, count.level().name());
                    add.setLong(7, count.n());
                    add.executeUpdate();
                }
            }
            return counts.size();
        };
    }

    /// All counts of the days from `first` to `last`, both included.
    public List<Count> between(LocalDate first, LocalDate last) throws IOException {
        return database.read(connection -> {
            try (var query = connection.prepareStatement("""
                    SELECT day, connector, domain, outcome, reason, level, n FROM delivery_count
                    WHERE day >= ? AND day <= ? ORDER BY day, connector, domain, outcome, reason, level""")) {
                query.setString(1, first.toString());
                query.setString(2, last.toString());
                var found = new ArrayList<Count>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next())
                        found.add(new Count(LocalDate.parse(row.getString(1)), row.getString(2),
                                new Domain(row.getString(3)), Kind.valueOf(row.getString(4)), row.getString(5),
                                Level.valueOf(row.getString(6)), row.getLong(7)));
                }
                return List.copyOf(found);
            }
        });
    }
}
