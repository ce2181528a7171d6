package org.sternpost.engine.tlsrpt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.delivery.AttemptResult;
import org.sternpost.engine.delivery.AttemptResult.TlsSession;
import org.sternpost.engine.mail.Address;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.tls.Level;
import org.sternpost.engine.tlsrpt.ReportReader.Reading;
import org.sternpost.engine.tlsrpt.TlsRptReport.PolicyType;
import org.sternpost.engine.tlsrpt.TlsRptReport.ResultType;
import org.sternpost.engine.tlsrpt.TlsRptReport.Submitter;
import org.sternpost.engine.trust.Reason;

class AggregatesTest {

    private static final LocalDate DAY = LocalDate.of(2026, 11, 23);
    private static final Domain HOST = new Domain("mx1.example.org");
    private static final Submitter REPORTER = new Submitter("Company-X",
            Address.of("tls@company-x.example"),
            Address.of("tls@company-x.example"));

    @TempDir
    Path directory;
    private SqliteDatabase database;

    @BeforeEach
    void open() throws IOException { database = SqliteDatabase.open(directory, Aggregates.SCHEMA); }

    @AfterEach
    void close() throws IOException { database.close(); }

    @Test
    void sessionsAddUpUnderTheirPolicy() throws IOException {
        var sts = Sessions.good().sts("enforce");
        count("a client", sts, sts, sts.refused(Reason.CERTIFICATE_EXPIRED), sts.refused(Reason.CERTIFICATE_EXPIRED),
                sts.note(Reason.STS_POLICY_FETCH_ERROR));
        TlsRptReport report = report(Sessions.RECIPIENT).orElseThrow();
        assertEquals(Instant.parse("2026-11-23T00:00:00Z"), report.start());
        assertEquals(Instant.parse("2026-11-23T23:59:59Z"), report.end());
        assertEquals("2026-11-23.example.org@company-x.example", report.reportId());
        assertEquals(List.of(new TlsRptReport.PolicyResult(
                new TlsRptReport.Policy(PolicyType.STS, List.of("version: STSv1", "mode: enforce", "mx: *.example.org",
                        "max_age: 86400"),
                        "example.org", List.of("*.example.org")),
                3, 2,
                List.of(detail(ResultType.CERTIFICATE_EXPIRED, 2, "certificate-expired seen."),
                        detail(ResultType.STS_POLICY_FETCH_ERROR, 0, "sts-policy-fetch-error seen.")))),
                report.policies());
        assertEquals(new Reading.Read(report), ReportReader.read(ReportWriter.gzip(report)));
    }

    @Test
    void daneIsToldToTheRecipientsDomainAndToTheHostsOwn() throws IOException {
        count("a client", Sessions.good().tlsa(Sessions.RECORD), Sessions.good());
        assertEquals(List.of("no-policy-found example.org 1", "tlsa mx1.example.org 1"), lines(Sessions.RECIPIENT));
        assertEquals(List.of("tlsa mx1.example.org 1"), lines(HOST));
    }

    @Test
    void sessionThatCarriesAReportIsNotCounted() throws IOException {
        count(ReportMail.CLIENT, Sessions.good().tlsa(Sessions.RECORD).refused(Reason.CERTIFICATE_EXPIRED));
        assertEquals(Optional.empty(), report(Sessions.RECIPIENT));
    }

    @Test
    void relaxedPassIsNoSecondSession() throws IOException {
        var strict = Sessions.good().mode(TlsValidation.Opportunistic).sts("enforce")
                .refused(Reason.CERTIFICATE_EXPIRED);
        count("a client", strict, strict.pass(2).achieved(Level.Encrypted));
        TlsRptReport.PolicyResult result = report(Sessions.RECIPIENT).orElseThrow().policies().getFirst();
        assertEquals(0, result.successes());
        assertEquals(1, result.failures());
    }

    @Test
    void onlyWhatOpenedASessionIsCounted() throws IOException {
        var kept = Sessions.good().tlsa(Sessions.RECORD).evidence();
        var first = attempt(Sessions.good().tlsa(Sessions.RECORD));
        database.write(Aggregates.count(database, Sessions.message("a client"), true, first));
        for (int i = 0; i < 9; i++)
            database.write(Aggregates.count(database, Sessions.message("a client"), true,
                    new AttemptResult(Map.of(), List.of(kept), List.of())));
        assertEquals(List.of("tlsa mx1.example.org 1"), lines(Sessions.RECIPIENT));
    }

    @Test
    void smartHostIsAPolicyDomainOfItsOwn() throws IOException {
        database.write(Aggregates.count(database, Sessions.message("a client"), false, attempt(Sessions.good())));
        assertEquals(List.of("no-policy-found mx1.example.org 1"), lines(HOST));
        assertEquals(Optional.empty(), report(Sessions.RECIPIENT));
    }

