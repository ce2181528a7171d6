package org.sternpost.shell.groovy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import groovy.lang.Script;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.engine.time.SimTime;
import org.sternpost.shell.bind.Conversion;
import org.sternpost.shell.run.ExitCode;
import org.sternpost.shell.run.StatementException;

/// The words behind a script's name set its fields, by their types; what does not fit is refused with what would.
class ScriptParametersTest {

    /// As Groovy compiles a script file.
    public static final class Rollout extends Script {
        @ScriptParam(mandatory = true, help = "the connector's name")
        @Nullable
        String connector;
        @ScriptParam
        boolean fast;
        @ScriptParam
        Duration hold = Duration.ofHours(1);
        @ScriptParam
        List<String> domains = List.of();
        @ScriptParam
        @Nullable
        Object any;
        @Nullable
        String ownAffair;

        @Override
        public @Nullable Object run() { return null; }
    }

    /// Declares nothing.
    public static final class Bare extends Script {
        @Override
        public @Nullable Object run() { return null; }
    }

    private static void set(Script script, String words) throws StatementException {
        ScriptParameters.set(script, words.isEmpty() ? List.of() : List.of(words.split(" ")),
                new Conversion(new SimTime(), ZoneOffset.UTC, false));
    }

    @Test
    void aFieldGetsItsWordInItsType() throws Exception {
        var script = new Rollout();
        set(script, "-CONNECTOR banks -fast -hold:2h -domains a.example,b.example -any -5");
        assertEquals("banks", script.connector);
        assertTrue(script.fast);
        assertEquals(Duration.ofHours(2), script.hold);
        assertEquals(List.of("a.example", "b.example"), script.domains);
        assertEquals("-5", script.any);
    }

    @Test
    void whatIsNotGivenKeepsWhatTheScriptSays() throws Exception {
        var script = new Rollout();
        script.fast = true;
        set(script, "-Connector:banks -fast:false");
        assertEquals(List.of("banks", false, Duration.ofHours(1)), List.of(script.connector, script.fast, script.hold));
        set(new Bare(), "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            `` | the script needs -connector | the connector's name
            -fast | the script needs -connector | the connector's name
            -connector | -connector needs a value |
            -conector banks | the script has no parameter -conector | did you mean: -connector
            -xyzzy banks | the script has no parameter -xyzzy | it has: -connector, -fast
            -ownAffair x | the script has no parameter -ownAffair | it has: -connector
            banks | the script takes -Name value pairs, not 'banks' | --help says more; options of sternpost go before
            -fast true | the script takes -Name value pairs, not 'true' | it has: -connector
            -connector a -connector b | -connector is given twice |
            -connector a -hold 5 | -hold: | unit
            """)
    void whatDoesNotFitIsRefused(String words, String message, @Nullable String hint) {
        var refused = assertThrows(StatementException.class, () -> set(new Rollout(), words));
        assertEquals(List.of("SCRIPT_PARAM", ExitCode.NOT_UNDERSTOOD), List.of(refused.code(), refused.exit()));
        assertTrue(refused.message().startsWith(message), refused.message());
        assertTrue((refused.message() + refused.hint()).contains(hint == null ? "" : hint), refused.hint());
    }

    @Test
    void aScriptWithoutParametersSaysSo() {
        var refused = assertThrows(StatementException.class, () -> set(new Bare(), "-x 1"));
        assertEquals("it declares none; --help says more; options of sternpost go before -File", refused.hint());
    }

    @Test
    void helpSaysWhatTheFileSaysAndWhatMayBeGiven() {
        assertEquals(List.of("Does it.", "", "  as this", "", "  -connector  the connector's name (needed)",
                "  -fast       ", "  -hold        (1h)", "  -domains    ", "  -any        "),
                ScriptHelp.of("// Does it.\n//\n//   as this\ndef x = 1\n// no more\n", new Rollout()));
        assertEquals(List.of(), ScriptHelp.of("def x = 1\n", new Bare()));
        for (String word : List.of("--help", "-HELP", "-?"))
            assertTrue(ScriptHelp.isAsked(new Rollout(), List.of("-fast", word)), word);
        assertFalse(ScriptHelp.isAsked(new Rollout(), List.of("-connector", "help")));
    }
}
