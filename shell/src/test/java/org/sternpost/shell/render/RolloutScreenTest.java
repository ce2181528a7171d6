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
import org.sternpost.engine.connector.TlsValidation;
import org.sternpost.engine.control.view.WatchedRolloutView;

/// What a window shows of rollouts.
class RolloutScreenTest {

    private static final Instant SEEN = Instant.parse("2026-11-23T10:00:00Z");
    private static final String HOSTILE = "\u001b[2J\u001b]0;x\u0007 \r\n\t漢字漢字\u0301 \u202e" + "long ".repeat(500);

    private final List<List<String>> drawn = new ArrayList<>();

    private RolloutScreen screen(int width, int height) {
        return new RolloutScreen(new LookScreen.Window() {
            @Override
            public int width() { return width; }

            @Override
            public int height() { return height; }

            @Override
            public void draw(List<String> lines) { drawn.add(lines); }
        }, ZoneOffset.UTC, new AnsiStyle(false));
    }

    private static void look(RolloutScreen screen, int rollouts) {
        for (int i = 0; i < rollouts; i++)
            screen.put(new RecordItem(new WatchedRolloutView(SEEN, "R-" + i, "banks", TlsValidation.Enabled, "Running",
                    2, 25, 1_000, 3, 1.5, 1.2, SEEN, HOSTILE, i == 0 ? rollouts : 0)));
    }

    @ParameterizedTest
    @CsvSource({"200,50", "80,24", "40,10", "12,4", "1,1"})
    void noLineLeavesTheWindowWhateverAHostHasSaid(int width, int height) {
        look(screen(width, height), 30);
        assertEquals(1, drawn.size(), "a look is drawn once it is whole");
        assertTrue(drawn.getFirst().size() <= height, drawn.getFirst().size() + " lines");
        for (String line : drawn.getFirst()) {
            assertTrue(TextWidth.of(line) <= width, line);
            assertTrue(line.chars().noneMatch(c -> Character.isISOControl(c) || c == 0x202e), line);
        }
    }

    @Test
    void whatEachWaitsForStandsBelowTheTable() {
        look(screen(120, 20), 2);
        assertEquals("10:00:00  2 rollouts    q or Ctrl-C ends", drawn.getFirst().getFirst());
        assertEquals(2, drawn.getFirst().stream().filter(line -> line.matches("R-[01]: .*")).count(),
                drawn.getFirst().toString());
    }

    @Test
    void whereNoneIsTheWindowSaysSo() {
        screen(80, 20).put(new RecordItem(WatchedRolloutView.nothing(SEEN)));
        assertTrue(drawn.getFirst().contains("no rollout to show"), drawn.getFirst().toString());
    }
}