    @Test
    void recordsInAnotherOrderAreTheSamePolicy() throws IOException {
        count("a client", Sessions.good().tlsa("3 1 1 01", "3 1 1 02"), Sessions.good().tlsa("3 1 1 02", "3 1 1 01"));
        assertEquals(List.of("tlsa mx1.example.org 2"), lines(HOST));
        assertEquals(
                List.of("_25._tcp.mx1.example.org. IN TLSA 3 1 1 01", "_25._tcp.mx1.example.org. IN TLSA 3 1 1 02"),
                report(HOST).orElseThrow().policies().getFirst().policy().policyString());
    }

    @Test
    void whoChangesRecordsWithEveryAnswerDoesNotFillTheDisk() throws IOException {
        for (int i = 0; i < 150; i++)
            count("a client", Sessions.good().tlsa("3 1 1 %04x".formatted(i)),
                    Sessions.good().tlsa("3 1 1 0000"));
        TlsRptReport report = report(HOST).orElseThrow();
        assertEquals(100, report.policies().size());
        assertEquals(151, report.policies().stream().mapToLong(TlsRptReport.PolicyResult::successes).max().orElse(0));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            192.0.2.1,                               192.0.2.1
            2001:db8:0:0:0:0:0:1,                    2001:db8::1
            2001:DB8:0:0:1:0:0:1,                    2001:db8::1:0:0:1
            2001:db8:0:1:1:1:1:1,                    2001:db8:0:1:1:1:1:1
            0:0:0:0:0:0:0:1,                         ::1
            fe80:0:0:0:0:0:0:1%2,                    fe80::1
            1:0:0:0:0:0:0:0,                         1::
            0.0.0.0,                                 ''
            ::,                                      ''
            """)
    void addressesAreWrittenAsTheRfcHasThem(String given, String written) {
        assertEquals(written, IpText.of(InetAddress.ofLiteral(given)));
    }

    @Test
    void dayIsThatOfUtc() throws IOException {
        count("a client", Sessions.good().at("2026-11-23T23:59:59.999Z"), Sessions.good().at("2026-11-24T00:00:00Z"));
        assertEquals(List.of("no-policy-found example.org 1"), lines(Sessions.RECIPIENT));
    }

    @Test
    void domainIsDueUntilSettledAndForgottenInTheEnd() throws IOException {
        count("a client", Sessions.good().tlsa(Sessions.RECORD));
        var both = List.of(new Aggregates.Due(DAY, Sessions.RECIPIENT), new Aggregates.Due(DAY, HOST));
        assertEquals(both, database.read(Aggregates.due(DAY, DAY.plusDays(1))));
        assertEquals(both, database.read(Aggregates.due(LocalDate.EPOCH, LocalDate.of(9999, 12, 31))));
        database.write(Aggregates.settle(HOST, DAY));
        database.write(Aggregates.settle(HOST, DAY));
        assertEquals(both.subList(0, 1), database.read(Aggregates.due(DAY, DAY.plusDays(1))));
        assertEquals(List.of(), database.read(Aggregates.due(DAY.minusDays(1), DAY)));
        assertEquals(List.of(), database.read(Aggregates.due(DAY.plusDays(1), DAY.plusDays(2))));
        Aggregates.forget(database, DAY);
        assertTrue(report(Sessions.RECIPIENT).isPresent());
        Aggregates.forget(database, DAY.plusDays(1));
        assertEquals(Optional.empty(), report(Sessions.RECIPIENT));
    }

    private void count(String client, Sessions... sessions) throws IOException {
        database.write(Aggregates.count(database, Sessions.message(client), true, attempt(sessions)));
    }

    private static AttemptResult attempt(Sessions... sessions) {
        List<TlsSession> openings = Arrays.stream(sessions).map(Sessions::opening).toList();
        return new AttemptResult(Map.of(), openings.stream().map(TlsSession::evidence).toList(), openings);
    }

    private Optional<TlsRptReport> report(Domain domain) throws IOException {
        return new ReportOfDay(database, REPORTER).build(domain, DAY);
    }

    private List<String> lines(Domain domain) throws IOException {
        return report(domain).orElseThrow().policies().stream().map(result -> result.policy().type().token() + " "
                + result.policy().policyDomain() + " " + result.successes()).toList();
    }

    private static TlsRptReport.FailureDetail detail(ResultType type, long sessions, String why) {
        return new TlsRptReport.FailureDetail(type, "198.51.100.7", "mx1.example.org", "", "192.0.2.1", sessions, "",
                why);
    }
}
