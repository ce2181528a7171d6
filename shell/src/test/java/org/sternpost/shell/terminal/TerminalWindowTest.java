package org.sternpost.shell.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.Test;
import org.sternpost.engine.time.Patience;

/// What is drawn on a whole terminal, and that it is given back as it was.
class TerminalWindowTest {

    private static final String ENTER = "\u001b[?1049h";
    private static final String LEAVE = "\u001b[?1049l";

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    private Terminal terminal(String type, PipedOutputStream keys) throws IOException {
        var terminal = new ExternalTerminal("test", type, new PipedInputStream(keys), shown, StandardCharsets.UTF_8);
        terminal.setSize(Size.of(10, 3));
        return terminal;
    }

    private String text() { return shown.toString(StandardCharsets.UTF_8); }

    @Test
    void qDoesWhatCtrlCDoesAndTheTerminalIsAsItWas() throws Exception {
        try (var keys = new PipedOutputStream(); var terminal = terminal("xterm-256color", keys)) {
            var ended = new CountDownLatch(1);
            terminal.handle(Terminal.Signal.INT, _ -> ended.countDown());
            assertTrue(TerminalWindow.fits(terminal));
            var before = terminal.getAttributes();
            try (var window = TerminalWindow.open(terminal, () -> {})) {
                assertFalse(terminal.getAttributes().getLocalFlag(LocalFlag.ECHO));
                assertEquals(List.of(10, 3), List.of(window.width(), window.height()));
                window.draw(List.of("0123456789", "b"));
                keys.write("xq".getBytes(StandardCharsets.US_ASCII));
                keys.flush();
                assertTrue(ended.await(Patience.AMPLE.toSeconds(), TimeUnit.SECONDS), "q was not heard");
            }
            assertEquals(before.getLocalFlags(), terminal.getAttributes().getLocalFlags());
            String all = text();
            assertTrue(all.indexOf(ENTER) >= 0 && all.indexOf(ENTER) < all.indexOf("0123456789")
                    && all.indexOf("0123456789") < all.indexOf(LEAVE), all);
            assertFalse(all.contains("0123456789\u001b[K"), "what is in the last column would be gone");
        }
    }

    @Test
    void whoeverEndsTheProgramGivesTheTerminalBack() throws Exception {
        try (var keys = new PipedOutputStream(); var terminal = terminal("xterm-256color", keys)) {
            try (var window = TerminalWindow.open(terminal, () -> {})) {
                window.draw(List.of("early"));
                window.ended();
                window.draw(List.of("late"));
                window.ended();
            }
            String all = text();
            int end = all.indexOf("early") + "early".length();
            assertTrue(all.indexOf("\u001b[?7h", end) >= 0, "lines wrap");
            assertTrue(all.indexOf("\u001b[?12l\u001b[?25h", end) >= 0, "the cursor is seen");
            assertTrue(all.indexOf(LEAVE, end) >= 0 && all.indexOf(LEAVE) == all.lastIndexOf(LEAVE), "once");
            assertFalse(all.contains("late"), all);
        }
    }

    @Test
    void nothingIsDrawnOnceItIsClosedNorWhereATerminalPrintsLinesAlone() throws Exception {
        try (var keys = new PipedOutputStream(); var terminal = terminal("xterm", keys)) {
            var window = TerminalWindow.open(terminal, () -> {});
            window.close();
            window.close();
            window.draw(List.of("late"));
            assertFalse(text().contains("late"), text());
        }
        try (var keys = new PipedOutputStream(); var terminal = terminal("dumb", keys)) {
            assertFalse(TerminalWindow.fits(terminal));
        }
    }
}
