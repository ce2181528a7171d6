package org.sternpost.shell.terminal;

import java.io.IOException;
import org.jline.terminal.Terminal;
import org.sternpost.shell.render.Ink;
import org.sternpost.shell.run.Voice;

/// Speaks to a terminal, where an operator can answer.
final class TerminalVoice implements Voice {

    private static final int COLUMNS_IF_UNKNOWN = 80;

    private final Terminal terminal;
    private final Ink ink;

    TerminalVoice(Terminal terminal, Ink ink) {
        this.terminal = terminal;
        this.ink = ink;
    }

    @Override
    public void out(String line) { terminal.writer().println(line); }

    @Override
    public void tell(String line) {
        terminal.writer().println(line);
        terminal.flush();
    }

    @Override
    public int width() {
        return terminal.getSize().getColumns() > 0 ? terminal.getSize().getColumns() : COLUMNS_IF_UNKNOWN;
    }

    @Override
    public Ink ink() { return ink; }

    @Override
    public boolean attended() { return true; }

    @Override
    public char ask(String question) {
        terminal.writer().print(question);
        terminal.flush();
        var before = terminal.enterRawMode();
        try {
            int key = terminal.reader().read();
            char answer = key > ' ' ? (char) key : 'n';
            terminal.writer().println(answer);
            return answer;
        } catch (IOException interrupted) {
            terminal.writer().println("n");
            return 'n';
        } finally {
            terminal.setAttributes(before);
            terminal.flush();
        }
    }

    @Override
    public void flush() { terminal.flush(); }
}
