package org.sternpost.shell.bind;

import java.util.List;
import java.util.Optional;
import org.sternpost.shell.filter.Filter;
import org.sternpost.shell.filter.FilterReader;
import org.sternpost.shell.item.ViewType;
import org.sternpost.shell.line.Span;
import org.sternpost.engine.mail.Nearest;

/// Checks names of properties before anything runs, where the type of the records is known.
final class PropertyCheck {

    private PropertyCheck() {}

    static void check(Filter filter, Optional<ViewType> records) throws BindException {
        if (records.isEmpty()) return;
        var wrong = FilterReader.check(filter, records.get().name(), records.get().names());
        if (wrong.isPresent()) throw new BindException(wrong.get());
    }

    /// @param value one name or a list of names
    static void check(Object value, Optional<ViewType> records, Span span) throws BindException {
        if (records.isEmpty()) return;
        var names = value instanceof List<?> list ? list : List.of(value);
        for (Object name : names) {
            if (!(name instanceof String text) || text.contains("*")) continue;
            ViewType type = records.get();
            if (type.property(text).isEmpty())
                throw new BindException("PROPERTY_UNKNOWN", type.name() + " has no property " + text, span,
                        Nearest.to(text, type.names()).map(n -> "did you mean: " + n)
                                .orElse(type.name() + " has: " + String.join(", ", type.names())));
        }
    }
}
