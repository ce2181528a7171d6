package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.alert.Alerts;
import org.sternpost.engine.config.Settings;
import org.sternpost.engine.control.Audit;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.flow.Flows;
import org.sternpost.engine.queue.Trace;
import org.sternpost.engine.rollout.Rollouts;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.tlsrpt.Aggregates;
import org.sternpost.engine.tlsrpt.Outbox;

/// Every table that grows forgets what is old, in transactions that are short; what is young, or not over, stays.
class RetentionTest {

    private static final int OLD = 2_500;
    private static final Instant BORDER = Instant.parse("2026-11-01T00:00:00Z");
    private static final LocalDate DAY = LocalDate.parse("2026-11-01");
    private static final String NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
            + OLD + ") ";
    private static final String MESSAGE = "INSERT INTO message (id, body, received, expires, sender, message_id, "
            + "subject, size, client, smtp_utf8, eight_bit, envelope_id, return_full, delay_told, tls_wish) ";
    private static final String EVENT = "INSERT INTO trace_event (message, position, at, kind, connector, code, host,"
            + " address, tls, level, would_fail, detail) ";
    private static final String PROOF = "INSERT INTO host_proof (number, digest, last_used, connector, revision, mode,"
            + " pass, domain, host, address, preference, achieved, required, body) ";
    private static final String VERDICT = "INSERT INTO verdict (message, domain, connector, at, reason, sentence, "
            + "remedy, owner, host, mandatory) ";
    private static final String COUNT = "INSERT INTO delivery_count (day, connector, domain, reason, delivered, "
            + "deferred, failed, would_fail) ";
    private static final String SHADOW = "INSERT INTO shadow_mail (message, domain, connector, delivered, expires, "
            + "first_pass, fate, until) ";
    private static final String RECIPIENT = "INSERT INTO recipient (message, position, local_part, domain, connector, "
            + "state, attempts, due, notify_on, original, last_at, last_kind, code, host, address, tls, level, "
            + "would_fail, detail, reason) ";
    private static final String ROLLOUT = "INSERT INTO rollout (id, number, connector, from_mode, to_mode, shares, "
            + "hold_ms, max_failure_percent, min_messages, rollback_on_breach, status, stage, started_at, "
            + "stage_started_at, why, history, messages, failures, unknown) ";
    private static final String ALERT = "INSERT INTO alert (number, kind, connector, domain, name, since, why, remedy, "
            + "owner, cleared, mailed, posted) ";
    private static final String FLOW = "INSERT INTO flow_count (day, connector, domain, messages, octets, tls, tls13, "
            + "tls12, pq, looked, judged, dane, sts, proven, refused, last_seen) ";
    private static final String SEEN = "INSERT INTO tls_seen (day, domain, host, digest, address, protocol, cipher, "
            + "key_group, pq, signature, key_kind, key_bits, certificate, certificate_signature, issuer, subject, "
            + "anchored, proven, promised, ends, tlsa, tlsa_ends, seen, first_seen, last_seen) ";
    private static final String NOUGHTS = ", 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM n";
    private static final String SHOWN = ", 'mx', 'd', '', '', '', '', 0, '', '', 0, '', '', '', '', 1, 0, 0, 0, '', 0, "
            + "1, 0, 0 FROM n";
    private static final long MILLIS = BORDER.toEpochMilli();

