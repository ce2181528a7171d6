package org.sternpost.engine.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTextTest {

    private static final long SEED = 17;

    /// One of each kind: controls, direction, zero width, fillers, tags, halves of characters, ends of lines.
    @ParameterizedTest
    @ValueSource(ints = {0, 7, '\n', '\r', '\t', 0x1b, 0x7f, 0x80, 0x9b, 0x9f, 0xad, 0x34f, 0x61c, 0x115f, 0x17b4,
            0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2064, 0x2066,
            0x2069, 0x206f, 0x3164, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0xd800, 0xdfff, 0x1d173, 0xe0001, 0xe0041, 0xe01ef})
    void whatCannotBeSeenIsWrittenOut(int c) {
        assertTrue(VisibleText.isHidden(c));
        String shown = VisibleText.of("a" + Character.toString(c) + "b");
        assertTrue(shown.matches("a\\\\[ -~]+b"), shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain text", "Straße", "Ελληνικά", "עברית", "日本語", "é", "\u00a0", "🎉", "a\\nb", ""})
    void whatIsSeenStays(String text) { assertEquals(text, VisibleText.of(text)); }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        10 | \\n
        155 | \\x9b
        8238 | \\u202e
        917569 | \\u{e0041}
        55357 | \\ud83d
        """)
    void itIsWrittenAsItsNumber(int c, String shown) { assertEquals(shown, VisibleText.of(Character.toString(c))); }

    @Test
    void theStartOfALongTextSplitsNoCharacter() {
        assertEquals("abc", VisibleText.startOf("abc", 3));
        assertEquals("abc...", VisibleText.startOf("abcd", 3));
        assertEquals("ab...", VisibleText.startOf("ab🎉", 3));
    }

    @Test
    void noTextThatWasWrittenOutHasAnythingHidden() {
        var random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--)
                text.appendCodePoint(random.nextInt(random.nextBoolean() ? 0x3000 : 0x110000));
            String shown = VisibleText.of(text.toString());
            assertFalse(VisibleText.hasHidden(shown), () -> "seed " + SEED + ": " + shown);
            assertEquals(shown, VisibleText.of(shown));
        }
    }
}
