package org.sternpost.shell.line;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sternpost.shell.line.Literal.LiteralException;

/// Durations and moments behind words. The clock and the zone are given.
public final class TimeLiteral {
    private static final Pattern UNITS = Pattern.compile("(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?"
            + "(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");
    private static final Pattern CLOCK = Pattern.compile("(\\d{1,4}):([0-5]\\d):([0-5]\\d)");
    private static final Pattern ISO_DURATION = Pattern.compile("P(?=[\\dT])(?:\\d+D)?(?:T(?=\\d)(?:\\d+H)?(?:\\d+M)?"
            + "(?:\\d+(?:\\.\\d+)?S)?)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern DATE_TIME = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\d)(?:[T ](\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?))?", Pattern.CASE_INSENSITIVE);
    private static final Pattern DAY = Pattern.compile("(today|yesterday|tomorrow)(?: (\\d\\d:\\d\\d(?::\\d\\d)?))?",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern REGIONAL = Pattern.compile("\\d{1,4}[/.]\\d{1,2}[/.]\\d{1,4}.*");
    private static final String DURATION_HINT = "write 30s, 5m, 1h30m, 2d, 00:05:00 or PT5M";
    private static final String INSTANT_HINT = "write 2026-11-23T10:00:00Z, '2026-11-23 10:00', -2h, now, today or "
            + "'yesterday 14:00'";

    private TimeLiteral() {}

    /// `30s`, `5m`, `1h30m`, `2d`, `500ms`, `00:05:00`, `PT5M`.
    public static Duration duration(String text) throws LiteralException {
        if (text.startsWith("-") || text.startsWith("+")) {
            throw new LiteralException("a duration has no sign", DURATION_HINT);
        }
        var units = Literal.fits(UNITS, text);
        if (!text.isEmpty() && units.matches()) {
            return Duration.ofDays(group(units, 1)).plusHours(group(units, 2)).plusMinutes(group(units, 3))
                    .plusSeconds(group(units, 4)).plusMillis(group(units, 5));
        }
        var clock = Literal.fits(CLOCK, text);
        if (clock.matches()) {
            return Duration.ofHours(group(clock, 1)).plusMinutes(group(clock, 2)).plusSeconds(group(clock, 3));
        }
        try {
            if (Literal.fits(ISO_DURATION, text).matches()) {
                return Duration.parse(text);
            }
        } catch (DateTimeException | ArithmeticException tooLarge) {
            throw new LiteralException("'" + Literal.shown(text) + "' is too long", DURATION_HINT);
        }
        boolean bare = text.matches("\\d{1,18}");
        throw new LiteralException("'" + Literal.shown(text) + "' is no duration",
                bare ? "add a unit: " + text + "s, " + text + "m" : DURATION_HINT);
    }

    private static long group(Matcher matcher, int group) {
        var digits = matcher.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /// `2026-11-23T10:00:00Z`, `2026-11-23 10:00` in the zone given, `-2h`, `now`, `today`, `yesterday 14:00`.
    public static Instant instant(String text, InstantSource clock, ZoneId zone) throws LiteralException {
        if (Literal.fits(REGIONAL, text).matches()) {
            throw new LiteralException("'" + Literal.shown(text) + "' means different days in different countries",
                    "write year-month-day: 2026-11-23");
        }
        try {
            if (text.equalsIgnoreCase("now")) {
                return clock.instant();
            }
            if (text.startsWith("-") || text.startsWith("+")) {
                var distance = duration(text.substring(1));
                return text.startsWith("-") ? clock.instant().minus(distance) : clock.instant().plus(distance);
            }
            var day = Literal.fits(DAY, text);
            if (day.matches()) {
                return local(day(day.group(1), clock.instant().atZone(zone).toLocalDate()), day.group(2), zone);
            }
            var date = Literal.fits(DATE_TIME, text);
            if (date.matches()) {
                return local(LocalDate.parse(date.group(1)), date.group(2), zone);
            }
            return OffsetDateTime.parse(text.replace(' ', 'T').toUpperCase(Locale.ROOT)).toInstant();
        } catch (DateTimeException | ArithmeticException noMoment) {
            throw new LiteralException("'" + Literal.shown(text) + "' is no moment",
                    text.matches("\\d{1,9}(ms|[smhd]).*") ? "in the past: -" + text : INSTANT_HINT);
        }
    }

    private static LocalDate day(String name, LocalDate today) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "yesterday" -> today.minusDays(1);
            case "tomorrow" -> today.plusDays(1);
            default -> today;
        };
    }

    private static Instant local(LocalDate date, @Nullable String time, ZoneId zone)
            throws LiteralException {
        if (time == null) {
            return date.atStartOfDay(zone).toInstant();
        }
        var local = LocalDateTime.of(date, LocalTime.parse(time));
        var offsets = zone.getRules().getValidOffsets(local);
        if (offsets.size() != 1) {
            throw new LiteralException("%s happens %s in %s, where the clock changes".formatted(local,
                    offsets.isEmpty() ? "never" : "twice", zone), "give the offset: " + local + ":00Z");
        }
        return local.toInstant(offsets.getFirst());
    }
}
