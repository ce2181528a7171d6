package org.sternpost.engine.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sternpost.engine.evidence.EvidenceLog.Settled;
import org.sternpost.engine.evidence.Verdicts.Course;
import org.sternpost.engine.evidence.Verdicts.DomainVerdict;
import org.sternpost.engine.evidence.Verdicts.Tally;
import org.sternpost.engine.evidence.Verdicts.Verdict;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.trust.Failure;
import org.sternpost.engine.trust.Reason;

/// Which domains a connector has served, and which of them would have failed: what a rollout goes by.
class VerdictsTest {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");

    @TempDir
    Path directory;
    private SqliteDatabase database;
    private Verdicts verdicts;

    @BeforeEach
    void open() throws Exception {
        database = SqliteDatabase.open(directory, EvidenceLog.SCHEMA);
        verdicts = new Verdicts(database);
    }

    @AfterEach
    void close() throws Exception { database.close(); }

    @Test
    void servedIsWhatWasDeliveredOrRefusedByTheRecipientsFault() throws Exception {
        counted("delivered.test", "", new Tally(1, 0, 0));
        counted("refused.test", Reason.TLSA_INVALID.token(), new Tally(0, 1, 0));
        counted("down.test", "", new Tally(0, 1, 0));
        counted("nobody.test", "", new Tally(0, 0, 1));
        counted("unknown.test", Reason.LOCAL_DNS.token(), new Tally(0, 1, 0));
        assertEquals(Set.of(Domain.of("delivered.test"), Domain.of("refused.test")), verdicts.served("BANKS"));
        assertEquals(Set.of(), verdicts.served("gov"));
    }

    /// What is counted in one transaction is one sum for each row, and adds to what is there.
    @Test
    void countsOfOneTransactionAddUpByConnectorDomainReasonAndDay() throws Exception {
        Domain domain = Domain.of("a.test");
        for (int round = 1; round <= 2; round++)
            database.<@Nullable Void>write(connection -> {
                for (int i = 0; i < 5; i++) {
                    verdicts.count(AT, "banks", domain, "", new Tally(1, 2, 3), 1).on(connection);
                    verdicts.count(AT, "banks", domain, "local", new Tally(0, 1, 0), 0).on(connection);
                    verdicts.count(AT.plus(Duration.ofDays(1)), "banks", domain, "", new Tally(1, 0, 0), 0)
                            .on(connection);
                    verdicts.count(AT, "gov", domain, "", new Tally(1, 0, 0), 0).on(connection);
                }
                return null;
            });
        LocalDate day = LocalDate.ofInstant(AT, ZoneOffset.UTC);
        assertEquals(List.of("banks  10 20 30 10", "banks local 0 10 0 0", "gov  10 0 0 0"),
                counted(day, day));
        assertEquals(List.of("banks  10 0 0 0"), counted(day.plusDays(1), day.plusDays(1)));
    }

    /// A report of a part of a day counts what happened in it, to the minute.
    @Test
    void countsAreOfTheMinutesAskedFor() throws Exception {
        for (String time : List.of("2026-11-22T23:58:30Z", "2026-11-23T00:00:00Z", "2026-11-23T10:00:59Z",
                "2026-11-23T10:01:00Z", "2026-11-24T12:00:00Z", "2026-11-25T08:00:00Z"))
            database.write(
                    verdicts.count(Instant.parse(time), "banks", Domain.of("a.test"), "", new Tally(1, 0, 0), 0));
        for (var asked : List.of("2026-11-23T00:00:00Z 2026-11-26T00:00:00Z 5", "2026-11-23T10:00:30Z "
                + "2026-11-26T00:00:00Z 4", "2026-11-23T10:01:00Z 2026-11-26T00:00:00Z 3",
                "2026-11-23T10:00:00Z 2026-11-23T10:01:00Z 1", "2026-11-23T10:00:00Z 2026-11-23T10:01:30Z 2",
                "2026-11-22T23:58:00Z 2026-11-25T08:00:00Z 5", "2026-11-23T10:02:00Z 2026-11-24T11:59:00Z 0",
                "2026-11-23T10:01:00Z 2026-11-23T10:01:00Z 0")) {
            String[] word = asked.split(" ");
            var rows = verdicts.counts(Instant.parse(word[0]), Instant.parse(word[1]), "banks", "a.test",
                    List.of(Verdicts.Column.connector));
            assertEquals(Long.parseLong(word[2]), rows.stream().mapToLong(Verdicts.Counted::delivered).sum(), asked);
        }
    }

