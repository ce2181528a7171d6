package org.sternpost.shell.filter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One side of a comparison, its value at hand.
sealed interface Side {
    /// A value with a type of its own.
    record Typed(Object value) implements Side {}

    /// Text that takes the type of the other side.
    record Loose(String text) implements Side {}

    /// A list.
    record Many(List<Side> of) implements Side {
        public Many { of = List.copyOf(of); }
    }

    /// No value.
    record Absent() implements Side {}

    static Side of(@Nullable Object value) {
        return switch (value) {
            case null -> new Absent();
            case List<?> list -> new Many(list.stream().map(Side::of).toList());
            default -> new Typed(value);
        };
    }
}
