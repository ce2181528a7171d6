package org.sternpost.shell.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.engine.time.SimTime;
import org.sternpost.shell.launch.StandIn;
import org.sternpost.shell.render.Printer.OutputFormat;

/// A session with an engine in memory: what a text does, what it says, and with what code it ends.
class ShellSessionTest {

    private interface Trouble {
        void happen() throws IOException;
    }

    private final StandIn standIn = new StandIn();
    private final SimTime time = new SimTime();
    private final Said console = new Said();
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final List<String> queries = new ArrayList<>();
    private @Nullable Trouble trouble;
    private Optional<Duration> timeout = Optional.empty();
    private OutputFormat format = OutputFormat.Text;

    private final EngineClient engine = new EngineClient() {
        private final EngineClient real = standIn.client();

        @Override
        public boolean query(Cmdlet.Query<?> query, Consumer<Record> records) throws IOException, ManagementException {
            queries.add(query.toString());
            if (trouble != null) trouble.happen();
            return real.query(query, records);
        }

        @Override
        public PlanView plan(Cmdlet.Change<?> change) throws IOException, ManagementException {
            return real.plan(change);
        }

        @Override
        public PlanView commit(Cmdlet.Change<?> change, String operationId, Consumer<Record> records)
                throws IOException, ManagementException {
            return real.commit(change, operationId, records);
        }

        @Override
        public void cancel() { cancelled.countDown(); }

        @Override
        public String engine() { return "mx1"; }

        @Override
        public void close() {}
    };

    private ShellSession session() {
        return new ShellSession(new ShellSession.Configuration(new AllCmdlets(), engine, time, ZoneOffset.UTC, console,
                format, false, false, timeout, Map.of("WHO", "gov"), _ -> {
                    throw new AssertionError("no Groovy is needed");
                }));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '^', quoteCharacter = '`', textBlock = """
            Get-OutboundConnector banks                                             ^ 0
            Get-OutboundConnector nosuch                                            ^ 1
            Get-OutboundConector                                                    ^ 2
            'banks','nosuch' | Get-OutboundConnector                              ^ 3
            'banks','nosuch' | Get-OutboundConnector -ErrorAction Stop            ^ 1
            Remove-OutboundConnector banks                                          ^ 7
            Test-OutboundConnector banks                                            ^ 8
            Test-OutboundConnector banks; Get-OutboundConnector banks               ^ 8
            $x = Test-OutboundConnector banks                                       ^ 8
            Get-OutboundConnector banks; Get-OutboundConnector nosuch; Get-OutboundConnector gov ^ 1
            """)
    void theExitCodeSaysHowItEnded(String text, int exit) {
        assertEquals(exit, session().run(text), console.messages::toString);
    }

    @Test
    void aStatementThatFailsStopsThoseBehindItAndWarnsNoLaterText() {
        var session = session();
        assertEquals(3, session.run("'nosuch','banks' | Get-OutboundConnector"));
        assertEquals(0, session.run("Get-OutboundConnector banks"), "that it was partly is forgotten");
        queries.clear();
        session.run("Get-OutboundConnector nosuch; Get-OutboundConnector banks");
        assertEquals(1, queries.size());
    }

    @Test
    void variablesKeepRecordsUnderNamesOfAnyCase() {
        var session = session();
        assertEquals(0, session.run("$All = Get-OutboundConnector | Sort-Object Name"), console.messages::toString);
        assertEquals(List.of(), console.data, "what is kept is not shown");
        assertEquals(3, ((List<?>) session.variable("aLL").orElseThrow()).size());
        assertEquals(Optional.empty(), session.variable("al"));
        session.run("Get-OutboundConnector banks -OutVariable one | Select-Object Port");
        assertTrue(session.variable("one").orElseThrow().toString().contains("banks"));
        assertEquals(List.of("all", "one"), session.variableNames());
        assertEquals(0, session.run("Get-OutboundConnector $env:WHO"));
        assertEquals(0, session.run("Get-OutboundConnector $one"), console.messages::toString);
    }

    /// What the calling shell has split stays one word, and no word becomes another statement.
    @ParameterizedTest
    @CsvSource({"banks, 0", "it's; Get-OutboundConnector, 1", "a b, 1", "$x, 1", "a|b, 1", "-?, 0"})
    void aWordStaysAWord(String word, int exit) {
        assertEquals(exit, session().run(ShellSession.text(List.of("Get-OutboundConnector", word))),
                console.messages::toString);
        assertTrue(queries.size() <= 1, queries::toString);
    }

    @Test
    void anEngineThatIsGoneEndsTheStatement() {
        trouble = () -> {
            throw new IOException("reset");
        };
        assertEquals(ExitCode.UNREACHABLE, session().run("'banks','gov' | Get-OutboundConnector"));
        assertEquals(1, queries.size(), "it is not asked for the next record");
        assertTrue(console.messages.getFirst().contains("UNREACHABLE"), console.messages::toString);
    }

    @Test
    void whatIsCancelledEndsAndTheNextTextRuns() {
        var session = session();
        trouble = session::cancel;
        assertEquals(ExitCode.INTERRUPTED, session.run("Get-OutboundConnector | Sort-Object Name"));
        assertEquals(List.of(), console.data);
        trouble = null;
        assertEquals(ExitCode.DONE, session.run("Get-OutboundConnector"));
    }

