package org.sternpost.engine.control;

import java.util.List;
import org.sternpost.engine.filter.FilterType;

/// What a filter may ask of a record, for who writes one.
///
/// @param names its own name first, then others that mean the same
/// @param words of a `Word`, all that it may be
public record FilterProperty(List<String> names, Kind kind, List<String> words) {

    /// What its values are.
    public enum Kind { Text, Word, Number, Decimal, Size, Time }

    public FilterProperty {
        names = List.copyOf(names);
        words = List.copyOf(words);
    }

    /// Of all that a filter of one kind may ask for.
    static List<FilterProperty> of(FilterType<?> type) {
        return type.properties().stream()
                .map(one -> new FilterProperty(one.names(), Kind.valueOf(one.kind().name()), one.words())).toList();
    }

    public String name() { return names.getFirst(); }

    /// Case does not matter.
    public boolean isNamed(String wanted) { return names.stream().anyMatch(wanted::equalsIgnoreCase); }
}
