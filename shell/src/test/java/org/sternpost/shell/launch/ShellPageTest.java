package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each example of `docs/shell.md` prints what stands below it.
class ShellPageTest extends WithExampleEngine {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```console\n(.*?)^```");
    private static final String PROMPT = "sternpost> ";

    /// @param prints with `…` as [ExamplesTest#matches] has it
    record Shown(String types, String prints) {
        @Override
        public String toString() { return types; }
    }

    static Stream<Shown> examples() throws IOException {
        return BLOCK.matcher(Files.readString(Path.of("../docs/shell.md"))).results()
                .flatMap(block -> Stream.of(block.group(1).split("(?m)^" + Pattern.quote(PROMPT))))
                .filter(one -> !one.isBlank()).map(one -> new Shown(one.substring(0, one.indexOf('\n')),
                        one.substring(one.indexOf('\n') + 1)));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExamplePrintsWhatStandsBelowIt(Shown shown) throws Exception {
        String printed = engine.printedByCopy(shown.types());
        assertTrue(ExamplesTest.matches(shown.prints(), printed),
                "\n" + PROMPT + shown.types() + "\n" + printed);
    }

    @Test
    void thePageHasExamples() throws IOException { assertFalse(examples().toList().isEmpty()); }
}
