package org.sternpost.engine.evidence;

import java.time.Duration;
import java.util.Optional;

/// How long mail took: how much of it within which bound (docs/reports.md#delays). The bounds are fixed, four for each
/// doubling from a millisecond on, so that sums of any rows are sums, and what is told of them is at most a tenth off.
public final class Delays {

    public static final Delays NONE = new Delays(new long[0]);

    private static final int PER_DOUBLING = 4;
    private static final int SLOTS = 128; // the last bound is six weeks, and has all that took longer
    private static final double EXACT = 1e-9; // a bound belongs to the slot that it ends
    private static final char OF = ':';

    private final long[] counts; // by slot

    private Delays(long[] counts) { this.counts = counts; }

    /// @param many recipients that took so long; less than nothing, by a clock that was set, is nothing
    public static Delays of(Duration delay, long many) {
        if (many == 0) return NONE;
        int slot = slot(delay.toMillis());
        var counts = new long[slot + 1];
        counts[slot] = many;
        return new Delays(counts);
    }

    private static int slot(long millis) {
        if (millis <= 1) return 0;
        return Math.min(SLOTS - 1, (int) Math.ceil(PER_DOUBLING * Math.log(millis) / Math.log(2) - EXACT));
    }

    public boolean isNone() { return counts.length == 0; }

    public Delays plus(Delays more) {
        if (isNone()) return more;
        var sums = new long[Math.max(counts.length, more.counts.length)];
        System.arraycopy(counts, 0, sums, 0, counts.length);
        for (int slot = 0; slot < more.counts.length; slot++)
            sums[slot] += more.counts[slot];
        return new Delays(sums);
    }

    /// The time within which so large a part of the mail was delivered; empty if none was.
    public Optional<Duration> within(double part) {
        long all = 0;
        for (long count : counts)
            all += count;
        if (all == 0) return Optional.empty();
        long wanted = Math.max(1, (long) Math.ceil(part * all));
        int slot = -1;
        for (long seen = 0; seen < wanted;)
            seen += counts[++slot];
        return Optional.of(Duration.ofMillis(middle(slot)));
    }

    /// Nowhere in the slot further than half of it, by ratio.
    private static long middle(int slot) {
        return slot == 0 ? 1 : Math.round(Math.pow(2, (slot - 0.5) / PER_DOUBLING));
    }

    /// As a column has it, `31:5 32`: slots with how many, which is left out for one.
    String text() {
        var text = new StringBuilder();
        for (int slot = 0; slot < counts.length; slot++) {
            if (counts[slot] == 0) continue;
            if (!text.isEmpty()) text.append(' ');
            text.append(slot);
            if (counts[slot] > 1) text.append(OF).append(counts[slot]);
        }
        return text.toString();
    }

    /// Of one column, or of many with blanks between them. What is no slot counts as the nearest.
    static Delays read(String text) {
        if (text.isEmpty()) return NONE;
        var counts = new long[SLOTS];
        long number = 0;
        int slot = -1;
        boolean digits = false;
        for (int i = 0; i <= text.length(); i++) {
            char at = i < text.length() ? text.charAt(i) : ' ';
            if (at >= '0' && at <= '9') {
                number = number * 10 + (at - '0');
                digits = true;
                continue;
            }
            if (at == OF) slot = (int) Math.min(SLOTS - 1, number);
            else if (digits) {
                if (slot < 0) counts[Math.clamp(number, 0, SLOTS - 1)]++;
                else
                    counts[slot] += number;
                slot = -1;
            }
            number = 0;
            digits = false;
        }
        return new Delays(counts);
    }
}
