package org.sternpost.engine.evidence;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.evidence.EvidenceLog.Seen;
import org.sternpost.engine.evidence.EvidenceLog.Settled;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.Database;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// What `Enabled` says of each message to each domain, and the daily counts that reports are read from.
public final class Verdicts {

    static final List<String> SCHEMA = List.of("""
            CREATE TABLE IF NOT EXISTS verdict (
              message TEXT NOT NULL, domain TEXT NOT NULL, connector TEXT NOT NULL, at BIGINT NOT NULL,
              reason TEXT NOT NULL, sentence TEXT NOT NULL, remedy TEXT NOT NULL, owner TEXT NOT NULL,
              host TEXT NOT NULL, PRIMARY KEY (message, domain))""",
            "ALTER TABLE verdict ADD COLUMN IF NOT EXISTS mandatory BIGINT NOT NULL DEFAULT 0",
            // Rows of an attempt that says nothing of `Enabled` are here for what it saw alone.
            "ALTER TABLE verdict ADD COLUMN IF NOT EXISTS judged INTEGER NOT NULL DEFAULT 1",
            // The last host that the attempt saw; 0 of versions up to schema 4, whose rows of evidence say it.
            "ALTER TABLE verdict ADD COLUMN IF NOT EXISTS proof BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE verdict ADD COLUMN IF NOT EXISTS seen BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE verdict ADD COLUMN IF NOT EXISTS delivered INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE verdict ADD COLUMN IF NOT EXISTS result TEXT NOT NULL DEFAULT ''",
            // When it was refused last, of mail that passed later; 0 of all other mail.
            "ALTER TABLE verdict ADD COLUMN IF NOT EXISTS failed BIGINT NOT NULL DEFAULT 0",
            "CREATE INDEX IF NOT EXISTS verdict_by_time ON verdict (at)",
            "DROP INDEX IF EXISTS verdict_by_connector");

    /// One domain's share of a connector's recent mail.
    ///
    /// @param mandatoryWouldFail messages that no host proves well enough for `Mandatory` alone, those of `wouldFail`
    ///                           among them
    /// @param reason token of the last failure; empty text when nothing would have failed
    /// @param course how that came about in time
    public record DomainVerdict(String connector, Domain domain, long messages, long wouldFail,
            long mandatoryWouldFail, String reason,
            String host, String sentence, String remedy, String owner, Course course) {}

    /// When mail to a domain failed and when it passed.
    ///
    /// @param first      judgement of all
    /// @param last       judgement of all
    /// @param lastFailed empty where nothing did
    /// @param passesFrom the first pass after that, or of all
    /// @param passed     messages that passed from then on
    /// @param delayed    messages that were refused, and passed later
    /// @param until      the last time that any of these passed
    public record Course(Instant first, Instant last, Optional<Instant> lastFailed, Optional<Instant> passesFrom,
            long passed, long delayed, Optional<Instant> until) {}

    /// What was said last of one reason at one domain.
    public record Told(String connector, String domain, String reason, String sentence, String remedy,
            String owner) {}

    /// How many recipients of one attempt ended how.
    ///
    /// @param notices written to senders because of it
    /// @param delays  of those delivered, from acceptance on
    public record Tally(long delivered, long deferred, long failed, long notices, Levels levels, Delays delays) {

        /// How those delivered were secured: by DANE, under an enforced MTA-STS policy, by other TLS, in clear.
        public record Levels(long dane, long sts, long tls, long clear) {
            public static final Levels NONE = new Levels(0, 0, 0, 0);

            Levels plus(Levels more) {
                return new Levels(dane + more.dane, sts + more.sts, tls + more.tls, clear + more.clear);
            }
        }

        public Tally(long delivered, long deferred, long failed) {
            this(delivered, deferred, failed, 0, Levels.NONE, Delays.NONE);
        }

        public Tally plus(Tally more) {
            return new Tally(delivered + more.delivered, deferred + more.deferred, failed + more.failed,
                    notices + more.notices, levels.plus(more.levels), delays.plus(more.delays));
        }
    }

    /// When the mail of a row was refused: `at` is when it passed, if it did later.
    static final String REFUSED_AT = "CASE WHEN failed > 0 THEN failed ELSE at END";
    /// A row that says that the domain's mail passes at its time `at`.
    static final String PASSES = "(reason = '' OR failed > 0)";
    /// A row whose mail was refused, for a reason that is not ours.
    static final String REFUSED = "reason NOT IN ('', 'local')";

    private static final String PASSED_LATER = "UPDATE verdict SET failed = CASE WHEN failed = 0 THEN at ELSE failed "
            + "END, at = ?, mandatory = ?, proof = ?, seen = ?, delivered = ?, result = ? WHERE message = ? AND "
            + "domain = ? AND judged = 1 AND reason <> '' AND lower(connector) = lower(?)";

