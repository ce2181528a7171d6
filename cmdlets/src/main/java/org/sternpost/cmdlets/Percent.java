package org.sternpost.cmdlets;

/// A share, typed as `0.5%` or `25`.
public record Percent(double value) {

    public Percent {
        if (!(value >= 0 && value <= 100)) throw new IllegalArgumentException("a percentage lies in 0..100");
    }
}
