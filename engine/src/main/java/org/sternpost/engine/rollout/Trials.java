package org.sternpost.engine.rollout;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// What so many trials, of which some hit, tell of the rate behind them, at whatever moment one looks.
///
/// A mixture of sequential probability ratio tests (Wald 1945; Robbins 1970): for the true rate p, the likelihood of
/// what was seen, averaged over rates fixed beforehand and divided by its likelihood under p, is a martingale that
/// begins at 1. So whoever looks after each trial, and stops when it suits him, sees it reach 1/a with a probability of
/// a at most (Ville's inequality). It depends on the two counts alone, so nothing but them is kept.
///
/// @param count all of them
/// @param hits  0 to `count`
public record Trials(long count, long hits) {

    static final Trials NONE = new Trials(0, 0);

    /// The rates that are averaged over: a half, then each by the root of two below the one before, and some near 1.
    private static final double[] RATES = DoubleStream.concat(IntStream.rangeClosed(2, 26).mapToDouble(
            i -> Math.pow(2, -i / 2.0)), IntStream.rangeClosed(2, 4).mapToDouble(i -> 1 - Math.pow(2, -i))).toArray();
    private static final int HALVINGS = 60; // of 0..1, beyond what a double tells apart

    public Trials {
        if (hits < 0 || hits > count) throw new IllegalArgumentException(hits + " of " + count + " is no count");
    }

    /// 0 to 1; 0 of none.
    public double rate() { return count == 0 ? 0 : (double) hits / count; }

    /// True once they show that the true rate is above one.
    ///
    /// @param rate       0 to 1
    /// @param falseAlarm the most that the probability may be, over all looks together, that this is ever said although
    ///                   the true rate is not above it
    boolean exceed(double rate, double falseAlarm) {
        return rate() > rate && evidenceAgainst(rate) >= -Math.log(falseAlarm);
    }

    /// What the true rate is at most: over all looks together it is above this with the given probability or less.
    ///
    /// @return 0 to 1; 1 of none
    double most(double falseAlarm) {
        if (count == 0) return 1;
        double low = rate();
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (evidenceAgainst(middle) >= -Math.log(falseAlarm)) high = middle;
            else
                low = middle;
        }
        return high;
    }

    /// The logarithm of the martingale for one rate.
    double evidenceAgainst(double rate) {
        double under = log(rate);
        if (under == Double.NEGATIVE_INFINITY) return Double.POSITIVE_INFINITY; // it could not have come
        double[] ratios = DoubleStream.of(RATES).map(one -> log(one) - under).toArray();
        double greatest = DoubleStream.of(ratios).max().orElseThrow();
        return greatest
                + Math.log(DoubleStream.of(ratios).map(one -> Math.exp(one - greatest)).average().orElseThrow());
    }

    /// The logarithm of the likelihood of what was seen, in its order.
    private double log(double rate) { return times(hits, Math.log(rate)) + times(count - hits, Math.log1p(-rate)); }

    private static double times(long count, double log) { return count == 0 ? 0 : count * log; }
}