    /// Of a day whose minutes are gone, or were never kept, all is counted and nothing left out.
    @Test
    void aDayWithoutItsMinutesCountsAsAWhole() throws Exception {
        for (int hour = 0; hour < 4; hour++)
            database.write(verdicts.count(AT.plus(Duration.ofHours(hour)), "banks", Domain.of("a.test"), "",
                    new Tally(1, 0, 0), 0));
        assertEquals(2, delivered(AT.plus(Duration.ofHours(2))));
        new EvidenceLog(database).prune(AT.plus(Duration.ofHours(1)));
        assertEquals(4, delivered(AT.plus(Duration.ofHours(2))));
    }

    /// Notices, levels and delays are summed up over whatever is asked for.
    @Test
    void whatBelongsToDeliveriesIsSummedUpWithThem() throws Exception {
        for (String time : List.of("2026-11-22T23:58:30Z", "2026-11-23T00:00:00Z", "2026-11-23T10:00:59Z",
                "2026-11-23T10:59:00Z", "2026-11-24T12:00:00Z"))
            for (int i = 0; i < 2; i++)
                database.write(verdicts.count(Instant.parse(time), "banks", Domain.of("a.test"), "",
                        new Tally(10, 0, 1, 1, new Tally.Levels(1, 2, 3, 4), Delays.of(Duration.ofSeconds(2), 9)
                                .plus(Delays.of(Duration.ofHours(2), 1))),
                        0));
        for (List<Verdicts.Column> by : List.of(List.<Verdicts.Column>of(), List.of(Verdicts.Column.domain),
                List.of(Verdicts.Column.day, Verdicts.Column.hour, Verdicts.Column.connector)))
            for (String asked : List.of("2026-11-22T00:00:00Z 5", "2026-11-23T00:00:00Z 4", "2026-11-23T10:00:00Z 3",
                    "2026-11-23T10:01:00Z 2", "2026-11-24T00:00:00Z 1")) {
                var rows = verdicts.counts(Instant.parse(asked.substring(0, 20)), AT.plus(Duration.ofDays(9)), "", "",
                        by);
                Tally all = rows.stream().map(Verdicts.Counted::tally).reduce(new Tally(0, 0, 0), Tally::plus);
                long times = 2 * Long.parseLong(asked.substring(21));
                assertEquals(List.of(10 * times, times, times, 2 * times, 3 * times, 4 * times),
                        List.of(all.delivered(), all.notices(), all.levels().dane(), all.levels().sts(),
                                all.levels().tls(), all.levels().clear()),
                        asked + by);
                assertEquals("44:" + 9 * times + " 92:" + times, all.delays().text(), asked + by);
            }
    }

    /// A day has its hours, and stands for them where they are not kept.
    @Test
    void countsAreOfEachHour() throws Exception {
        for (String time : List.of("2026-11-21T09:00:00Z", "2026-11-22T08:00:00Z", "2026-11-23T10:00:00Z",
                "2026-11-23T10:59:59Z", "2026-11-23T11:00:00Z", "2026-11-24T12:30:00Z"))
            database.write(
                    verdicts.count(Instant.parse(time), "banks", Domain.of("a.test"), "", new Tally(1, 0, 0), 0));
        assertEquals("2026-11-21T09:00Z=1 2026-11-22T08:00Z=1 2026-11-23T10:00Z=2 2026-11-23T11:00Z=1 "
                + "2026-11-24T12:00Z=1", hours("2026-11-21T00:00:00Z"));
        assertEquals("2026-11-23T10:00Z=1 2026-11-23T11:00Z=1 2026-11-24T12:00Z=1", hours("2026-11-23T10:30:00Z"));
        new EvidenceLog(database).prune(Instant.parse("2026-11-22T09:00:00Z"));
        assertEquals("2026-11-21=1 2026-11-22=1 2026-11-23T10:00Z=2 2026-11-23T11:00Z=1 2026-11-24T12:00Z=1",
                hours("2026-11-21T00:00:00Z"));
    }

