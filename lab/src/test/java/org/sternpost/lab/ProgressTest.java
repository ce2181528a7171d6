package org.sternpost.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whoever waits for something long hears how far it is.
class ProgressTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0    | ''       | 20    | kills: 0 of 1,000
            250  | ''       | 300   | kills: 250 of 1,000; 15:00 min left
            1    | '3 lost' | 0.5   | kills: 1 of 1,000, 3 lost; 8:19 min left
            999  | ''       | 86400 | kills: 999 of 1,000; 1:26 min left
            1000 | '0 lost' | 60    | kills: 1,000 of 1,000, 0 lost
            """)
    void aLineSaysHowMuchIsDoneAndHowLongTheRestTakes(int done, String beside, double seconds, String line) {
        assertEquals(line, Progress.line("kills", done, 1_000, beside, seconds).strip());
    }

    @Test
    void itIsSaidAgainAndAgainUntilItIsOver() throws Exception {
        var said = new ByteArrayOutputStream();
        var three = new CountDownLatch(3);
        var asked = new AtomicInteger();
        try (var _ = Progress.of(new PrintStream(said, true, StandardCharsets.UTF_8), Duration.ofMillis(1), "kills",
                1_000, asked::incrementAndGet, () -> {
                    three.countDown();
                    return "";
                })) {
            three.await();
        }
        var lines = said.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals("  kills: 1 of 1,000", lines.getFirst().replaceFirst(";.*", ""));
        assertEquals(asked.get(), lines.size(), "each was said before the end, and none after it");
    }
}
