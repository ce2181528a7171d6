package org.sternpost.shell.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.text.MessageFormat;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A line is what the JDK's own formatters make of the event, whatever way it is made.
class LogLineFormatterTest {

    private final LogLineFormatter formatter = new LogLineFormatter();

    private static LogRecord event(String said, Object... values) {
        var event = new LogRecord(Level.INFO, said);
        event.setParameters(values);
        return event;
    }

    static Stream<Arguments> texts() {
        return Stream.of(text("event=received id={0} from={1}", "4f2a", "a@example.org"), text("{0}{0}{1}", "x", "y"),
                text("no value"), text("no place", "x"), text("{1} before {0}", "a", "b"), text("{5} of two", "a", "b"),
                text("it''s {0}", "x"), text("'{0}' {0}", "x"), text("a {word} in braces", "x"), text("open {", "x"),
                text("open {0", "x"), text("{0} and }", "x"), text("{00}", "x"), text("{0} {1}", null, "{0}"),
                text("{0} times {1} s", 7, 999L), text("{0}", 0.25), text("{0,number,integer} of {1}", 5, "x"),
                text("{0} {1}", new StringBuilder("any"), Level.INFO), text(""));
    }

    private static Arguments text(String said, Object... values) { return Arguments.of(said, values); }

    @ParameterizedTest
    @MethodSource("texts")
    void valuesStandWhereMessageFormatPutsThem(String said, Object[] values) {
        String expected;
        try {
            expected = values.length == 0 || !said.matches("(?s).*\\{\\d.*")
                    ? said
                    : MessageFormat.format(said, values);
        } catch (IllegalArgumentException odd) {
            expected = said;
        }
        assertEquals(expected, formatter.formatMessage(event(said, values)));
    }

    @Test
    void wholeNumbersStandAsTheyAreInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertEquals("octets=1234567 messages=4096",
                    formatter.formatMessage(event("octets={0} messages={1}", 1_234_567L, 4096)));
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-27T08:15:00.007Z", "2026-11-27T08:15:00.123456Z", "2026-11-27T08:15:00.999Z",
            "2027-01-01T00:00:00Z", "1969-12-31T23:59:59.5Z", "2026-06-30T23:59:59.040Z"})
    void theTimeIsWhatTheJdkMakesOfIt(String at) {
        var event = event("x");
        event.setInstant(Instant.parse(at));
        for (int twice = 0; twice < 2; twice++)
            assertEquals(String.format(Locale.ROOT, "%1$tFT%1$tT.%1$tL%1$tz INFO x%n",
                    event.getInstant().atZone(ZoneId.systemDefault())), formatter.format(event));
    }
}
