package org.sternpost.shell.terminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.utils.Curses;
import org.jline.utils.InfoCmp.Capability;
import org.sternpost.shell.run.Console;

/// The whole of a terminal, for as long as something is drawn on it; what was there before is there again afterwards,
/// also where the program is told to end meanwhile.
final class TerminalWindow implements Console.Window {

    private static final long KEY_MILLIS = 100; // that a key, or the end, may wait for
    private static final String NO_WRAP = "\u001b[?7l"; // a character of another width moves its own line alone
    private static final String WRAP = "\u001b[?7h";

    private final Terminal terminal;
    private final Attributes before;
    private final Terminal.SignalHandler resized;
    private final PrintWriter writer; // a terminal that is closed gives it no more, and still shows what it is given
    private final String leaving;
    private final Thread keys;
    private final Thread ending = Thread.ofPlatform().name("window-ending").unstarted(this::ended);
    private volatile boolean closed;
    private boolean left;

    private TerminalWindow(Terminal terminal, Runnable resized) {
        this.terminal = terminal;
        this.writer = terminal.writer();
        this.leaving = WRAP + text(terminal, Capability.cursor_normal) + text(terminal, Capability.exit_ca_mode);
        Runtime.getRuntime().addShutdownHook(ending);
        this.before = terminal.enterRawMode();
        this.resized = terminal.handle(Terminal.Signal.WINCH, _ -> resized.run());
        terminal.puts(Capability.enter_ca_mode);
        terminal.puts(Capability.cursor_invisible);
        writer.print(NO_WRAP);
        terminal.puts(Capability.clear_screen);
        terminal.flush();
        keys = Thread.ofPlatform().daemon().name("window-keys").start(this::keys);
    }

    /// False of a terminal that can only print line after line.
    static boolean fits(Terminal terminal) {
        return terminal.getStringCapability(Capability.enter_ca_mode) != null
                && terminal.getStringCapability(Capability.cursor_home) != null
                && terminal.getStringCapability(Capability.clr_eol) != null
                && terminal.getStringCapability(Capability.clr_eos) != null && terminal.getSize().getRows() > 0;
    }

    static TerminalWindow open(Terminal terminal, Runnable resized) { return new TerminalWindow(terminal, resized); }

    @Override
    public int width() { return terminal.getSize().getColumns(); }

    @Override
    public int height() { return terminal.getSize().getRows(); }

    @Override
    public synchronized void draw(List<String> lines) {
        if (closed) return;
        terminal.puts(Capability.cursor_home);
        for (int i = 0; i < lines.size(); i++) {
            if (i > 0) writer.print("\r\n");
            terminal.puts(Capability.clr_eol); // before it: behind it, what is in the last column would go too
            writer.print(lines.get(i));
        }
        if (lines.size() < height()) {
            writer.print("\r\n");
            terminal.puts(Capability.clr_eos);
        }
        terminal.flush();
    }

    /// `q` does what Ctrl-C does.
    private void keys() {
        try {
            while (!closed) {
                int key = terminal.reader().read(KEY_MILLIS);
                if (key == 'q' || key == 'Q') terminal.raise(Terminal.Signal.INT);
                if (key == -1) return; // nobody is there any more
            }
        } catch (IOException gone) {
            // The next line that is read tells of it.
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) return;
            closed = true;
        }
        boolean interrupted = Thread.interrupted();
        try {
            keys.join();
        } catch (InterruptedException again) {
            interrupted = true;
        }
        terminal.handle(Terminal.Signal.WINCH, resized);
        leave();
        terminal.setAttributes(before);
        try {
            Runtime.getRuntime().removeShutdownHook(ending);
        } catch (IllegalStateException ends) {
            // The program ends, and there is no more to do for it.
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /// The program was told to end, by SIGTERM or because its terminal is gone. JLine sets the attributes back then,
    /// before this or after it.
    synchronized void ended() {
        closed = true;
        leave();
    }

    private synchronized void leave() {
        if (left) return;
        left = true;
        writer.print(leaving);
        writer.flush();
    }

    private static String text(Terminal terminal, Capability capability) {
        String sequence = terminal.getStringCapability(capability);
        return sequence == null ? "" : Curses.tputs(sequence);
    }
}
