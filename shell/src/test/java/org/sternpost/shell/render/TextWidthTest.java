package org.sternpost.shell.render;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How values look.
class TextWidthTest {

    private final ValueFormat values = new ValueFormat(ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource(textBlock = """
            abc,    3
            例え.jp,  7
            é,     1
            Ａ,      2
            """)
    void wideCharactersTakeTwoCells(String text, int cells) { assertEquals(cells, TextWidth.of(text)); }

    @ParameterizedTest
    @CsvSource(textBlock = """
            PT1H30M, 1h30m
            PT0S,    0s
            P2D,     2d
            PT0.25S, 250ms
            PT90.5S, 1m30s
            """)
    void spansAreShort(Duration span, String shown) { assertEquals(shown, values.text(span)); }

    @Test
    void aSubjectCannotMoveTheCursor() { assertEquals("a\\x1b[2Jb\\nc\\u202ed", values.text("a\u001b[2Jb\nc\u202ed")); }

    @Test
    void kindsHaveTheirForms() {
        assertEquals("True", values.text(true));
        assertEquals("{}", values.text(List.of()));
        assertEquals("a, b", values.text(List.of("a", "b")));
        assertEquals("25 MB", values.cell("MaxMessageBytes", 26_214_400L));
        assertEquals("25 MB (26,214,400 bytes)", values.line("MaxMessageBytes", 26_214_400L));
        assertEquals("0.5%", values.cell("FailurePercent", 0.5));
    }
}
