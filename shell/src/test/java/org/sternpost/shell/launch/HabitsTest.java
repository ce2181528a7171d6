package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.engine.time.SystemTime;

/// What the hands of a PowerShell administrator type, and what comes of it: nothing is lost without a word.
class HabitsTest {

    private final StandIn engine = new StandIn();

    record Ran(int exit, String out, String err) {}

    private Ran run(String... argv) {
        var out = new ByteArrayOutputStream();
        return run(out, new byte[0], argv).with(out.toString(StandardCharsets.UTF_8));
    }

    private record Half(int exit, String err) {
        Ran with(String out) { return new Ran(exit, out, err); }
    }

    private Half run(OutputStream out, byte[] input, String... argv) {
        var err = new ByteArrayOutputStream();
        var process = new Launcher.Process(new ByteArrayInputStream(input), out,
                new PrintStream(err, true, StandardCharsets.UTF_8), Map.of("NO_COLOR", "1"), 0, false);
        int exit = new Launcher(process, new StandInHost(engine), new SystemTime()).run(List.of(argv));
        return new Half(exit, err.toString(StandardCharsets.UTF_8));
    }

    private Ran command(String text) { return run("-Command", text); }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            1..5 ¦ ForEach-Object { $_ }                        | 1 2 3 4 5
            1..5 ¦ % { $_ * 2 }                                 | 2 4 6 8 10
            3..-1                                               | 3 2 1 0 -1
            $x = 1..3; $x.Count                                 | 3
            (2..4) ¦ % { $_ + 1 } ¦ % { "n$_" }                  | n3 n4 n5
            'a','b' ¦ % { $_.toUpperCase() }                    | A B
            '1..5'                                              | 1..5
            Get-OutboundConnector -OutVariable y ¦ ft Name > /dev/null; $y.Count | 3
            Get-OutboundConnector ¦ ? { $_.Name -eq 'gov' } -OutVariable z ¦ ft > /dev/null; $z.Name | gov
            $x = Get-OutboundConnector ¦ ft Name; $x.Count      | 5
            $x = Get-OutboundConnector gov ¦ Select-Object Name ¦ ConvertTo-Json -Compress; $x | {"name":"gov"}
            """)
    void itWorksAsTyped(String text, String words) {
        Ran ran = command(text.replace('¦', '|'));
        assertEquals(words, String.join(" ", ran.out().split("\\s+")), ran.err());
        assertEquals(0, ran.exit());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            1..x                                                | RANGE
            1..5,7 ¦ ft                                         | RANGE
            1..2000000                                          | RANGE
            Get-OutboundConnector ¦ ? {$_.TlsValidation -eq “Enabled”} | SYNTAX_TYPOGRAPHY
            Get-OutboundConnector ¦ Set-OutboundConnector -? | HELP_ALONE
            """)
    void itIsRefusedWithAReason(String text, String code) {
        Ran ran = command(text.replace('¦', '|'));
        assertEquals(2, ran.exit(), ran.out());
        assertTrue(ran.err().contains("error[" + code + "]"), ran.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Set-OutboundConnector -?", "Set-OutboundConnector banks -TlsValidation Disabled -?",
            "Remove-OutboundConnector /?", "Remove-OutboundConnector -Identity -?",
            "Get-Help Remove-OutboundConnector"})
    void aQuestionMarkShowsHelpAndChangesNothing(String text) {
        Ran ran = command(text);
        assertEquals(0, ran.exit(), ran.err());
        assertTrue(ran.out().contains("OutboundConnector") && ran.out().length() > 300, ran.out());
        assertEquals(ran.out(), run(text.split(" ")).out(), "the same when the calling shell splits the words");
        assertEquals(0, engine.commits.get());
    }

    /// A name is a name: no star picks several records, and nothing at all never means all of them.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            Get-OutboundConnector *                                             | 1 | there is no connector *
            Get-OutboundConnector g*v                                           | 1 | there is no connector g*v
            Set-OutboundConnector * -TlsValidation Disabled                     | 1 | there is no connector *
            Set-OutboundConnector b*s -TlsValidation Disabled                   | 1 | there is no connector b*s
            Remove-OutboundConnector * -Confirm:$false                          | 1 | there is no connector *
            '*' ¦ Remove-OutboundConnector -Confirm:$false                      | 1 | there is no connector *
            Get-OutboundConnector $null                                         | 2 | error[VALUE_NULL]
            Get-OutboundConnector -Identity ''                                  | 2 | error[VALUE_EMPTY]
            Set-OutboundConnector $null -TlsValidation Disabled                 | 2 | error[VALUE_NULL]
            Remove-OutboundConnector $null -Confirm:$false                      | 2 | error[VALUE_NULL]
            Remove-OutboundConnector -Identity ' ' -Confirm:$false              | 1 | there is no connector
            $x = $null; Remove-OutboundConnector $x -Confirm:$false             | 1 | empty is never all
            $x = $null; Get-OutboundConnector -Identity $x                      | 1 | empty is never all
            Remove-OutboundConnector -Confirm:$false                            | 2 | error[PARAM_MISSING]
            Remove-Message $null -Confirm:$false                                | 2 | error[VALUE_NULL]
            Get-TlsException $null                                              | 2 | error[VALUE_NULL]
            Get-TlsException ''                                                 | 2 | error[VALUE_EMPTY]
            Get-TlsReadiness ''                                                 | 2 | error[VALUE_EMPTY]
            Get-Queue ''                                                        | 2 | error[VALUE_EMPTY]
            Get-DkimKey ''                                                      | 2 | error[VALUE_EMPTY]
            Retry-Queue *                                                       | 2 | say -All for all queues
            Retry-Queue $null                                                   | 2 | error[VALUE_NULL]
            Retry-Queue                                                         | 2 | give -Filter or say -All
            New-OutboundConnector x -RecipientDomains a*b.example               | 2 | has a wildcard inside
            Set-OutboundConnector gov -RecipientDomains x.*.example             | 2 | has a wildcard inside
            Set-OutboundConnector gov -RecipientDomains *                       | 2 | -AllDomains
            """)
    void aSelectorThatIsNoNameSelectsNothing(String text, int exit, String says) {
        Ran ran = command(text.replace('¦', '|'));
        assertTrue(ran.err().contains(says), ran.err() + ran.out());
        assertEquals(exit, ran.exit(), ran.err());
        assertEquals(0, engine.commits.get());
    }

    @Test
    void aQuestionMarkInQuotesIsAName() { assertEquals(1, command("Get-OutboundConnector '-?'").exit()); }

    @Test
    void textThatASpreadsheetWouldRunIsTextInCsv(@TempDir Path dir) throws IOException {
        String records = "@{a='=1+1';b='-5';c='-2+3'}, @{a='+49 30';b='@SUM(1)';c=\"`tx\"} ";
        String guarded = "a,b,c\n'=1+1,-5,'-2+3\n'+49 30,'@SUM(1),'\tx\n";
        assertEquals(guarded, command(records + "| ConvertTo-Csv").out());
        assertEquals(guarded, run("-OutputFormat", "Csv", "-Command", records).out());
        assertEquals(guarded.replace("'", ""), command(records + "| ConvertTo-Csv -AllowFormulas").out());
        for (String write : List.of("> x.csv", "| Export-Csv x.csv", "| Export-Csv x.csv -AllowFormulas")) {
            String place = "'" + dir.resolve("x.csv") + "'";
            Ran ran = command(records + write.replace("x.csv", place));
            assertEquals(0, ran.exit(), ran.err());
            assertEquals(write.contains("-Allow") ? guarded.replace("'", "") : guarded,
                    Files.readString(dir.resolve("x.csv")));
        }
    }

    /// A sheet may part cells where a `;` stands, and rows where a line ends; and a script names columns.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            @{a='x;=1+1;y'}        | a;x;'=1+1;y
            @{a='x;-5;+49 30'}     | a;x;-5;'+49 30
            @{a='=1;=2'}           | a;'=1;'=2
            @{a='x; y - z; a=b'}   | a;x; y - z; a=b
            @{a='=','x'}           | a;'=;x
            @{'=1+1'='x'}          | '=1+1;x
            """)
    void neitherIsAPartOfACell(String record, String lines) {
        String expected = lines.replaceFirst(";", "\n") + "\n";
        assertEquals(expected, command(record + " | ConvertTo-Csv").out());
        assertEquals(expected, run("-OutputFormat", "Csv", "-Command", record).out());
        assertEquals(expected.replace("'", ""), command(record + " | ConvertTo-Csv -AllowFormulas").out());
    }

    @Test
    void norIsALineOfACell() {
        assertEquals("a\n\"x\n'=1+1\n\ny\"\n", command("@{a=\"x`n=1+1`n`ny\"} | ConvertTo-Csv").out());
        assertEquals("a\n'\tx;'=1\n", command("@{a=\"`tx;=1\"} | ConvertTo-Csv").out());
    }

    @Test
    void noColumnOfALaterRecordIsLeftOutOfCsv(@TempDir Path dir) throws IOException {
        String records = "@{a=1}, @{a=2;b=3}, @{c=4} ";
        String whole = "a,b,c\n1,,\n2,3,\n,,4\n";
        assertEquals(whole, command(records + "| ConvertTo-Csv").out());
        Path file = dir.resolve("x.csv");
        assertEquals(0, command(records + "| Export-Csv '" + file + "'").exit());
        assertEquals(whole, Files.readString(file));
        // Lines that leave before the last record is known: what is new begins a table.
        String asTheyCome = "a\n1\n\na,b\n2,3\n\nc\n4\n";
        assertEquals(asTheyCome, run("-OutputFormat", "Csv", "-Command", records).out());
        assertEquals(0, command(records + "> '" + file + "'").exit());
        assertEquals(asTheyCome, Files.readString(file));
    }

    @Test
    void aSearchThatEndsEarlyShowsWhatItFoundAndSaysSo() {
        engine.traceEndsEarly = true;
        assertEquals(6, command("Get-MessageTrace | Measure-Object").exit(), "it found nothing");
        engine.traceRows = 2;
        Ran ran = command("Get-MessageTrace | Measure-Object");
        assertEquals(3, ran.exit());
        assertTrue(ran.out().contains("2"), ran.out());
        assertTrue(ran.err().contains("older ones were not looked at") && ran.err().contains("-EndDate goes on"),
                ran.err());
    }

    @Test
    void aCutIsAnnounced() {
        engine.traceRows = 1001;
        Ran ran = command("Get-MessageTrace | Measure-Object");
        assertTrue(ran.out().contains("1000") && !ran.out().contains("1001"), ran.out());
        assertEquals("sternpost: warning: these are the first 1000 records; there are more: Get-MessageTrace -Cursor "
                + "'2026-11-01T10:00:00Z/01J9ZK3M5T00000C/0' -ResultSize 1000\n", ran.err());
        assertTrue(command("Get-MessageTrace -Status Failed,Pending -RecipientAddress '*@b.example' -Subject \"it's\" "
                + "-ResultSize 5 | Measure-Object").err().endsWith(": Get-MessageTrace -RecipientAddress '@b.example' "
                        + "-Status Failed,Pending -Subject 'it''s' -Cursor "
                        + "'2026-11-01T10:00:00Z/01J9ZK3M5T00000C/0' -ResultSize 5\n"));
        assertEquals("", command("Get-MessageTrace -ResultSize Unlimited | Measure-Object").err());
        assertEquals("", command("Get-MessageTrace -ResultSize 1001 | Measure-Object").err());
        assertEquals("", command("Get-MessageTrace | Select-Object -First 5").err(), "no more was wanted");
        engine.traceRows = 1000;
        assertEquals("", command("Get-MessageTrace | Measure-Object").err());
        assertEquals("", command("Get-MessageTrace -ResultSize 100001").err(), "nothing of it is held");
        assertEquals(2, command("Get-MessageTrace -ResultSize 0").exit());
    }

    @Test
    void aTestThatIsFormattedKeepsItsExitCode() {
        assertEquals(8, command("Test-OutboundConnector banks").exit());
        assertEquals(8, command("Test-OutboundConnector banks | Format-Table").exit());
        assertEquals(8, command("Test-OutboundConnector banks | Select-Object TaskName").exit());
    }

    private static OutputStream failing(String why) {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException { throw new IOException(why); }
        };
    }

    @Test
    void outputThatCannotBeWrittenIsAnErrorAndNeverSilent(@TempDir Path dir) throws IOException {
        Path script = Files.writeString(dir.resolve("a.groovy"), "println 'x'\nsetOutboundConnector 'banks', "
                + "tlsValidation: 'Disabled'");
        for (String[] argv : List.of(new String[]{"-Command", "Get-OutboundConnector"}, new String[]{"-Help"},
                new String[]{"-File", script.toString()})) {
            Half full = run(failing("No space left on device"), new byte[0], argv);
            assertEquals(1, full.exit());
            assertEquals("sternpost: error[OUTPUT]: the output cannot be written: No space left on device\n",
                    full.err());
            assertEquals(141, run(failing("Broken pipe"), new byte[0], argv).exit());
        }
        assertEquals(0, engine.commits.get());
    }

    @Test
    void whatWasDoneIsToldThoughTheOutputIsLost() {
        Half full = run(failing("No space left on device"), new byte[0], "-Command",
                "1 ; Set-OutboundConnector banks -TlsValidation Disabled");
        assertEquals(1, full.exit());
        assertEquals(0, engine.commits.get(), "the first statement has failed");
    }

    @Test
    void aRedirectLeavesDevicesWhatTheyAre(@TempDir Path dir) throws Exception {
        Path device = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.isWritable(device), "this machine has no /dev/full");
        Ran ran = command("Get-OutboundConnector > /dev/full");
        assertEquals(1, ran.exit());
        assertTrue(ran.err().contains("/dev/full cannot be written: No space left on device"), ran.err());
        ran = command("Get-OutboundConnector | Export-Csv /dev/full");
        assertEquals(1, ran.exit());
        assertTrue(ran.err().contains("error[FILE]"), ran.err());
        assertFalse(Files.isRegularFile(device));
        assertTrue(command("Get-OutboundConnector > " + dir + "/no/such").err().contains("there is no such directory"));
        Path client = Files.createSymbolicLink(dir.resolve("link"), Files.writeString(dir.resolve("old.txt"), "old"));
        assertEquals(0, command("Get-OutboundConnector gov > '" + client + "'").exit());
        assertTrue(Files.readAttributes(client, java.nio.file.attribute.BasicFileAttributes.class,
                LinkOption.NOFOLLOW_LINKS).isSymbolicLink());
        assertTrue(Files.readString(dir.resolve("old.txt")).contains("gov"));
        try (var left = Files.list(dir)) {
            assertEquals(2, left.count(), "drafts are gone");
        }
    }

    @Test
    void whatStandsBehindAFileIsReadOrRefused(@TempDir Path dir) throws IOException {
        Path plain = Files.writeString(dir.resolve("x.sp"), "Get-OutboundConnector\n");
        assertEquals(0, run("-OutputFormat", "Json", "-File", plain.toString()).exit());
        for (String[] tail : List.of(new String[]{"-OutputFormat", "Json"}, new String[]{"banks"})) {
            var argv = new ArrayList<>(List.of("-File", plain.toString()));
            argv.addAll(List.of(tail));
            Ran ran = run(argv.toArray(String[]::new));
            assertEquals(2, ran.exit());
            assertEquals("", ran.out());
            assertTrue(ran.err().contains("options of sternpost go before -File"), ran.err());
        }
        Path groovy = Files.writeString(dir.resolve("x.groovy"), "println 1");
        Ran ran = run("-File", groovy.toString(), "-OutputFormat", "Json");
        assertEquals(2, ran.exit());
        assertTrue(ran.err().contains("no parameter -OutputFormat") && ran.err().contains("go before -File"),
                ran.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16"})
    void scriptsOfWindowsEditorsRun(String charset, @TempDir Path dir) throws IOException {
        String mark = charset.equals("UTF-8") ? "\uFEFF" : ""; // Java writes the mark of UTF-16 itself.
        String lines = mark
                + "Get-OutboundConnector |\r\n  Where-Object { $_.Name -eq 'gov' } |\r\n  ft Name\r\n\u001A";
        Path file = Files.writeString(dir.resolve("a.sp"), lines, Charset.forName(charset));
        assertEquals("Name\n----\ngov\n", run("-File", file.toString()).out());
        var out = new ByteArrayOutputStream();
        assertEquals(0, run(out, Files.readAllBytes(file), "-Command", "-").exit());
        assertEquals("Name\n----\ngov\n", out.toString(StandardCharsets.UTF_8));
        Path groovy = Files.writeString(dir.resolve("a.groovy"), mark + "def x = 'ü'\r\nprintln x\r\n",
                Charset.forName(charset));
        assertEquals("ü\n", run("-File", groovy.toString()).out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.sp", "a.groovy"})
    void scriptsInWindows1252AreRefusedInClearWords(String name, @TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve(name), "# “a”\n", Charset.forName("windows-1252"));
        Ran ran = run("-File", file.toString());
        assertEquals(2, ran.exit());
        assertTrue(ran.err().contains("line 1 has the octet 0x93") && ran.err().contains("save the file as UTF-8"),
                ran.err());
    }
}
