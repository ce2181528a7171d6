package org.sternpost.cmdlets.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One order over all values of records: nothing first, numbers by size, texts without case, enums as declared.
final class ValueOrder implements Comparator<@Nullable Object> {

    static final ValueOrder ORDER = new ValueOrder();

    private ValueOrder() {}

    @Override
    public int compare(@Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) return Boolean.compare(left != null, right != null);
        return switch (left) {
            case Long a when right instanceof Long b -> Long.compare(a, b);
            case Number a when right instanceof Number b -> Double.compare(a.doubleValue(), b.doubleValue());
            case Boolean a when right instanceof Boolean b -> Boolean.compare(a, b);
            case Instant a when right instanceof Instant b -> a.compareTo(b);
            case Duration a when right instanceof Duration b -> a.compareTo(b);
            case Enum<?> a when right instanceof Enum<?> b && a.getDeclaringClass() == b.getDeclaringClass() ->
                Integer.compare(a.ordinal(), b.ordinal());
            default -> text(left).compareToIgnoreCase(text(right));
        };
    }

    /// A value as a group's name shows it.
    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case List<?> list -> String.join(", ", list.stream().map(ValueOrder::text).toList());
            default -> String.valueOf(value);
        };
    }
}