    private final Database database;
    private final Shadows shadows;

    public Verdicts(Database database) throws IOException {
        this.database = database;
        this.shadows = new Shadows(database);
    }

    /// What became known later of mail that was delivered although `Enabled` refused: these verdicts, amended.
    public Shadows shadows() { return shadows; }

    /// What `Enabled` says of one message.
    ///
    /// @param wouldFail why it would have refused (or has refused) every host; empty: it delivers
    /// @param mandatory `Enabled` with everything `Mandatory` would have delivered
    public record Verdict(Optional<Failure> wouldFail, boolean mandatory, String host) {}

    /// @return false if there is a row of this mail already
    static boolean insert(Connection connection, Settled mail, Optional<Verdict> verdict, Seen last)
            throws SQLException {
        // Most mail has no failure, and a value that stands in the text is not handed over.
        boolean fails = verdict.flatMap(Verdict::wouldFail).isPresent();
        try (PreparedStatement put = connection.prepareStatement("INSERT INTO verdict (message, domain, connector, at, "
                + "host, mandatory, proof, seen, delivered, result, judged, reason, sentence, remedy, owner) VALUES "
                + (fails ? "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)" : "(?,?,?,?,?,?,?,?,?,?,?,'','','','')")
                + " ON CONFLICT (message, domain) DO NOTHING")) {
            put.setString(1, mail.message().text());
            put.setString(2, mail.domain().ascii());
            set(put, 3, mail, verdict.map(Verdict::host).orElse(""), verdict.filter(Verdict::mandatory).isPresent(),
                    last);
            put.setInt(11, verdict.isPresent() ? 1 : 0);
            if (fails) set(put, 12, verdict.get().wouldFail());
            return put.executeUpdate() > 0;
        }
    }

    /// Mail that was refused stays refused once it passes over the same connector: that it was delayed is what its
    /// validation has cost (docs/transport-security.md#evidence-delayed).
    static void replace(Connection connection, Settled mail, Verdict verdict, Seen last) throws SQLException {
        if (verdict.wouldFail().isEmpty() && passedLater(connection, mail, verdict, last)) return;
        try (PreparedStatement put = connection.prepareStatement("UPDATE verdict SET connector = ?, at = ?, host = ?, "
                + "mandatory = ?, proof = ?, seen = ?, delivered = ?, result = ?, judged = 1, failed = 0, reason = ?, "
                + "sentence = ?, remedy = ?, owner = ? WHERE message = ? AND domain = ?")) {
            set(put, 1, mail, verdict.host(), verdict.mandatory(), last);
            set(put, 9, verdict.wouldFail());
            put.setString(13, mail.message().text());
            put.setString(14, mail.domain().ascii());
            put.executeUpdate();
        }
    }

    /// @return false if it had not been refused over this connector
    private static boolean passedLater(Connection connection, Settled mail, Verdict verdict, Seen last)
            throws SQLException {
        try (PreparedStatement put = connection.prepareStatement(PASSED_LATER)) {
            put.setLong(1, mail.at().toEpochMilli());
            put.setLong(2, verdict.mandatory() ? 0 : 1);
            setSeen(put, 3, last);
            put.setString(7, mail.message().text());
            put.setString(8, mail.domain().ascii());
            put.setString(9, mail.connector());
            return put.executeUpdate() > 0;
        }
    }

    private static void set(PreparedStatement put, int from, Settled mail, String host, boolean mandatory, Seen last)
            throws SQLException {
        put.setString(from, mail.connector());
        put.setLong(from + 1, mail.at().toEpochMilli());
        put.setString(from + 2, host);
        put.setLong(from + 3, mandatory ? 0 : 1);
        setSeen(put, from + 4, last);
    }

    private static void setSeen(PreparedStatement put, int from, Seen last) throws SQLException {
        put.setLong(from, last.proof());
        put.setLong(from + 1, last.at().toEpochMilli());
        put.setInt(from + 2, last.result().delivered() ? 1 : 0);
        put.setString(from + 3, last.result().text());
    }

    private static void set(PreparedStatement put, int from, Optional<Failure> wouldFail) throws SQLException {
        put.setString(from, wouldFail.map(f -> f.reason().token()).orElse(""));
        put.setString(from + 1, wouldFail.map(Failure::sentence).orElse(""));
        put.setString(from + 2, wouldFail.map(Failure::remedy).orElse(""));
        put.setString(from + 3, wouldFail.map(Failure::owner).map(Reason.Owner::name).orElse(""));
    }

    /// Adds to the counts of the day (UTC), the hour and the minute.
    public Database.Work<@Nullable Void> count(Instant at, String connector, Domain domain, String reason, Tally tally,
            long wouldFail) {
        List<Database.Addition> additions = DeliveryCounts.of(at, connector, domain, reason, tally, wouldFail);
        return connection -> {
            for (Database.Addition one : additions)
                database.add(connection, one);
            return null;
        };
    }

