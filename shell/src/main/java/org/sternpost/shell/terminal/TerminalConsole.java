package org.sternpost.shell.terminal;

import java.io.IOException;
import java.util.Optional;
import org.jline.terminal.Terminal;
import org.jline.utils.InfoCmp;
import org.sternpost.shell.render.AnsiStyle;
import org.sternpost.shell.run.Console;

/// Speaks to a terminal, where an operator can answer.
final class TerminalConsole implements Console {

    private static final int COLUMNS_IF_UNKNOWN = 80;
    private static final int CTRL_C = 3;
    private static final int CTRL_D = 4;
    private static final int CTRL_U = 21;
    private static final int DELETE = 127;

    private final Terminal terminal;
    private final AnsiStyle style;

    TerminalConsole(Terminal terminal, AnsiStyle style) {
        this.terminal = terminal;
        this.style = style;
    }

    @Override
    public void out(String line) { terminal.writer().println(line); }

    @Override
    public void message(String line) {
        terminal.writer().println(line);
        terminal.flush();
    }

    @Override
    public int width() {
        return terminal.getSize().getColumns() > 0 ? terminal.getSize().getColumns() : COLUMNS_IF_UNKNOWN;
    }

    @Override
    public AnsiStyle style() { return style; }

    @Override
    public boolean isInteractive() { return true; }

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
    public Optional<String> askHidden(String question) {
        terminal.writer().print(question);
        terminal.flush();
        var before = terminal.enterRawMode();
        var typed = new StringBuilder();
        try {
            for (int key = terminal.reader().read(); key >= 0; key = terminal.reader().read())
                switch (key) {
                    case '\r', '\n' -> {
                        return Optional.of(typed.toString());
                    }
                    case CTRL_C, CTRL_D -> {
                        return Optional.empty();
                    }
                    case '\b', DELETE -> typed.setLength(Math.max(0, typed.length() - 1));
                    case CTRL_U -> typed.setLength(0);
                    default -> typed.append((char) key);
                }
            return Optional.empty();
        } catch (IOException interrupted) {
            return Optional.empty();
        } finally {
            terminal.setAttributes(before);
            terminal.writer().println();
            terminal.flush();
        }
    }

    @Override
    public void flush() { terminal.flush(); }

    @Override
    public Optional<Window> window(Runnable resized) {
        return TerminalWindow.fits(terminal)
                ? Optional.of(TerminalWindow.open(terminal, resized))
                : Optional.empty();
    }

    @Override
    public void clear() {
        terminal.puts(InfoCmp.Capability.clear_screen);
        terminal.flush();
    }
}
