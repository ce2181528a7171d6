package org.sternpost.shell.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jline.terminal.Size;
import org.jline.terminal.TerminalBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.cmdlets.catalogue.AllCmdlets;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.wire.EngineClient;
import org.sternpost.cmdlets.wire.EngineClient.PlanView;
import org.sternpost.engine.time.SimTime;
import org.sternpost.shell.groovy.GroovyScripting;
import org.sternpost.shell.groovy.ScriptHost;
import org.sternpost.shell.render.Printer.OutputFormat;
import org.sternpost.shell.render.AnsiStyle;
import org.sternpost.shell.run.ShellSession;
import org.sternpost.shell.run.Console;

/// The prompt on terminals that can little, and how it is left.
class PromptTest {

    @TempDir
    Path home;

    /// An engine inside, with others at its socket.
    private record Hosting(List<String> otherUsers) implements EngineClient {
        @Override
        public boolean query(Cmdlet.Query<?> query, Consumer<Record> records) { return false; }

        @Override
        public PlanView plan(Cmdlet.Change<?> change) { throw new UnsupportedOperationException(); }

        @Override
        public PlanView commit(Cmdlet.Change<?> change, String operationId, Consumer<Record> records) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void cancel() {}

        @Override
        public String engine() { return "relay.example"; }

        @Override
        public void close() {}
    }

    /// What is said to the operator; what a terminal has shown is known only some time later.
    private record Heard(TerminalConsole terminal, List<String> said) implements Console {
        @Override
        public void out(String line) { said.add(line); }

        @Override
        public void message(String line) { said.add(line); }

        @Override
        public void clear() { said.add("(cleared)"); }

        @Override
        public int width() { return terminal.width(); }

        @Override
        public AnsiStyle style() { return terminal.style(); }

        @Override
        public boolean isInteractive() { return true; }

        @Override
        public char ask(String question) { return 'n'; }
    }

    private record NoLabs() implements ScriptHost {
        @Override
        public Practice start() { throw new UnsupportedOperationException(); }

        @Override
        public void startEngine() { throw new UnsupportedOperationException(); }
    }

    /// What is said when these lines are typed at a dumb terminal.
    private List<String> typed(String lines, List<String> others) throws Exception {
        var said = new ArrayList<String>();
        var shown = new ByteArrayOutputStream();
        // The keys stay connected to the end: a terminal whose input has ended shows nothing more.
        try (var keys = new PipedOutputStream();
                var terminal = TerminalBuilder.builder().system(false).type("dumb").encoding(StandardCharsets.UTF_8)
                        .streams(new PipedInputStream(keys), shown).build()) {
            keys.write(lines.getBytes(StandardCharsets.UTF_8));
            keys.flush();
            terminal.setSize(Size.of(0, 0));
            var client = new Hosting(others);
            var console = new Heard(new TerminalConsole(terminal, new AnsiStyle(false)), said);
            assertEquals(80, console.width());
            var session = new ShellSession(
                    new ShellSession.Configuration(new AllCmdlets(), client, new SimTime(), ZoneId.of("UTC"), console,
                            OutputFormat.Text, true, false, Optional.empty(), Map.of(),
                            made -> new GroovyScripting(made, new NoLabs())));
            assertEquals(0, Prompt.run(terminal, session, client, false, Map.of("HOME", home.toString())));
        }
        assertFalse(shown.toString(StandardCharsets.UTF_8).contains("\u001b"), shown.toString());
        return said;
    }

    @Test
    void aTerminalThatCanNothingGetsPlainText() throws Exception {
        assertEquals(List.of("1", "2", "3"), typed("1..3\nexit\n", List.of()));
    }

    @Test
    void clearingIsACommand() throws Exception {
        assertEquals(List.of("(cleared)", "(cleared)", "(cleared)", "1"),
                typed("clear\ncls\nClear-Host\n1\nexit\n", List.of()));
    }

    @Test
    void leavingSaysWhoElseLosesTheEngine() throws Exception {
        var said = typed("exit\n1\nEXIT\nquit\n", List.of("alice", "bob"));
        assertEquals(3, said.size(), said.toString());
        assertTrue(said.getFirst().contains("alice, bob") && said.getFirst().contains("once more leaves"));
        assertEquals("1", said.get(1));
        assertEquals(said.getFirst(), said.getLast());
        assertEquals(List.of(), typed("exit\n", List.of()));
    }

    @ParameterizedTest
    @CsvSource({"xterm, xterm", "dumb, dumb", "'', dumb", "no-such-terminal, dumb"})
    void whatNobodyKnowsIsDumb(String term, String type) { assertEquals(type, Prompt.type(Map.of("TERM", term))); }
}
