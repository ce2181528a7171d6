package org.sternpost.engine.filter;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sternpost.engine.filter.OpathFilter.Literal;
import org.sternpost.engine.filter.OpathFilter.Operator;

/// Whether a filter holds for a record that is here.
///
/// @param now from which moments such as `-2h` count
public record FilterJudge<R>(FilterType<R> type, OpathFilter filter, Instant now) {

    public boolean holds(R record) { return holds(filter, record); }

    private boolean holds(OpathFilter part, R record) {
        return switch (part) {
            case OpathFilter.Or(var of) -> of.stream().anyMatch(one -> holds(one, record));
            case OpathFilter.And(var of) -> of.stream().allMatch(one -> holds(one, record));
            case OpathFilter.Not(var what) -> !holds(what, record);
            case OpathFilter.Test(var property, var operator, var value) ->
                compared(type.known(property).of().apply(record), operator, value);
        };
    }

    /// Of a list any element will do; `-ne` and `-notlike` are the opposites of the others, also there.
    private boolean compared(@Nullable Object have, Operator operator, Literal value) {
        return switch (operator) {
            case NE -> !any(have, Operator.EQ, value);
            case NOTLIKE -> !any(have, Operator.LIKE, value);
            case EQ, GT, GE, LT, LE, LIKE -> any(have, operator, value);
        };
    }

    private boolean any(@Nullable Object have, Operator operator, Literal value) {
        if (value instanceof Literal.Nothing) return have == null || have.equals("") || have.equals(List.of());
        if (have instanceof List<?> many) return many.stream().anyMatch(one -> is(one, operator, value));
        return have != null && is(have, operator, value);
    }

    private boolean is(Object have, Operator operator, Literal value) {
        if (operator == Operator.LIKE) return like(fold(pattern(value)), fold(have.toString()));
        int order = switch (have) {
            case Instant at -> at.compareTo(OpathFilter.moment(value, now));
            case Number number when value instanceof Literal.Number(var wanted) ->
                Long.compare(number.longValue(), wanted);
            case Number number when value instanceof Literal.Decimal(var wanted) ->
                Double.compare(number.doubleValue() + 0.0, wanted + 0.0); // no zero is below another
            default -> fold(have.toString()).compareTo(fold(pattern(value)));
        };
        return switch (operator) {
            case EQ -> order == 0;
            case GT -> order > 0;
            case GE -> order >= 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case NE, NOTLIKE, LIKE -> throw new IllegalStateException(operator + " is no order");
        };
    }

    private static String pattern(Literal value) {
        if (value instanceof Literal.Text(var text)) return text;
        throw new IllegalArgumentException(value + " is no text");
    }

    /// True if a name is as a pattern with `*` and `?` says, whatever the case.
    public static boolean matches(String pattern, String name) { return like(fold(pattern), fold(name)); }

    /// Without case. No other letter becomes an ASCII one by it, so that the store's `lower` says the same of ASCII.
    static String fold(String text) {
        var folded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char small = Character.toLowerCase(Character.toUpperCase(c));
            folded.append(small < 128 && c >= 128 ? c : small);
        }
        return folded.toString();
    }

    /// `*` stands for any text, `?` for one character.
    static boolean like(String pattern, String text) {
        int star = -1;
        int retry = 0;
        int p = 0;
        int t = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                retry = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++retry;
            } else
                return false;
        }
        while (p < pattern.length() && pattern.charAt(p) == '*')
            p++;
        return p == pattern.length();
    }
}