    /// Tables whose old rows a task removes.
    private static final List<String> PRUNED = List.of("alert", "audit", "delivery_count", "delivery_hour",
            "delivery_minute",
            "delivery_words", "flow_count",
            "flow_sender", "host_proof", "host_seen",
            "message", "recipient", "rollout", "rollout_domain", "rollout_mail", "rollout_told", "shadow_mail",
            "tls_seen",
            "tlsrpt_sending", "tlsrpt_session", "tlsrpt_settled", "trace_event", "verdict");
    /// Tables that stay small by themselves, and why.
    private static final Map<String, String> BOUNDED = Map.ofEntries(
            Map.entry("alert_judged", "one row for each connector"),
            Map.entry("body", "only what waits has a body"), Map.entry("connector", "an administrator writes its rows"),
            Map.entry("partner_notice", "an operator writes its rows"),
            Map.entry("shadow_route", "at most 20,000 rows"), Map.entry("schema_version", "one row"),
            Map.entry("store_counts", "one row"), Map.entry("journal_applied", "one row"),
            Map.entry("sts_policy", "at most 200,000 rows, and what has expired goes"),
            Map.entry("submission_user", "an administrator writes its rows"),
            Map.entry("submission_decoy", "one row"),
            Map.entry("suspended_destination", "an operator writes its rows"),
            Map.entry("tls_exception", "an administrator writes its rows"));

    @TempDir
    Path directory;
    private Counted store;

    @BeforeEach
    void open() throws IOException { store = new Counted(SqliteDatabase.open(directory, Engine.SCHEMA)); }

    @AfterEach
    void close() throws IOException { store.close(); }

    @Test
    void traceOfMailThatIsFinal() throws IOException {
        fill(MESSAGE + "SELECT 'old' || i, 0, " + MILLIS + " - i, 0, '', '', '', 0, '', 0, 0, '', 0, 0, "
                + "'None' FROM n",
                MESSAGE + "SELECT 'young', 0, " + MILLIS
                        + ", 0, '', '', '', 0, '', 0, 0, '', 0, 0, 'None'",
                RECIPIENT + "SELECT id, 0, 'a', 'x.example', 'Default', CASE id WHEN 'old7' THEN 'Waiting' "
                        + "ELSE 'Delivered' END, 1, 0, '', '', 0, 'SEND', '', '', '', '', '', '', '', '' FROM message",
                EVENT + "SELECT id, 0, 0, 'SEND', '', '', '', '', '', '', '', '' FROM message");
        new Trace(store).prune(BORDER);
        for (String column : List.of("id FROM message", "message FROM recipient", "message FROM trace_event"))
            assertEquals("old7 young", left("SELECT group_concat(x, ' ') FROM (SELECT " + column.replace(" FROM",
                    " AS x FROM") + " ORDER BY 1)"));
        assertShort();
    }

    /// What the disk altered is shown and never removed by us, and whatever a damaged row says, it says no end.
    @Test
    void aMessageWithADamagedRowIsNoFinalOne() throws IOException {
        fill(MESSAGE + "SELECT 'old' || i, 0, " + MILLIS + " - i, 0, '', '', '', 0, '', 0, 0, '', 0, 0, "
                + "'None' FROM n WHERE i <= 3",
                RECIPIENT + "SELECT id, 0, 'a', 'x.example', 'Default', CASE id WHEN 'old1' THEN 'Waiuing' "
                        + "ELSE 'Delivered' END, 1, 0, '', '', 0, 'SEND', '', '', '', '', '', '', '', '' FROM message "
                        + "WHERE id <> 'old2'");
        new Trace(store).prune(BORDER);
        assertEquals("old1 old2", left("SELECT group_concat(x, ' ') FROM (SELECT id AS x FROM message ORDER BY 1)"));
    }

    @Test
    void aMessageOfVeryManyRecipientsGoesAlone() throws IOException {
        fill(MESSAGE + "SELECT 'big' || i, 0, " + MILLIS + " - i, 0, '', '', '', 0, '', 0, 0, '', 0, 0, "
                + "'None' FROM n WHERE i <= 3",
                RECIPIENT + "SELECT m.id, n.i, 'a', 'x.example', 'Default', 'Delivered', 1, 0, '', '', 0, "
                        + "'SEND', '', '', '', '', '', '', '', '' FROM n, message m WHERE n.i <= 1000");
        new Trace(store).prune(BORDER);
        assertEquals("0", left("SELECT count(*) FROM recipient"));
        assertShort();
    }

