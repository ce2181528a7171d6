package org.sternpost.shell.groovy;

import java.time.Duration;
import java.time.Instant;
import org.sternpost.cmdlets.Percent;
import org.sternpost.cmdlets.Size;
import org.sternpost.engine.time.Time;

/// `24.hours`, `7.days.ago`, `0.5.percent`, `25.MB` in scripts.
final class Units {

    private final Time time;

    Units(Time time) { this.time = time; }

    /// The value of a property of a number or span; empty if it is none of ours.
    java.util.Optional<Object> property(Object of, String name) {
        Object value = switch (of) {
            case Number n -> number(n, name);
            case Duration d when name.equals("ago") -> before(d);
            case Duration d when name.equals("fromNow") -> time.instant().plus(d);
            default -> null;
        };
        return java.util.Optional.ofNullable(value);
    }

    private Instant before(Duration span) { return time.instant().minus(span); }

    private static @org.jspecify.annotations.Nullable Object number(Number n, String name) {
        return switch (name) {
            case "milliseconds", "millis" -> Duration.ofMillis(n.longValue());
            case "second", "seconds" -> Duration.ofMillis(Math.round(n.doubleValue() * 1000));
            case "minute", "minutes" -> Duration.ofMillis(Math.round(n.doubleValue() * 60_000));
            case "hour", "hours" -> Duration.ofMillis(Math.round(n.doubleValue() * 3_600_000));
            case "day", "days" -> Duration.ofMillis(Math.round(n.doubleValue() * 86_400_000));
            case "percent" -> new Percent(n.doubleValue());
            case "KB" -> new Size(n.longValue() << 10);
            case "MB" -> new Size(n.longValue() << 20);
            case "GB" -> new Size(n.longValue() << 30);
            default -> null;
        };
    }
}
