package org.sternpost.shell.terminal;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Size;
import org.jline.terminal.impl.jni.JniNativePty;
import org.jline.terminal.impl.jni.JniTerminalProvider;

/// A terminal without a person: another process has it, and what that prints can be waited for.
public final class PseudoTerminal implements AutoCloseable {

    private static final Size SIZE = Size.of(120, 40);

    private final JniNativePty pty;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private int seen;

    private PseudoTerminal(JniNativePty pty) {
        this.pty = pty;
        Thread.ofPlatform().daemon().name("pseudo-terminal").start(this::read);
    }

    /// @throws IOException where this machine has none
    public static PseudoTerminal open() throws IOException {
        if (new JniTerminalProvider().open(null, SIZE) instanceof JniNativePty pty) return new PseudoTerminal(pty);
        throw new IOException("no terminal can be made on this system");
    }

    /// What the other process opens.
    public File file() { return new File(pty.getName()); }

    public void type(String text) throws IOException {
        pty.getMasterOutput().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Waits until a text was printed after what was waited for last.
    ///
    /// @throws IOException if the limit is over first
    public synchronized void awaitText(String text, Duration limit) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            int at = printed.toString(StandardCharsets.ISO_8859_1).indexOf(text, seen);
            if (at >= 0) {
                seen = at + text.length();
                return;
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (millis <= 0) throw new IOException("no '" + text + "' at the prompt in time");
            wait(millis);
        }
    }

    @Override
    public void close() throws IOException { pty.close(); }

    private void read() {
        byte[] some = new byte[8192];
        try (InputStream output = pty.getMasterInput()) {
            for (int length = output.read(some); length >= 0; length = output.read(some))
                synchronized (this) {
                    printed.write(some, 0, length);
                    notifyAll();
                }
        } catch (IOException over) {
            // Nobody has the other end any more.
        }
    }
}
