package org.sternpost.engine.time;

import java.time.Duration;

/// Spans of time as an operator reads them, and may type them: `1h30m`.
public final class Spans {

    private Spans() {}

    /// To the millisecond, so that two that differ read differently: `1m30s500ms`.
    public static String exact(Duration span) { return text(span, true); }

    /// At a glance: parts of a second only below one.
    public static String brief(Duration span) { return text(span, span.abs().compareTo(Duration.ofSeconds(1)) < 0); }

    private static String text(Duration span, boolean millis) {
        if (span.isNegative()) return "-" + text(span.negated(), millis);
        var text = new StringBuilder();
        part(text, span.toDaysPart(), "d");
        part(text, span.toHoursPart(), "h");
        part(text, span.toMinutesPart(), "m");
        part(text, span.toSecondsPart(), "s");
        if (millis) part(text, span.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void part(StringBuilder text, long amount, String unit) {
        if (amount != 0) text.append(amount).append(unit);
    }
}
