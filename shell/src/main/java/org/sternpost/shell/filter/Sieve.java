package org.sternpost.shell.filter;

import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.sternpost.shell.filter.Filter.Operand;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.Value.Step;

/// Applies a filter to records. Relative moments count from the time of each record's test. One thread at a time.
public final class Sieve {
    private final Filter filter;
    private final Function<String, Optional<Object>> variables;
    private final Comparison comparison;

    /// `variables` answers for `$name`; empty means there is no such variable.
    public Sieve(Filter filter, InstantSource clock, ZoneId zone, Function<String, Optional<Object>> variables) {
        this.filter = filter;
        this.variables = variables;
        this.comparison = new Comparison(clock, zone);
    }

    /// Whether the record passes.
    public Answer test(Fields fields) {
        try {
            return holds(filter, fields) ? new Answer.Kept() : new Answer.Dropped();
        } catch (Refusal refusal) {
            return new Answer.Failed(refusal.error());
        }
    }

    private boolean holds(Filter part, Fields fields) {
        return switch (part) {
            case Filter.Any(var of) -> of.stream().anyMatch(each -> holds(each, fields));
            case Filter.All(var of) -> of.stream().allMatch(each -> holds(each, fields));
            case Filter.Not(var what) -> !holds(what, fields);
            case Filter.Test(var left, var operator, var caseSensitive, var right, var span) ->
                comparison.holds(side(left, fields), operator, caseSensitive, side(right, fields), span);
            case Filter.Truth(var operand) -> isTrue(side(operand, fields));
        };
    }

    private static boolean isTrue(Side side) {
        return switch (side) {
            case Side.Absent() -> false;
            case Side.Loose(var text) -> !text.isEmpty();
            case Side.Many(var of) -> !of.isEmpty();
            case Side.Typed(var value) -> switch (value) {
                case Boolean truth -> truth;
                case Number number -> number.doubleValue() != 0;
                case String text -> !text.isEmpty();
                default -> true;
            };
        };
    }

    private Side side(Operand operand, Fields fields) {
        return switch (operand) {
            case Operand.Text(var text, _) -> new Side.Loose(text);
            case Operand.Bool(var value, _) -> new Side.Typed(value);
            case Operand.Null _ -> new Side.Absent();
            case Operand.Items(var of, _) -> new Side.Many(of.stream().map(item -> side(item, fields)).toList());
            case Operand.Property(var path, _) -> walk(new Side.Typed(fields), path);
            case Operand.Outer(var name, var path, var span) -> {
                var value = variables.apply(name).orElseThrow(() -> new Refusal("VARIABLE_UNKNOWN",
                        "there is no variable $" + name, span, "text needs no $: '" + name + "'"));
                yield loose(walk(Side.of(value), path));
            }
        };
    }

    /// Text in a variable means what the property's type makes of it, as a literal does.
    private static Side loose(Side side) {
        return switch (side) {
            case Side.Typed(String text) -> new Side.Loose(text);
            case Side.Many(var of) -> new Side.Many(of.stream().map(Sieve::loose).toList());
            case Side.Typed _,Side.Loose _,Side.Absent _ -> side;
        };
    }

    private static Side walk(Side from, List<Step> path) {
        var side = from;
        for (var step : path) {
            side = switch (step) {
                case Step.Property(var name, var span) -> property(side, name, span);
                case Step.Index(var index, _) -> element(side, index);
            };
        }
        return side;
    }

    private static Side property(Side of, String name, Span span) {
        return switch (of) {
            case Side.Absent() -> of;
            case Side.Many(var sides) when name.equalsIgnoreCase("count") -> new Side.Typed((long) sides.size());
            case Side.Many(var sides) -> new Side.Many(sides.stream().map(side -> property(side, name, span)).toList());
            case Side.Typed(Fields fields) -> {
                if (!fields.has(name)) {
                    throw new Refusal(FilterReader.unknown(name, span, fields.typeName(), fields.names()));
                }
                yield fields.get(name).map(Side::of).orElseGet(Side.Absent::new);
            }
            case Side.Typed(Map<?, ?> map) -> map.entrySet().stream()
                    .filter(entry -> name.equalsIgnoreCase(String.valueOf(entry.getKey()))).findFirst()
                    .<Side>map(entry -> Side.of(entry.getValue())).orElseGet(Side.Absent::new);
            case Side.Typed _,Side.Loose _ -> throw new Refusal("PROPERTY_UNKNOWN", Comparison.kind(of)
                    + " has no property " + name, span, "a call is Groovy: { it.a.b() > 5 }");
        };
    }

    private static Side element(Side of, int index) {
        if (of instanceof Side.Many(var sides)) {
            int at = index < 0 ? sides.size() + index : index;
            return at >= 0 && at < sides.size() ? sides.get(at) : new Side.Absent();
        }
        return index == 0 || index == -1 ? of : new Side.Absent();
    }
}
