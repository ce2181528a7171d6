package org.sternpost.engine.tlsrpt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.tlsrpt.TlsRptReport.PolicyType;
import org.sternpost.engine.tlsrpt.TlsRptReport.ResultType;
import org.sternpost.engine.tlsrpt.TlsRptReport.Submitter;

/// Makes the report of one domain and day out of what [Aggregates] counted.
public final class ReportOfDay {

    private static final int DETAILS_MAX = 2_000; // ours, per report: the most frequent; the rest lose their addresses

    private static final Duration AFTER_MIDNIGHT = Duration.ofMinutes(10); // ours: sessions of the day have settled
    private static final Duration DELAY_MAX = Duration.ofHours(4); // RFC 8460 §4.1

    private final Database database;
    private final Submitter reporter;

    public ReportOfDay(Database database, Submitter reporter) {
        this.database = database;
        this.reporter = reporter;
    }

    /// Empty if no session was counted. Built again it is the same report with the same id.
    public Optional<TlsRptReport> build(Domain policyDomain, LocalDate day) throws IOException {
        List<TlsRptReport.PolicyResult> results = database.read(
                connection -> results(connection, policyDomain, day));
        if (results.isEmpty()) return Optional.empty();
        // RFC 8460 §4.1: a report spans a whole UTC day.
        return Optional.of(new TlsRptReport(reporter.organization(), day.atStartOfDay(ZoneOffset.UTC).toInstant(),
                day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().minusSeconds(1),
                reporter.contact().toString(), day + "." + policyDomain + "@" + reporter.domain(), results));
    }

    /// When it is sent: some hours after midnight, so that not all senders of the world report at once.
    ///
    /// The same instant for the same submitter, domain and day; spread evenly over the hours.
    public static Instant due(Domain submitter, Domain policyDomain, LocalDate day) {
        Duration span = DELAY_MAX.minus(AFTER_MIDNIGHT);
        long jitter = Math.floorMod(hash(submitter + " " + policyDomain + " " + day), span.toMillis());
        return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().plus(AFTER_MIDNIGHT).plusMillis(jitter);
    }

    private static long hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static List<TlsRptReport.PolicyResult> results(Connection connection, Domain domain, LocalDate day)
            throws SQLException {
        var sums = new LinkedHashMap<TlsRptReport.Policy, Sum>();
        int details = 0;
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT * FROM tlsrpt_session WHERE day = ? AND report_domain = ?
                ORDER BY result_type <> '', policy_type, policy_domain, policy_strings, mx_hosts, failed DESC,
                  result_type, receiving_host, receiving_ip, sending_ip""")) {
            select.setString(1, day.toString());
            select.setString(2, domain.ascii());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Sum sum = sums.computeIfAbsent(policy(row), _ -> new Sum());
                    if (row.getString("result_type").isEmpty()) sum.count(row);
                    else
                        sum.tell(detail(row), details++ < DETAILS_MAX);
                }
            }
        } catch (UnknownWordException unknown) {
            throw new SQLException(unknown.getMessage(), unknown);
        }
        return sums.entrySet().stream().filter(entry -> entry.getValue().isCounted())
                .map(entry -> entry.getValue().of(entry.getKey())).toList();
    }

    private static TlsRptReport.Policy policy(ResultSet row) throws SQLException {
        String type = row.getString("policy_type");
        return new TlsRptReport.Policy(PolicyType.of(type).orElseThrow(() -> new UnknownWordException(type)),
                lines(row.getString("policy_strings")), row.getString("policy_domain"),
                lines(row.getString("mx_hosts")));
    }

    private static TlsRptReport.FailureDetail detail(ResultSet row) throws SQLException {
        String type = row.getString("result_type");
        return new TlsRptReport.FailureDetail(ResultType.of(type).orElseThrow(() -> new UnknownWordException(type)),
                row.getString("sending_ip"), row.getString("receiving_host"), "", row.getString("receiving_ip"),
                row.getLong("failed"), "", row.getString("reason"));
    }

    private static List<String> lines(String text) {
        return Arrays.stream(text.split("\n")).filter(line -> !line.isEmpty()).toList();
    }

    /// What gathers under one policy.
    private static final class Sum {
        private long successes;
        private long failures;
        private final List<TlsRptReport.FailureDetail> details = new ArrayList<>();
        private final LinkedHashMap<ResultType, Long> rest = new LinkedHashMap<>();

        /// False for details whose policy was one too many for the day.
        boolean isCounted() { return successes + failures > 0; }

        void count(ResultSet row) throws SQLException {
            successes += row.getLong("succeeded");
            failures += row.getLong("failed");
        }

        void tell(TlsRptReport.FailureDetail detail, boolean whole) {
            if (whole) details.add(detail);
            else
                rest.merge(detail.resultType(), detail.failedSessions(), Long::sum);
        }

        TlsRptReport.PolicyResult of(TlsRptReport.Policy policy) {
            rest.forEach((type, failed) -> details.add(new TlsRptReport.FailureDetail(type, "", "", "", "", failed,
                    "", "")));
            return new TlsRptReport.PolicyResult(policy, successes, failures, details);
        }
    }

    /// A row from a newer engine.
    private static final class UnknownWordException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownWordException(String word) { super("tlsrpt_session holds '" + word + "', which this engine lacks"); }
    }
}
