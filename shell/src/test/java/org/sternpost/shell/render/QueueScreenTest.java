package org.sternpost.shell.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.cmdlets.RecordItem;
import org.sternpost.engine.control.view.QueueTotalsView;
import org.sternpost.engine.control.view.QueueView;
import org.sternpost.engine.control.view.WatchedQueueView;

/// What a window shows of a look.
class QueueScreenTest {

    private static final Instant SEEN = Instant.parse("2026-11-23T10:00:00Z");
    private static final String HOSTILE = "\u001b[2J\u001b]0;x\u0007 \r\n\t漢字漢字\u0301 \u202e" + "long ".repeat(500);

    private final List<List<String>> drawn = new ArrayList<>();

    private QueueScreen screen(int width, int height, boolean colour) {
        return new QueueScreen(new QueueScreen.Window() {
            @Override
            public int width() { return width; }

            @Override
            public int height() { return height; }

            @Override
            public void draw(List<String> lines) { drawn.add(lines); }
        }, ZoneOffset.UTC, new AnsiStyle(colour));
    }

    private static void look(QueueScreen screen, int queues) { look(screen, queues, queues); }

    /// @param all that there are, found or not
    private static void look(QueueScreen screen, int queues, int all) {
        for (int i = 0; i < queues; i++) {
            var one = new QueueView("Default/d" + i + ".example", "Default", "d" + i + ".example", "Retry", 100 - i, 1,
                    SEEN, SEEN, HOSTILE, 0, "DnsConnectorDelivery", 2, 1, -1);
            screen.put(new RecordItem(WatchedQueueView.of(SEEN, one, i > 0
                    ? null
                    : new QueueTotalsView(1, queues, queues, all, 1_000, 0, 1_000, 2, 1, -1, SEEN, HOSTILE))));
        }
    }

    @ParameterizedTest
    @CsvSource({"200,50", "80,24", "40,10", "12,4", "1,1"})
    void noLineLeavesTheWindowWhateverAHostHasSaid(int width, int height) {
        look(screen(width, height, false), 100);
        assertEquals(1, drawn.size(), "a look is drawn once it is whole");
        assertTrue(drawn.getFirst().size() <= height, drawn.getFirst().size() + " lines");
        for (String line : drawn.getFirst()) {
            assertTrue(TextWidth.of(line) <= width, line);
            assertTrue(line.chars().noneMatch(c -> Character.isISOControl(c) || c == 0x202e), line);
        }
    }

    @Test
    void whatGrowsIsMarkedOnlyWhereColourIsWanted() {
        look(screen(120, 30, true), 1);
        look(screen(120, 30, false), 1);
        assertTrue(drawn.getFirst().stream().anyMatch(line -> line.startsWith("\u001b[33mDefault/d0.example")));
        assertTrue(drawn.getLast().stream().noneMatch(line -> line.contains("\u001b")));
    }

    @Test
    void whatHasNoRoomIsCounted() {
        look(screen(120, 10, false), 100);
        String last = drawn.getFirst().getLast();
        assertTrue(last.matches("… and \\d+ more of 100 queues"), last);
    }

    /// Those that no filter lets through are in the headline, and nowhere else.
    @Test
    void whatWasNotAskedForHasNoRoomToWant() {
        look(screen(120, 30, false), 1, 1_000);
        assertTrue(drawn.getFirst().getFirst().contains("1,000 queues: "), drawn.getFirst().getFirst());
        assertTrue(drawn.getFirst().stream().noneMatch(line -> line.contains("more of")), drawn.getFirst().toString());
        look(screen(120, 10, false), 100, 1_000);
        assertTrue(drawn.getLast().getLast().matches("… and \\d+ more of 100 queues"), drawn.getLast().getLast());
    }
}