    @Test
    void evidenceVerdictsAndShadows() throws IOException {
        long day = MILLIS / Duration.ofDays(1).toMillis();
        // Proofs that mail of the day before the border refers to last, and one that young mail does.
        fill(PROOF + "SELECT i, 'd' || i, CASE i WHEN 7 THEN " + day + " ELSE " + (day - 1) + " END, '', 0, '', 1, '', "
                + "'', '', 0, '', '', '' FROM n",
                "INSERT INTO host_seen SELECT 'm' || i, " + MILLIS + " - i, i, 1, '' FROM n",
                "INSERT INTO host_seen SELECT 'young', " + MILLIS + ", 7, 1, ''",
                VERDICT + "SELECT 'm' || i, 'x.example', '', " + MILLIS + " - i, '', '', '', '', '', 0 FROM n",
                VERDICT + "SELECT 'young', 'x.example', '', " + MILLIS + ", '', '', '', '', '', 0",
                SHADOW + "SELECT 'm' || i, 'x.example', '', " + MILLIS
                        + " - i, 0, '', CASE i WHEN 9 THEN"
                        + " 'Open' ELSE 'Delayed' END, 0 FROM n");
        new EvidenceLog(store).prune(BORDER);
        assertEquals("d7", left("SELECT group_concat(digest) FROM host_proof"));
        assertEquals("young", left("SELECT group_concat(message) FROM host_seen"));
        assertEquals("young", left("SELECT group_concat(message) FROM verdict"));
        assertEquals("m9", left("SELECT group_concat(message) FROM shadow_mail"));
        assertShort();
    }

    @Test
    void countsOfDays() throws IOException {
        fill(COUNT + "SELECT '2026-10-31', 'Default', 'd' || i, '', 1, 0, 0, 0 FROM n",
                COUNT + "SELECT '2026-11-01', 'Default', 'young', '', 1, 0, 0, 0");
        new Verdicts(store).forgetCounts(DAY);
        assertEquals("young", left("SELECT group_concat(domain) FROM delivery_count"));
        assertShort();
    }

    @Test
    void flowsOfDaysAndWhatHostsShowed() throws IOException {
        fill(FLOW + "SELECT '2026-10-31', 'Default', 'd' || i" + NOUGHTS,
                FLOW + "SELECT '2026-11-01', 'Default', 'young'" + NOUGHTS.replace(" FROM n", ""),
                "INSERT INTO flow_sender SELECT '2026-10-31', 'Default', 'd' || i, 'a', 1, 1 FROM n",
                "INSERT INTO flow_sender SELECT '2026-11-01', 'Default', 'young', 'a', 1, 1",
                SEEN + "SELECT '2026-10-31', 'd' || i" + SHOWN,
                SEEN + "SELECT '2026-11-01', 'young'" + SHOWN.replace(" FROM n", ""));
        Flows.forget(store, DAY);
        Flows.forgetHosts(store, DAY);
        for (String table : List.of("flow_count", "flow_sender", "tls_seen"))
            assertEquals("young", left("SELECT group_concat(domain) FROM " + table), table);
        assertShort();
    }

    @Test
    void audit() throws IOException {
        fill("INSERT INTO audit SELECT " + MILLIS + " - i, '', '', '', '', '', '' FROM n",
                "INSERT INTO audit SELECT " + MILLIS + ", 'young', '', '', '', '', ''");
        Audit.prune(store, BORDER);
        assertEquals("young", left("SELECT group_concat(done_by) FROM audit"));
        assertShort();
    }

    @Test
    void alertsThatAreOver() throws IOException {
        fill(ALERT + "SELECT i, 'Engine', '', '', 'n' || i, 1, '', '', 'OURS', CASE i WHEN 7 THEN 0 WHEN 8 THEN "
                + MILLIS
                + " ELSE " + MILLIS + " - i END, 0, 0 FROM n");
        Alerts.prune(store, BORDER);
        assertEquals("7 8 2500", left("SELECT group_concat(number, ' ') FROM (SELECT number FROM alert ORDER BY 1)"));
        assertShort();
    }

