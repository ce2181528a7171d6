package org.sternpost.engine.evidence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.evidence.Verdicts.Course;
import org.sternpost.engine.evidence.Verdicts.DomainVerdict;
import org.sternpost.engine.mail.Domain;

/// What the verdicts on messages say of each domain.
final class DomainVerdicts {

    // What has passed since is looked for where anything failed: elsewhere it is all mail.
    private static final String SINCE = """
            WITH counts AS (SELECT connector, domain, count(*) AS messages,
                sum(CASE WHEN reason = '' THEN 0 ELSE 1 END) AS failures,
                sum(CASE WHEN reason = '' AND mandatory = 0 THEN 0 ELSE 1 END) AS mandatory,
                min(at) AS first, max(at) AS seen, max(CASE WHEN reason = '' THEN 0 ELSE""" + " " + Verdicts.REFUSED_AT
            + """
                 END) AS failing, sum(CASE WHEN failed > 0 THEN 1 ELSE 0 END) AS late,
                max(CASE WHEN failed > 0 THEN at ELSE 0 END) AS until
              FROM verdict WHERE at >= ? AND judged = 1 GROUP BY connector, domain)
            SELECT counts.connector, counts.domain, messages, failures, mandatory, first, seen, failing, late, until,
              coalesce(last.reason, '') AS reason, coalesce(last.host, '') AS host,
              coalesce(last.sentence, '') AS sentence, coalesce(last.remedy, '') AS remedy,
              coalesce(last.owner, '') AS owner, coalesce(passing.since, 0) AS passes, coalesce(passing.mail, 0) AS mail
            FROM counts
            LEFT JOIN (SELECT connector, domain, reason, host, sentence, remedy, owner,
                row_number() OVER (PARTITION BY connector, domain ORDER BY at DESC, message) AS place
              FROM verdict WHERE at >= ? AND judged = 1 AND reason <> '') last
            ON last.connector = counts.connector AND last.domain = counts.domain AND last.place = 1
            LEFT JOIN (SELECT v.connector, v.domain, min(v.at) AS since, count(*) AS mail
              FROM verdict v CROSS JOIN counts WHERE counts.connector = v.connector AND counts.domain = v.domain
                AND failing > 0 AND v.at > failing AND v.at >= ? AND judged = 1 GROUP BY v.connector, v.domain) passing
            ON passing.connector = counts.connector AND passing.domain = counts.domain
            ORDER BY counts.connector, counts.domain""";

    private DomainVerdicts() {}

    static List<DomainVerdict> since(Connection connection, Instant since) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SINCE)) {
            for (int i = 1; i <= 3; i++)
                select.setLong(i, since.toEpochMilli());
            try (ResultSet row = select.executeQuery()) {
                var all = new ArrayList<DomainVerdict>();
                while (row.next())
                    all.add(new DomainVerdict(row.getString("connector"), new Domain(row.getString("domain")),
                            row.getLong("messages"), row.getLong("failures"), row.getLong("mandatory"),
                            row.getString("reason"), row.getString("host"), row.getString("sentence"),
                            row.getString("remedy"), row.getString("owner"), course(row)));
                return all;
            }
        }
    }

    private static Course course(ResultSet row) throws SQLException {
        var lastFailed = time(row, "failing");
        return new Course(Instant.ofEpochMilli(row.getLong("first")), Instant.ofEpochMilli(row.getLong("seen")),
                lastFailed, time(row, lastFailed.isEmpty() ? "first" : "passes"),
                row.getLong(lastFailed.isEmpty() ? "messages" : "mail"), row.getLong("late"), time(row, "until"));
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        long at = row.getLong(column);
        return at == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(at));
    }
}
