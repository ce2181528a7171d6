package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.cmdlets.Descriptor;
import org.sternpost.cmdlets.Descriptor.HelpExample;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.shell.run.ExitCode;

/// Every example of the help is run on a real engine ([ExampleEngine]), and prints what it says it prints.
class ExamplesTest extends WithExampleEngine {

    /// @param cmdlet whose example it is
    record Shown(Descriptor cmdlet, HelpExample example) {
        @Override
        public String toString() { return cmdlet.name() + ": " + example.run(); }
    }

    static Stream<Shown> examples() {
        return new AllCmdlets().all().stream()
                .flatMap(cmdlet -> cmdlet.examples().stream().map(example -> new Shown(cmdlet, example)));
    }

    @Test
    void everyCmdletHasAnExample() {
        var without = new AllCmdlets().all().stream().filter(cmdlet -> cmdlet.examples().isEmpty()).toList();
        assertTrue(without.isEmpty(), without.toString());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExamplePrintsWhatItSays(Shown shown) throws Exception {
        String text = shown.example().run();
        String printed = shown.cmdlet().changes() ? engine.printedByCopy(text) : engine.printed(text);
        var written = Pattern.compile("[\\w-]+\\.csv").matcher(shown.example().run());
        if (written.find()) Files.deleteIfExists(Path.of(written.group()));
        assertTrue(matches(shown.example().prints(), printed),
                "\n" + shown + "\nexpected:\n" + shown.example().prints() + "\nprinted:\n" + printed);
    }

    /// Wherever the test stands in its pipeline, and whatever is made of its answer.
    @ParameterizedTest
    @ValueSource(strings = {"Test-TlsValidation tax.gov.example",
            "Test-TlsValidation tax.gov.example | Where-Object Satisfied -eq $true",
            "'tax.gov.example' | Test-TlsValidation | Format-Tree", "Test-SmtpDane tax.gov.example; Get-Queue",
            "Test-OutboundConnector gov -Domain tax.gov.example", "Test-DeliveryHealth",
            "Test-DeliveryHealth | Where-Object Health -eq Healthy"})
    void whatIsTestedAndNotSoIsTheExitCode(String text) {
        var out = new ByteArrayOutputStream();
        assertEquals(ExitCode.CONDITION_FALSE, engine.run(text, out, out));
    }

    /// What has a name and is not there is an error, never silence; it says where to look.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Get-Message 01J9ZK3M5T0000ZZ          | NOT_FOUND | Get-MessageTrace tells what became of the others
            Remove-Message 01J9ZK3M5T0000ZZ       | NOT_FOUND | Get-MessageTrace tells what became of the others
            Get-MessageTraceDetail 01J9ZK3M5T0000ZZ | NOT_FOUND | Get-MessageTrace lists them
            Get-Message X                         | INVALID   | Get-Message lists the ids of mail that waits
            Remove-Message X                      | INVALID   | Get-Message lists the ids of mail that waits
            Resume-Message X                      | INVALID   | Get-Message lists the ids of mail that waits
            Get-MessageTraceDetail X              | INVALID   | Get-MessageTrace those of all mail
            Get-Queue nosuch.example              | NOT_FOUND | Get-MessageTrace tells what became
            Get-OutboundConnector nosuch          | NOT_FOUND | New-OutboundConnector makes one
            Get-TlsRollout R-99                   | NOT_FOUND | R-1
            Get-TlsReadiness nosuch               | NOT_FOUND | New-OutboundConnector makes one
            Get-StsPolicy nosuch.example          | NOT_FOUND | Get-StsPolicy lists those that are
            Get-TlsException nosuch               | NOT_FOUND | New-OutboundConnector makes one
            Get-TlsException gov nosuch.example   | NOT_FOUND | New-TlsException makes one
            Get-DkimKey nosuch.example            | NOT_FOUND | New-DkimKey makes one
            """)
    void whatIsNotThereIsRefusedWithWhereToLook(String text, String code, String says) {
        String printed = engine.printed(text);
        assertTrue(printed.contains("error[" + code + "]") && printed.contains(says), printed);
    }

    /// A filter crosses the shell as it is typed, in braces or as text.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Get-Queue -Filter {Stauts -eq 'Retry'}                    | did you mean Status?
            Get-Queue -Filter {}                                      | empty is never all
            Remove-Message -Filter '' -Confirm:$false                 | empty is never all
            Remove-Message -Confirm:$false                            | name one by -Identity or several by -Filter
            Get-Message 01J9ZK3M5T00000A -Filter {Size -gt 1}         | not both
            Get-Message -Filter {Subject -eq $x}                      | double quotes
            Get-Queue -BookmarkIndex 5                                | -ResultSize says how much of it
            Retry-Queue gov/tax.gov.example -Resubmit $true           | Retry-Queue alone does it
            Suspend-Message -Filter {Status -ne 'Suspended'}          | nobody is there to give it
            Suspend-Message -Filter {Status -ne 'Suspended'} -WhatIf  | affects: 3 messages
            Get-Queue -Filter "NextHopDomain -eq 'tax.gov.example'"   | gov/tax.gov.example
            $d = 'busy.example'; Get-Queue -Filter "NextHopDomain -eq '$d'" | Default/busy.example
            Get-Message -Filter {Subject -eq 'Odd'}                   | Suspended
            """)
    void aFilterIsReadByTheEngine(String text, String says) throws Exception {
        String printed = engine.printedByCopy(text);
        assertTrue(printed.contains(says), printed);
    }

    /// What acts on one or on a filter's takes one of each record too.
    @ParameterizedTest
    @ValueSource(strings = {"Get-Message | Suspend-Message",
            "Get-Message | Where-Object Status -eq Suspended | Resume-Message",
            "Get-Message | Remove-Message", "Get-Message | Redirect-Message -Connector gov",
            "Get-Message | Where-Object Status -ne Suspended | Suspend-Message", "Get-Queue | Suspend-Queue",
            "Get-Queue | Resume-Queue", "Get-Queue | Retry-Queue"})
    void whatThePipelineNamesIsActedOn(String text) throws Exception {
        String printed = engine.printedByCopy(text + " -WhatIf");
        assertTrue(printed.startsWith("What if: ") && !printed.contains("error["), printed);
    }

    /// What asks for all of a kind, or by a day or a sender, answers with none.
    @ParameterizedTest
    @ValueSource(strings = {"Get-TlsException -Domain nosuch.example", "Get-TlsException schools",
            "Get-MessageTrace -RecipientAddress @nosuch.example", "Get-TlsRptReport nosuch.example",
            "Get-DeliveryReport -Domain nosuch.example"})
    void aSearchMayFindNothing(String text) {
        var out = new ByteArrayOutputStream();
        assertEquals(ExitCode.DONE, engine.run(text, out, out), out::toString);
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
}