    @Test
    void rolloutsThatHaveEndedAndTheirMail() throws IOException {
        fill(ROLLOUT + "SELECT 'R-' || i, i, 'Default', 'Disabled', 'Enabled', '100', 0, 1, 1, 1, CASE i "
                + "WHEN 2 THEN 'Running' ELSE 'Finished' END, 0, 0, " + MILLIS
                + " + (CASE i WHEN 3 THEN 0 ELSE -1 END), '', "
                + "'', 0, 0, 0 FROM n WHERE i <= 4",
                "INSERT INTO rollout_mail SELECT r.id, 0, 'm' || n.i, 'x.example', 0 FROM n, rollout r",
                "INSERT INTO rollout_domain SELECT r.id, 0, 'd' || n.i, 1, 0 FROM n, rollout r",
                "INSERT INTO rollout_told SELECT r.id, 'd' || n.i, 0, 0 FROM n, rollout r");
        Rollouts.prune(store, BORDER);
        // Running, young, and the last number, which must not be given twice.
        assertEquals("R-2 R-3 R-4", left("SELECT group_concat(id, ' ') FROM (SELECT id FROM rollout ORDER BY id)"));
        for (String of : List.of("rollout_mail", "rollout_domain", "rollout_told"))
            assertEquals("R-2 R-3 R-4", left("SELECT group_concat(x, ' ') FROM (SELECT DISTINCT rollout_id AS x FROM "
                    + of + " ORDER BY 1)"));
        assertShort();
    }

    /// Of each domain the worst that its mail told, in each stage; and what another attempt may tell more of.
    @Test
    void mailOfARolloutThatRuns() throws IOException {
        fill(ROLLOUT + "SELECT 'R-1', 1, 'Default', 'Disabled', 'Enabled', '50 100', 0, 1, 1, 1, 'Running', "
                + "1, 0, " + MILLIS + ", '', '', 2500, 1, 0 FROM n WHERE i = 1",
                "INSERT INTO rollout_mail SELECT 'R-1', i % 2, 'm' || i, 'd' || (i % 3) || '.example', "
                        + "CASE WHEN i IN (7, 8) THEN 1 WHEN i % 5 = 0 THEN -1 ELSE 0 END FROM n",
                RECIPIENT
                        + "SELECT 'm' || i, 0, 'a', 'd' || (i % 3) || '.example', 'Default', CASE WHEN i IN (101, 102) "
                        + "THEN 'Waiting' ELSE 'Delivered' END, 1, 0, '', '', 0, 'SEND', '', '', '', '', '', '', '', "
                        + "'' FROM n");
        String told = "SELECT group_concat(x, ' ') FROM (SELECT domain || '/' || stage || '/' || max(failed) AS x FROM "
                + "rollout_mail GROUP BY domain, stage ORDER BY 1)";
        String before = left(told);
        Rollouts.prune(store, BORDER);
        assertEquals(before, left(told));
        assertEquals("7", left("SELECT count(*) FROM rollout_mail"), "six of domains and stages, and one that waits");
        assertEquals("m101", left("SELECT message FROM rollout_mail WHERE message IN ('m101', 'm102')"),
                "what waits since a stage that is over is counted anew in this one");
        assertEquals("2500 1", left("SELECT messages || ' ' || failures FROM rollout"));
        assertShort();
    }

