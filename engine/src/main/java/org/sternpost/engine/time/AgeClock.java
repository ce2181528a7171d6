package org.sternpost.engine.time;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// The time by which all grows old that is forgotten, given up or returned by its age
/// (docs/transport-security.md#own-clock).
///
/// It shows what the machine's clock does, but does not follow it at once where that runs ahead by more than has
/// passed: because somebody set it, because the machine slept, or because this process was not there. Then it goes on
/// by the steady clock, and follows once the other has stood for a day: who set it wrong has a day to find out before
/// anything is lost by that. Set back it follows at once, as nothing grows older by that.
public final class AgeClock {

    /// Less counts as passed.
    static final Duration STEP = Duration.ofMinutes(10);
    /// So long we run until a step forwards counts. A further one that is smaller begins no new day, or a machine that
    /// is off every night would never come to its end.
    static final Duration HELD = Duration.ofDays(1);

    private static final Duration ABREAST = Duration.ofSeconds(1); // between two looks, while both are looked at

    private final Time time;
    private Duration shown; // by how much it is ahead of the steady clock
    private Duration lead = Duration.ZERO; // by how much the machine's is ahead of it
    private Instant since = Instant.MIN; // when the lead began, by the steady clock

    /// What a later process goes on from.
    ///
    /// @param lead of the machine's clock
    /// @param held how long we ran since it has it
    public record Kept(Instant at, Duration lead, Duration held) {}

    public AgeClock(Time time) {
        this.time = time;
        this.shown = ahead(time);
    }

    public synchronized Instant now() {
        look();
        return time.steady().plus(shown);
    }

    /// By how much the machine's clock is ahead; zero while it is believed.
    public synchronized Duration lead() {
        look();
        return lead;
    }

    /// What the machine's clock shows when it is believed, to the second, if it is ahead and nobody sets it before.
    public synchronized Optional<Instant> believed() {
        look();
        return lead.isZero()
                ? Optional.empty()
                : Optional.of(time.shown(since.plus(HELD)).truncatedTo(ChronoUnit.SECONDS));
    }

    public synchronized Kept kept() {
        look();
        return new Kept(now(), lead, lead.isZero() ? Duration.ZERO : Duration.between(since, time.steady()));
    }

    /// Goes on from where an earlier process ended.
    public synchronized void resume(Kept kept) {
        Duration then = Duration.between(time.steady(), kept.at());
        if (then.compareTo(shown) >= 0) return;
        shown = then;
        lead = kept.lead();
        since = time.steady().minus(kept.held());
        look();
    }

    private void look() {
        Duration now = ahead(time);
        Duration leads = now.minus(shown);
        Duration further = leads.minus(lead);
        boolean begins = lead.isZero() || further.compareTo(HELD) >= 0;
        if (leads.compareTo(STEP) >= 0 && begins) since = time.steady();
        boolean held = !begins && Duration.between(since, time.steady()).compareTo(HELD) >= 0;
        if (leads.compareTo(STEP) < 0 || held) {
            shown = now;
            lead = Duration.ZERO;
        } else
            lead = leads;
    }

    /// By how much the machine's clock is ahead of the steady one. Where this thread was kept from running between two
    /// looks, it looks again: no clock was set by that.
    public static Duration ahead(Time time) {
        while (true) {
            Instant before = time.steady();
            Instant now = time.instant();
            if (Duration.between(before, time.steady()).compareTo(ABREAST) < 0) return Duration.between(before, now);
        }
    }
}
