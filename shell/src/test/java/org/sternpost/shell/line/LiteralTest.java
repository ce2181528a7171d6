package org.sternpost.shell.line;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sternpost.shell.line.Literal.LiteralException;

class LiteralTest {
    // A Monday, 11:00 in Berlin.
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T10:00:00Z"));
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '\u0001', textBlock = """
        bool     ¦ $true                  ¦ true
        bool     ¦ FALSE                  ¦ false
        bool     ¦ yes                    ¦ ! write $true or $false
        bool     ¦ 1                      ¦ ! write $true or $false
        integer  ¦ 5                      ¦ 5
        integer  ¦ -5                     ¦ -5
        integer  ¦ 1_000                  ¦ 1000
        integer  ¦ 5.5                    ¦ ! leave out the part after the point
        integer  ¦ 1__0                   ¦ ! write 5 or 1_000
        integer  ¦ 99999999999999999999   ¦ !
        integer  ¦ x                      ¦ ! write 5 or 1_000
        percent  ¦ 25%                    ¦ 25
        percent  ¦ 25                     ¦ 25
        percent  ¦ 101%                   ¦ ! write 25%
        percent  ¦ 5.5%                   ¦ ! leave out the part after the point
        size     ¦ 25MB                   ¦ 26214400
        size     ¦ 10KiB                  ¦ 10240
        size     ¦ 10kb                   ¦ 10240
        size     ¦ 1048576                ¦ 1048576
        size     ¦ 1.5GB                  ¦ 1610612736
        size     ¦ 25M                    ¦ ! write 25MB (KB is 1024 bytes)
        size     ¦ -5MB                   ¦ ! write 25MB, 10KiB, or bytes: 1048576
        size     ¦ 0.3B                   ¦ ! write 25MB, 10KiB, or bytes: 1048576
        size     ¦ 9999999TB              ¦ ! write 25MB, 10KiB, or bytes: 1048576
        size     ¦ 5XB                    ¦ ! write 25MB, 10KiB, or bytes: 1048576
        duration ¦ 30s                    ¦ PT30S
        duration ¦ 5m                     ¦ PT5M
        duration ¦ 1h30m                  ¦ PT1H30M
        duration ¦ 2d                     ¦ PT48H
        duration ¦ 500ms                  ¦ PT0.5S
        duration ¦ 00:05:00               ¦ PT5M
        duration ¦ PT5M                   ¦ PT5M
        duration ¦ P1DT1H                 ¦ PT25H
        duration ¦ 5                      ¦ ! add a unit: 5s, 5m
        duration ¦ -5m                    ¦ ! write 30s, 5m, 1h30m, 2d, 00:05:00 or PT5M
        duration ¦ 5M                     ¦ ! write 30s, 5m, 1h30m, 2d, 00:05:00 or PT5M
        duration ¦ PT                     ¦ ! write 30s, 5m, 1h30m, 2d, 00:05:00 or PT5M
        duration ¦ PT99999999999999999S   ¦ PT27777777777777H46M39S
        duration ¦ P999999999999999999D   ¦ ! write 30s, 5m, 1h30m, 2d, 00:05:00 or PT5M
        instant  ¦ 2026-11-23T10:00:00Z   ¦ 2026-11-23T10:00:00Z
        instant  ¦ 2026-11-23T10:00:00.5+02:00 ¦ 2026-11-23T08:00:00.500Z
        instant  ¦ 2026-11-23 10:00       ¦ 2026-11-23T09:00:00Z
        instant  ¦ 2026-11-23             ¦ 2026-11-22T23:00:00Z
        instant  ¦ -2h                    ¦ 2026-11-23T08:00:00Z
        instant  ¦ +2h                    ¦ 2026-11-23T12:00:00Z
        instant  ¦ now                    ¦ 2026-11-23T10:00:00Z
        instant  ¦ Today                  ¦ 2026-11-22T23:00:00Z
        instant  ¦ yesterday 14:00        ¦ 2026-11-22T13:00:00Z
        instant  ¦ 11/12/2026             ¦ ! write year-month-day: 2026-11-23
        instant  ¦ 11.12.2026             ¦ ! write year-month-day: 2026-11-23
        instant  ¦ 26/11/2026             ¦ ! write year-month-day: 2026-11-23
        instant  ¦ 11/26/2026             ¦ ! write year-month-day: 2026-11-23
        instant  ¦ 27.11.2026             ¦ ! write year-month-day: 2026-11-23
        instant  ¦ 27.11.2026 10:00       ¦ ! write year-month-day: 2026-11-23
        instant  ¦ 27.11.26               ¦ ! write year-month-day: 2026-11-23
        instant  ¦ 2h                     ¦ ! in the past: -2h
        instant  ¦ 2026-02-30             ¦ ! write 2026-11-23T10:00:00Z, …
        instant  ¦ 2026-03-29 02:30       ¦ ! give the offset: 2026-03-29T02:30:00Z
        instant  ¦ 2026-10-25 02:30       ¦ ! give the offset: 2026-10-25T02:30:00Z
        instant  ¦ -P99999999999999999D   ¦ ! write 30s, 5m, 1h30m, 2d, 00:05:00 or PT5M
        """)
    void textIsAValueOrRefusedWithHelp(String type, String text, String value) {
        assertEquals(value, read(type, text), text);
    }

    private static String read(String type, String text) {
        try {
            return switch (type) {
                case "bool" -> String.valueOf(Literal.bool(text));
                case "integer" -> String.valueOf(Literal.integer(text));
                case "percent" -> String.valueOf(Literal.percent(text));
                case "size" -> String.valueOf(Literal.size(text));
                case "duration" -> TimeLiteral.duration(text).toString();
                case "instant" -> TimeLiteral.instant(text, CLOCK, BERLIN).toString();
                default -> throw new IllegalArgumentException(type);
            };
        } catch (LiteralException refused) {
            var hint = refused.hint();
            return ("! " + (hint.length() > 60 ? hint.substring(0, 28) + "…" : hint)).strip();
        }
    }
}
