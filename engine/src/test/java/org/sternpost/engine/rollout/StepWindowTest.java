package org.sternpost.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.connector.Connectors;
import org.sternpost.engine.connector.ShareOf;
import org.sternpost.engine.connector.TlsValidation;

/// When steps forward may be taken. 2026-11-23 is a Monday.
class StepWindowTest extends RolloutBench {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Mon-Fri 08:00-16:00 | UTC           | 2026-11-23T10:00:00Z | 2026-11-23T10:00:00Z
            Mon-Fri 08:00-16:00 | UTC           | 2026-11-23T07:59:59Z | 2026-11-23T08:00:00Z
            Mon-Fri 08:00-16:00 | UTC           | 2026-11-23T16:00:00Z | 2026-11-24T08:00:00Z
            Mon-Fri 08:00-16:00 | UTC           | 2026-11-27T16:00:00Z | 2026-11-30T08:00:00Z
            mon,Wed 08:00-16:00 | UTC           | 2026-11-24T09:00:00Z | 2026-11-25T08:00:00Z
            Sat-Mon 08:00-16:00 | UTC           | 2026-11-25T09:00:00Z | 2026-11-28T08:00:00Z
            Fri 22:00-06:00     | UTC           | 2026-11-28T05:59:59Z | 2026-11-28T05:59:59Z
            Fri 22:00-06:00     | UTC           | 2026-11-28T06:00:00Z | 2026-12-04T22:00:00Z
            08:00-24:00         | UTC           | 2026-11-28T23:59:59Z | 2026-11-28T23:59:59Z
            Sat,Sun 00:00-24:00 | UTC           | 2026-11-27T23:59:59Z | 2026-11-28T00:00:00Z
            Sat,Sun 00:00-24:00 | UTC           | 2026-11-29T00:00:00Z | 2026-11-29T00:00:00Z
            Sat,Sun 00:00-24:00 | UTC           | 2026-11-29T23:59:59Z | 2026-11-29T23:59:59Z
            Sat,Sun 00:00-24:00 | UTC           | 2026-11-30T00:00:00Z | 2026-12-05T00:00:00Z
            00:00-24:00         | UTC           | 2026-11-30T00:00:00Z | 2026-11-30T00:00:00Z
            Mon-Fri 08:00-16:00 | Europe/Berlin | 2026-11-23T07:30:00Z | 2026-11-23T07:30:00Z
            Mon-Fri 08:00-16:00 | Europe/Berlin | 2026-07-20T05:00:00Z | 2026-07-20T06:00:00Z
            Sun 02:00-03:00     | Europe/Berlin | 2026-03-28T12:00:00Z | 2026-04-05T00:00:00Z
            """)
    void itOpensAtItsOwnPlace(String text, String zone, Instant at, Instant next) {
        assertEquals(next, StepWindow.of(text, zone).next(at));
    }

    /// Berlin's clocks go from 02:00 to 03:00 at 2026-03-29T01:00Z, and from 03:00 to 02:00 at 2026-10-25T01:00Z.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Sun 02:15-02:45     | 2026-03-29T00:00:00Z | 2026-04-05T00:15:00Z
            Sun 02:15-02:45     | 2026-03-29T01:20:00Z | 2026-04-05T00:15:00Z
            Sun 01:30-02:30     | 2026-03-29T00:59:59Z | 2026-03-29T00:59:59Z
            Sun 01:30-02:30     | 2026-03-29T01:00:00Z | 2026-04-04T23:30:00Z
            Sun 01:30-02:30     | 2026-03-29T01:20:00Z | 2026-04-04T23:30:00Z
            Sun 02:30-03:15     | 2026-03-29T00:50:00Z | 2026-03-29T01:00:00Z
            Sun 02:30-03:15     | 2026-03-29T01:05:00Z | 2026-03-29T01:05:00Z
            Sun 02:30-03:15     | 2026-03-29T01:15:00Z | 2026-04-05T00:30:00Z
            Sun 01:00-04:00     | 2026-03-29T01:59:59Z | 2026-03-29T01:59:59Z
            Sun 01:00-04:00     | 2026-03-29T02:00:00Z | 2026-04-04T23:00:00Z
            Sat 22:00-02:30     | 2026-03-29T01:00:00Z | 2026-04-04T20:00:00Z
            Sun 02:15-02:45     | 2026-10-25T00:10:00Z | 2026-10-25T00:15:00Z
            Sun 02:15-02:45     | 2026-10-25T00:44:59Z | 2026-10-25T00:44:59Z
            Sun 02:15-02:45     | 2026-10-25T01:20:00Z | 2026-11-01T01:15:00Z
            Sun 01:30-02:30     | 2026-10-25T00:30:00Z | 2026-11-01T00:30:00Z
            Sun 02:30-03:15     | 2026-10-25T00:20:00Z | 2026-10-25T00:30:00Z
            Sun 02:30-03:15     | 2026-10-25T01:10:00Z | 2026-10-25T01:10:00Z
            Sun 02:30-03:15     | 2026-10-25T02:15:00Z | 2026-11-01T01:30:00Z
            """)
    void aTimeThatClocksSkipIsTheMomentTheySkipItAtAndOneThatComesTwiceTheFirst(String text, Instant at, Instant next) {
        assertEquals(next, StepWindow.of(text, "Europe/Berlin").next(at));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Mon-Fri", "08:00", "Mon-Fri 8-16", "Mo 08:00-16:00", "Mon-Wed-Fri 08:00-16:00",
            "Mon-Fri 08:00-25:00", "Mon-Fri 08:00-08:00", "Mon, Tue 08:00-16:00"})
    void whatIsNoWindowIsNamed(String text) {
        assertThrows(IllegalArgumentException.class, () -> StepWindow.of(text, "UTC"));
    }

    /// What ends as it begins may be meant to last for a day or for nothing.
    @ParameterizedTest
    @ValueSource(strings = {"Mon-Fri 08:00-08:00", "00:00-00:00"})
    void allDayIsWrittenAsTwentyFourHours(String text) {
        assertEquals("'" + text + "' ends at the time at which it begins; 00:00-24:00 is all day", assertThrows(
                IllegalArgumentException.class, () -> StepWindow.of(text, "UTC")).getMessage());
    }

    @Test
    void aTimeZoneThatIsNoneIsNamed() {
        assertEquals("'Mars/Olympus' is no time zone, as Europe/Berlin or UTC are", assertThrows(
                IllegalArgumentException.class, () -> StepWindow.of("08:00-16:00", "Mars/Olympus")).getMessage());
    }

    /// Forwards only within it, also to the end and after a restart; backwards at any time.
    @Test
    void stepsForwardWaitForTheWindowAndAStepBackDoesNot() throws Exception {
        Instant opens = Instant.parse("2026-11-24T08:00:00Z");
        var rollout = rollouts.start(within("Mon-Fri 08:00-10:30"), "ops");
        mail(20, false);
        assertEquals(Optional.of(opens), outlook(rollout).nextStep(), "the hold ends outside of it");
        time.advance(Duration.ofHours(1));
        rollouts.tick();
        assertEquals(0, stage(rollout));
        assertEquals(new RolloutOutlook(Optional.of(opens), "its window Mon-Fri 08:00-10:30 UTC opens " + opens),
                outlook(rollout));
        connectors = new Connectors(database, time);
        rollouts = new Rollouts(database, connectors, traffic, log, time);
        time.advance(Duration.between(time.instant(), opens));
        rollouts.tick();
        assertEquals(1, stage(rollout));
        time.advance(Duration.ofHours(5));
        mail(20, true);
        rollouts.tick();
        assertEquals(Rollout.Status.RolledBack, rollouts.find(rollout.id()).orElseThrow().progress().status());
    }

    @Test
    void aChangeNoteStandsWithTheRolloutAndItsHistory() throws Exception {
        var rollout = rollouts.start(within("Mon-Fri 08:00-10:30"), "ops");
        var kept = rollouts.find(rollout.id()).orElseThrow();
        assertEquals("CHG-4711", kept.plan().manner().changeNote());
        assertEquals("Mon-Fri 08:00-10:30 UTC", kept.plan().manner().window().orElseThrow().toString());
        assertTrue(kept.history().getFirst().endsWith(" change note: CHG-4711"), kept.history().toString());
        assertEquals("CHG-4711", steps.getLast().after().plan().manner().changeNote(), "for the audit");
    }

    /// Zones are given up. What has ended is told in the words it was given in.
    @Test
    void whatHasEndedNeedsNoTimeZoneThatIsKnown() throws Exception {
        var rollout = rollouts.start(within("Mon-Fri 08:00-10:30"), "ops");
        rollouts.stop(rollout.id(), "over", "ops");
        givenUp();
        var kept = rollouts.find(rollout.id()).orElseThrow();
        assertEquals("Mon-Fri 08:00-10:30 US/Pacific-New", kept.plan().manner().window().orElseThrow().toString());
        assertEquals(new RolloutOutlook(Optional.empty(), "over"), outlook(rollout));
    }

    /// Nobody knows when it may go on: it stays, is told of, and still goes back.
    @Test
    void whatIsOpenIsSuspendedWhereItsTimeZoneIsKnownNoMore() throws Exception {
        var rollout = rollouts.start(within("Mon-Fri 08:00-10:30"), "ops");
        givenUp();
        String why = "its window is Mon-Fri 08:00-10:30 in the time zone US/Pacific-New, which this machine's Java "
                + "knows no more";
        assertEquals(new RolloutOutlook(Optional.empty(),
                why + "; Stop-TlsRollout it, and start another with a -TimeZone that is known"), outlook(rollout));
        assertEquals(TlsValidation.Enabled, connector().modeFor(covered()));
        assertRefused(rollout.id() + " cannot go on: " + why, () -> rollouts.resume(rollout.id(), "", "ops"));
        time.advance(Duration.ofDays(1));
        rollouts.tick();
        assertEquals(Rollout.Status.Suspended, rollouts.find(rollout.id()).orElseThrow().progress().status());
        givenUp();
        assertEquals(1, steps.stream().filter(step -> step.operation().equals("Suspend-TlsRollout")).count());
        mail(20, true);
        rollouts.tick();
        assertEquals(Rollout.Status.RolledBack, rollouts.find(rollout.id()).orElseThrow().progress().status());
    }

    /// A newer Java, in which the zone is no more.
    private void givenUp() throws Exception {
        database.write(connection -> {
            try (var update = connection.prepareStatement("UPDATE rollout SET time_zone = 'US/Pacific-New'")) {
                return update.executeUpdate();
            }
        });
        connectors = new Connectors(database, time);
        rollouts = new Rollouts(database, connectors, traffic, log, time);
    }

    private Rollout within(String window) {
        return Rollout.draft("Default", new Rollout.Plan(TlsValidation.Opportunistic, TlsValidation.Enabled,
                List.of(50.0, 100.0), Duration.ofHours(1), new Rollout.Limit(1, 2, true),
                new Rollout.Manner(ShareOf.Domain, Optional.of(StepWindow.of(window, "UTC")), "CHG-4711")),
                time.instant());
    }

    private int stage(Rollout rollout) throws Exception {
        return rollouts.find(rollout.id()).orElseThrow().progress().stage();
    }

    private RolloutOutlook outlook(Rollout rollout) throws Exception {
        return rollouts.outlook(rollouts.find(rollout.id()).orElseThrow());
    }
}
