package org.sternpost.shell.launch;

import java.io.PrintStream;
import org.sternpost.shell.render.AnsiStyle;
import org.sternpost.shell.run.Console;

/// Speaks to the standard streams; nobody is there to ask.
record StreamConsole(Output data, PrintStream messages, int width, AnsiStyle style) implements Console {

    @Override
    public void out(String line) { data.line(line); }

    /// What happened is told even where the data before it is lost.
    @Override
    public void message(String line) {
        try {
            data.flush();
        } finally {
            messages.print(line);
            messages.print('\n');
            messages.flush();
        }
    }

    @Override
    public boolean isInteractive() { return false; }

    @Override
    public char ask(String question) { return 'n'; }

    @Override
    public void flush() { data.flush(); }
}
