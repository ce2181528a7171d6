package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sternpost.cmdlets.FixedEngine;
import org.sternpost.engine.time.SimTime;

/// Each example of `docs/shell.md` prints what stands below it.
class ShellPageTest {

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
    void anExamplePrintsWhatStandsBelowIt(Shown shown) {
        String printed = run(shown.types());
        assertTrue(ExamplesTest.matches(shown.prints(), printed),
                "\n" + PROMPT + shown.types() + "\n" + printed);
    }

    @Test
    void thePageHasExamples() throws IOException { assertFalse(examples().toList().isEmpty()); }

    /// Both streams in one, as a person at a terminal sees them.
    private static String run(String text) {
        var printed = new ByteArrayOutputStream();
        var stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
        var process = new Launcher.Process(new ByteArrayInputStream(new byte[0]), stream, stream, Map.of(), 0, false);
        new Launcher(process, new ExamplesTest.Fixed(), new SimTime(FixedEngine.NOW, 1)).run(List.of("-Command", text));
        return printed.toString(StandardCharsets.UTF_8);
    }
}
