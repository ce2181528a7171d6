package org.sternpost.shell.launch;

import java.io.PrintStream;
import org.sternpost.shell.render.Ink;
import org.sternpost.shell.run.Voice;

/// Speaks to the standard streams; nobody is there to ask.
record StreamVoice(Output data, PrintStream messages, int width, Ink ink) implements Voice {

    @Override
    public void out(String line) { data.line(line); }

    /// What happened is told even where the data before it is lost.
    @Override
    public void tell(String line) {
        try {
            data.flush();
        } finally {
            messages.print(line);
            messages.print('\n');
            messages.flush();
        }
    }

    @Override
    public boolean attended() { return false; }

    @Override
    public char ask(String question) { return 'n'; }

    @Override
    public void flush() { data.flush(); }
}
