package org.sternpost.shell.groovy;

import java.math.BigDecimal;
import java.time.Duration;
import org.sternpost.cmdlets.Param.Percent;
import org.sternpost.cmdlets.Param.Size;

/// `24.hours`, `0.5.percent`, `25.MB`, `hold * 3` in scripts.
///
/// An extension module of Groovy (named in `META-INF/groovy`), so that the compiler knows these as it knows any method.
public final class Units {

    private Units() {}

    public static Duration getMillis(Number n) { return span(n, 1); }

    public static Duration getSecond(Number n) { return span(n, 1_000); }

    public static Duration getSeconds(Number n) { return span(n, 1_000); }

    public static Duration getMinute(Number n) { return span(n, 60_000); }

    public static Duration getMinutes(Number n) { return span(n, 60_000); }

    public static Duration getHour(Number n) { return span(n, 3_600_000); }

    public static Duration getHours(Number n) { return span(n, 3_600_000); }

    public static Duration getDay(Number n) { return span(n, 86_400_000); }

    public static Duration getDays(Number n) { return span(n, 86_400_000); }

    public static Percent getPercent(Number n) { return new Percent(n.doubleValue()); }

    public static Size getKB(Number n) { return new Size(n.longValue() << 10); }

    public static Size getMB(Number n) { return new Size(n.longValue() << 20); }

    public static Size getGB(Number n) { return new Size(n.longValue() << 30); }

    /// `hold * 3`
    public static Duration multiply(Duration span, Number times) {
        return Duration.ofMillis(new BigDecimal(times.toString()).multiply(BigDecimal.valueOf(span.toMillis()))
                .longValue());
    }

    /// `3 * hold`
    public static Duration multiply(Number times, Duration span) { return multiply(span, times); }

    /// `hold / 2`
    public static Duration div(Duration span, Number parts) {
        return Duration.ofMillis(Math.round(span.toMillis() / parts.doubleValue()));
    }

    /// `-hold`
    public static Duration negative(Duration span) { return span.negated(); }

    private static Duration span(Number n, long millis) {
        return Duration.ofMillis(Math.round(n.doubleValue() * millis));
    }
}
