package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.process.LastWords;
import org.sternpost.engine.time.SystemTime;
import org.sternpost.shell.run.ExitCode;

/// The whole shell from its command line, on an engine in memory.
class LauncherTest {

    private final StandIn engine = new StandIn();

    record Ran(int exit, String out, String err) {}

    private Ran run(String input, int columns, String... argv) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var process = new Launcher.Process(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), Map.of("NO_COLOR", "1", "WHERE", "banks"), columns,
                false);
        int exit = new Launcher(process, new StandInHost(engine), new SystemTime()).run(List.of(argv));
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Ran command(String text) { return run("", 0, "-Command", text); }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            Get-OutboundConnector                                                           | 0
            get-outboundconnector BANKS                                                     | 0
            Get-OutboundConnector nosuch                                                    | 1
            Get-OutboundConector                                                            | 2
            Get-OutboundConnector; Get-OutboundConnector -Nosuch 1                          | 2
            Get-OutboundConnector -TlsVal Enabled                                           | 2
            Get-OutboundConnector ''                                                        | 2
            Get-OutboundConnector $null                                                     | 2
            Get-OutboundConnector $nosuch                                                   | 2
            Get-OutboundConnector $env:WHERE                                                | 0
            Get-OutboundConnector banks, gov                                                | 2
            Get-OutboundConnector banks gov                                                 | 2
            Get-OutboundConnector -Identity banks -identity gov                             | 2
            Set-OutboundConnector banks -TlsValidation Off                                  | 2
            Set-OutboundConnector banks -TlsValidation Disabled -WhatIf                     | 0
            Set-OutboundConnector -TlsValidation Disabled                                   | 2
            Set-OutboundConnector banks -WhatIf $true                                       | 2
            Set-OutboundConnector banks -TlsValidation                                      | 2
            Remove-OutboundConnector banks                                                  | 7
            Remove-OutboundConnector banks -Confirm:$false                                  | 0
            Test-OutboundConnector banks                                                    | 8
            !ls                                                                             | 2
            Get-OutboundConnector (Get-OutboundConnector)[1].Name                           | 0
            $(throw new RuntimeException('no'))                                             | 1
            """)
    void exitCodesTellWhatHappened(String text, int exit) {
        Ran ran = command(text);
        assertEquals(exit, ran.exit(), ran.out() + ran.err());
        if (exit == 2) assertTrue(ran.err().startsWith("sternpost: error["), ran.err());
    }

    @Test
    void aTypoInTheLastLineStopsTheFirst() {
        assertEquals(2, command("Set-OutboundConnector banks -TlsValidation Disabled\nGet-Nosuch").exit());
        assertEquals(0, engine.commits.get());
    }

    @Test
    void aTableHasDashesTwoBlanksAndNothingAtTheEndOfALine() {
        String out = run("", 60, "Get-OutboundConnector").out();
        assertEquals("""
                Name     Enabled  TlsValidation  RecipientDomains
                -------  -------  -------------  ---------------------------
                banks    True     Enabled        bank.example
                Default  True     Opportunistic  *
                gov      True     Enabled        *.gov.example, 例え.…
                hidden: Rollout, TlsSettings, UseMXRecord, SmartHosts, SmtpDaneMode, MtaStsMode (Format-List, or a wider window)
                """.lines().limit(4).toList(), out.lines().limit(4).toList());
        assertTrue(out.lines().limit(5).allMatch(line -> line.length() <= 60 && line.equals(line.stripTrailing())),
                out);
        assertTrue(out.contains("hidden: "), out);
    }

    @Test
    void whatIfShowsThePlanAndChangesNothing() {
        Ran ran = command("Set-OutboundConnector banks -TlsValidation Opportunistic -WhatIf");
        assertEquals("""
                What if: Set-OutboundConnector on OutboundConnector banks
                  tlsValidation: Enabled → Opportunistic
                  affects: 12 queued messages
                """, ran.out());
        assertEquals(0, engine.commits.get());
    }

    @Test
    void aChangeTellsItsNewStateInOneLine() {
        Ran ran = command("Set-OutboundConnector banks -TlsValidation Opportunistic");
        assertEquals("OutboundConnector banks: tlsValidation Enabled → Opportunistic (revision 42)\n", ran.err());
        assertEquals("", ran.out());
    }

    @Test
    void aChangeOfWhichItIsKnownWhatWouldFailSaysSoAndAsks() {
        String text = "Set-OutboundConnector Default -TlsValidation Enabled";
        Ran asked = command(text);
        assertEquals(7, asked.exit());
        assertTrue(asked.err().contains("nothing was done; " + StandIn.RISK), asked.err());
        assertEquals(0, engine.commits.get());
        assertTrue(command(text + " -WhatIf").out().contains("  would fail: " + StandIn.RISK + "\n"));
        Ran answered = command(text + " -Confirm:$false");
        assertEquals(0, answered.exit());
        assertTrue(answered.err().contains("warning: " + StandIn.RISK), answered.err());
        assertEquals(1, engine.commits.get());
        assertEquals(0, command("Set-OutboundConnector Default -TlsValidation Disabled").exit(), "nothing would fail");
    }

    @Test
    void severalObjectsNeedAnAnswerThatNobodyGives() {
        String text = "Get-OutboundConnector | Set-OutboundConnector -TlsValidation Disabled";
        assertEquals(7, command(text).exit());
        assertEquals(0, engine.commits.get());
        assertEquals(0, command(text + " -Confirm:$false").exit());
        assertEquals(3, engine.commits.get());
    }

    @Test
    void onePlaceThatFailsDoesNotStopTheOthers() {
        String text = "'banks','nosuch' | Set-OutboundConnector -TlsValidation Disabled -Confirm:$false";
        Ran ran = command(text);
        assertEquals(3, ran.exit());
        assertTrue(ran.err().contains("error[NOT_FOUND]"), ran.err());
        assertEquals(1, engine.commits.get());
        assertEquals(1, command(text + " -ErrorAction Stop").exit());
    }

    @Test
    void aDrySessionCommitsNothing() {
        assertEquals(0,
                run("", 0, "-DryRun", "-Command", "Set-OutboundConnector banks -TlsValidation Disabled").exit());
        assertEquals(0, engine.commits.get());
    }

    /// The page, the help and the program know the same exit codes.
    @Test
    void theHelpOnExitCodesHasThoseOfThePageAndOfTheProgram() throws Exception {
        var help = codes("(?m)^ {4}(\\d+) ()", command("Get-Help about_exit").out());
        Path page = Path.of(System.getProperty("sternpost.root", "..")).resolve("README.md");
        assertEquals(codes("(?m)^\\| (\\d+)(?:, (\\d+))? \\|", Files.readString(page)), help);
        for (var constant : ExitCode.class.getFields())
            assertTrue(help.contains(constant.get(null).toString()), constant.getName());
        assertTrue(help.contains(String.valueOf(LastWords.EXIT_CODE)), help.toString());
    }

    private static Set<String> codes(String pattern, String text) {
        var codes = new TreeSet<String>();
        Pattern.compile(pattern).matcher(text).results().forEach(row -> {
            codes.add(row.group(1));
            if (row.group(2) != null && !row.group(2).isEmpty()) codes.add(row.group(2));
        });
        return codes;
    }

    @Test
    void jsonIsOneObjectALineAndErrorsAreJsonToo() {
        Ran ran = run("", 0, "-outputformat:json", "-Command", "Get-OutboundConnector; Get-OutboundConnector nosuch");
        assertEquals(3, ran.out().lines().filter(line -> line.startsWith("{\"name\":\"")).count());
        assertTrue(ran.err().startsWith("{\"error\":{\"code\":\"NOT_FOUND\""), ran.err());
    }

    @Test
    void theEndingOfAFileChoosesItsFormat(@TempDir Path dir) throws IOException {
        for (String name : List.of("a.csv", "a.json", "a.jsonl", "a.txt"))
            assertEquals(0, command("Get-OutboundConnector gov > '" + dir.resolve(name) + "'").exit());
        assertTrue(Files.readString(dir.resolve("a.csv")).startsWith("Name,Enabled,"));
        assertTrue(Files.readString(dir.resolve("a.json")).startsWith("[\n{"));
        assertTrue(Files.readString(dir.resolve("a.jsonl")).startsWith("{"));
        assertTrue(Files.readString(dir.resolve("a.txt")).startsWith("Name "));
        assertEquals(1, command("Get-OutboundConnector nosuch > '" + dir.resolve("a.txt") + "'").exit());
        assertTrue(Files.readString(dir.resolve("a.txt")).startsWith("Name "), "a failure leaves the old file");
        try (var left = Files.list(dir)) {
            assertEquals(4, left.count());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -Comand x                  | there is no option -Comand; did you mean -Command?
            -Command                   | -Command needs a value
            -OutputFormat xml help     | -OutputFormat is one of
            -NoColor -nocolor help     | -NoColor is given twice
            -Timeout 5 Get-Queue       | add a unit
            store                      | store takes one word: check
            store mend                 | store takes one word: check
            """)
    void aWrongOptionIsRefusedWithTheRightOne(String argv, String says) {
        Ran ran = run("", 0, argv.split(" "));
        assertEquals(2, ran.exit());
        assertTrue(ran.err().contains(says), ran.err());
    }

    @Test
    void textMayComeFromStandardInput() {
        assertEquals(0, run("Get-OutboundConnector gov\n", 0, "-Command", "-").exit());
        assertTrue(run("Get-OutboundConnector gov\n", 0).out().contains("gov"));
    }

    @Test
    void groovyFilesCallCmdletsAndTakeParameters(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("tour.groovy"), """
                @Field @ScriptParam(mandatory = true, help = 'which') String connector
                @Field @ScriptParam Duration hold = 24.hours
                def one = getOutboundConnector(identity: connector).single()
                println "${one.tlsvalidation} $hold ${'Get-OutboundConnector'().size()}"
                dryRun { setOutboundConnector connector, tlsValidation: Opportunistic }
                getOutboundConnector { println it.Name }
                try { getOutboundConnector('nosuch') } catch (CmdletException e) { println e.code }
                fail 'enough'
                """);
        Ran ran = run("", 0, "-File", file.toString(), "-Connector", "banks", "-hold", "90s");
        assertEquals(1, ran.exit());
        assertTrue(ran.out().startsWith("Enabled PT1M30S 3\n"), ran.out() + ran.err());
        assertTrue(ran.out().endsWith("banks\nDefault\ngov\nNOT_FOUND\n"), ran.out());
        assertTrue(ran.err().contains("error[SCRIPT_FAILED]: enough"), ran.err());
        assertEquals(0, engine.commits.get());
        assertEquals(2, run("", 0, "-File", file.toString()).exit());
        assertEquals(2, run("", 0, "-File", file.toString(), "-Conector", "banks").exit());
    }

    @Test
    void aMisspeltArgumentStopsAScriptBeforeItsFirstEffect(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("typo.groovy"), """
                setOutboundConnector 'banks', tlsValidation: Disabled
                if (false) getOutboundConnector(identty: 'x')
                """);
        Ran ran = run("", 0, "-File", file.toString());
        assertEquals(2, ran.exit());
        assertTrue(ran.err().contains("identity") && ran.err().contains("line 2"), ran.err());
        assertEquals(0, engine.commits.get());
    }

    @Test
    void neitherGroovyNorATerminalIsLoadedWithoutNeed() throws Exception {
        var java = ProcessHandle.current().info().command().orElseThrow();
        var process = new ProcessBuilder(java, "-Xlog:class+load:stdout", "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), TryIt.class.getName(), "-Command",
                "Get-OutboundConnector banks").redirectErrorStream(true).start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), log.lines().skip(Math.max(0, log.lines().count() - 20)).toList().toString());
        assertTrue(log.contains("TlsValidation         : Enabled"));
        assertFalse(log.contains(" org.jline."), "JLine was loaded");
        assertFalse(log.contains(" groovy.lang."), "Groovy was loaded");
    }
}
