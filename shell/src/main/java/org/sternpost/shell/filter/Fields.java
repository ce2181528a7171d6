package org.sternpost.shell.filter;

import java.util.List;
import java.util.Optional;

/// A record as a filter sees it. Names do not care about case.
///
/// A value is a String, Boolean, Long, Integer, Double, BigDecimal, Instant, Duration, enum constant, List, Map with
/// text keys, or again [Fields]. Anything else counts as its text.
public interface Fields {
    /// Names of all properties of the type, in their order.
    List<String> names();

    /// The value, or empty if this record has none.
    Optional<Object> get(String name);

    /// What people call the type.
    String typeName();

    /// Whether the type has such a property, in any case.
    default boolean has(String name) { return names().stream().anyMatch(name::equalsIgnoreCase); }
}
