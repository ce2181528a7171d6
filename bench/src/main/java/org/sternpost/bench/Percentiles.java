package org.sternpost.bench;

import java.util.Arrays;

/// Of a set of values, the one below which a share of them lies. Nearest rank: always a value that was seen.
final class Percentiles {

    private final double[] sorted;

    Percentiles(double... values) {
        sorted = values.clone();
        Arrays.sort(sorted);
    }

    int count() { return sorted.length; }

    /// 0 when nothing was seen.
    double at(double share) {
        if (sorted.length == 0) return 0;
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.clamp(rank, 1, sorted.length) - 1];
    }

    double max() { return at(1); }

    /// The middle value; of an even number the mean of the two in the middle, so that two repeats both count.
    double median() {
        if (sorted.length == 0) return 0;
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