    /// The command's own span wins over the session's. The clock goes on until the alarm, started beside, has seen it.
    @ParameterizedTest
    @CsvSource({"PT30S, '', PT30S", "PT30S, -Timeout 1h, PT1H", "PT9999H, -Timeout 1m, PT1M"})
    void whatTakesTooLongIsCancelled(Duration limit, String own, Duration span) {
        var begun = time.instant();
        timeout = Optional.of(limit);
        trouble = () -> {
            while (cancelled.getCount() > 0) {
                time.advance(Duration.ofMinutes(1));
                Thread.onSpinWait();
            }
        };
        assertEquals(ExitCode.TIMEOUT, session().run("Get-OutboundConnector banks " + own));
        assertTrue(!time.instant().isBefore(begun.plus(span)), "cancelled too early");
    }

    @Test
    void whatIsDoneInTimeIsNot() {
        timeout = Optional.of(Duration.ofSeconds(30));
        trouble = () -> time.advance(Duration.ofSeconds(29));
        assertEquals(ExitCode.DONE, session().run("Get-OutboundConnector banks; Get-OutboundConnector gov"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            out.json  | [
            out.JSONL | {"name":"banks"
            out.csv   | Name
            out.txt   | Name
            """)
    void theNameOfAFileChoosesItsForm(String name, String begins, @TempDir Path directory) throws IOException {
        Path file = directory.resolve(name);
        assertEquals(0, session().run("Get-OutboundConnector banks > '" + file + "'"), console.messages::toString);
        assertTrue(Files.readString(file).strip().startsWith(begins), Files.readString(file));
        assertEquals(List.of(), console.data);
    }

    @Test
    void aFileIsAppendedToUnlessItsFormHasAnEndAndKeptWhenTheStatementFails(@TempDir Path directory)
            throws IOException {
        Path lines = directory.resolve("a.jsonl");
        session().run("Get-OutboundConnector banks > '" + lines + "'");
        session().run("Get-OutboundConnector gov >> '" + lines + "'");
        assertEquals(2, Files.readAllLines(lines).size());
        assertEquals(1, session().run("Get-OutboundConnector nosuch > '" + lines + "'"));
        assertEquals(2, Files.readAllLines(lines).size());
        console.messages.clear();
        assertEquals(1, session().run("Get-OutboundConnector >> '" + directory.resolve("a.json") + "'"));
        assertTrue(console.messages.getFirst().contains("APPEND_JSON"), console.messages::toString);
        console.messages.clear();
        assertEquals(1, session().run("Get-OutboundConnector > '" + directory.resolve("none/a.csv") + "'"));
        assertTrue(console.messages.getFirst().contains("error[FILE]"), console.messages::toString);
    }

    /// A text needs no line of the new state when a program reads; a person needs no record behind that line.
    @ParameterizedTest
    @CsvSource({"Text, 0, 1", "Json, 1, 0"})
    void aChangeIsToldOnce(OutputFormat shown, int records, int lines) {
        format = shown;
        session().run("Set-OutboundConnector banks -TlsValidation Opportunistic");
        assertEquals(List.of(records, lines), List.of(console.data.size(), console.messages.size()));
    }

    /// Nor is anything done behind it, and what is evaluated for an argument is a statement of its own.
    @ParameterizedTest
    @CsvSource({"Disabled", "(Get-OutboundConnector gov).TlsValidation"})
    void stopEndsAtTheFirstRecordThatFails(String mode) {
        var session = session();
        String set = " | Set-OutboundConnector -TlsValidation " + mode + " -ErrorAction Stop -Confirm:$";
        assertEquals(ExitCode.FAILED, session.run("'nosuch','Default'" + set + "false"), console.messages::toString);
        assertEquals(0, standIn.commits.get());
        console.interactive = true;
        console.answer = 'y';
        assertEquals(ExitCode.FAILED, session.run("'nosuch','Default'" + set + "true"), console.messages::toString);
        assertEquals(0, standIn.commits.get());
        assertTrue(console.messages.stream().noneMatch(line -> line.contains("[y/N]")), "asked about what is not done");
        assertEquals(ExitCode.FAILED, session.run("'banks','nosuch','Default'" + set + "false"));
        assertEquals(1, standIn.commits.get(), "what was done before the fault stays done");
    }

    /// What was found before it ended is shown.
    @ParameterizedTest
    @CsvSource({"0, 6", "2, 3"})
    void aLoneQueryThatIsRefusedIsPartlyDoneWhereItFoundSomething(int rows, int exit) {
        standIn.traceRows = rows;
        standIn.traceEndsEarly = true;
        assertEquals(exit, session().run("Get-MessageTrace"));
        assertEquals(rows > 0, !console.data.isEmpty(), console.data::toString);
        assertTrue(console.messages.toString().contains("older ones were not looked at"), console.messages::toString);
    }

    @ParameterizedTest
    @CsvSource({"Stop, 1, 1", "Continue, 3, 2"})
    void aQueryThatFailsIsTheLastOnlyWhereItShallStop(String action, int exit, int asked) {
        assertEquals(exit, session().run("'nosuch','gov' | Get-OutboundConnector -ErrorAction " + action));
        assertEquals(asked, queries.size(), queries::toString);
    }
}
