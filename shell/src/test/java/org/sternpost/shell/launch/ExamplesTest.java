package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.cmdlets.Example;
import org.sternpost.cmdlets.FixedEngine;
import org.sternpost.cmdlets.wire.InProcessClient;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.engine.time.SimTime;
import org.sternpost.shell.run.ExitCode;

/// Every example of the help is run on an engine that never changes, and prints what it says it prints.
class ExamplesTest {

    /// @param cmdlet whose example it is
    record Shown(String cmdlet, Example example) {
        @Override
        public String toString() { return cmdlet + ": " + example.run(); }
    }

    static Stream<Shown> examples() {
        return new AllCmdlets().all().stream()
                .flatMap(cmdlet -> cmdlet.examples().stream().map(example -> new Shown(cmdlet.name(), example)));
    }

    @Test
    void everyCmdletHasAnExample() {
        var without = new AllCmdlets().all().stream().filter(cmdlet -> cmdlet.examples().isEmpty()).toList();
        assertTrue(without.isEmpty(), without.toString());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExamplePrintsWhatItSays(Shown shown) throws Exception {
        String printed = run(shown.example().run());
        var written = Pattern.compile("[\\w-]+\\.csv").matcher(shown.example().run());
        if (written.find()) Files.deleteIfExists(Path.of(written.group()));
        assertTrue(matches(shown.example().prints(), printed),
                "\n" + shown + "\nexpected:\n" + shown.example().prints() + "\nprinted:\n" + printed);
    }

    /// Wherever the test stands in its pipeline, and whatever is made of its answer.
    @ParameterizedTest
    @ValueSource(strings = {"Test-Resolver", "Test-Resolver | Where-Object Trusted -eq $true",
            "Test-TlsValidation tax.gov.example", "'tax.gov.example' | Test-TlsValidation | Format-Tree",
            "Test-SmtpDane tax.gov.example; Get-Queue", "Test-OutboundConnector gov -Domain tax.gov.example"})
    void whatIsTestedAndNotSoIsTheExitCode(String text) {
        assertEquals(ExitCode.CONDITION_FALSE, exit(text, new ByteArrayOutputStream()));
    }

    private static String run(String text) {
        var printed = new ByteArrayOutputStream();
        exit(text, printed);
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static int exit(String text, ByteArrayOutputStream printed) {
        var stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
        var process = new Launcher.Process(new ByteArrayInputStream(new byte[0]), stream, stream, Map.of(), 0, false);
        return new Launcher(process, new Fixed(), new SimTime(FixedEngine.NOW, 1)).run(List.of("-Command", text));
    }

    /// A line of `…` stands for any lines, a `…` in a line for any text with the blanks beside it.
    static boolean matches(String expected, String printed) {
        String regex = expected.lines().map(line -> line.equals("…") ? "(?:[^\\n]*\\n)*" : line(line) + "\\n")
                .collect(Collectors.joining());
        String closed = printed.isEmpty() || printed.endsWith("\n") ? printed : printed + "\n";
        return Pattern.matches(regex, closed);
    }

    private static String line(String line) {
        return Stream.of(line.split(" *… *", -1)).map(Pattern::quote).collect(Collectors.joining("[^\\n]*"));
    }

    record Fixed() implements EngineHost {
        @Override
        public EngineClient open(Optional<Path> settings, Wanted wanted, Consumer<String> say) {
            return new InProcessClient(FixedEngine.management(), "mx1.example.com", "tester");
        }

        @Override
        public EngineClient start(Path settings) {
            return open(Optional.of(settings), Wanted.RunningOrInside, _ -> {});
        }

        @Override
        public int serve(Optional<Path> settings, Consumer<String> say) { return 0; }
    }
}
