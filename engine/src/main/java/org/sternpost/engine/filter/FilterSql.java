package org.sternpost.engine.filter;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sternpost.engine.filter.OpathFilter.Literal;
import org.sternpost.engine.filter.OpathFilter.Operator;

/// A filter as far as tables know what it asks for.
///
/// @param known by property; of others the tables know nothing
/// @param now   as for the judge
public record FilterSql(Map<String, Known> known, Instant now) {

    /// What tables know of a property.
    public sealed interface Known {

        /// An expression that is never null and has what the judge compares.
        record Column(String sql) implements Known {}

        /// The same of each element of a list.
        ///
        /// @param from a query of a row for each element, as far as its WHERE
        record Elements(String from, String sql) implements Known {}

        /// Conditions by a word, small letters: each holds wherever the property has that word.
        record Words(Map<String, String> sql) implements Known {}

        /// A condition that holds wherever the property is not empty.
        record Filled(String sql) implements Known {}
    }

    /// A condition in SQL.
    ///
    /// @param exact it holds for those rows alone for which the filter does; else also for some others
    public record Condition(String sql, List<Object> values, boolean exact) {
        public Condition { values = List.copyOf(values); }

        /// Of all rows.
        public static Condition all() { return new Condition("1 = 1", List.of(), false); }
    }

    /// What holds for every row for which the filter holds.
    public Condition of(OpathFilter filter) { return part(filter).orElseGet(Condition::all); }

    /// @return empty where the tables know nothing of it
    private Optional<Condition> part(OpathFilter filter) {
        return switch (filter) {
            case OpathFilter.And(var of) -> joined(of, " AND ", false);
            case OpathFilter.Or(var of) -> joined(of, " OR ", true);
            case OpathFilter.Not(var what) -> part(what).filter(Condition::exact).map(FilterSql::not);
            case OpathFilter.Test(var property, var operator, var value) -> switch (known.get(property)) {
                case Known.Column(var column) -> test(column, operator, value);
                case Known.Elements(var from, var column) -> element(from, column, operator, value);
                case Known.Words(var sql) when operator == Operator.EQ && value instanceof Literal.Text(var word) ->
                    Optional.ofNullable(sql.get(FilterJudge.fold(word))).map(FilterSql::narrows);
                case Known.Filled(var sql) when fillsIt(operator, value) -> Optional.of(narrows(sql));
                case null, default -> Optional.empty();
            };
        };
    }

    private static Condition narrows(String sql) { return new Condition(sql, List.of(), false); }

    /// Of a list any element will do; that none is so is the opposite.
    private Optional<Condition> element(String from, String column, Operator operator, Literal value) {
        return switch (operator) {
            case NE -> element(from, column, Operator.EQ, value).map(FilterSql::not);
            case NOTLIKE -> element(from, column, Operator.LIKE, value).map(FilterSql::not);
            case EQ, LIKE, GT, GE, LT, LE -> test(column, operator, value)
                    .map(one -> new Condition("EXISTS (" + from + " AND " + one.sql() + ")", one.values(),
                            one.exact()));
        };
    }

    private static Condition not(Condition one) {
        return new Condition("NOT (" + one.sql() + ")", one.values(), one.exact());
    }

    /// True of what no empty text is.
    private static boolean fillsIt(Operator operator, Literal value) {
        return value instanceof Literal.Text(var text) && switch (operator) {
            case EQ, GT -> !text.isEmpty();
            case LIKE -> !FilterJudge.like(text, "");
            case NE, NOTLIKE, GE, LT, LE -> false;
        };
    }

    private Optional<Condition> joined(List<OpathFilter> of, String word, boolean needsAll) {
        var parts = of.stream().map(this::part).flatMap(Optional::stream).toList();
        if (parts.isEmpty() || needsAll && parts.size() < of.size()) return Optional.empty();
        var values = new ArrayList<Object>();
        parts.forEach(one -> values.addAll(one.values()));
        return Optional.of(new Condition("(" + String.join(word, parts.stream().map(Condition::sql).toList()) + ")",
                values, parts.size() == of.size() && parts.stream().allMatch(Condition::exact)));
    }

    private Optional<Condition> test(String column, Operator operator, Literal value) {
        return switch (value) {
            case Literal.Number(var number) -> Optional.of(order(column, operator, number));
            case Literal.Moment _,Literal.Ago _ ->
                Optional.of(order(column, operator, OpathFilter.moment(value, now).toEpochMilli()));
            case Literal.Text(var text) when isAscii(text) -> text(column, operator, text);
            case Literal.Decimal _,Literal.Text _,Literal.Nothing _ -> Optional.empty();
        };
    }

    private static Condition order(String column, Operator operator, long number) {
        String sign = switch (operator) {
            case EQ -> "=";
            case NE -> "<>";
            case GT -> ">";
            case GE -> ">=";
            case LT -> "<";
            case LE -> "<=";
            case LIKE, NOTLIKE -> throw new IllegalArgumentException(operator + " of a number");
        };
        return new Condition(column + " " + sign + " ?", List.of(number), true);
    }

    /// Order of text is not the same in every database, and what one character is is not either.
    private static Optional<Condition> text(String column, Operator operator, String text) {
        String folded = FilterJudge.fold(text);
        return switch (operator) {
            case EQ -> Optional.of(new Condition("lower(" + column + ") = ?", List.of(folded), true));
            case NE -> Optional.of(new Condition("lower(" + column + ") <> ?", List.of(folded), true));
            case LIKE, NOTLIKE -> folded.indexOf('?') >= 0
                    ? Optional.empty()
                    : Optional.of(new Condition("lower(" + column + ")" + (operator == Operator.LIKE
                            ? " LIKE "
                            : " NOT LIKE ") + "? ESCAPE '!'", List.of(pattern(folded)), true));
            case GT, GE, LT, LE -> Optional.empty();
        };
    }

    private static String pattern(String folded) {
        return folded.replace("!", "!!").replace("%", "!%").replace("_", "!_").replace("*", "%");
    }

    private static boolean isAscii(String text) { return text.chars().allMatch(c -> c < 128 && c > 0); }
}
