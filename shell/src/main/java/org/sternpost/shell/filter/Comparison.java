package org.sternpost.shell.filter;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.shell.line.Literal;
import org.sternpost.shell.line.Literal.LiteralException;
import org.sternpost.shell.line.Span;
import org.sternpost.engine.mail.Nearest;
import org.sternpost.shell.filter.FilterReader.FilterException;
import org.sternpost.shell.line.TimeLiteral;

/// Compares two values; a literal takes the type of the other side first.
final class Comparison {
    private final InstantSource clock;
    private final ZoneId zone;
    private final Patterns patterns = new Patterns();

    Comparison(InstantSource clock, ZoneId zone) {
        this.clock = clock;
        this.zone = zone;
    }

    boolean holds(ComparedValue left, Operator operator, boolean caseSensitive, ComparedValue right, Span span) {
        return switch (operator) {
            case EQ -> equal(left, right, caseSensitive, span);
            case NE -> !equal(left, right, caseSensitive, span);
            case GT, GE, LT, LE -> elements(left).stream().anyMatch(each -> ordered(each, operator, caseSensitive,
                    right, span));
            case LIKE -> like(left, right, caseSensitive, span);
            case NOTLIKE -> !like(left, right, caseSensitive, span);
            case MATCH -> match(left, right, caseSensitive, span);
            case NOTMATCH -> !match(left, right, caseSensitive, span);
            case IN, CONTAINS -> common(left, right, caseSensitive, span);
            case NOTIN, NOTCONTAINS -> !common(left, right, caseSensitive, span);
        };
    }

    private static List<ComparedValue> elements(ComparedValue side) {
        return side instanceof ComparedValue.Many(var of) ? of : List.of(side);
    }

    private boolean equal(ComparedValue left, ComparedValue right, boolean caseSensitive, Span span) {
        if (left instanceof ComparedValue.Many(var of)) {
            if (right instanceof ComparedValue.Many) {
                throw new FilterException("FILTER_TYPE", "two lists cannot be compared", span, "use -contains or -in");
            }
            return of.stream().anyMatch(each -> equal(each, right, caseSensitive, span));
        }
        if (right instanceof ComparedValue.Many(var of)) {
            if (of.size() == 1) {
                return equal(left, of.getFirst(), caseSensitive, span);
            }
            throw new FilterException("FILTER_TYPE", "one value cannot equal a list", span, "use -in");
        }
        if (left instanceof ComparedValue.Absent || right instanceof ComparedValue.Absent) {
            return left instanceof ComparedValue.Absent && right instanceof ComparedValue.Absent;
        }
        return compare(left, right, caseSensitive, span) == 0;
    }

    private boolean common(ComparedValue left, ComparedValue right, boolean caseSensitive, Span span) {
        return elements(left).stream().anyMatch(one -> elements(right).stream()
                .anyMatch(other -> equal(one, other, caseSensitive, span)));
    }

    /// What is absent is neither smaller nor greater.
    private boolean ordered(ComparedValue left, Operator operator, boolean caseSensitive, ComparedValue right,
            Span span) {
        if (right instanceof ComparedValue.Many(var of)) {
            if (of.size() != 1) {
                throw new FilterException("FILTER_TYPE", operator.sign() + " cannot compare with a list", span, "");
            }
            return ordered(left, operator, caseSensitive, of.getFirst(), span);
        }
        if (left instanceof ComparedValue.Absent || right instanceof ComparedValue.Absent) {
            return false;
        }
        int order = compare(left, right, caseSensitive, span);
        return switch (operator) {
            case GT -> order > 0;
            case GE -> order >= 0;
            case LT -> order < 0;
            default -> order <= 0;
        };
    }

    private boolean like(ComparedValue left, ComparedValue right, boolean caseSensitive, Span span) {
        var wildcard = text(right, span);
        return elements(left).stream().filter(each -> !(each instanceof ComparedValue.Absent))
                .anyMatch(each -> Patterns.like(wildcard, text(each, span), caseSensitive));
    }

    private boolean match(ComparedValue left, ComparedValue right, boolean caseSensitive, Span span) {
        var expression = text(right, span);
        return elements(left).stream().filter(each -> !(each instanceof ComparedValue.Absent))
                .anyMatch(each -> patterns.match(expression, text(each, span), caseSensitive, span));
    }

    private static String text(ComparedValue side, Span span) {
        return switch (side) {
            case ComparedValue.Untyped(var text) -> text;
            case ComparedValue.Typed(var value) when !(value instanceof Map) && !(value instanceof Fields) ->
                value.toString();
            case ComparedValue.Typed _,ComparedValue.Many _,ComparedValue.Absent _ ->
                throw new FilterException("FILTER_TYPE", kind(side) + " is not text", span,
                        "name one of its properties");
        };
    }

