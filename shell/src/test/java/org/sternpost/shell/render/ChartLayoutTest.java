package org.sternpost.shell.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sternpost.cmdlets.CustomItem;
import org.sternpost.cmdlets.Item;

/// Numbers of records as bars, at a terminal and elsewhere.
class ChartLayoutTest {

    private static Item day(String name, long delivered, long failed) {
        var values = new LinkedHashMap<String, Object>();
        values.put("Day", name);
        values.put("Delivered", delivered);
        values.put("Failed", failed);
        values.put("Delay", Duration.ofSeconds(delivered));
        return new CustomItem("Selected", values);
    }

    private static final List<Item> DAYS = List.of(day("2026-11-21", 20, 0), day("2026-11-22", 0, 0),
            day("2026-11-23", 9, 1));

    private static List<String> chart(int width, boolean coloured, List<String> series) {
        return new RecordLayout(new ValueFormat(ZoneOffset.UTC), new AnsiStyle(coloured), width).chart(DAYS, "Day",
                series, false);
    }

    @Test
    void barsAreAsLongAsTheirNumbers() {
        assertEquals(List.of("█ Delivered  ▓ Failed",
                "2026-11-21  ████████████████████  20 + 0",
                "2026-11-22                        0 + 0",
                "2026-11-23  █████████▓            9 + 1"), chart(40, false, List.of("Delivered", "Failed")));
        assertEquals(List.of("2026-11-21  " + "#".repeat(50) + "  20s", "2026-11-22  " + " ".repeat(50) + "  0s",
                "2026-11-23  " + "#".repeat(23) + " ".repeat(27) + "  9s"), chart(0, false, List.of("Delay")));
    }

    @Test
    void coloursAreThoseOfTheStream() {
        assertTrue(chart(40, true, List.of("Delivered", "Failed")).getLast().contains("\u001b[33m▓\u001b[0m"));
        assertTrue(chart(40, false, List.of("Delivered")).stream().noneMatch(line -> line.contains("\u001b")));
    }

    /// Whatever the numbers, a bar has its room, and nothing that is there is left out where there is room for it.
    @Test
    void noBarIsLongerThanItsRoom() {
        var chance = new Random(3);
        for (int round = 0; round < 500; round++) {
            List<Item> items = IntStream.range(0, 1 + chance.nextInt(5))
                    .mapToObj(i -> day("d", chance.nextInt(3) * chance.nextInt(1_000_000), chance.nextInt(3))).toList();
            var lines = new RecordLayout(new ValueFormat(ZoneOffset.UTC), new AnsiStyle(false), 60).chart(items, "Day",
                    List.of("Failed", "Delivered"), false);
            for (String line : lines)
                assertTrue(TextWidth.of(line) <= 60, line);
            for (int i = 0; i < items.size(); i++)
                assertEquals((long) items.get(i).get("Failed") > 0, lines.get(i + 1).contains("█"), lines.get(i + 1));
        }
    }

    @Test
    void whatHasNoLengthIsRefused() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> chart(80, false, List.of("Day"))).getMessage()
                .contains("Day is no number"));
        assertThrows(IllegalArgumentException.class, () -> chart(80, false, List.of("Failed", "Failed", "Failed",
                "Failed", "Failed")));
    }
}
