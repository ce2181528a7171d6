package org.sternpost.shell.groovy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.shell.run.ExitCode;

/// What a script can say, and what is said to it: cmdlets as methods, words of the shell, times seen from now, errors.
class GroovyScriptingTest {

    private final GroovySession session = new GroovySession();

    @TempDir
    Path directory;

    private int script(String text) throws IOException { return session.script(directory, text); }

    /// By name in any case, by place, by the cmdlet's own name, from a text with values in it, by a closure for each.
    @ParameterizedTest
    @ValueSource(strings = {"println getOutboundConnector('gov').single().name",
            "println getOutboundConnector(identity: 'gov').single().NAME",
            "println getOutboundConnector(IDENTITY: \"g${'ov'}\").single().name",
            "println 'Get-OutboundConnector'('gov').single().name",
            "getOutboundConnector('gov') { println it.name }",
            "def row = getOutboundConnector('gov').single(); println getOutboundConnector(row).single().name",
            "for (c in getOutboundConnector(tlsValidation: Enabled)) if (c.name != 'banks') println c.name"})
    void aCmdletIsAMethod(String text) throws IOException {
        assertEquals(ExitCode.DONE, script(text), session.console.messages::toString);
        assertEquals(List.of("gov"), session.console.data);
    }

    /// Refused before the first effect, with the place.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            getOutboundConector('gov')                        | did you mean getOutboundConnector? (line 2:1)
            getOutboundConnector(identty: 'gov')              | did you mean: identity
            getOutboundConnector('a', 'b')                    | takes 1 value(s) without a name, got 2
            getOutboundConnector(tlsValidation: 'Enabeld')    | 'Enabeld'
            setOutboundConnector(tlsValidation: 'Disabled')   | Set-OutboundConnector needs identity
            println nosuch                                    | there is no property or variable nosuch
            getOutboundConnector('gov').single().nam          | has no property nam; did you mean: Name
            Duration d = 5                                    | Integer is no Duration
            println 7.days.agoo                               | Duration has no property agoo
            if (                                              | (line
            """)
    void whatCannotWorkIsRefusedBeforeTheFirstEffect(String line, String says) throws IOException {
        assertEquals(ExitCode.NOT_UNDERSTOOD,
                script("setOutboundConnector('banks', tlsValidation: 'Disabled')\n" + line));
        assertTrue(session.console.messages.toString().contains("error[SCRIPT_SYNTAX]"),
                session.console.messages::toString);
        assertTrue(session.console.messages.toString().contains(says), session.console.messages::toString);
        assertEquals(0, session.standIn.commits.get());
    }

    /// What its text leaves open is looked at when it runs: the type may be more than it says.
    @ParameterizedTest
    @ValueSource(strings = {"def f(x) { x.frob }; println 'done'", "def p = [identity: 'gov']; getOutboundConnector(p)",
            "def p = ['gov']; getOutboundConnector(*p)", "def c = { it }; c(1)", "String s = 5; Boolean b = 'x'",
            "double d = 1; BigDecimal e = 2", "def m = [a: 1]; println m.b", "println Enabled"})
    void whatMayWorkRuns(String text) throws IOException {
        assertEquals(ExitCode.DONE, script(text), session.console.messages::toString);
    }

    @ParameterizedTest
    @CsvSource({"7.days.ago, P-7D", "1.hour.fromNow, PT1H", "0.seconds.ago, PT0S", "5.minutes.fromNow, PT5M"})
    void aTimeIsSeenFromTheSessionsClock(String text, Duration away) throws IOException {
        var now = session.time.instant();
        assertEquals(ExitCode.DONE, script("println(" + text + ")"), session.console.messages::toString);
        assertEquals(List.of(now.plus(away).toString()), session.console.data);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            fail 'why'                                   | 1 | error[SCRIPT_FAILED]: why
            getOutboundConnector('nosuch')               | 1 | error[NOT_FOUND]
            getOutboundConnector().single()           | 1 | error[VALUE_COUNT]: Get-OutboundConnector answered 3 records
            confirm 'Sure?'                              | 7 | error[CONFIRM]
            startLab()                                   | 1 | error[LAB]: the practice internet does not start: no port
            startEngine()                                | 5 | error[UNREACHABLE]: no settings
            throw new IllegalStateException('x')         | 1 | error[GROOVY]: IllegalStateException: x (line 1)
            assert 1 == 2                                | 1 | error[GROOVY]
            throw new InterruptedException()             | 130 | error[CANCELLED]
            """)
    void whatEndsAScriptIsItsExitCode(String text, int exit, String says) throws IOException {
        assertEquals(exit, script(text), session.console.messages::toString);
        assertTrue(session.console.messages.toString().contains(says), session.console.messages::toString);
    }

    @Test
    void aScriptMayCatchWhatACmdletRefuses() throws IOException {
        assertEquals(ExitCode.DONE, script("""
                try { getOutboundConnector('nosuch') } catch (CmdletException e) { println e.code + ' ' + e.hint }
                """), session.console.messages::toString);
        assertEquals(List.of("NOT_FOUND did you mean: banks"), session.console.data);
    }

    @Test
    void whatIsDryPlansAndTheRestIsDone() throws IOException {
        assertEquals(ExitCode.DONE, script("""
                dryRun { setOutboundConnector('gov', tlsValidation: 'Disabled') }
                try { dryRun { fail 'x' } } catch (CmdletException e) { }
                setOutboundConnector('banks', tlsValidation: 'Disabled')
                """), session.console.messages::toString);
        assertEquals(1, session.standIn.commits.get());
    }

    /// The clock is moved by the look itself.
    @ParameterizedTest
    @CsvSource({"it.advance(1.second); true, true", "it.advance(6.seconds); false, false",
            "it.advance(6.seconds); true, true"})
    void waitingEndsWhenItIsSoOrTheSpanHasPassed(String look, boolean so) throws IOException {
        session.shell.variable("clock", session.time);
        assertEquals(ExitCode.DONE, script("println waitUntil(5.seconds) { " + look.replace("it.", "clock.") + " }"),
                session.console.messages::toString);
        assertEquals(List.of(String.valueOf(so)), session.console.data);
    }

    @Test
    void whatAScriptSaysCanBeSeenAndItsAnswersCount() throws IOException {
        session.console.interactive = true;
        session.console.answer = 'Y';
        assertEquals(ExitCode.DONE, script("""
                log.info 'a\\u001b'; log.warn 'b'; printf('%d-%s', [1, 'x']); println confirm('Sure?')
                """), session.console.messages::toString);
        assertEquals(List.of("1-x", "true"), session.console.data);
        assertTrue(session.console.messages.getFirst().startsWith("a")
                && !session.console.messages.getFirst().contains("\u001b"));
        assertEquals(List.of("warning: b", "Sure? [y/N] "), session.console.messages.subList(1, 3));
    }

    @Test
    void aBlockThatBreaksConcernsItsRecordAlone() {
        assertEquals(ExitCode.PARTLY, session.shell.run("2,0,1 | ForEach-Object { 2.intdiv(it as int) }"));
        assertEquals(List.of("1", "2"), session.console.data, session.console.messages::toString);
        assertTrue(session.console.messages.getFirst().contains("error[GROOVY]: ArithmeticException"),
                session.console.messages::toString);
        assertEquals(ExitCode.NOT_UNDERSTOOD, session.shell.run("1 | ForEach-Object { ( }"));
    }
}
