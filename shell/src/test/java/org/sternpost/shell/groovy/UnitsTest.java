package org.sternpost.shell.groovy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import groovy.lang.GroovyShell;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sternpost.cmdlets.Param.Percent;
import org.sternpost.cmdlets.Param.Size;

/// Units as a script writes them, found by Groovy itself as the extension module that they are.
class UnitsTest {

    private static Object value(String script) {
        return new GroovyShell(UnitsTest.class.getClassLoader()).evaluate(script);
    }

    @ParameterizedTest
    @CsvSource({"250.millis, PT0.25S", "0.4.millis, PT0S", "0.5.millis, PT0.001S", "1.second, PT1S",
            "90.seconds, PT1M30S",
            "1.minute, PT1M", "1.5.minutes, PT1M30S", "1.hour, PT1H", "24.hours, PT24H", "-1.hours, PT-1H",
            "1.day, PT24H", "0.5.days, PT12H", "2.hours * 1.5, PT3H", "3 * 2.hours, PT6H",
            "1.second * 0.3333, PT0.333S",
            "1.hour / 2, PT30M", "2.seconds / 3, PT0.667S", "-(1.hour), PT-1H", "1.day - 1.hour, PT23H"})
    void aSpanIsWrittenAndReckonedWith(String script, Duration span) { assertEquals(span, value(script)); }

    @ParameterizedTest
    @CsvSource({"0.percent, 0", "0.5.percent, 0.5", "100.percent, 100"})
    void aPercentageLiesBetweenNoneAndAll(String script, double value) {
        assertEquals(new Percent(value), value(script));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(-0.1).percent", "100.1.percent", "Double.NaN.percent"})
    void whatLiesOutsideIsNone(String script) { assertThrows(IllegalArgumentException.class, () -> value(script)); }

    @Test
    void sizesArePowersOfTwo() {
        assertEquals(List.of(new Size(1024), new Size(25L * 1024 * 1024), new Size(3L * 1024 * 1024 * 1024)),
                value("[1.KB, 25.MB, 3.GB]"));
    }
}
