package org.sternpost.engine.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.Engine;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.control.Management.ReportQuery.Group;
import org.sternpost.engine.control.Management.ReportQuery;
import org.sternpost.engine.control.ManagementException.Kind;
import org.sternpost.engine.control.view.ExportedReportView;
import org.sternpost.engine.evidence.Delays;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.evidence.Verdicts.Tally;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// Counts before and after a change, by how mail was secured, and as files.
class DeliveryReportsTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final ReportQuery ALL = ReportQuery.by();
    private static final ReportQuery BY_CONNECTOR = ReportQuery.by(Group.Connector);
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir
    Path directory;
    private final SimTime time = new SimTime(NOW, 1);
    private SqliteDatabase database;
    private Verdicts verdicts;
    private DeliveryReports reports;

    @BeforeEach
    void open() throws Exception {
        database = SqliteDatabase.open(directory.resolve("data"), Engine.SCHEMA);
        verdicts = new Verdicts(database);
        var connectors = new Connectors(database, time);
        reports = new DeliveryReports(database, verdicts, connectors,
                new Reports(verdicts, connectors, new MinimumEvidence(1, 1, 0), _ -> List.of(), time), "relay.example",
                time);
    }

    @AfterEach
    void close() throws Exception { database.close(); }

    @Test
    void theSameTimeIsCountedOnBothSides() throws Exception {
        counted(NOW.minus(Duration.ofHours(5)), "a.test", "", new Tally(9, 0, 0)); // before either
        counted(NOW.minus(Duration.ofHours(3)), "a.test", "", new Tally(4, 1, 0, 1, Tally.Levels.NONE,
                Delays.of(Duration.ofSeconds(1), 4)));
        counted(NOW.minus(Duration.ofHours(1)), "a.test", "", new Tally(6, 3, 2, 2, Tally.Levels.NONE,
                Delays.of(Duration.ofSeconds(60), 6)));
        var rows = reports.compare(NOW.minus(Duration.ofHours(2)), WEEK, BY_CONNECTOR);
        assertEquals("Default Before 4 1 0 1, Default After 6 3 2 2, Default Difference 2 2 2 1",
                rows.stream().map(one -> one.connector() + " " + one.period() + " " + one.delivered() + " "
                        + one.deferred() + " " + one.failed() + " " + one.notices()).collect(Collectors.joining(", ")));
        assertEquals(NOW.minus(Duration.ofHours(4)) + " " + NOW, rows.get(0).from() + " " + rows.get(1).until());
        long slower = rows.get(2).delayP95().toSeconds();
        assertTrue(slower >= 53 && slower <= 65, slower + " s");
        assertEquals(List.of(), reports.compare(NOW.minus(Duration.ofHours(2)), Duration.ofMinutes(1), BY_CONNECTOR));
    }

    /// The last change that the audit knows, of the connector asked for.
    @Test
    void theMomentIsThatOfTheLastChange() throws Exception {
        assertRefused(Kind.NotFound, "no change of a setting", () -> reports.compare(null, WEEK, ALL));
        audit(NOW.minus(Duration.ofHours(6)), "Set-OutboundConnector", "OutboundConnector Default");
        audit(NOW.minus(Duration.ofHours(5)), "advanced", "TlsRollout R-1 of OutboundConnector Default (CHG-1)");
        audit(NOW.minus(Duration.ofHours(4)), "Set-OutboundConnector", "OutboundConnector Default2");
        audit(NOW.minus(Duration.ofHours(3)), "Send-MailMessage", "OutboundConnector Default");
        counted(NOW.minus(Duration.ofHours(1)), "a.test", "", new Tally(1, 0, 0));
        assertEquals(NOW.minus(Duration.ofHours(4)), reports.compare(null, WEEK, ALL).getFirst().until());
        assertEquals(NOW.minus(Duration.ofHours(5)), reports.compare(null, WEEK,
                new ReportQuery(NOW, NOW, "default", null, Set.of())).getFirst().until());
    }

    @Test
    void whatCannotBeComparedIsSaid() {
        assertRefused(Kind.Invalid, "still to come", () -> reports.compare(NOW.plusSeconds(90), WEEK, ALL));
        assertRefused(Kind.Invalid, "less than a minute", () -> reports.compare(NOW, WEEK, ALL));
        assertRefused(Kind.Invalid, "less than a minute", () -> reports.compare(NOW.minus(WEEK), Duration.ZERO, ALL));
        assertRefused(Kind.Invalid, "not the same before and after", () -> reports.compare(NOW.minus(WEEK), WEEK,
                ReportQuery.by(Group.Hour)));
    }

    @Test
    void mailIsCountedByHowItWasSecuredAndWhatWasBlocked() throws Exception {
        counted(NOW, "a.test", "", new Tally(10, 0, 0, 0, new Tally.Levels(1, 2, 3, 4), Delays.NONE));
        counted(NOW, "a.test", Reason.TLSA_INVALID.token(), new Tally(0, 5, 1));
        counted(NOW, "a.test", Reason.STS_MX_MISMATCH.token(), new Tally(0, 2, 0));
        counted(NOW, "a.test", Reason.LOCAL_DNS.token(), new Tally(0, 70, 0));
        counted(NOW, "b.test", "", new Tally(1, 3, 3, 0, new Tally.Levels(0, 0, 1, 0), Delays.NONE));
        assertEquals("Default a.test 1/2/3/4 8 DANE [tlsa-invalid, sts-mx-mismatch]; Default b.test 0/0/1/0 0  []",
                reports.security(ReportQuery.by(Group.Connector, Group.Domain)).stream()
                        .map(one -> one.connector() + " " + one.domain() + " " + one.dane() + "/" + one.mtaSts() + "/"
                                + one.tls() + "/" + one.noTls() + " " + one.messagesBlocked() + " "
                                + one.securityType() + " " + one.errors())
                        .collect(Collectors.joining("; ")));
    }

    @Test
    void aReportIsAWholeFileForItsOwnerAlone() throws Exception {
        counted(NOW, "a.test", Reason.TLSA_INVALID.token(), new Tally(3, 0, 0));
        database.write(verdicts.tell(NOW, "Default", Domain.of("a.test"), new Failure(Reason.TLSA_INVALID,
                "no record <b>matches</b>", "publish one")));
        for (String name : List.of("report.html", "report.json", "report.csv")) {
            Path path = directory.resolve(name);
            var written = export(path, false);
            assertEquals(Files.size(path), written.sizeBytes());
            assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(path));
            String text = Files.readString(path);
            assertTrue(text.contains("a.test") && text.contains("tlsa-invalid") && text.contains("publish one"), text);
            assertFalse(name.endsWith("html") && text.contains("<b>"));
            assertRefused(Kind.Exists, "-Force", () -> export(path, false));
            Files.writeString(path, "old");
            export(path, true);
            assertEquals(text.length(), Files.readString(path).length());
        }
        try (var files = Files.list(directory)) {
            assertEquals(4, files.count(), "the three and the data");
        }
        assertEquals(6L, (long) database.<Long>read(connection -> {
            try (var row = connection.createStatement().executeQuery("SELECT count(*) FROM audit WHERE operation = "
                    + "'Export-DeliveryReport'")) {
                return row.next() ? row.getLong(1) : 0;
            }
        }));
    }

    @Test
    void whatCannotBeWrittenIsSaid() throws Exception {
        assertRefused(Kind.Invalid, "whole path", () -> export(Path.of("report.html"), false));
        assertRefused(Kind.Invalid, "is a directory", () -> export(directory, true));
        assertRefused(Kind.Invalid, "no directory", () -> export(directory.resolve("none/report.html"), false));
        Path other = Files.writeString(directory.resolve("sternpost.db"), "precious");
        assertRefused(Kind.Invalid, "does not end in", () -> export(other, true));
        assertEquals("precious", Files.readString(other));
        assertRefused(Kind.Invalid, "still to come", () -> reports.export(ALL, NOW.plusSeconds(90),
                directory.resolve("x.html"), false));
        assertRefused(Kind.Invalid, "is not before", () -> reports.export(new ReportQuery(NOW, NOW, null, "a.test",
                Set.of()), NOW, directory.resolve("x.html"), false));
    }

    private ExportedReportView export(Path path, boolean force)
            throws ManagementException {
        return reports.export(ReportQuery.by(Group.Domain, Group.Reason), null, path, force).commit().apply("tester")
                .getFirst();
    }

    private interface Act {
        void run() throws Exception;
    }

    private static void assertRefused(Kind kind, String words, Act act) {
        var no = assertThrows(ManagementException.class, act::run);
        assertEquals(kind, no.kind(), no.getMessage());
        assertTrue((no.getMessage() + " " + no.hint()).contains(words), no.getMessage() + "; " + no.hint());
    }

    private void counted(Instant at, String domain, String reason, Tally tally) throws IOException {
        database.write(verdicts.count(at, "Default", Domain.of(domain), reason, tally, reason.isEmpty()
                ? 0
                : tally.delivered()));
    }

    private void audit(Instant at, String operation, String target) throws IOException {
        database.write(Audit.entry(at, "tester", operation, target, List.of()));
    }
}
