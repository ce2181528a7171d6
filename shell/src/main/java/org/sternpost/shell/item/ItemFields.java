package org.sternpost.shell.item;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sternpost.cmdlets.Item;
import org.sternpost.shell.filter.Fields;

/// A record as a filter sees it.
public record ItemFields(Item item) implements Fields {

    @Override
    public List<String> names() { return item.names(); }

    @Override
    public boolean has(String name) { return item.has(name); }

    @Override
    public Optional<Object> get(String name) { return Optional.ofNullable(seen(item.get(name))); }

    @Override
    public String typeName() { return item.typeName(); }

    private static @Nullable Object seen(@Nullable Object value) {
        return switch (value) {
            case Item nested -> new ItemFields(nested);
            case List<?> list -> list.stream().map(element -> element instanceof Item i ? new ItemFields(i) : element)
                    .toList();
            case null, default -> value;
        };
    }
}