    /// Keeps what was said last of mail that `Enabled` refuses or would have.
    public Database.Work<@Nullable Void> tell(Instant at, String connector, Domain domain, Failure why) {
        return connection -> {
            database.add(connection, ReasonWords.of(at, connector, domain, why));
            return null;
        };
    }

    /// Forgets verdicts older than the retention of evidence.
    static void prune(Database database, Instant before) throws IOException {
        database.writeInSteps(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM verdict WHERE at <= (SELECT "
                    + "max(at) FROM (SELECT at FROM verdict WHERE at < ? ORDER BY at LIMIT " + Database.STEP_ROWS
                    + ") old)")) {
                delete.setLong(1, before.toEpochMilli());
                return delete.executeUpdate();
            }
        });
    }

    /// Forgets the counts of days before `day`, in steps that hold up no mail.
    public void forgetCounts(LocalDate day) throws IOException { DeliveryCounts.forgetDays(database, day); }

    /// One row of counts. Texts that were not grouped by are empty.
    ///
    /// @param hour `2026-11-23T10:00Z`; the day alone where its hours are not kept
    public record Counted(String day, String hour, String connector, String domain, String reason, Tally tally,
            long wouldFail) {

        Counted at(String ofDay, String ofHour) {
            return new Counted(ofDay, ofHour, connector, domain, reason, tally, wouldFail);
        }

        public long delivered() { return tally.delivered(); }

        public long deferred() { return tally.deferred(); }

        public long failed() { return tally.failed(); }
    }

    /// What counts may be grouped by; the name is the column's.
    public enum Column { day, hour, connector, domain, reason }

    /// Sums of the counts from day to day (UTC, both included), by the columns asked for and in their order.
    public List<Counted> counts(LocalDate from, LocalDate to, String connector, String domain, List<Column> by)
            throws IOException {
        return counts(from.atStartOfDay(ZoneOffset.UTC).toInstant(),
                to.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant(), connector, domain, by);
    }

    /// The same from the minute of one time until before another, as far as minutes are kept, else by whole days.
    public List<Counted> counts(Instant from, Instant until, String connector, String domain, List<Column> by)
            throws IOException {
        return database.<List<Counted>>search(connection -> DeliveryCounts.sums(connection,
                new DeliveryCounts.Span(from, until), connector, domain, by));
    }

    /// By connector, then domain; only mail that was judged counts.
    public List<DomainVerdict> since(Instant since) throws IOException {
        return database.<List<DomainVerdict>>search(connection -> DomainVerdicts.since(connection, since));
    }

    /// The latest words for each connector, domain and reason, the latest first.
    public List<Told> told(Instant since) throws IOException {
        return database.<List<Told>>search(connection -> ReasonWords.since(connection, since));
    }

    /// Domains that a connector has carried mail to: some was delivered, or its validation refused it.
    ///
    /// It steps from domain to domain along an index: the counts of a year are many more.
    public Set<Domain> served(String connector) throws IOException { return domains("""
                WITH RECURSIVE d(domain) AS (
                  SELECT min(domain) FROM delivery_count WHERE lower(connector) = lower(?) UNION ALL
                  SELECT (SELECT min(c.domain) FROM delivery_count c WHERE lower(c.connector) = lower(?)
                    AND c.domain > d.domain) FROM d WHERE d.domain IS NOT NULL)
                SELECT domain FROM d WHERE domain IS NOT NULL AND EXISTS (
                  SELECT 1 FROM delivery_count c WHERE lower(c.connector) = lower(?) AND c.domain = d.domain
                  AND (c.delivered > 0 OR c.reason NOT IN ('', 'local')))""", connector, connector, connector); }

    /// Domains whose latest mail over a connector since a time `Enabled` refuses, for a reason that is not ours.
    public Set<Domain> refused(String connector, Instant since) throws IOException { return domains("""
                SELECT domain FROM (
                  SELECT domain, reason, failed,
                    row_number() OVER (PARTITION BY domain ORDER BY at DESC, message DESC) AS place
                  FROM verdict WHERE judged = 1 AND lower(connector) = lower(?) AND at >= ?) latest
                WHERE place = 1 AND failed = 0 AND""" + " " + REFUSED, connector, since.toEpochMilli()); }

    private Set<Domain> domains(String sql, Object... values) throws IOException {
        return database.<Set<Domain>>read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++)
                    select.setObject(i + 1, values[i]);
                try (ResultSet row = select.executeQuery()) {
                    var domains = new HashSet<Domain>();
                    while (row.next())
                        domains.add(new Domain(row.getString(1)));
                    return domains;
                }
            }
        });
    }
}
