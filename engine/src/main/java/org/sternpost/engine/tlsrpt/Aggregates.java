package org.sternpost.engine.tlsrpt;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.AttemptResult.TlsSession;
import org.sternpost.engine.queue.ClaimedDelivery;
import org.sternpost.engine.evidence.HostEvidence;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.queue.QueuedMessage;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.tlsrpt.TlsRptReport.PolicyType;

/// Counts sessions by day, domain and policy, from evidence alone. All of it is work for someone else's transaction.
public final class Aggregates {

    private static final int REASON_CHARACTERS_MAX = 500; // ours
    private static final int POLICIES_MAX = 100; // ours, per domain and day
    private static final int DETAILS_MAX = 2_000; // ours, per domain and day
    private static final int DOMAINS_FORGOTTEN_AT_ONCE = 20; // each has some rows a day

    /// One row per policy with an empty result type counts its sessions; rows with a result type are failure details.
    ///
    /// `report_domain` is who is told; `policy_domain` is whose policy it is. They differ for DANE.
    public static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS tlsrpt_session (
              day TEXT NOT NULL, report_domain TEXT NOT NULL, policy_type TEXT NOT NULL, policy_domain TEXT NOT NULL,
              policy_strings TEXT NOT NULL, mx_hosts TEXT NOT NULL, result_type TEXT NOT NULL,
              sending_ip TEXT NOT NULL, receiving_host TEXT NOT NULL, receiving_ip TEXT NOT NULL,
              succeeded BIGINT NOT NULL, failed BIGINT NOT NULL, reason TEXT NOT NULL,
              PRIMARY KEY (day, report_domain, policy_type, policy_domain, policy_strings, mx_hosts, result_type,
                sending_ip, receiving_host, receiving_ip))""", """
            CREATE TABLE IF NOT EXISTS tlsrpt_settled (
              day TEXT NOT NULL, report_domain TEXT NOT NULL, PRIMARY KEY (day, report_domain))""");

    private Aggregates() {}

    /// What is counted of an attempt in the transaction that settles it, so that a crash loses both or neither.
    public static Database.Work<@Nullable Void> settled(Database database, ClaimedDelivery delivery,
            AttemptResult attempt) {
        return count(database, delivery.message(), delivery.connector().route().useMXRecord(), attempt);
    }

    /// Counts the sessions that one attempt opened, whatever they came to.
    ///
    /// RFC 8460 §4.2 counts connections, so a session that goes on with more mail is counted by its first message. One
    /// that carries mail of several policy domains is counted once for each: each owner gets a report of his own, and
    /// was served over it.
    ///
    /// @param message that was carried; our own reports are not counted
    /// @param byMx    false behind smart hosts
    public static Database.Work<@Nullable Void> count(Database database, QueuedMessage message, boolean byMx,
            AttemptResult attempt) {
        // RFC 8460 §3: the session that delivers a report is left out of the next one.
        if (message.client().equals(ReportMail.CLIENT) || attempt.openings().isEmpty()) return _ -> null;
        var counts = new ArrayList<Count>();
        for (TlsSession opening : attempt.openings()) {
            if (isRepetition(opening.evidence(), attempt.evidence())) continue;
            Domain asked = opening.policyDomain(byMx);
            for (Tally tally : Tally.of(asked, opening))
                count(counts, asked, opening, tally);
        }
        return connection -> {
            for (Count count : counts)
                database.add(connection, count);
            return null;
        };
    }

    /// A domain with sessions on a day whose report is neither sent nor known to be unwanted.
    public record Due(LocalDate day, Domain domain) {}

    /// Those of all days between two, however far apart a clock that was set has them.
    ///
    /// @param end the day after the last one
    public static Database.Work<List<Due>> due(LocalDate first, LocalDate end) {
        return connection -> {
            try (PreparedStatement select = connection.prepareStatement("""
                    SELECT DISTINCT s.day, s.report_domain FROM tlsrpt_session s WHERE s.day >= ? AND s.day < ?
                      AND NOT EXISTS (
                        SELECT 1 FROM tlsrpt_settled t WHERE t.day = s.day AND t.report_domain = s.report_domain)
                    ORDER BY s.day, s.report_domain""")) {
                select.setString(1, first.toString());
                select.setString(2, end.toString());
                try (ResultSet row = select.executeQuery()) {
                    var due = new ArrayList<Due>();
                    while (row.next())
                        due.add(new Due(LocalDate.parse(row.getString(1)), new Domain(row.getString(2))));
                    return List.copyOf(due);
                }
            }
        };
    }

    /// What one domain's sessions of a day came to.
    public record DayOf(LocalDate day, Domain domain, long succeeded, long failed) {}

    /// The domains with sessions from one day to another, the last day first.
    ///
    /// @param domain null for all
    public static Database.Work<List<DayOf>> days(LocalDate from, LocalDate to, @Nullable Domain domain, int limit) {
        return connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT day, report_domain, SUM(succeeded), "
                    + "SUM(failed) FROM tlsrpt_session WHERE result_type = '' AND day >= ? AND day <= ? "
                    + (domain == null ? "" : "AND report_domain = ? ")
                    + "GROUP BY day, report_domain ORDER BY day DESC, report_domain LIMIT " + Math.max(limit, 0))) {
                select.setString(1, from.toString());
                select.setString(2, to.toString());
                if (domain != null) select.setString(3, domain.ascii());
                try (ResultSet row = select.executeQuery()) {
                    var days = new ArrayList<DayOf>();
                    while (row.next())
                        days.add(new DayOf(LocalDate.parse(row.getString(1)), new Domain(row.getString(2)),
                                row.getLong(3), row.getLong(4)));
                    return List.copyOf(days);
                }
            }
        };
    }

    /// Notes that a domain has had its report of a day, or wants none.
    public static Database.Work<@Nullable Void> settle(Domain reportDomain, LocalDate day) {
        return connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO tlsrpt_settled (day, report_domain) "
                            + "VALUES (?,?) ON CONFLICT (day, report_domain) DO NOTHING")) {
                insert.setString(1, day.toString());
                insert.setString(2, reportDomain.ascii());
                insert.executeUpdate();
            }
            return null;
        };
    }

    /// Drops the counts of days before `day`, in steps that hold up no mail.
    public static void forget(Database database, LocalDate day) throws IOException {
        for (String table : List.of("tlsrpt_session", "tlsrpt_settled"))
            database.writeInSteps(connection -> forget(connection, table, day));
    }

    /// One day's rows of one domain go together, the earliest first.
    static int forget(Connection connection, String table, LocalDate day) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + " WHERE (day, "
                + "report_domain) IN (SELECT DISTINCT day, report_domain FROM " + table + " WHERE day < ? LIMIT "
                + DOMAINS_FORGOTTEN_AT_ONCE + ")")) {
            delete.setString(1, day.toString());
            return delete.executeUpdate();
        }
    }

    /// The relaxed pass of `Opportunistic` calls again where the strict one has already been counted.
    private static boolean isRepetition(HostEvidence seen, List<HostEvidence> all) {
        return seen.attempt().pass() == 2 && all.stream().anyMatch(other -> other.attempt().pass() == 1
                && other.host().name().equals(seen.host().name())
                && other.attempt().recipientDomain().equals(seen.attempt().recipientDomain())
                && (other.modes().enabled().refusal().isPresent()
                        || other.host().address().equals(seen.host().address())));
    }

    private static void count(List<Count> counts, Domain policyDomain, TlsSession opening, Tally tally) {
        HostEvidence seen = opening.evidence();
        Set<String> told = new TreeSet<>();
        told.add(policyDomain.ascii());
        // RFC 8460 §1.1: the TLSA base domain is a policy domain of its own and may ask for reports as well.
        if (tally.policy().type() == PolicyType.TLSA) told.add(tally.policy().policyDomain());
        String day = LocalDate.ofInstant(seen.attempt().at(), ZoneOffset.UTC).toString();
        for (String domain : told) {
            int failed = tally.failed() ? 1 : 0;
            counts.add(new Count(new CountKey(day, domain, tally.policy(), List.of("", "", "", "")), 1 - failed, failed,
                    ""));
            boolean counted = tally.failed();
            for (Tally.Told detail : tally.details()) {
                counts.add(new Count(new CountKey(day, domain, tally.policy(), List.of(detail.type().token(),
                        opening.local().map(IpText::of).orElse(""), seen.host().name().ascii(),
                        seen.host().address().map(InetSocketAddress::getAddress).map(IpText::of).orElse(""))), 0,
                        counted ? 1 : 0, detail.why()));
                counted = false;
            }
        }
    }

    /// One row of `tlsrpt_session`.
    ///
    /// @param detail result type, sending address, receiving host and address; empty texts for the sums of a policy
    private record CountKey(String day, String domain, TlsRptReport.Policy policy, List<String> detail) {}

    /// What is added to a row. The first reason stands.
    private record Count(CountKey key, long succeeded, long failed, String reason) implements Database.Addition {

        @Override
        public Database.Addition plus(Database.Addition other) {
            var more = (Count) other;
            return new Count(key, succeeded + more.succeeded, failed + more.failed, reason);
        }

        @Override
        public void write(Connection connection) throws SQLException {
            TlsRptReport.Policy policy = key.policy();
            String strings = String.join("\n", policy.policyString());
            String hosts = String.join("\n", policy.mxHost());
            List<String> detail = key.detail();
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE tlsrpt_session SET succeeded = succeeded + ?, failed = failed + ? WHERE day = ? AND "
                            + "report_domain = ? AND policy_type = ? AND policy_domain = ? AND policy_strings = ? AND "
                            + "mx_hosts = ? AND result_type = ? AND sending_ip = ? AND receiving_host = ? AND "
                            + "receiving_ip = ?")) {
                set(update, succeeded, failed, key.day(), key.domain(), policy.type().token(), policy.policyDomain(),
                        strings, hosts, detail.get(0), detail.get(1), detail.get(2), detail.get(3));
                if (update.executeUpdate() > 0) return;
            }
            // Who changes records with every answer makes a policy of each; the day keeps as many as a reader can use.
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO tlsrpt_session (day, report_domain, policy_type, policy_domain, "
                            + "policy_strings, mx_hosts, result_type, sending_ip, receiving_host, receiving_ip, "
                            + "succeeded, failed, reason) "
                            + "SELECT ?,?,?,?,?,?,?,?,?,?,?,?,? WHERE (SELECT COUNT(*) FROM "
                            + "tlsrpt_session WHERE day = ? AND report_domain = ? AND "
                            + "CASE WHEN result_type = '' THEN 1 ELSE 0 END = ?) < ?")) {
                boolean summary = detail.getFirst().isEmpty();
                set(insert, key.day(), key.domain(), policy.type().token(), policy.policyDomain(), strings, hosts,
                        detail.get(0), detail.get(1), detail.get(2), detail.get(3), succeeded, failed,
                        reason.substring(0, Math.min(reason.length(), REASON_CHARACTERS_MAX)), key.day(), key.domain(),
                        summary ? 1 : 0, summary ? POLICIES_MAX : DETAILS_MAX);
                insert.executeUpdate();
            }
        }
    }

    private static void set(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++)
            statement.setObject(i + 1, values[i]);
    }
}