    private String hours(String from) throws IOException {
        return verdicts.counts(Instant.parse(from), AT.plus(Duration.ofDays(9)), "banks", "",
                List.of(Verdicts.Column.hour)).stream().map(one -> one.hour() + "=" + one.delivered())
                .collect(Collectors.joining(" "));
    }

    /// Of each connector, domain and reason what was said last, and nothing that is too old.
    @Test
    void theLastWordsOfEachReasonAreKept() throws Exception {
        Domain domain = Domain.of("a.test");
        for (int hour : List.of(0, 1))
            for (Reason reason : List.of(Reason.TLSA_INVALID, Reason.DNSSEC_INVALID))
                database.write(verdicts.tell(AT.plus(Duration.ofHours(hour)), "banks", domain,
                        new Failure(reason, "seen at " + hour, "mend it")));
        database.write(verdicts.tell(AT.plus(Duration.ofHours(2)), "gov", domain,
                new Failure(Reason.TLSA_INVALID, "seen too", "mend it")));
        assertEquals(List.of("gov tlsa-invalid seen too", "banks dnssec-invalid seen at 1",
                "banks tlsa-invalid seen at 1"), told(AT));
        assertEquals(List.of("gov tlsa-invalid seen too"), told(AT.plus(Duration.ofHours(2))));
        new EvidenceLog(database).prune(AT.plus(Duration.ofHours(2)));
        assertEquals(List.of("gov tlsa-invalid seen too"), told(Instant.EPOCH));
    }

    private List<String> told(Instant since) throws IOException {
        return verdicts.told(since).stream().map(one -> one.connector() + " " + one.reason() + " " + one.sentence())
                .toList();
    }

    private long delivered(Instant from) throws IOException {
        return verdicts.counts(from, AT.plus(Duration.ofDays(9)), "", "", List.of()).getFirst().delivered();
    }

    private List<String> counted(LocalDate from, LocalDate to) throws IOException {
        return verdicts.counts(from, to, "", "", List.of(Verdicts.Column.connector, Verdicts.Column.reason)).stream()
                .map(one -> one.connector() + " " + one.reason() + " " + one.delivered() + " " + one.deferred() + " "
                        + one.failed() + " " + one.wouldFail())
                .toList();
    }

    @Test
    void refusedIsWhatTheLatestMailFailedByAndNeverByOurOwnFault() throws Exception {
        judged("1", "faulty.test", AT, Optional.of(Reason.TLSA_INVALID));
        judged("2", "mended.test", AT, Optional.of(Reason.TLSA_INVALID));
        judged("3", "mended.test", AT.plusSeconds(1), Optional.empty());
        judged("4", "long-ago.test", AT.minus(Duration.ofDays(9)), Optional.of(Reason.TLSA_INVALID));
        judged("5", "unknown.test", AT, Optional.of(Reason.LOCAL));
        assertEquals(Set.of(Domain.of("faulty.test")), verdicts.refused("banks", AT));
    }