    private int compare(ComparedValue left, ComparedValue right, boolean caseSensitive, Span span) {
        return switch (left) {
            case ComparedValue.Typed(var value) when right instanceof ComparedValue.Untyped(var text) ->
                compare(value, text, caseSensitive, span);
            case ComparedValue.Untyped(var text) when right instanceof ComparedValue.Typed(var value) ->
                -compare(value, text, caseSensitive, span);
            case ComparedValue.Untyped(var one) when right instanceof ComparedValue.Untyped(var other) ->
                loose(one, other, caseSensitive);
            case ComparedValue.Typed(var one) when right instanceof ComparedValue.Typed(var other) ->
                typed(one, other, caseSensitive).orElseThrow(() -> incomparable(left, right, span));
            case ComparedValue _ -> throw incomparable(left, right, span);
        };
    }

    private int compare(Object value, String text, boolean caseSensitive, Span span) {
        try {
            return switch (value) {
                case Boolean truth -> Boolean.compare(truth, Literal.bool(text));
                case Double number -> Double.compare(number, share(text).doubleValue());
                case BigDecimal number -> number.compareTo(share(text));
                case Number number -> new BigDecimal(number.toString()).compareTo(number(text));
                case Instant moment -> moment.compareTo(TimeLiteral.instant(text, clock, zone));
                case Duration duration -> duration.compareTo(TimeLiteral.duration(text));
                case Enum<?> constant -> Integer.compare(constant.ordinal(), constant(constant, text).ordinal());
                case Map<?, ?> _,Fields _ ->
                    throw incomparable(new ComparedValue.Typed(value), new ComparedValue.Untyped(text), span);
                default -> texts(value.toString(), text, caseSensitive);
            };
        } catch (LiteralException wrong) {
            throw new FilterException("FILTER_TYPE",
                    "%s is compared with a %s: %s".formatted(text.isEmpty() ? "''" : text,
                            kind(new ComparedValue.Typed(value)), wrong.message()),
                    span, wrong.hint());
        }
    }

    private static Optional<Integer> typed(Object one, Object other, boolean caseSensitive) {
        if (one instanceof Number a && other instanceof Number b) {
            return Optional.of(one instanceof Double || other instanceof Double
                    ? Double.compare(a.doubleValue(), b.doubleValue())
                    : new BigDecimal(a.toString()).compareTo(new BigDecimal(b.toString())));
        }
        return switch (one) {
            case String text when other instanceof String with -> Optional.of(texts(text, with, caseSensitive));
            case Boolean a when other instanceof Boolean b -> Optional.of(a.compareTo(b));
            case Instant a when other instanceof Instant b -> Optional.of(a.compareTo(b));
            case Duration a when other instanceof Duration b -> Optional.of(a.compareTo(b));
            case Enum<?> a when other instanceof Enum<?> b && a.getDeclaringClass() == b.getDeclaringClass() ->
                Optional.of(Integer.compare(a.ordinal(), b.ordinal()));
            default -> Optional.empty();
        };
    }

    /// Two literals: numbers if both are, else text.
    private static int loose(String one, String other, boolean caseSensitive) {
        try {
            return Literal.decimal(one).compareTo(Literal.decimal(other));
        } catch (LiteralException atLeastOneIsText) {
            return texts(one, other, caseSensitive);
        }
    }

    private static int texts(String one, String other, boolean caseSensitive) {
        return caseSensitive ? one.compareTo(other) : one.compareToIgnoreCase(other);
    }

    /// A count, a percentage as it stands, or a size.
    static BigDecimal number(String text) throws LiteralException {
        if (text.endsWith("%")) {
            return BigDecimal.valueOf(Literal.percent(text));
        }
        if (!text.isEmpty() && Character.isLetter(text.charAt(text.length() - 1))) {
            return BigDecimal.valueOf(Literal.size(text));
        }
        return Literal.decimal(text);
    }

    /// A fraction: `0.5%` is 0.005.
    private static BigDecimal share(String text) throws LiteralException {
        return text.endsWith("%")
                ? Literal.decimal(text.substring(0, text.length() - 1)).movePointLeft(2)
                : number(text);
    }

    private static Enum<?> constant(Enum<?> like, String text) throws LiteralException {
        var constants = like.getDeclaringClass().getEnumConstants();
        for (var constant : constants) {
            if (constant.name().equalsIgnoreCase(text) || constant.toString().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        var names = Arrays.stream(constants).map(Enum::toString).toList();
        var list = "one of: " + String.join(", ", names);
        throw new LiteralException("there is no such value",
                Nearest.to(text, names).map(near -> "did you mean: " + near + "\n" + list).orElse(list));
    }

    private static FilterException incomparable(ComparedValue left, ComparedValue right, Span span) {
        return new FilterException("FILTER_TYPE",
                "a %s cannot be compared with a %s".formatted(kind(left), kind(right)), span,
                "");
    }

    static String kind(ComparedValue side) {
        return switch (side) {
            case ComparedValue.Absent() -> "missing value";
            case ComparedValue.Untyped _ -> "text";
            case ComparedValue.Many _ -> "list";
            case ComparedValue.Typed(var value) -> switch (value) {
                case String _ -> "text";
                case Boolean _ -> "true or false";
                case Number _ -> "number";
                case Instant _ -> "moment";
                case Duration _ -> "duration";
                case Enum<?> constant -> constant.getDeclaringClass().getSimpleName();
                case Fields fields -> fields.typeName();
                case Map<?, ?> _ -> "table";
                default -> value.getClass().getSimpleName();
            };
        };
    }

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
}
