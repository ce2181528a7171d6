package org.sternpost.shell.run;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.control.ManagementException;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.SyntaxError;
import org.sternpost.shell.render.Printer.OutputFormat;
import org.sternpost.shell.run.ReconnectingClient.EngineUnavailableException;

/// How a failure is told, how often, and what exit code it leads to.
class FailureReporterTest {

    private final Said console = new Said();
    private final FailureReporter reporter = new FailureReporter(console, OutputFormat.Text);

    private static StatementException failure(String code, String message) {
        return new StatementException(code, message, "look again", ExitCode.FAILED);
    }

    @Test
    void theSameFaultOfManyRecordsIsToldOnceInAStatement() {
        reporter.begin(false);
        reporter.item(failure("A", "x"));
        reporter.item(failure("A", "x"));
        reporter.item(failure("A", "y"));
        reporter.item(failure("B", "x"));
        var once = List.of("sternpost: error[A]: x", "  look again", "sternpost: error[A]: y", "  look again",
                "sternpost: error[B]: x", "  look again");
        assertEquals(once, console.messages);
        reporter.begin(false);
        reporter.item(failure("A", "x"));
        assertEquals(once.size() + 2, console.messages.size());
    }

    @Test
    void aRecordThatFailedIsPartlyDoneAndAskedForOnce() throws Exception {
        assertFalse(reporter.takePartly());
        reporter.item(failure("A", "x"));
        assertFalse(reporter.stopped());
        reporter.rethrow();
        assertTrue(reporter.takePartly());
        assertFalse(reporter.takePartly());
    }

    @Test
    void stopMakesTheFirstRecordThatFailedTheStatementsError() {
        var first = failure("A", "x");
        reporter.begin(true);
        assertDoesNotThrow(reporter::rethrow);
        reporter.item(first);
        reporter.item(failure("B", "y"));
        assertTrue(reporter.stopped());
        assertSame(first, assertThrows(StatementException.class, reporter::rethrow));
        assertEquals(List.of(), console.messages, "it is told by who catches it");
        assertFalse(reporter.takePartly(), "the statement failed as a whole");
        reporter.begin(true);
        assertFalse(reporter.stopped(), "the next statement starts anew");
    }

    @Test
    void aWarningIsToldOnceAndFailsNothing() {
        reporter.warn("a\u001b");
        reporter.warn("a\u001b");
        console.interactive = true;
        reporter.warn("b");
        assertEquals(2, console.messages.size());
        assertTrue(console.messages.getFirst().startsWith("sternpost: warning: a")
                && !console.messages.getFirst().contains("\u001b"), console.messages::toString);
        assertEquals("warning: b", console.messages.getLast());
        assertFalse(reporter.takePartly());
    }

    @Test
    void whatIsEmptyIsNotToldAndAPersonNeedsNoProgramName() {
        console.interactive = true;
        reporter.tell(new StatementException("A", "x\u202e", "", ExitCode.FAILED));
        assertEquals(1, console.messages.size());
        assertTrue(console.messages.getFirst().startsWith("error[A]: x")
                && !console.messages.getFirst().contains("\u202e"), console.messages::toString);
        console.messages.clear();
        reporter.tell(failure("A", "x").during("op-1"));
        assertEquals(List.of("error[A]: x", "  look again", "  operation op-1"), console.messages);
    }

    @Test
    void anErrorInATextHasItsPlace() {
        var error = new SyntaxError("BAD", "no \"x\"", new Span(12, 13), "write y");
        reporter.tell(error, "Get-Queue\nab cd");
        new FailureReporter(console, OutputFormat.Json).tell(error, "Get-Queue\nab cd");
        assertEquals(List.of("sternpost: error[BAD] line 2:3: no \"x\" (write y)",
                "{\"error\":{\"code\":\"BAD\",\"message\":\"no \\\"x\\\"\",\"line\":2,\"column\":3,"
                        + "\"hint\":\"write y\",\"operationId\":\"\"}}"),
                console.messages);
    }

    @Test
    void aPersonSeesTheLineAndThePlaceInIt() {
        console.interactive = true;
        reporter.tell(new SyntaxError("BAD", "no x", new Span(12, 13), "write y"), "Get-Queue\nab cd");
        assertEquals(List.of("ab cd", "  ~", "error[BAD]: no x", "  write y"), console.messages);
    }

    @Test
    void aFailureIsOneObjectForPrograms() {
        new FailureReporter(console, OutputFormat.Csv).tell(failure("A", "x\n").during("op-1"));
        assertEquals(List.of("{\"error\":{\"code\":\"A\",\"message\":\"x\\n\",\"hint\":\"look again\","
                + "\"operationId\":\"op-1\"}}"), console.messages);
    }

    @ParameterizedTest
    @CsvSource({"NotFound, NOT_FOUND, 1", "Exists, EXISTS, 1", "Invalid, INVALID, 1", "Conflict, CONFLICT, 1",
            "Unavailable, UNAVAILABLE, 5", "Timeout, TIMEOUT, 6"})
    void whatTheEngineRefusesKeepsItsWords(ManagementException.Kind kind, String code, int exit) {
        var failure = StatementException.of(new ManagementException(kind, "why", "how"));
        assertEquals(List.of(code, "why", "how", "", exit), List.of(failure.code(), failure.message(), failure.hint(),
                failure.operationId(), failure.exit()));
    }

    @Test
    void anEngineThatIsNotReachedSaysWhyAndHowToStartOne() {
        var broken = StatementException.of(new IOException("reset"));
        assertEquals("the engine cannot be reached: reset", broken.message());
        assertEquals(ExitCode.UNREACHABLE, broken.exit());
        assertEquals("does it run? sternpost engine", broken.hint());
        assertEquals("the engine cannot be reached", StatementException.of(new IOException()).message());
        var none = StatementException.of(new EngineUnavailableException("none runs", "start one"));
        assertEquals(List.of("UNREACHABLE", "none runs", "start one", ExitCode.UNREACHABLE),
                List.of(none.code(), none.message(), none.hint(), none.exit()));
    }
}