    /// A table of the schema grows with something: whoever adds one says by what rule it stays small.
    @Test
    void everyTableHasARule() throws Exception {
        assertEquals(left("SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_master WHERE type = 'table' "
                + "ORDER BY name)"),
                Stream.concat(PRUNED.stream(), BOUNDED.keySet().stream()).sorted().collect(Collectors.joining(" ")),
                "tables, and those that have a rule here");
        fill("INSERT INTO audit SELECT 0, '', '', '', '', '', '' FROM n",
                ALERT + "SELECT i, 'Engine', '', '', 'n' || i, 1, '', '', 'OURS', i, 0, 0 FROM n",
                "INSERT INTO delivery_minute (minute, connector, domain, reason, delivered, deferred, failed, "
                        + "would_fail) SELECT i, 'Default', 'd' || i, '', 1, 0, 0, 0 FROM n",
                COUNT + "SELECT '1970-01-01', 'Default', 'd' || i, '', 1, 0, 0, 0 FROM n",
                "INSERT INTO delivery_hour (hour, connector, domain, reason, delivered, deferred, failed, would_fail) "
                        + "SELECT i, 'Default', 'd' || i, '', 1, 0, 0, 0 FROM n",
                "INSERT INTO delivery_words SELECT 'Default', 'd' || i, '', 0, '', '', '' FROM n",
                MESSAGE + "SELECT 'm' || i, 0, i, 0, '', '', '', 0, '', 0, 0, '', 0, 0, 'None' FROM n",
                RECIPIENT
                        + "SELECT id, 0, 'a', 'x.example', 'Default', 'Delivered', 1, 0, '', '', 0, 'SEND', '', '', "
                        + "'', '', '', '', '', '' FROM message",
                EVENT + "SELECT id, 0, 0, 'SEND', '', '', '', '', '', '', '', '' FROM message",
                PROOF + "SELECT i, 'd' || i, 0, '', 0, '', 1, '', '', '', 0, '', '', '' FROM n",
                "INSERT INTO host_seen SELECT 'm' || i, 0, i, 1, '' FROM n",
                VERDICT + "SELECT 'm' || i, 'x.example', '', 0, '', '', '', '', '', 0 FROM n",
                SHADOW + "SELECT 'm' || i, 'x.example', '', 0, 0, '', 'Delayed', 0 FROM n",
                ROLLOUT + "SELECT 'R-' || i, i, 'Default', 'Disabled', 'Enabled', '100', 0, 1, 1, 1, "
                        + "'Finished', 0, 0, 0, '', '', 0, 0, 0 FROM n",
                "INSERT INTO rollout_mail SELECT 'R-' || i, 0, 'm' || i, 'x.example', 0 FROM n",
                "INSERT INTO rollout_domain SELECT 'R-' || i, 0, 'x.example', 1, 0 FROM n",
                "INSERT INTO rollout_told SELECT 'R-' || i, 'x.example', 0, 0 FROM n",
                FLOW + "SELECT '1970-01-01', 'Default', 'd' || i" + NOUGHTS,
                "INSERT INTO flow_sender SELECT '1970-01-01', 'Default', 'd' || i, 'a', 1, 1 FROM n",
                SEEN + "SELECT '1970-01-01', 'd' || i" + SHOWN,
                "INSERT INTO tlsrpt_session SELECT '1970-01-01', 'd' || i, 'sts', '', '', '', '', i, '', '', 1, 0, '' "
                        + "FROM n",
                "INSERT INTO tlsrpt_settled SELECT '1970-01-01', 'd' || i FROM n",
                "INSERT INTO tlsrpt_sending SELECT '1970-01-01', 'd' || i, '', 'Sent', 1, 0, 0, '', '' FROM n");
        var day = Duration.ofDays(1);
        for (Maintenance.Task task : Retention.tasks(store.real, new Trace(store), new EvidenceLog(store),
                new Verdicts(store), new Settings.Retention(day, day, day, day), new SimTime(BORDER, 1)))
            task.run();
        for (String table : PRUNED)
            // The last number of a rollout or an alert stays, so that it is not given twice.
            assertEquals(table.startsWith("rollout") || table.equals("alert") ? "1" : "0",
                    left("SELECT count(*) FROM " + table), table);
    }

