package org.sternpost.shell.filter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One side of a comparison, its value at hand.
sealed interface ComparedValue {
    /// A value with a type of its own.
    record Typed(Object value) implements ComparedValue {}

    /// Text that takes the type of the other side.
    record Untyped(String text) implements ComparedValue {}

    /// A list.
    record Many(List<ComparedValue> of) implements ComparedValue {
        public Many { of = List.copyOf(of); }
    }

    /// No value.
    record Absent() implements ComparedValue {}

    static ComparedValue of(@Nullable Object value) {
        return switch (value) {
            case null -> new Absent();
            case List<?> list -> new Many(list.stream().map(ComparedValue::of).toList());
            default -> new Typed(value);
        };
    }
}
