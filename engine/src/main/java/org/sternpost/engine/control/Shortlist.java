package org.sternpost.engine.control;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The first of many in an order.
final class Shortlist {

    private Shortlist() {}

    /// Holds no more than twice as many of them as are wanted. Messages come nearly in the order of time, which a sort
    /// of them together makes use of.
    static <T> Stream<T> of(Stream<T> all, Comparator<T> order, int wanted) {
        var kept = new ArrayList<T>();
        all.forEach(one -> {
            kept.add(one);
            if (kept.size() >= 2L * wanted) cut(kept, order, wanted);
        });
        cut(kept, order, wanted);
        return kept.stream();
    }

    private static <T> void cut(List<T> kept, Comparator<T> order, int wanted) {
        kept.sort(order);
        if (kept.size() > wanted) kept.subList(wanted, kept.size()).clear();
    }
}
