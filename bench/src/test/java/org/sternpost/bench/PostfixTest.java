package org.sternpost.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PostfixTest {

    private static final Path PAGE = Path.of(System.getProperty("sternpost.root", ".."), "docs/performance.md");

    /// Whoever doubts a figure must be able to read how Postfix was set, and why.
    @Test
    void thePageHasEverySettingByWhichPostfixIsTuned() throws Exception {
        String page = Files.readString(PAGE);
        for (var one : Postfix.TUNING)
            assertTrue(page.contains("| `" + one.key() + "` | `" + one.value() + "` | " + one.reason() + " |"),
                    one.key());
    }
}