    /// Each column as it was kept, whatever stands in it.
    @Test
    void theLastFailureOfADomainIsToldWholeBesideTheCountsOfAllItsMail() throws Exception {
        judged("1", "a.test", AT, new Failure(Reason.DANE_REQUIRED, "old", "forget it"));
        judged("2", "a.test", AT.plusSeconds(1), new Failure(Reason.TLSA_INVALID, "it said \u001f and left", ""));
        judged("3", "a.test", AT.plusSeconds(2), Optional.empty());
        judged("4", "b.test", AT, Optional.empty());
        judged("5", "b.test", AT.minusSeconds(1), Optional.of(Reason.TLSA_INVALID));
        assertEquals(List.of(
                new DomainVerdict("banks", Domain.of("a.test"), 3, 2, 2, "tlsa-invalid", "mx.a.test",
                        "it said \u001f and left", "", "RECIPIENT",
                        new Course(AT, AT.plusSeconds(2), Optional.of(AT.plusSeconds(1)),
                                Optional.of(AT.plusSeconds(2)), 1, 0, Optional.empty())),
                new DomainVerdict("banks", Domain.of("b.test"), 1, 0, 0, "", "", "", "", "",
                        new Course(AT, AT, Optional.empty(), Optional.of(AT), 1, 0, Optional.empty()))),
                verdicts.since(AT));
    }

    /// A delay that validation has caused was one, also once the mail is there.
    @Test
    void mailThatWasRefusedAndPassedLaterIsCountedAsRefusedAndItsDomainAsPassing() throws Exception {
        Instant later = AT.plus(Duration.ofHours(1));
        judged("1", "a.test", AT.minusSeconds(9), Optional.of(Reason.TLSA_INVALID));
        judged("1", "a.test", AT, Optional.of(Reason.TLSA_INVALID));
        judged("2", "a.test", AT.plusSeconds(1), Optional.empty());
        assertEquals(1, verdicts.since(Instant.EPOCH).getFirst().wouldFail());
        judged("1", "a.test", later, Optional.empty());
        var known = verdicts.since(Instant.EPOCH).getFirst();
        assertEquals(List.of(2L, 1L, 1L), List.of(known.messages(), known.wouldFail(), known.mandatoryWouldFail()));
        assertEquals("tlsa-invalid seen", known.reason() + " " + known.sentence());
        assertEquals(new Course(AT.plusSeconds(1), later, Optional.of(AT), Optional.of(AT.plusSeconds(1)), 2, 1,
                Optional.of(later)), known.course());
        assertEquals(Set.of(), verdicts.refused("banks", AT), "its latest mail passed");
        judged("1", "a.test", later.plusSeconds(1), Optional.of(Reason.DANE_REQUIRED));
        assertEquals(Optional.empty(), verdicts.since(Instant.EPOCH).getFirst().course().passesFrom());
        assertEquals(Set.of(Domain.of("a.test")), verdicts.refused("banks", AT));
    }

    /// What one connector refused says nothing of another that takes over its mail.
    @Test
    void mailThatGoesOnOverAnotherConnectorIsJudgedThereAnew() throws Exception {
        judged("1", "a.test", AT, Optional.of(Reason.TLSA_INVALID));
        database.write(new EvidenceLog(database).keep(new Settled(new QueueId("0123456789ABCDE1"),
                Domain.of("a.test"), "gov", AT.plusSeconds(1)), Optional.of(new Verdict(Optional.empty(), true, "mx")),
                List.of()));
        assertEquals(List.of("gov 1 0"), verdicts.since(AT).stream()
                .map(one -> one.connector() + " " + one.messages() + " " + one.wouldFail()).toList());
    }

    private void counted(String domain, String reason, Tally tally) throws IOException {
        database.write(verdicts.count(AT, "banks", Domain.of(domain), reason, tally, 0));
    }

    private void judged(String message, String domain, Instant at, Optional<Reason> reason) throws IOException {
        put(message, domain, at, reason.map(why -> new Failure(why, "seen", "mend it")));
    }

    private void judged(String message, String domain, Instant at, Failure why) throws IOException {
        put(message, domain, at, Optional.of(why));
    }

    private void put(String message, String domain, Instant at, Optional<Failure> why) throws IOException {
        database.write(new EvidenceLog(database).keep(new Settled(new QueueId("0123456789ABCDE" + message),
                Domain.of(domain), "banks", at), Optional.of(new Verdict(why, true, "mx." + domain)), List.of()));
    }
}
