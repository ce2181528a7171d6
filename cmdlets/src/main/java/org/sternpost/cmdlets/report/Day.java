package org.sternpost.cmdlets.report;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;

/// A day of UTC as an argument, `2026-11-24`: it is the same day in every time zone.
final class Day {

    private Day() {}

    /// @throws IllegalArgumentException in words that name the parameter
    static LocalDate of(String text, String parameter) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException bad) {
            throw new IllegalArgumentException(parameter + " takes a day as 2026-11-24, not '" + text + "'", bad);
        }
    }
}
