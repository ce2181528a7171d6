package org.sternpost.engine.filter;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The records that filters of one kind are about.
///
/// @param name what people call one of them: `queue`
public record FilterType<R>(String name, List<Property<R>> properties) {

    /// What a property's values are.
    public enum Kind { Text, Word, Number, Decimal, Size, Time }

    /// A property that may be asked for.
    ///
    /// @param names its own name first, then others that mean the same
    /// @param words of a `Word`, all that it may be
    /// @param of    its value: text, a number, a moment, a list of texts, or null where there is none
    public record Property<R>(List<String> names, Kind kind, List<String> words,
            Function<R, ? extends @Nullable Object> of) {

        public Property {
            names = List.copyOf(names);
            words = List.copyOf(words);
        }

        public static <R> Property<R> of(Kind kind, Function<R, ? extends @Nullable Object> of, String... names) {
            return new Property<>(List.of(names), kind, List.of(), of);
        }

        public static <R> Property<R> word(List<String> words, Function<R, ? extends @Nullable Object> of,
                String... names) {
            return new Property<>(List.of(names), Kind.Word, words, of);
        }

        public String name() { return names.getFirst(); }
    }

    public FilterType { properties = List.copyOf(properties); }

    /// Case does not matter.
    public Optional<Property<R>> find(String wanted) {
        return properties.stream().filter(one -> one.names().stream().anyMatch(wanted::equalsIgnoreCase)).findFirst();
    }

    /// Of a filter that was read for this type.
    Property<R> known(String property) {
        return find(property).orElseThrow(() -> new IllegalArgumentException("a " + name + " has no " + property));
    }

    /// Of all properties, in their order.
    public List<String> names() { return properties.stream().map(Property::name).toList(); }
}
