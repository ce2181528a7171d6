package org.sternpost.shell.line;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class SyntaxErrorTest {
    private static final String LINE = "Set-OutboundConnector gov -TlsValidaton Opportunistic";
    private static final SyntaxError UNKNOWN = new SyntaxError("PARAM_UNKNOWN",
            "Set-OutboundConnector has no parameter -TlsValidaton", new Span(26, 39), "did you mean: -TlsValidation");

    @Test
    void terminalShowsTheLineAndUnderlinesThePlace() { assertEquals("""
            Set-OutboundConnector gov -TlsValidaton Opportunistic
                                      ~~~~~~~~~~~~~
            error[PARAM_UNKNOWN]: Set-OutboundConnector has no parameter -TlsValidaton
              did you mean: -TlsValidation""", UNKNOWN.terminal(LINE)); }

    @Test
    void oneLineNamesLineAndColumn() {
        assertEquals("error[PARAM_UNKNOWN] line 3:27: Set-OutboundConnector has no parameter -TlsValidaton"
                + " (did you mean: -TlsValidation)",
                new SyntaxError(UNKNOWN.code(), UNKNOWN.message(),
                        new Span(UNKNOWN.span().start() + 4, UNKNOWN.span().end() + 4), UNKNOWN.hint())
                        .oneLine("a\r\n\n" + LINE));
    }

    /// What reads logs looks for them, wherever it runs.
    @Test
    void numbersHaveTheSameDigitsEverywhere() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            assertEquals("error[X] line 1:2: wrong", new SyntaxError("X", "wrong", new Span(1, 2), "").oneLine("abc"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void onlyTheFirstLineOfALongPlaceIsShown() {
        var error = new SyntaxError("X", "wrong", new Span(3, 12), "");
        assertEquals("a\tbcd\n \t ~~\nerror[X]: wrong", error.terminal("a\tbcd\nefghijkl"));
    }

    @Test
    void placeAtTheEndIsUnderlinedToo() {
        assertEquals("ab\n  ~\nerror[X]: wrong", new SyntaxError("X", "wrong", new Span(2, 2), "").terminal("ab"));
    }

    @Test
    void controlCharactersDoNotReachTheTerminal() {
        var error = new SyntaxError("X", "bad \u001b[2J", new Span(0, 1), "");
        assertEquals("\uFFFD[2J\n~\nerror[X]: bad \uFFFD[2J", error.terminal("\u001b[2J"));
    }

    @Test
    void longLineIsShownAroundThePlace() {
        var shown = new SyntaxError("X", "wrong", new Span(500, 503), "").terminal("a".repeat(500) + "bcd"
                + "e".repeat(500)).lines().toList();
        assertEquals("…" + "a".repeat(80) + "bcd" + "e".repeat(77), shown.get(0));
        assertEquals(" ".repeat(81) + "~~~", shown.get(1));
    }
}
