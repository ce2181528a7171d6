package org.sternpost.shell.filter;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sternpost.engine.control.FilterProperty;
import org.sternpost.shell.filter.Filter.Operand;
import org.sternpost.shell.line.Value.Step;

/// What of a filter the engine can be asked, in the words of its `-Filter` (docs/queue.md#where-object).
///
/// The shell goes on to judge each record, so a text need not say all of its filter. It holds for each record that the
/// filter takes, and for each that it complains of; it may hold for others.
///
/// @param text  empty where the engine has no words for any of it
/// @param exact the text holds for no others
/// @param total the filter complains of no record
public record EngineCondition(Optional<String> text, boolean exact, boolean total) {

    /// It may complain of a record.
    static final EngineCondition OPAQUE = new EngineCondition(Optional.empty(), false, false);
    /// It complains of none, and the engine has no words for it.
    static final EngineCondition SILENT = new EngineCondition(Optional.empty(), false, true);

    static EngineCondition exactly(String text) { return new EngineCondition(Optional.of(text), true, true); }

    /// It holds for others too, unless `exact`.
    static EngineCondition of(String text, boolean exact) {
        return new EngineCondition(Optional.of(text), exact, true);
    }

    /// Of filters each of which sees what the one before it takes.
    public static EngineCondition all(List<EngineCondition> parts) {
        var texts = new ArrayList<String>();
        boolean exact = true;
        boolean total = true;
        for (EngineCondition part : parts) {
            if (!total) return joined(texts, " -and ", false, false); // Nobody asks it of what was complained of.
            part.text().ifPresent(texts::add);
            exact &= part.exact();
            total &= part.total();
        }
        return joined(texts, " -and ", exact, total);
    }

    static EngineCondition any(List<EngineCondition> parts) {
        boolean total = parts.stream().allMatch(EngineCondition::total);
        if (parts.stream().anyMatch(part -> part.text().isEmpty()))
            return new EngineCondition(Optional.empty(), false, total);
        return joined(parts.stream().map(part -> part.text().orElseThrow()).toList(), " -or ",
                parts.stream().allMatch(EngineCondition::exact), total);
    }

    private static EngineCondition joined(List<String> texts, String word, boolean exact, boolean total) {
        if (texts.isEmpty()) return new EngineCondition(Optional.empty(), false, total);
        return new EngineCondition(
                Optional.of(texts.size() == 1 ? texts.getFirst() : "(" + String.join(word, texts) + ")"), exact,
                total);
    }

    EngineCondition opposite() {
        return exact
                ? of("-not (" + text.orElseThrow() + ")", true)
                : new EngineCondition(Optional.empty(), false,
                        total);
    }

    /// Translates filters on records of which the engine knows some properties.
    static final class Translator {
        private final List<FilterProperty> known;
        private final EngineComparison comparison;
        private final Function<String, Optional<Object>> variables;

        /// @param variables answers for `$name`; empty where it may not be asked now
        Translator(List<FilterProperty> known, InstantSource clock, ZoneId zone,
                Function<String, Optional<Object>> variables) {
            this.known = known;
            this.comparison = new EngineComparison(clock, zone);
            this.variables = variables;
        }

        EngineCondition of(Filter filter) {
            return switch (filter) {
                case Filter.Or(var of) -> any(of.stream().map(this::of).toList());
                case Filter.And(var of) -> all(of.stream().map(this::of).toList());
                case Filter.Not(var what) -> of(what).opposite();
                case Filter.Truth(var operand) -> property(operand).map(EngineComparison::truth).orElse(OPAQUE);
                case Filter.Test(var left, var operator, var caseSensitive, var right, _) -> property(left)
                        .map(one -> test(one, operator, caseSensitive, right)).orElse(OPAQUE);
            };
        }

        private Optional<FilterProperty> property(Operand operand) {
            if (!(operand instanceof Operand.Property(var path, _)) || path.size() != 1
                    || !(path.getFirst() instanceof Step.Property(var name, _)))
                return Optional.empty();
            return known.stream().filter(one -> one.isNamed(name)).findFirst();
        }

        private EngineCondition test(FilterProperty property, Operator operator, boolean caseSensitive,
                Operand right) {
            boolean several = switch (operator) {
                case IN, NOTIN, CONTAINS, NOTCONTAINS -> true;
                case EQ, NE, GT, GE, LT, LE, LIKE, NOTLIKE, MATCH, NOTMATCH -> false;
            };
            Optional<List<Wanted>> wanted = values(right, several);
            if (wanted.isEmpty()) return OPAQUE;
            if (wanted.get().isEmpty()) return SILENT;
            return switch (operator) {
                case EQ, IN, CONTAINS -> any(wanted.get().stream()
                        .map(one -> comparison.equal(property, one, caseSensitive)).toList());
                case NE, NOTIN, NOTCONTAINS -> all(wanted.get().stream()
                        .map(one -> comparison.different(property, one, caseSensitive)).toList());
                case GT, GE, LT, LE -> comparison.ordered(property, operator, wanted.get().getFirst());
                case LIKE, NOTLIKE -> comparison.like(property, operator, wanted.get().getFirst(), caseSensitive);
                case MATCH, NOTMATCH -> OPAQUE; // it may take too long
            };
        }

        private Optional<List<Wanted>> values(Operand operand, boolean several) {
            return switch (operand) {
                case Operand.Text(var text, _) -> Optional.of(List.of(new Wanted.Text(text)));
                case Operand.Null _ -> Optional.of(List.of(new Wanted.Nothing()));
                case Operand.Items(var of, _) when several ->
                    given(of.stream().map(one -> values(one, false)).toList())
                            .map(all -> all.stream().flatMap(List::stream).toList());
                case Operand.Outer(var name, var path, _) when path.isEmpty() -> variables.apply(name)
                        .flatMap(value -> several && value instanceof List<?> list
                                ? given(list.stream().map(Wanted::of).toList())
                                : Wanted.of(value).map(List::of));
                case Operand.Items _,Operand.Outer _,Operand.Bool _,Operand.Property _ -> Optional.empty();
            };
        }
    }

    private static <T> Optional<List<T>> given(List<Optional<T>> each) {
        return each.stream().allMatch(Optional::isPresent)
                ? Optional.of(each.stream().flatMap(Optional::stream).toList())
                : Optional.empty();
    }

    /// The right side of a comparison.
    sealed interface Wanted {
        /// It takes the type of the property.
        record Text(String text) implements Wanted {}

        record Number(long value) implements Wanted {}

        record Moment(Instant at) implements Wanted {}

        record Nothing() implements Wanted {}

        private static Optional<Wanted> of(Object value) {
            return switch (value) {
                case String text -> Optional.of(new Text(text));
                case Long number -> Optional.of(new Number(number));
                case Integer number -> Optional.of(new Number(number));
                case Instant at -> Optional.of(new Moment(at));
                case List<?> one when one.size() == 1 -> of(one.getFirst());
                default -> Optional.empty();
            };
        }
    }
}
