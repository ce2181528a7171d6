package org.sternpost.shell.launch;

import java.io.PrintStream;
import org.sternpost.shell.render.Ink;
import org.sternpost.shell.run.Voice;

/// Speaks to the standard streams; nobody is there to ask.
record StreamVoice(PrintStream data, PrintStream messages, int width, Ink ink) implements Voice {

    /// Who read our data has gone away; the process ends without a word.
    static final class ReaderGone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ReaderGone() { super(null, null, false, false); }
    }

    @Override
    public void out(String line) {
        data.print(line);
        data.print('\n');
    }

    @Override
    public void tell(String line) {
        flush();
        messages.print(line);
        messages.print('\n');
        messages.flush();
    }

    @Override
    public boolean attended() { return false; }

    @Override
    public char ask(String question) { return 'n'; }

    @Override
    public void flush() { if (data.checkError()) throw new ReaderGone(); }
}