    /// Whoever sets it wrong has a day to find out.
    @Test
    void aClockThatIsSetForwardsHasNothingForgotten() throws Exception {
        fill("INSERT INTO audit SELECT " + MILLIS + ", '', '', '', '', '', '' FROM n",
                COUNT + "SELECT '2026-11-01', 'Default', 'd' || i, '', 1, 0, 0, 0 FROM n",
                MESSAGE + "SELECT 'm' || i, 0, " + MILLIS + " - i, 0, '', '', '', 0, '', 0, 0, '', 0, 0, 'None' FROM n",
                RECIPIENT
                        + "SELECT id, 0, 'a', 'x.example', 'Default', 'Delivered', 1, 0, '', '', 0, 'SEND', '', '', "
                        + "'', '', '', '', '', '' FROM message",
                VERDICT + "SELECT 'm' || i, 'x.example', '', " + MILLIS + ", '', '', '', '', '', 0 FROM n",
                "INSERT INTO tlsrpt_settled SELECT '2026-11-01', 'd' || i FROM n",
                "INSERT INTO tlsrpt_sending SELECT '2026-11-01', 'd' || i, '', 'Sent', 1, 0, 0, '', '' FROM n");
        var filled = List.of("audit", "delivery_count", "message", "recipient", "verdict", "tlsrpt_settled",
                "tlsrpt_sending");
        var day = Duration.ofDays(7);
        var time = new SimTime(BORDER, 1);
        List<Maintenance.Task> tasks = Retention.tasks(store.real, new Trace(store), new EvidenceLog(store),
                new Verdicts(store), new Settings.Retention(day, day, day, day), time);
        time.set(BORDER.plus(Duration.ofDays(365)));
        for (String left : List.of("" + OLD, "0")) {
            for (Maintenance.Task task : tasks)
                task.run();
            for (String table : filled)
                assertEquals(left, left("SELECT count(*) FROM " + table), table);
            time.advance(Duration.ofDays(1));
        }
    }

    @Test
    void countsForReportsToOwnersOfDomains() throws IOException {
        fill("INSERT INTO tlsrpt_session SELECT '2026-10-31', 'd' || (i / 50), 'sts', '', '', '', '', i, '', '', 1, 0, "
                + "'' FROM n", "INSERT INTO tlsrpt_settled SELECT '2026-10-31', 'd' || i FROM n",
                "INSERT INTO tlsrpt_settled SELECT '2026-11-01', 'young'");
        Aggregates.forget(store, DAY);
        Outbox.forget(store, DAY);
        assertEquals("0", left("SELECT count(*) FROM tlsrpt_session"));
        assertEquals("young", left("SELECT group_concat(report_domain) FROM tlsrpt_settled"));
        assertShort();
    }

    private void fill(String... statements) throws IOException {
        store.real.<Boolean>write(connection -> {
            try (var statement = connection.createStatement()) {
                for (String sql : statements)
                    statement.execute(sql.replaceFirst("SELECT", NUMBERS + "SELECT"));
            }
            return true;
        });
    }

    private String left(String sql) throws IOException {
        return store.<String>read(connection -> text(connection, sql));
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement(); var row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }

    /// Several transactions, none of which changes much more than a step says.
    private void assertShort() {
        assertTrue(store.changes.stream().filter(rows -> rows > 0).count() > 1, store.changes.toString());
        assertTrue(store.changes.stream().allMatch(rows -> rows <= 2.5 * Database.STEP_ROWS),
                store.changes.toString());
    }

    /// Counts the rows that each transaction changes.
    private static final class Counted implements Database {

        private final SqliteDatabase real;
        private final List<Long> changes = new ArrayList<>();

        Counted(SqliteDatabase real) { this.real = real; }

        @Override
        public <T extends @Nullable Object> T write(Work<T> work) throws IOException {
            return real.write(connection -> {
                long before = Long.parseLong(text(connection, "SELECT total_changes()"));
                T result = work.on(connection);
                changes.add(Long.parseLong(text(connection, "SELECT total_changes()")) - before);
                return result;
            });
        }

        @Override
        public <T extends @Nullable Object> T read(Work<T> work) throws IOException { return real.read(work); }

        @Override
        public <T extends @Nullable Object> T search(Work<T> work) throws IOException { return real.search(work); }

        @Override
        public void close() throws IOException { real.close(); }
    }
}
