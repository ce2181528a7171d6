package org.sternpost.cmdlets.pipeline;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.CustomItem;
import org.sternpost.cmdlets.Cmdlet;
import org.sternpost.cmdlets.Item;

/// One run of `Measure-Object`; keeps sums, not records.
final class Measurement implements Cmdlet.RecordProcessor {

    private final MeasureObject asked;
    private long count;
    private long values;
    private Total total = new Total.Nothing();
    private @Nullable Object greatest;
    private @Nullable Object least;

    /// A sum of one kind of value.
    private sealed interface Total {
        record Nothing() implements Total {}

        record Whole(long sum) implements Total {}

        record Real(double sum) implements Total {}

        record Span(Duration sum) implements Total {}
    }

    Measurement(MeasureObject asked) { this.asked = asked; }

    @Override
    public boolean accept(Item item, Cmdlet.Sink out) {
        count++;
        String property = asked.property();
        Object value = property == null ? null : item.get(property);
        if (value == null) return true;
        values++;
        if (asked.sum() || asked.average()) total = add(total, value, String.valueOf(property));
        if (greatest == null || ValueOrder.ORDER.compare(value, greatest) > 0) greatest = value;
        if (least == null || ValueOrder.ORDER.compare(value, least) < 0) least = value;
        return true;
    }

    @Override
    public void end(Cmdlet.Sink out) {
        var measured = new LinkedHashMap<String, @Nullable Object>();
        measured.put("Count", count);
        if (asked.property() != null) measured.put("Property", asked.property());
        if (asked.sum()) measured.put("Sum", sum().orElse(null));
        if (asked.average()) measured.put("Average", average().orElse(null));
        if (asked.maximum()) measured.put("Maximum", greatest);
        if (asked.minimum()) measured.put("Minimum", least);
        out.put(new CustomItem("Measure", measured));
    }

    private static Total add(Total total, Object value, String property) {
        return switch (total) {
            case Total.Nothing() when value instanceof Long number -> new Total.Whole(number);
            case Total.Nothing() when value instanceof Double number -> new Total.Real(number);
            case Total.Nothing() when value instanceof Duration span -> new Total.Span(span);
            case Total.Whole(var sum) when value instanceof Long number -> new Total.Whole(Math.addExact(sum, number));
            case Total.Whole(var sum) when value instanceof Double number -> new Total.Real(sum + number);
            case Total.Real(var sum) when value instanceof Number number -> new Total.Real(sum + number.doubleValue());
            case Total.Span(var sum) when value instanceof Duration span -> new Total.Span(sum.plus(span));
            case Total.Nothing _,Total.Whole _,Total.Real _,Total.Span _ ->
                throw new IllegalArgumentException(property + " has '" + value + "', which cannot be added up");
        };
    }

    private Optional<Object> sum() {
        return switch (total) {
            case Total.Nothing() -> Optional.empty();
            case Total.Whole(var sum) -> Optional.of(sum);
            case Total.Real(var sum) -> Optional.of(sum);
            case Total.Span(var sum) -> Optional.of(sum);
        };
    }

    private Optional<Object> average() {
        return switch (total) {
            case Total.Nothing() -> Optional.empty();
            case Total.Whole(var sum) -> Optional.of((double) sum / values);
            case Total.Real(var sum) -> Optional.of(sum / values);
            case Total.Span(var sum) -> Optional.of(sum.dividedBy(values));
        };
    }
}
