package org.sternpost.engine.time;

import java.time.Duration;
import java.time.Instant;

/// How long somebody else may take, in which what this process did not run does not count
/// (docs/transport-security.md#own-stall).
///
/// While we are stalled we neither say what is waited for nor hear what was said. So a limit ends later by as long as
/// this process was stalled within it, and by as long as itself at most: nobody is waited for without end. Where it is
/// over although all of that was added, we ran for half of the time or less, and that it is over says nothing of the
/// other side.
public final class TimeLimit {

    private static final Duration LONGEST = Duration.ofDays(36_500); // as good as never

    private final Time time;
    private final Duration span;
    private final Instant began;
    private final Duration before;

    private TimeLimit(Time time, Duration span) {
        this.time = time;
        this.span = span.compareTo(LONGEST) < 0 ? span : LONGEST;
        this.began = time.steady();
        this.before = time.stalled();
    }

    /// Begins now.
    public static TimeLimit of(Time time, Duration span) { return new TimeLimit(time, span); }

    /// Begins now.
    ///
    /// @param due when it would end if nothing stalled, by the steady clock
    public static TimeLimit until(Time time, Instant due) {
        return new TimeLimit(time, Duration.between(time.steady(), due));
    }

    /// What it is without a stall.
    public Duration span() { return span; }

    /// However long this process is stalled.
    public Duration longest() { return span.multipliedBy(2); }

    /// When it ends by what is known now, by the steady clock.
    public Instant due() { return began.plus(span).plus(added()); }

    public boolean isOver() { return !time.steady().isBefore(due()); }

    /// True if this process was stalled for as long as the limit, so that nobody else is to be blamed for its end.
    public boolean isOurs() { return span.isPositive() && added().equals(span); }

    private Duration added() {
        if (!span.isPositive()) return Duration.ZERO;
        Duration stalled = time.stalled().minus(before);
        return stalled.compareTo(span) < 0 ? stalled : span;
    }
}
