package org.sternpost.shell.groovy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.shell.run.ExitCode;

/// Ctrl-C and a limit of time end a statement with all that its blocks and scripts call; a call's own limit ends that.
class CancelTest {

    private final GroovySession session = new GroovySession();

    /// Said once, and nothing more is asked of the engine or done.
    private void assertToldOnce(String code) {
        assertEquals(1, session.console.messages.stream().filter(line -> line.contains("error[")).count(),
                session.console.messages::toString);
        assertEquals(1, session.console.messages.stream().filter(line -> line.contains(code)).count(),
                session.console.messages::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "'banks','gov','Default' | Where-Object { getOutboundConnector(it) }",
            "'banks' | Where-Object { try { getOutboundConnector(it) } catch (e) { }; getOutboundConnector('x') }",
            "3,2,1 | Sort-Object Text | ForEach-Object { getOutboundConnector('gov') }",
            "'gov' | ForEach-Object { getOutboundConnector(it) } | Set-OutboundConnector -Port 26 -Confirm:$false",
            "'banks','gov','Default' | Get-OutboundConnector"})
    void ctrlCEndsTheStatementAroundACall(String text) {
        session.trouble = session.shell::cancel;
        assertEquals(ExitCode.INTERRUPTED, session.shell.run(text), session.console.messages::toString);
        assertToldOnce("CANCELLED");
        assertEquals(1, session.queries.size(), session.queries::toString);
        assertEquals(0, session.standIn.commits.get());
        session.trouble = () -> {};
        assertEquals(ExitCode.DONE, session.shell.run("1 | ForEach-Object { getOutboundConnector('gov') }"));
    }

    @Test
    void ctrlCEndsAMassChangeBehindTheOneUnderWay() {
        session.trouble = session.shell::cancel;
        assertEquals(ExitCode.INTERRUPTED, session.shell
                .run("'banks','gov','Default' | Set-OutboundConnector -TlsValidation Disabled -Confirm:$false"));
        assertEquals(1, session.standIn.commits.get());
    }

    @Test
    void ctrlCEndsABlockThatCallsNothing() {
        session.shell.variable("stop", (Runnable) session.shell::cancel);
        assertEquals(ExitCode.INTERRUPTED, session.shell.run("1..9 | ForEach-Object { stop.run(); log.info(it) }"));
        assertEquals(List.of("1"), session.console.messages.stream().filter(line -> line.length() == 1).toList());
    }

    @Test
    void ctrlCEndsAScriptThoughItCatchesWhatItCalls(@TempDir Path directory) throws IOException {
        session.trouble = () -> session.shell.cancel();
        assertEquals(ExitCode.INTERRUPTED, session.script(directory, """
                try { getOutboundConnector('gov') } catch (CmdletException e) { }
                setOutboundConnector('gov', tlsValidation: 'Disabled')
                """));
        assertEquals(0, session.standIn.commits.get());
    }

    @Test
    void theLimitOfAStatementEndsWhatItsBlocksCall() {
        session.trouble = () -> {
            if (session.queries.size() == 2) session.passTime();
        };
        assertEquals(ExitCode.TIMEOUT, session.shell
                .run("Get-OutboundConnector -Timeout 1m | Where-Object { getOutboundConnector(it.name) }"));
        assertToldOnce("TIMEOUT");
        assertEquals(2, session.queries.size(), session.queries::toString);
    }

    @Test
    void aCallsOwnLimitEndsTheCall() {
        session.trouble = session::passTime;
        assertEquals(ExitCode.PARTLY, session.shell
                .run("'gov','banks' | Where-Object { getOutboundConnector(it, timeout: 1.minute) }"),
                session.console.messages::toString);
        assertToldOnce("TIMEOUT");
        assertEquals(2, session.queries.size());
        assertEquals(List.of("banks"), session.console.data.stream().filter(line -> line.contains("banks")).toList());
    }

    /// As the prompt does it: the thread is interrupted too, and Groovy looks for that in each closure.
    @ParameterizedTest
    @ValueSource(strings = {"1..9 | ForEach-Object { stop.run(); [1].each { log.info(it) } }",
            "Get-OutboundConnector $(stop.run(); [1].collect { 'gov' }[0])"})
    void ctrlCAtThePromptEndsGroovyUnderWay(String text) {
        session.shell.variable("stop", (Runnable) () -> {
            session.shell.cancel();
            Thread.currentThread().interrupt();
        });
        assertEquals(ExitCode.INTERRUPTED, session.shell.run(text), session.console.messages::toString);
        assertEquals(true, Thread.interrupted());
        assertToldOnce("CANCELLED");
        assertEquals(List.of(), session.queries);
    }

    @Test
    void whereNothingRunsNothingIsCancelled() {
        session.shell.cancel();
        assertEquals(ExitCode.DONE, session.shell.run("1 | ForEach-Object { getOutboundConnector('gov') }"));
    }
}
