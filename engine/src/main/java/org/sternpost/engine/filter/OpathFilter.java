package org.sternpost.engine.filter;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// A condition as read: properties are known and values have the type of their property.
public sealed interface OpathFilter {

    /// `-or`
    record Or(List<OpathFilter> of) implements OpathFilter {
        public Or { of = List.copyOf(of); }
    }

    /// `-and`
    record And(List<OpathFilter> of) implements OpathFilter {
        public And { of = List.copyOf(of); }
    }

    /// `-not`
    record Not(OpathFilter what) implements OpathFilter {}

    /// One comparison.
    ///
    /// @param property as its type spells it
    record Test(String property, Operator operator, Literal value) implements OpathFilter {}

    /// True if a type has all that it goes by.
    default boolean goesBy(FilterType<?> type) {
        return switch (this) {
            case Or(var of) -> of.stream().allMatch(one -> one.goesBy(type));
            case And(var of) -> of.stream().allMatch(one -> one.goesBy(type));
            case Not(var what) -> what.goesBy(type);
            case Test(var property, var _, var _) -> type.find(property).isPresent();
        };
    }

    /// The comparisons that Exchange's queue filters have.
    enum Operator {
        EQ, NE, GT, GE, LT, LE, LIKE, NOTLIKE;

        /// True of those that need more and less.
        boolean isOrder() { return this == GT || this == GE || this == LT || this == LE; }

        /// True of those that take `*` and `?`.
        boolean isPattern() { return this == LIKE || this == NOTLIKE; }
    }

    /// The right side of a comparison.
    sealed interface Literal {
        /// Compared without case.
        record Text(String text) implements Literal {}

        /// A count, or octets.
        record Number(long value) implements Literal {}

        /// A number that may have a fraction.
        record Decimal(double value) implements Literal {}

        record Moment(Instant at) implements Literal {}

        /// So long before the moment at which the filter is applied; negative: after it.
        record Ago(Duration span) implements Literal {}

        /// `$null`: nothing is there, or empty text.
        record Nothing() implements Literal {}
    }

    /// The moment that a literal means when a filter is applied.
    static Instant moment(Literal literal, Instant now) {
        return switch (literal) {
            case Literal.Moment(var at) -> at;
            case Literal.Ago(var span) -> now.minus(span);
            case Literal.Text _,Literal.Number _,Literal.Decimal _,Literal.Nothing _ ->
                throw new IllegalArgumentException(literal + " is no moment");
        };
    }
}
