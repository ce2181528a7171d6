package org.sternpost.shell.filter;

import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.sternpost.engine.control.FilterProperty;
import org.sternpost.shell.filter.Comparison.ComparedValue;
import org.sternpost.shell.filter.Filter.Operand;
import org.sternpost.shell.filter.FilterReader.FilterException;
import org.sternpost.shell.line.Span;
import org.sternpost.shell.line.SyntaxError;
import org.sternpost.shell.line.Value.Step;

/// Applies a filter to records. Relative moments count from the time of each record's test. One thread at a time.
public final class FilterEvaluator {
    private final Filter filter;
    private final Function<String, Optional<Object>> variables;
    private final Comparison comparison;
    private final InstantSource clock;
    private final ZoneId zone;

    /// `variables` answers for `$name`; empty means there is no such variable.
    public FilterEvaluator(Filter filter, InstantSource clock, ZoneId zone,
            Function<String, Optional<Object>> variables) {
        this.filter = filter;
        this.variables = variables;
        this.comparison = new Comparison(clock, zone);
        this.clock = clock;
        this.zone = zone;
    }

    /// What of the filter the engine can be asked.
    ///
    /// @param constant no variable changes while it is applied
    public EngineCondition condition(List<FilterProperty> known, boolean constant) {
        return new EngineCondition.Translator(known, clock, zone, constant ? variables : _ -> Optional.empty())
                .of(filter);
    }

    /// Whether the record passes.
    public FilterResult test(Fields fields) {
        try {
            return holds(filter, fields) ? new FilterResult.Kept() : new FilterResult.Dropped();
        } catch (FilterException refusal) {
            return new FilterResult.Failed(refusal.error());
        }
    }

    private boolean holds(Filter part, Fields fields) {
        return switch (part) {
            case Filter.Or(var of) -> of.stream().anyMatch(each -> holds(each, fields));
            case Filter.And(var of) -> of.stream().allMatch(each -> holds(each, fields));
            case Filter.Not(var what) -> !holds(what, fields);
            case Filter.Test(var left, var operator, var caseSensitive, var right, var span) ->
                comparison.holds(side(left, fields), operator, caseSensitive, side(right, fields), span);
            case Filter.Truth(var operand) -> isTrue(side(operand, fields));
        };
    }

    private static boolean isTrue(ComparedValue side) {
        return switch (side) {
            case ComparedValue.Absent() -> false;
            case ComparedValue.Untyped(var text) -> !text.isEmpty();
            case ComparedValue.Many(var of) -> !of.isEmpty();
            case ComparedValue.Typed(var value) -> switch (value) {
                case Boolean truth -> truth;
                case Number number -> number.doubleValue() != 0;
                case String text -> !text.isEmpty();
                default -> true;
            };
        };
    }

    private ComparedValue side(Operand operand, Fields fields) {
        return switch (operand) {
            case Operand.Text(var text, _) -> new ComparedValue.Untyped(text);
            case Operand.Bool(var value, _) -> new ComparedValue.Typed(value);
            case Operand.Null _ -> new ComparedValue.Absent();
            case Operand.Items(var of, _) ->
                new ComparedValue.Many(of.stream().map(item -> side(item, fields)).toList());
            case Operand.Property(var path, _) -> walk(new ComparedValue.Typed(fields), path);
            case Operand.Outer(var name, var path, var span) -> {
                var value = variables.apply(name).orElseThrow(() -> new FilterException("VARIABLE_UNKNOWN",
                        "there is no variable $" + name, span, "text needs no $: '" + name + "'"));
                yield loose(walk(ComparedValue.of(value), path));
            }
        };
    }

    /// Text in a variable means what the property's type makes of it, as a literal does.
    private static ComparedValue loose(ComparedValue side) {
        return switch (side) {
            case ComparedValue.Typed(String text) -> new ComparedValue.Untyped(text);
            case ComparedValue.Many(var of) when of.size() == 1 -> loose(of.getFirst());
            case ComparedValue.Many(var of) -> new ComparedValue.Many(of.stream().map(FilterEvaluator::loose).toList());
            case ComparedValue.Typed _,ComparedValue.Untyped _,ComparedValue.Absent _ -> side;
        };
    }

    private static ComparedValue walk(ComparedValue from, List<Step> path) {
        var side = from;
        for (var step : path) {
            side = switch (step) {
                case Step.Property(var name, var span) -> property(side, name, span);
                case Step.Index(var index, _) -> element(side, index);
            };
        }
        return side;
    }

    private static ComparedValue property(ComparedValue of, String name, Span span) {
        return switch (of) {
            case ComparedValue.Absent() -> of;
            case ComparedValue.Many(var sides) when name.equalsIgnoreCase("count") ->
                new ComparedValue.Typed((long) sides.size());
            case ComparedValue.Many(var sides) ->
                new ComparedValue.Many(sides.stream().map(side -> property(side, name, span)).toList());
            case ComparedValue.Typed(Fields fields) -> {
                if (!fields.has(name)) {
                    throw new FilterException(FilterReader.unknown(name, span, fields.typeName(), fields.names()));
                }
                yield fields.get(name).map(ComparedValue::of).orElseGet(ComparedValue.Absent::new);
            }
            case ComparedValue.Typed(Map<?, ?> map) -> map.entrySet().stream()
                    .filter(entry -> name.equalsIgnoreCase(String.valueOf(entry.getKey()))).findFirst()
                    .<ComparedValue>map(entry -> ComparedValue.of(entry.getValue()))
                    .orElseGet(ComparedValue.Absent::new);
            case ComparedValue.Typed _,ComparedValue.Untyped _ ->
                throw new FilterException("PROPERTY_UNKNOWN", Comparison.kind(of)
                        + " has no property " + name, span, "a call is Groovy: { it.a.b() > 5 }");
        };
    }

    private static ComparedValue element(ComparedValue of, int index) {
        if (of instanceof ComparedValue.Many(var sides)) {
            int at = index < 0 ? sides.size() + index : index;
            return at >= 0 && at < sides.size() ? sides.get(at) : new ComparedValue.Absent();
        }
        return index == 0 || index == -1 ? of : new ComparedValue.Absent();
    }

    /// What a filter says about one record.
    public sealed interface FilterResult {
        /// The record stays.
        record Kept() implements FilterResult {}

        /// The record goes.
        record Dropped() implements FilterResult {}

        /// The question makes no sense for this record.
        record Failed(SyntaxError error) implements FilterResult {}
    }
}
