package org.sternpost.engine.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Sums of delays tell percentiles that are at most a tenth off, however they were added up.
class DelaysTest {

    private static final double OFF_MAX = 0.1;
    private static final double ROUNDED = 0.5; // to whole milliseconds

    @Test
    void whatIsToldIsAtMostATenthOff() {
        for (long millis = 1; millis < Duration.ofDays(40).toMillis(); millis += Math.max(1, millis / 97)) {
            long told = Delays.of(Duration.ofMillis(millis), 1).within(0.5).orElseThrow().toMillis();
            assertTrue(Math.abs(told - millis) <= OFF_MAX * millis + ROUNDED, millis + " is told as " + told);
        }
    }

    /// Against the exact percentile of the same delays, added up in parts that went through the column.
    @Test
    void percentilesOfManyAreAtMostATenthOff() {
        var chance = new Random(12);
        for (int round = 0; round < 50; round++) {
            var exact = new ArrayList<Long>();
            var parts = new ArrayList<Delays>();
            for (int i = 0; i < 1 + chance.nextInt(500); i++) {
                long millis = (long) Math.exp(chance.nextDouble() * 20) + 1;
                exact.add(millis);
                if (parts.isEmpty() || chance.nextInt(10) == 0) parts.add(Delays.NONE);
                parts.add(parts.removeLast().plus(Delays.of(Duration.ofMillis(millis), 1)));
            }
            exact.sort(null);
            Delays all = Delays.read(String.join(" ", parts.stream().map(Delays::text).toList()));
            for (double part : List.of(0.5, 0.95, 0.99)) {
                long wanted = exact.get((int) Math.ceil(part * exact.size()) - 1);
                long told = all.within(part).orElseThrow().toMillis();
                assertTrue(Math.abs(told - wanted) <= OFF_MAX * wanted + ROUNDED, wanted + " is told as " + told);
            }
        }
    }

    @Test
    void whatTookNoTimeOrTheLongestIsTold() {
        assertEquals(Optional.empty(), Delays.NONE.within(0.5));
        assertEquals(Optional.empty(), Delays.of(Duration.ofSeconds(1), 0).within(0.5));
        for (var none : List.of(Duration.ZERO, Duration.ofSeconds(-9), Duration.ofNanos(1)))
            assertEquals(Duration.ofMillis(1), Delays.of(none, 3).within(0.99).orElseThrow());
        assertTrue(Delays.of(Duration.ofDays(9_999), 1).within(0.5).orElseThrow().toDays() >= 30);
    }

    @Test
    void aColumnIsReadAsItWasWritten() {
        Delays some = Delays.of(Duration.ofSeconds(3), 1).plus(Delays.of(Duration.ofMinutes(5), 70))
                .plus(Delays.of(Duration.ofMillis(1), 2));
        assertEquals("0:2 47 73:70", some.text());
        assertEquals(some.text(), Delays.read(some.text()).text());
        assertEquals("0:4 47:2 73:140", Delays.read(some.text() + " " + some.text()).text());
        assertEquals("", Delays.read("").text());
        assertEquals("5 127:3", Delays.read("  5   9999:3 ").text());
    }
}
