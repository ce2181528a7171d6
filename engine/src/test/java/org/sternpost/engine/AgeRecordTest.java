package org.sternpost.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.time.SimTime;

/// A machine that starts with a wrong clock, or much later, makes nothing old by that.
class AgeRecordTest {

    private static final Duration YEAR = Duration.ofDays(365);

    private final SimTime first = new SimTime();

    @TempDir
    Path directory;

    @Test
    void anEngineThatStartsLaterAgesFromWhereTheLastOneEnded() throws Exception {
        AgeRecord record = AgeRecord.open(directory, first);
        record.look();
        first.advance(Duration.ofMinutes(5));
        record.look();
        Instant ended = first.instant();
        var second = new SimTime(ended.plus(YEAR), 1);
        AgeRecord again = AgeRecord.open(directory, second);
        again.look();
        assertEquals(ended, second.ages().now());
        // It has not been there for a day when it is started again.
        second.advance(Duration.ofHours(12));
        again.look();
        var third = new SimTime(second.instant(), 1);
        AgeRecord.open(directory, third);
        third.advance(Duration.ofHours(11));
        assertEquals(ended.plus(Duration.ofHours(23)), third.ages().now());
        third.advance(Duration.ofHours(1));
        assertEquals(third.instant(), third.ages().now());
    }

    /// It was not synced before a power loss, somebody has written into it, or it is of the first start.
    @ParameterizedTest
    @ValueSource(strings = {"", "x", "x y z", "2026-11-23T10:00:00Z PT0S", "2026-11-23T10:00:00Z PT0S ten",
            "+1000000000-12-31T23:59:59Z PT0S PT0S", "-1000000000-01-01T00:00:00Z PT0S PT0S",
            "2026-11-23T10:00:00Z PT0S PT2562047788015215H30M7S"})
    void whatCannotBeReadKeepsNothingFromStarting(String text) throws Exception {
        Files.writeString(directory.resolve(AgeRecord.FILE), text);
        AgeRecord record = AgeRecord.open(directory, first);
        record.look();
        first.advance(Duration.ofDays(2));
        record.look();
        assertEquals(first.instant(), first.ages().now());
        assertTrue(Files.readString(directory.resolve(AgeRecord.FILE)).startsWith(first.instant() + " PT0S"));
    }
}
