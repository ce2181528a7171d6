package org.sternpost.engine.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.evidence.EvidenceLog;
import org.sternpost.engine.evidence.EvidenceLog.Settled;
import org.sternpost.engine.evidence.Verdicts;
import org.sternpost.engine.evidence.Verdicts.Verdict;
import org.sternpost.engine.mail.Domain;
import org.sternpost.engine.mail.QueueId;
import org.sternpost.engine.store.SqliteDatabase;
import org.sternpost.engine.time.SimTime;

/// How far back readiness looks where nobody says so.
class ReadinessWindowTest {

    @ParameterizedTest
    @CsvSource({"0, 7", "1, 7", "3, 7", "4, 8", "7, 14", "90, 180"})
    void itIsAWeekOrTwiceTheDaysThatEvidenceMustSpan(int minDays, int days) {
        assertEquals(Duration.ofDays(days), new MinimumEvidence(1, 1, minDays).window());
    }

    /// A window no longer than the days that are wanted holds less than these, however long the mail has flowed.
    @Test
    void whoWantsAWeekOfEvidenceGetsReadyByIt(@TempDir Path directory) throws Exception {
        var time = new SimTime();
        try (var database = SqliteDatabase.open(directory,
                Stream.of(Connectors.SCHEMA, EvidenceLog.SCHEMA).flatMap(List::stream).toList())) {
            var reports = new Reports(new Verdicts(database), new Connectors(database, time),
                    new MinimumEvidence(10, 1, 7), _ -> List.of(), time);
            for (int day = 0; day < 12; day++) {
                time.advance(Duration.ofDays(1));
                database.write(new EvidenceLog(database).keep(new Settled(
                        new QueueId(String.format("%016d", day)), Domain.of("a.test"), "Default", time.instant()),
                        Optional.of(new Verdict(Optional.empty(), true, "mx.a.test")), List.of()));
            }
            var ready = reports.readiness("Default", null, 0.5).getFirst();
            assertEquals("", ready.why());
            assertEquals(12, ready.messages());
            assertEquals("7 of at least 10 messages were judged; what was judged spans 6 d 0 h, and at least 7 days is "
                    + "wanted",
                    reports.readiness("Default", time.instant().minus(Duration.ofDays(7)).plusSeconds(1), 0.5)
                            .getFirst().why());
        }
    }
}
